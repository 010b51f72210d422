"""The pause: a calm page, that one takes and ends, and that a limit keeps."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from havre.care.choose import set_limits
from havre.care.models import Pause, Reveal, Why
from havre.entrypoints.analyst.node import now
from havre.settings import Settings
from havre.units.found import add_person
from havre.units.models import Person, RoleName
from tests.care.looks import looked
from tests.cast import NOON, node
from tests.previews import PAGES, revealed, unpacked, with_media
from tests.web import served, signed_in_page, visiting


def used_up(person: Person, seconds: float) -> None:
    """This person looked so long until a moment ago."""
    looked(person, (now() - NOON).total_seconds() - seconds, seconds)


def test_a_pause_is_taken_and_ended(database: Settings) -> None:
    with node(database) as here:
        bram = visiting(here, here.bram.person)
        assert "Begin a pause of 15 minutes" in bram.get("/pause").text
        assert bram.post("/pause", {"act": "pause"}).headers["Location"] == "/pause"
        text = bram.get("/pause").text
        assert "15 minutes" in text
        assert "Go on now" in text
        assert "<img" not in text
        bram.post("/pause", {"act": "go-on"})
        assert Pause.objects.get().ended_at is not None
        assert "Begin a pause" in bram.get("/pause").text


@pytest.mark.parametrize("role", list(RoleName))
def test_anybody_may_pause(database: Settings, role: RoleName) -> None:
    with node(database) as here:
        dirk = add_person("dirk", here.bram.unit, NOON, [role])
        assert visiting(here, dirk).get("/pause").status_code == 200


def test_during_a_pause_nothing_is_revealed_and_the_answer_says_when_it_goes_on(
    database: Settings, tmp_path: Path
) -> None:
    with node(database) as here:
        medium = with_media(here, tmp_path / "seized", 1)[0]
        bram = visiting(here, here.bram.person)
        got = unpacked(bram.get(f"/media/{medium.pk}/sealed"))[0]
        bram.post("/pause", {"act": "pause"})
        answer = revealed(bram, medium.pk, got.ticket, reason="a warrant")
        assert answer.status_code == 403
        said = answer.json()
        assert said["pause"] == "/pause"
        assert "It goes on at" in said["sentence"]
        assert "key" not in said
        assert not Reveal.objects.exists()


def test_a_pause_that_is_due_has_no_way_around(database: Settings) -> None:
    with node(database) as here:
        set_limits(here.bram.unit, 7200, 300, 900)
        used_up(here.bram.person, 300)
        begun = now() - timedelta(minutes=1)
        Pause.objects.create(
            person=here.bram.person, why=Why.STRETCH, began_at=begun, until=begun + timedelta(minutes=15)
        )
        bram = visiting(here, here.bram.person)
        text = bram.get("/pause").text
        assert "14 minutes" in text
        assert "Go on now" not in text
        assert "Begin a pause" not in text
        bram.post("/pause", {"act": "go-on"})
        assert Pause.objects.get().ended_at is None


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_key_leads_to_the_pause_and_a_limit_does_too(database: Settings, chromium: Browser, tmp_path: Path) -> None:
    with node(database) as here:
        with_media(here, tmp_path / "seized", 1)
        with served(database, PAGES) as address:
            page = signed_in_page(chromium, address, here.bram.person)
            page.goto(f"{address}/veiled")
            page.keyboard.press("p")
            expect(page.locator("h1")).to_have_text("Take a pause")
            page.get_by_role("button", name="Begin a pause").click()
            expect(page.locator("#left")).to_have_text("15 minutes")
            page.goto(f"{address}/veiled")
            page.keyboard.down("Space")
            page.fill("#reason-words", "a warrant")
            page.keyboard.up("Space")
            page.press("#reason-words", "Enter")
            expect(page.locator("#reason")).to_be_hidden()
            page.keyboard.down("Space")
            page.wait_for_url("**/pause")
            assert page.locator("canvas, .veil").count() == 0
