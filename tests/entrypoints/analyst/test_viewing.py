"""The settings of viewing and the limits of a unit."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.template import engines
from django.test import RequestFactory

from havre.audit.models import Entry
from havre.care.choose import Choice
from havre.care.queries import limits_of, viewing_of
from havre.entrypoints.analyst.node import now
from havre.entrypoints.analyst.veils import veiled
from havre.flows.care import choose
from havre.settings import Settings
from havre.units.found import add_person
from havre.units.models import RoleName
from tests.care.looks import looked
from tests.cast import NOON, Node, node
from tests.previews import with_media
from tests.web import visiting

CHOICE = {"tile": "1", "colour": "", "twice": "1", "day": "60", "stretch": ""}
LIMITS = {"day": "90", "stretch": "30", "pause": "10"}


def test_a_choice_is_kept_and_shown(database: Settings) -> None:
    with node(database) as here:
        bram = visiting(here, here.bram.person)
        assert bram.post("/settings/viewing", CHOICE).headers["Location"] == "/settings/viewing"
        chosen = viewing_of(here.bram.person)
        assert (chosen.tile, chosen.colour, chosen.twice, chosen.day_seconds) == (True, False, True, 3600)
        text = bram.get("/settings/viewing").text
        assert 'value="60"' in text
        assert 'data-twice="1"' in text
        assert "0 min of 1 h" in text
        assert "a study of 2026 found no benefit" in text


@pytest.mark.parametrize("wrong", [{"day": "121"}, {"stretch": "x"}, {"stretch": "1"}])
def test_what_is_wrong_is_said_and_what_was_typed_stays(database: Settings, wrong: dict[str, str]) -> None:
    with node(database) as here:
        answer = visiting(here, here.bram.person).post("/settings/viewing", CHOICE | wrong)
        assert answer.status_code == 400
        assert "This was not saved" in answer.text
        assert f'value="{next(iter(wrong.values()))}"' in answer.text
        assert viewing_of(here.bram.person).pk is None


def test_limits_are_set_by_who_may_and_written_down(database: Settings) -> None:
    with node(database) as here:
        assert visiting(here, here.bram.person).get("/settings/unit").status_code == 403
        before = Entry.objects.count()
        assert visiting(here, here.anke.person).post("/settings/unit", LIMITS).status_code == 302
        assert Entry.objects.count() == before + 1
        assert (limits_of(here.bram.person).day, limits_of(here.chiara.person).day) == (5400, 7200)
        answer = visiting(here, here.anke.person).post("/settings/unit", LIMITS | {"stretch": "100"})
        assert answer.status_code == 400
        assert "longer than the viewing of a day" in answer.text


def with_looks(here: Node, people: int) -> None:
    """So many people of Belgium looked a minute each yesterday."""
    yesterday = (now() - NOON - timedelta(days=1)).total_seconds()
    for number in range(people):
        looked(add_person(f"person {number}", here.bram.unit, NOON, []), yesterday, 60)


@pytest.mark.parametrize(("people", "shown"), [(2, False), (3, True)])
def test_a_supervisor_sees_a_sum_of_three_people_or_more(database: Settings, people: int, shown: bool) -> None:
    with node(database) as here:
        with_looks(here, people)
        text = visiting(here, here.anke.person).get("/settings/unit").text
        assert ("3 min" in text, "Not shown: fewer than 3 people" in text) == (shown, not shown)
        assert "person 0" not in text
        chiara = visiting(here, here.chiara.person).get("/settings/unit").text
        assert "Not shown" in chiara


def test_an_administrator_sees_limits_and_no_sum(database: Settings) -> None:
    with node(database) as here:
        with_looks(here, 3)
        dirk = add_person("dirk", here.bram.unit, NOON, [RoleName.ADMINISTRATOR])
        text = visiting(here, dirk).get("/settings/unit").text
        assert "Limits of the unit" in text
        assert "The unit in sum" not in text


@pytest.mark.parametrize("plain", [False, True])
def test_who_wants_plain_tiles_gets_no_veils(database: Settings, tmp_path: Path, plain: bool) -> None:
    with node(database) as here:
        media = with_media(here, tmp_path / "seized", 1)
        choose(here.bram, Choice(tile=plain))
        request = RequestFactory().get("/")
        request.user, request.session = here.bram.person, SessionStore()
        template = engines["pages"].from_string("{{ veiled(one) }}")
        (one,) = veiled(here.home, here.bram.unit, media).values()
        text = template.render({"one": one}, request)
        assert ("data:image" in text, f'data-medium="{media[0].pk}"' in text) == (not plain, True)


@pytest.mark.parametrize(("language", "words"), [("fr", "Comment je vois"), ("nl", "Hoe ik kijk")])
def test_every_word_of_care_is_there_in_every_language(database: Settings, language: str, words: str) -> None:
    with node(database) as here:
        anke = visiting(here, here.anke.person)
        asks = {"Accept-Language": language}
        assert words in anke.get("/settings/viewing", headers=asks).text
        for place in ("/settings/viewing", "/settings/unit", "/pause"):
            english, other = (_said(anke.get(place, headers=how).text) for how in ({"Accept-Language": "en"}, asks))
            assert {line for line in english & other if re.search(r"[^\W\d]", line)} <= ALIKE


ALIKE = {
    "Pause",
    "Pause · Havre",
    "Havre",
    "anke",
    "Federal Police",
    "English",
    "Français",
    "Nederlands",
    "Ctrl",
    "K",
    "45 min",
}
"""What is the same in all three."""


def _said(text: str) -> set[str]:
    """Every piece of text between two tags."""
    body = text.partition("</header>")[0] + text.partition("<main")[2].partition("</main>")[0]
    return {piece.strip() for piece in re.findall(r">([^<>]+)<", body)}
