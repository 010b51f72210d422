"""Intakes: asked for, watched, stopped; each with every file that it left out."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from havre.assessments.facts import Facts
from havre.assessments.models import Stack
from havre.assessments.say import Saying
from havre.cases.models import Intake, Order, State
from havre.entrypoints.analyst.intakes import WIDTH, bar
from havre.exchange.due import pass_over
from havre.exchange.models import PassedOver
from havre.flows.assess import judge
from havre.flows.dossier import open_dossier
from havre.flows.home import Home
from havre.flows.intake import take_in
from havre.media.models import Medium
from havre.settings import Settings
from tests.cast import NOON, Node, node
from tests.sources import TEXT, lay, picture
from tests.web import visiting


@pytest.fixture
def here(database: Settings, tmp_path: Path) -> Iterator[Node]:
    (tmp_path / "allowed").mkdir()
    with node(database) as found:
        open_dossier(found.home, found.anke, "A", "a warrant", "a test")
        open_dossier(found.home, found.chiara, "I", "a warrant", "a test")
        yield replace(found, home=Home(replace(database, sources=(tmp_path / "allowed",))))


def test_a_folder_of_the_server_is_asked_for_and_no_other(here: Node, tmp_path: Path) -> None:
    client = visiting(here, here.bram.person)
    (tmp_path / "allowed" / "seized").mkdir()
    (tmp_path / "secret").mkdir()
    typed = {
        "case": "A",
        "source": "folder",
        "root": str(tmp_path / "allowed"),
        "below": "seized",
        "reason": "warrant 17",
    }
    assert client.post("/intakes/new", typed).headers["Location"] == "/intakes/asked/1"
    order = Order.objects.get()
    assert (order.path, order.reason, order.state) == (f"{tmp_path}/allowed/seized", "warrant 17", State.WAITING)
    for changed in (
        {"below": "../secret"},
        {"root": str(tmp_path / "secret"), "below": ""},
        {"case": "I"},
        {"case": ""},
    ):
        answer = client.post("/intakes/new", {**typed, **changed})
        assert answer.status_code == 400
        assert 'value="warrant 17"' in answer.text  # nothing typed is lost
    assert Order.objects.count() == 1


def test_an_order_is_stopped_goes_on_and_is_discarded(here: Node, tmp_path: Path) -> None:
    client = visiting(here, here.bram.person)
    client.post("/intakes/new", {"case": "A", "source": "folder", "root": str(tmp_path / "allowed")})
    for act, state in (("stop", State.STOPPED), ("continue", State.WAITING), ("stop", State.STOPPED)):
        client.post(f"/intakes/asked/1/{act}")
        assert Order.objects.get().state == state
    stranger = visiting(here, here.chiara.person)
    for act in ("stop", "continue", "discard", "nonsense"):
        assert stranger.post(f"/intakes/asked/1/{act}").status_code == 404
    assert client.get("/intakes/asked/1/stop").status_code == 405
    assert "stopped" in client.get("/intakes").text
    client.post("/intakes/asked/1/discard")
    assert not Order.objects.exists()


def test_the_summary_adds_up_and_every_file_left_out_has_its_reason(here: Node, tmp_path: Path) -> None:
    files = {"a.jpg": picture(1), "b.jpg": picture(1), "c.jpg": picture(2), "d.txt": TEXT, "<b>e": b""}
    totals = take_in(here.home, here.anke, "A", str(lay(tmp_path / "in", files)), workers=1)
    client = visiting(here, here.bram.person)
    intake = Intake.objects.get()
    parts = bar(intake)
    assert {str(part["outcome"]): part["count"] for part in parts} == totals.outcomes
    assert sum(int(str(part["width"])) for part in parts) == WIDTH
    page = client.get(f"/intakes/{intake.pk}").text
    assert "What it found" in page
    assert "every 2s" not in page  # nothing changes any more
    assert 'id="passed-over"' not in page
    open_stacks = Stack.objects.filter(tab__in=("new", "near", "second")).count()
    assert f"<span>{open_stacks} stacks to look at</span>" in page
    judge(here.home, here.bram, [Stack.objects.earliest("pk").pk], "one", Saying("5", Facts()))
    assert f"<span>{open_stacks - 1} stack to look at</span>" in client.get(f"/intakes/{intake.pk}").text
    assert f'<dd><a href="/triage?intake={intake.pk}">{totals.outcomes["new"]}</a></dd>' in page  # as on the desk
    assert page.count("<dd><a") == 1
    medium, unit = Medium.objects.earliest("pk"), here.anke.unit
    pass_over(unit, [PassedOver(unit=unit, medium=medium, at=NOON, why="spoilt")])
    assert "1 file of your unit or of others could not be compared" in client.get(f"/intakes/{intake.pk}").text
    piece = visiting(here, here.bram.person, htmx=True).get(f"/intakes/{intake.pk}/refused").text
    for words in ("d.txt", "not media", "&lt;b&gt;e", "empty"):
        assert words in piece
    assert "<html" not in piece
    assert client.get(f"/intakes/{intake.pk}/new").status_code == 404
    stranger = visiting(here, here.chiara.person)
    for address in (f"/intakes/{intake.pk}", f"/intakes/{intake.pk}/refused"):
        assert stranger.get(address).status_code == 404
    assert "/in" not in stranger.get("/intakes").text.partition("<table")[2]


def test_the_bar_is_full_whatever_the_numbers() -> None:
    for counts in ((0, 0, 0, 0, 0, 0), (1, 1, 1, 0, 0, 0), (1, 0, 0, 99999, 3, 7)):
        names = ("known", "near", "repeat", "new", "refused", "quarantined")
        parts = bar(Intake(**dict(zip(names, counts, strict=True))))
        assert sum(int(str(part["width"])) for part in parts) == (WIDTH if sum(counts) else 0)


def test_words_are_there_in_every_language(here: Node) -> None:
    for language, words in (("fr", "Nouveau versement"), ("nl", "Nieuwe inbreng")):
        client = visiting(here, here.bram.person)
        client.post("/language", {"language": language})
        assert words in client.get("/intakes").text
