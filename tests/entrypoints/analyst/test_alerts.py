"""The page of alerts."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from bench import clips
from havre.alerts.models import Hit, Question, State
from havre.entrypoints.analyst.alerts import WATCHED, watches
from havre.flows.alerts import Wanted, ask_alert
from havre.flows.search_asked import question_of
from havre.flows.search_stated import Asked
from havre.flows.standing import keep_asking
from havre.linking.stated import Place
from havre.settings import Settings
from havre.triggers.models import Alert
from tests import films
from tests.cast import Node, node
from tests.entrypoints.analyst.paired import HOSTILE, held
from tests.exchange.shared import confirmed
from tests.sources import lay
from tests.web import visiting


def told(here: Node, folder: Path) -> tuple[Question, Hit]:
    """A question, and a hit of a hostile name that answers it."""
    question = keep_asking(here.home, here.bram, "<i>alert</i>", Asked("alert"))
    held(here, folder, {HOSTILE: films.whole("rocket")})
    return question, Hit.objects.get()


def test_hits_are_told_handled_and_counted(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        _, hit = told(here, tmp_path / "in")
        browser = visiting(here, here.anke.person)
        page = browser.get("/alerts")
        assert f'data-hit="{hit.pk}"' in page.text
        assert "<i>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "new: </span>1</sup>" in page.text
        assert browser.post(f"/alerts/{hit.pk}/handled", headers={"Accept": "application/json"}).status_code == 204
        after = browser.get("/alerts")
        assert f'data-hit="{hit.pk}"' not in after.text
        assert "<sup>" not in after.text
        assert f'data-hit="{hit.pk}"' in browser.get("/alerts?all=yes").text


def test_another_unit_sees_none_of_it_and_changes_none(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        question, hit = told(here, tmp_path / "in")
        italian = visiting(here, here.chiara.person)
        page = italian.get("/alerts?all=yes")
        assert "alert&lt;" not in page.text
        assert "<sup>" not in page.text
        for address in (f"/alerts/{hit.pk}/handled", f"/alerts/questions/{question.pk}/withdrawn"):
            assert italian.post(address).status_code == 404
        assert Hit.objects.get().handled_at is None
        assert Question.objects.get().state == State.ACTIVE


def test_a_question_is_withdrawn_by_a_post_alone(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        question, _ = told(here, tmp_path / "in")
        browser = visiting(here, here.anke.person)
        browser.get(f"/alerts/questions/{question.pk}/withdrawn")
        assert Question.objects.get().state == State.ACTIVE
        page = browser.post(f"/alerts/questions/{question.pk}/withdrawn", follow=True)
        assert "is asked no more" in page.text
        assert Question.objects.get().state == State.WITHDRAWN


def test_questions_to_the_database_do_not_grow_with_the_hits(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        told(here, tmp_path / "in")
        browser = visiting(here, here.anke.person)
        few = _questions(browser)
        names = ("coins", "coffee", "chelsea", "page")
        held(here, tmp_path / "more", {f"alert {name}.jpg": films.whole(name) for name in names})
        keep_asking(here.home, here.bram, "another", Asked("alert"))
        assert Hit.objects.count() == 5
        assert _questions(browser) == few


def _questions(browser: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        browser.get("/alerts")
    return len(asked)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_stretch_of_a_sound_is_drawn_and_said_in_words(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        tune = films.tune(3, 24)
        rate = len(tune) // 24
        whole, cut = (clips.recorded(wave, "wav", "pcm_s16le") for wave in (tune, tune[6 * rate : 20 * rate]))
        asked = question_of(here.home, str(lay(tmp_path / "asked", {"cut": cut}) / "cut"))
        keep_asking(here.home, here.bram, "a tune", asked)
        held(here, tmp_path / "in", {"all.wav": whole})
        browser = visiting(here, here.anke.person)
        row = browser.get("/alerts").text.partition("data-hit")[2]
        assert re.search(r"asked with <b>0:00 – 0:14</b></span>.*found <b>0:06 – 0:20</b></span>", row)
        one, other = re.findall(r'<rect class="seg" x="([\d.]+)" y="\d+" width="([\d.]+)"', row)
        assert (float(one[0]), float(other[0])) == pytest.approx((0, 220), abs=20)
        hit = Hit.objects.get()
        further = [{"query_span": [13.5, 14.0], "match_span": [22.0, 22.5]}]
        Hit.objects.update(evidence=hit.evidence | {"further": further})
        row = browser.get("/alerts").text.partition("data-hit")[2]
        assert 'found <b>0:06 – 0:20</b> and 1 more<span class="visually-hidden">: 0:22 – 0:22</span>' in row
        Hit.objects.update(kind="place")
        assert '<svg class="segments' not in browser.get("/alerts").text  # a place is seen at one moment


ALERT = {
    "name": "a holiday <b>house",
    "triggers": "word wallpaper\n\nplace 51.05,3.72,2\ncountry be\nSHA256: " + 8 * "0a1b2c3d",
    "priority": "7",
    "days": "30",
    "reference": "BE-12",
    "contact": "Anke",
    "phone": "+32 2",
    "email": "anke@police.example",
    "description": "of last summer",
}


def test_an_alert_is_asked_listed_and_ended_on_the_page(database: Settings) -> None:
    with node(database) as here:
        browser = visiting(here, here.anke.person)
        assert "Your unit has set no alert." in browser.get("/alerts").text
        page = browser.post("/alerts/asked", ALERT, follow=True)
        assert "is waited for from now on" in page.text
        alert = Alert.objects.get()
        kinds = ["word", "place", "country", "sha256"]
        assert [each.kind for each in alert.triggers.order_by("pk")] == kinds
        assert (alert.priority, alert.reference, alert.contact["email"]) == (7, "BE-12", "anke@police.example")
        assert alert.expires_at - alert.asked_at == timedelta(days=30)
        assert f'data-alert="{alert.pk}"' in page.text
        assert "Place 51.05,3.72,2" in page.text
        assert "holiday &lt;b&gt;house" in page.text
        browser.get(f"/alerts/asked/{alert.pk}/ended")
        assert Alert.objects.get().ended_at is None
        browser.post(f"/alerts/asked/{alert.pk}/ended")
        assert Alert.objects.get().ended_at is not None
        assert f'data-alert="{alert.pk}"' not in browser.get("/alerts").text
        assert f'data-alert="{alert.pk}"' in browser.get("/alerts?all=yes").text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"triggers": "word wallpaper\nword"}, "Line 2: Write a kind and what it looks for"),
        ({"triggers": "word wallpaper\nplace 91,3"}, "Line 2: A place lies on earth"),
        ({"triggers": "colour red"}, "Line 1: Nothing here can be asked"),
        ({"triggers": " "}, "An alert has between 1 and"),
        ({"name": " "}, "Name what is waited for"),
        ({"priority": "256"}, "A priority is between 0 and 255"),
        ({"priority": "much"}, "are whole numbers"),
        ({"days": "366"}, "A question stands for 1 to"),
        ({"reference": "x\x00y"}, "is one line of at most 200"),
        ({"email": 201 * "x"}, "is one line of at most 200"),
        ({"description": "x\x00y"}, "Say more about it in at most"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(database: Settings, wrong: dict[str, str], said: str) -> None:
    with node(database) as here:
        page = visiting(here, here.anke.person).post("/alerts/asked", ALERT | wrong)
        assert (page.status_code, said in page.text) == (400, True)
        assert "of last summer" in page.text or "description" in wrong
        assert Alert.objects.count() == 0


def test_another_unit_neither_sees_nor_ends_an_alert(database: Settings) -> None:
    with node(database) as here:
        visiting(here, here.anke.person).post("/alerts/asked", ALERT)
        italian = visiting(here, here.chiara.person)
        assert "holiday" not in italian.get("/alerts?all=yes").text
        assert italian.post(f"/alerts/asked/{Alert.objects.get().pk}/ended").status_code == 404
        assert Alert.objects.get().ended_at is None


def test_what_the_unit_holds_itself_is_one_step_away(database: Settings) -> None:
    with node(database) as here:
        series = confirmed(here.anke, 1)
        medium = series.members.get().medium
        digest = bytes(medium.sha256).hex()
        ask_alert(here.home, here.anke, Wanted("a chair", [("sha256", digest), ("series", "S1")], 5))
        page = visiting(here, here.anke.person).get("/alerts").text
        assert f'<td><a href="/media/{medium.pk}"><bdi>medium {medium.pk}</bdi></a></td>' in page
        assert '<td><a href="/series/1"><bdi>S1</bdi></a></td>' in page
        assert page.count("<td>2 Mar 2026, 12:00</td>") == 2


def test_what_is_watched_for_is_named_in_the_readers_language() -> None:
    when = datetime(2026, 3, 9, tzinfo=UTC)
    over = when + timedelta(days=1)
    asked = Asked("wallpaper", Place(50.8, 4.4), 2.0, when, over, {"make": "A", "model": "B", "serial": "C"})
    question = Question(written=asked.to_json())
    assert {*question.written} == {*WATCHED}
    assert watches(question).startswith("words: wallpaper, latitude: 50.8, ")
    with override("fr"):
        assert watches(question) == (
            "mots\xa0: wallpaper, latitude\xa0: 50.8, longitude\xa0: 4.4, kilomètres autour\xa0: 2.0, "
            "depuis\xa0: 09/03/2026, jusqu'au\xa0: 09/03/2026, marque de l'appareil\xa0: A, "
            "modèle de l'appareil\xa0: B, numéro de série\xa0: C"
        )
