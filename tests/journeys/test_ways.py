"""From the first run to what an auditor proves: the journeys of the workspace, driven as a person drives them.

Keys first, nothing is sent past the pages, and selectors are roles, names of fields and addresses, never words: each is
driven in one language here and in all three by `make proof`.
"""

import shlex
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from havre.assessments.models import Stack
from havre.cases.models import Intake
from havre.flows.home import log
from havre.series.models import Clue, Life, Status
from havre.units.acting import Acting
from havre.units.models import Person
from havre.units.queries import person_named
from havre.victims.models import Victim
from tests.command_line import HAVRE, environment
from tests.journeys.house import DRIVE, MEMBERS, House, spoken
from tests.proving import present, virtual_key

pytestmark = [pytest.mark.proof, pytest.mark.xdist_group("ways")]

LONG = 120_000
"""Milliseconds that the background may take on a busy machine."""


def in_language(language: str) -> pytest.MarkDecorator:
    """Driven in this language, and in `make proof` in all."""
    return pytest.mark.parametrize("language", spoken(language))


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, selector: str) -> None:
    """Go there by Tab alone."""
    for _ in range(250):
        if page.evaluate("selector => document.activeElement?.matches(selector) ?? false", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {selector}")


def enter(page: Page, selector: str, to: str = "") -> None:
    """Go there by Tab and press Enter; wait for the page to which it leads."""
    tab_to(page, selector)
    page.keyboard.press("Enter")
    if to:
        page.wait_for_url(f"**{to}")


def go(page: Page, key: str, to: str) -> None:
    """Two keys that lead to a page from everywhere."""
    press(page, "g", key)
    page.wait_for_url(f"**{to}")


def typed(page: Page, selector: str, text: str) -> None:
    """Go there by Tab and type."""
    tab_to(page, selector)
    page.keyboard.type(text)


def speaks(page: Page, language: str) -> None:
    """The page is in this language, and nothing went wrong on it."""
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator(".said.error:visible")).to_have_count(0)


def well(page: Page, house: House) -> None:
    """At the end: no page threw or refused anything."""
    page.context.close()
    troubles = house.troubles[:]
    house.troubles.clear()
    assert troubles == []


@in_language("nl")
def test_first_run_and_passkey(home_of_all: House, language: str) -> None:
    house = home_of_all
    page = house.page(language)
    virtual_key(page)
    page.goto(house.begins())
    speaks(page, language)
    enter(page, "form[data-passkey=create] button")
    expect(page).to_have_url(f"{house.address}/desk")
    enter(page, "details.menu > summary")
    enter(page, "form[action='/sign-out'] button")
    expect(page).to_have_url(f"{house.address}/")
    page.goto(f"{house.address}/people")
    enter(page, "form[data-passkey=get] button")
    expect(page).to_have_url(f"{house.address}/people")
    speaks(page, language)
    typed(page, "#id_name", f"dora {language}")
    press(page, "Enter")
    expect(page.locator("#link")).to_contain_text("/welcome/")
    added = Person.objects.get(name=f"dora {language}")
    assert [role.name for role in added.roles.all()] == ["analyst"]
    well(page, house)


@in_language("fr")
def test_a_folder_of_the_server_to_judged_stacks(home_of_all: House, language: str) -> None:
    house, reference = home_of_all, f"2026-17 {language}"
    page = house.page(language, person_named("bram"))
    page.goto(f"{house.address}/desk")
    go(page, "i", "/intakes")
    enter(page, "a[href='/cases']", "/cases")
    for field in ("reference", "basis", "purpose"):
        typed(page, f"#{field}", reference if field == "reference" else "un mandat")
    enter(page, "#main form button[type=submit]", "/intakes/new*")
    speaks(page, language)
    assert page.input_value("#case") == reference
    tab_to(page, "[name=source]")
    press(page, "ArrowDown")
    typed(page, "#below", language)
    press(page, "Enter")
    expect(page.locator("#progress header .chip.good")).to_be_visible(timeout=LONG)
    speaks(page, language)
    intake = Intake.objects.get(case__reference=reference)
    assert (intake.found, intake.refused) == (DRIVE + 2, 1)

    enter(page, f"a[href='/triage?intake={intake.pk}']", f"/triage?intake={intake.pk}")
    expect(page.locator(".tile[data-current]")).to_be_focused()
    stacks = page.locator("#stacks .tile").count()
    assert stacks == DRIVE
    for at in range(stacks):
        expect(page.locator("#stacks .judged")).to_have_count(at)
        press(page, "5")
    expect(page.locator(".tabs [data-tab=judged] b")).to_have_text(str(stacks))
    press(page, "u")
    expect(page.locator(".tabs [data-tab=judged] b")).to_have_text(str(stacks - 1))
    press(page, "4")
    expect(page.locator(".tabs [data-tab=judged] b")).to_have_text(str(stacks))
    expect(page.locator("#unsaved")).to_be_hidden()
    judged = Stack.objects.filter(intake=intake).values_list("label", flat=True)
    assert sorted(judged) == ["4"] + ["5"] * (stacks - 1)
    well(page, house)


@in_language("en")
def test_a_series_from_proposal_to_identified(home_of_all: House, language: str) -> None:
    house, series = home_of_all, home_of_all.series(language, 0)
    page = house.page(language, person_named("bram"))
    page.goto(f"{house.address}/desk")
    go(page, "s", "/series")
    enter(page, f"a[href='/series/{series.number}']", f"/series/{series.number}")
    page.wait_for_selector("#graph[data-ready]")
    speaks(page, language)

    tab_to(page, "[data-tile]")  # split the last stack off
    press(page, "End", "x")
    assert page.locator("[name=stack]:checked").count() == 1
    typed(page, "#split-why", "another camera")
    press(page, "Enter")
    page.wait_for_selector(".said.success")
    assert series.members.count() == MEMBERS - 1

    enter(page, "form[action$=claim] button")
    page.wait_for_selector("form[action$=release]")
    enter(page, "form[action$=confirm] button")
    page.wait_for_selector("[data-act=identified]")

    press(page, "m")
    page.keyboard.type("Tiles of the 1990s.")
    press(page, "Tab", "Enter")
    page.wait_for_selector("#talk >> text=Tiles of the 1990s.")

    page.wait_for_selector("#graph[data-ready]")
    press(page, "n")
    expect(page.locator("#graph-said")).to_contain_text(" 0.jpg")
    press(page, "i")
    page.keyboard.type(f"Kingfisher {language}")
    press(page, "Enter")
    expect(page.locator("#victims tbody th")).to_contain_text(f"Kingfisher {language}")
    victim = Victim.objects.get(pseudonym=f"Kingfisher {language}")
    assert (victim.identified_by, victim.identified_at is not None) == ("BE", True)
    series.refresh_from_db()
    assert (series.status, series.life) == (Status.CONFIRMED, Life.IDENTIFIED)
    well(page, house)


@in_language("nl")
def test_a_clue_to_its_country(home_of_all: House, language: str) -> None:
    house, series = home_of_all, home_of_all.series(language, 1)
    page = house.page(language, person_named("bram"))
    page.goto(f"{house.address}/series/{series.number}/clues")
    speaks(page, language)
    press(page, "l")
    x, y, wide, high = _region(page)
    press(page, "ArrowRight", "ArrowDown")
    assert _region(page) == [x + 1, y + 1, wide, high]  # a hundredth of the longer side
    press(page, "Shift+ArrowLeft", "Shift+ArrowUp", *["ArrowRight"] * 60)
    drawn = _region(page)
    assert drawn == [128 - wide + 1, y + 1, wide - 1, high - 1]  # never out of the picture
    press(page, "Enter")
    page.keyboard.type("Route sign")
    tab_to(page, "summary:has(+ label[for=clue-language])")
    press(page, "Enter")
    typed(page, "#clue-language", page.locator("#clue-language option[value=mt]").inner_text())
    tab_to(page, "#new-clue input[name=nobody]")
    press(page, "Space", "Enter")
    page.wait_for_selector(".said.success")
    here = page.evaluate("lang => new Intl.DisplayNames([lang], { type: 'region' }).of('MT')", language)
    expect(page.locator("table.where tbody th").first).to_have_text(here)
    page.wait_for_selector("svg.map[data-drawn] circle.small.h3", state="attached")  # too small to be in the atlas
    clue = Clue.objects.get(series=series)
    assert [clue.x, clue.y, clue.width, clue.height] == drawn
    well(page, house)


def _region(page: Page) -> list[int]:
    return [int(page.input_value(f"#clue-{name}")) for name in ("x", "y", "width", "height")]


@in_language("fr")
def test_a_search_by_region(home_of_all: House, language: str) -> None:
    house, (whole, part) = home_of_all, home_of_all.pair()
    page = house.page(language, person_named("bram"))
    page.goto(f"{house.address}/media/{whole.pk}")
    enter(page, f"a[href='/search?like={whole.pk}']", f"/search?like={whole.pk}")
    stage = page.locator("#drawing svg.draw")
    stage.scroll_into_view_if_needed()
    speaks(page, language)
    box, wide, high = stage.bounding_box(), whole.width or 1, whole.height or 1
    assert box is not None
    scale = min(box["width"] / wide, box["height"] / high)
    left, top = box["x"] + (box["width"] - wide * scale) / 2, box["y"] + (box["height"] - high * scale) / 2
    page.mouse.move(left + 150 * scale, top + 100 * scale)
    page.mouse.down()
    page.mouse.move(left + 450 * scale, top + 300 * scale, steps=3)
    page.mouse.up()
    region = [int(page.locator(f"#l{name}").input_value()) for name in "xywh"]
    assert region == pytest.approx([150, 100, 300, 200], abs=3)
    typed(page, "#search-reason", "who else has this wall")
    press(page, "Enter")
    expect(page.locator(f".results a[href='/media/{part.pk}']")).to_have_count(1)
    press(page, "j", "Enter")
    expect(page).to_have_url(f"{house.address}/media/{part.pk}")
    well(page, house)


@in_language("en")
def test_what_an_auditor_proves(home_of_all: House, language: str, tmp_path: Path) -> None:
    house, asked = home_of_all, f"why {language}"
    log(house.home, Acting(person_named("bram"), present, asked), "consultation", "series S1", {"act": "looked"})
    page = house.page(language, person_named("carine"))
    page.goto(f"{house.address}/desk")
    enter(page, "nav.rail a[href='/audit']", "/audit")
    typed(page, "[name=person]", "bram")
    typed(page, "[name=reason]", asked)
    press(page, "Enter")
    expect(page.locator("table.entries tbody tr")).to_have_count(1)
    speaks(page, language)
    enter(page, "table.entries tbody a", "/audit/entries/*")
    tab_to(page, "form[action$='/proof'] button")
    with page.expect_download() as coming:
        press(page, "Enter")
    coming.value.save_as(tmp_path / coming.value.suggested_filename)
    told = shlex.split(page.locator("pre.command code").inner_text())
    assert told[:3] == ["havre", "audit", "check-proof"]
    assert (_checked(told, tmp_path).returncode, asked in _checked(told, tmp_path).stdout) == (0, True)
    file = tmp_path / told[3]
    file.write_text(file.read_text().replace(asked, f"{asked}!"))
    assert _checked(told, tmp_path).returncode != 0
    well(page, house)


def _checked(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """The published command, where no node is."""
    line = [str(HAVRE), *command[1:]]
    return subprocess.run(line, cwd=folder, env=environment(None), capture_output=True, text=True, check=False)
