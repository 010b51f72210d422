"""Triage: what is likely to matter comes first, one key judges a stack, and nothing sharp is on the page."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser, Page

from havre.assessments.models import Assessment, SeriesIs, Stack, Tab
from havre.cases.models import Intake
from havre.flows.begin import add_colleague
from havre.flows.dossier import open_dossier
from havre.flows.intake import take_in
from havre.flows.series_life import name_series
from havre.settings import Settings
from havre.units.models import RoleName
from havre.units.queries import person_named
from tests.assessments.stacked import many
from tests.cast import Node, node
from tests.exposures import NIKON, exposure
from tests.sources import lay, picture
from tests.web import served, signed_in_page, visiting

WAYS: list[tuple[Literal["light", "dark"], int, int]] = [
    ("light", 1366, 768),
    ("dark", 390, 844),
    ("dark", 1366, 768),
    ("light", 390, 844),
]
"""The page is looked at in the first two of them; `make proof` does in all."""

SERIAL = {"BodySerialNumber": "6030741"}


def drive(at: Node, folder: Path, pictures: int = 4) -> list[Stack]:
    """A drive with a stack of two, two of one camera, and more; its stacks in the order in which they are judged."""
    files = {f"{n:02}.png": picture(n) for n in range(pictures)} | {"00b.png": picture(0)}
    files |= {"x.jpg": exposure(91, NIKON, SERIAL), "y.jpg": exposure(92, NIKON, SERIAL)}
    open_dossier(at.home, at.anke, "A", "a warrant", "a test")
    take_in(at.home, at.anke, "A", str(lay(folder, files)), workers=1)
    return list(Stack.objects.order_by("rank", "id"))


def test_what_matters_comes_first_with_its_reason(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        stacks = drive(here, tmp_path / "drive")
        assert [s.heading for s in stacks] == ["series:1", "series:1", "files", "unseen", "unseen", "unseen"]
        answer = visiting(here, here.bram.person).get("/triage")
        assert answer.status_code == 200
        shown = re.findall(r'data-stack="(\d+)"', answer.text)
        assert [int(key) for key in shown] == [stack.pk for stack in stacks]
        assert re.findall(r'data-heading="([^"]+)"', answer.text) == ["series:1", "files", "unseen"]
        for said in ("Near an open series", "S1 proposed", "same camera", "2 files look the same", "BE 1"):
            assert said in answer.text
        assert answer.text.count("data:image/webp") == len(stacks) + 1  # the stage has the first once more
        assert "may mean new abuse" not in answer.text
        Stack.objects.filter(series=1).update(series_is=SeriesIs.SAFE, heading="safe:1")
        page = visiting(here, here.bram.person).get("/triage").text
        assert "Near a series whose children are safe" in page
        assert page.count("may mean new abuse") == 1


def test_another_unit_sees_nothing_and_may_do_nothing(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        stack = drive(here, tmp_path / "drive")[0]
        theirs = visiting(here, here.chiara.person)
        page = theirs.get("/triage")
        assert (page.status_code, "data-stack" in page.text, ">New <b>0</b>" in page.text) == (200, False, True)
        assert theirs.get(f"/triage?intake={Intake.objects.get().pk}").status_code == 404
        assert theirs.get("/triage/fresh?newest=0").json() == {"count": 0, "more": False, "moved": {}}
        said = {"stack": stack.pk, "label": "5", "once": "x"}
        assert theirs.post("/triage/judge", said).status_code == 404
        assert Assessment.objects.count() == 0


@pytest.mark.parametrize("role", [RoleName.AUDITOR, RoleName.ADMINISTRATOR])
def test_who_does_not_work_with_media_is_refused(role: RoleName, database: Settings) -> None:
    with node(database) as here:
        add_colleague(here.home, here.anke, "dirk", "", [role])
        theirs = visiting(here, person_named("dirk"))
        assert [theirs.get(at).status_code for at in ("/triage", "/triage/fresh")] == [403, 403]
        assert [theirs.post(f"/triage/{act}").status_code for act in ("judge", "undo", "series")] == [403] * 3


def test_keys_are_answered_with_what_became_of_the_stacks(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        stacks = drive(here, tmp_path / "drive")
        browser = visiting(here, here.bram.person)
        browser.defaults["HTTP_ACCEPT"] = "application/json"
        one = browser.post("/triage/judge", {"stack": [s.pk for s in stacks[2:4]], "label": "5", "once": "a"}).json()
        assert (one["said"], one["counts"]) == ("3 files judged 5.", {"new": 4, "near": 0, "second": 0, "judged": 2})
        two = browser.post("/triage/judge", {"stack": stacks[4].pk, "label": "1", "once": "b", "age": "6-9"}).json()
        assert two["stacks"] == [{"id": stacks[4].pk, "tab": "second", "label": "", "files": 1}]
        asked: dict[str, int | list[int]] = {"newest": 0, "stack": [s.pk for s in stacks]}
        moved = {str(stacks[2].pk): "5", str(stacks[3].pk): "5", str(stacks[4].pk): ""}
        assert browser.get("/triage/fresh", asked).json() == {"count": 3, "more": False, "moved": moved}
        undone = browser.post("/triage/undo", {"once": "b"}).json()
        assert undone["stacks"][0]["tab"] == "new"
        assert (
            browser.post("/triage/undo", {"once": "b"}).json()["stacks"][0]["tab"] == "new"
        )  # sent twice, undone once
        assert Stack.objects.filter(tab=Tab.JUDGED).count() == 2
        bad = browser.post("/triage/judge", {"stack": stacks[4].pk, "label": "7", "once": "c"})
        assert (bad.status_code, "There is no label '7'" in bad.json()["sentence"]) == (400, True)
        into = browser.post("/triage/series", {"stack": stacks[4].pk, "series": "1"}).json()
        assert into["said"] == "In S1 now: 1 file."
        stacks[4].refresh_from_db()
        assert stacks[4].heading == "series:1"


@pytest.mark.parametrize("backend", ["sqlite"])
def test_two_who_disagree_are_told_who_decides(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        stack = drive(here, tmp_path / "drive", 1)[-1]
        bram, anke = (visiting(here, each.person) for each in (here.bram, here.anke))
        for each in (bram, anke):
            each.defaults["HTTP_ACCEPT"] = "application/json"
        bram.post("/triage/judge", {"stack": stack.pk, "label": "1", "once": "a"})
        said = anke.post("/triage/judge", {"stack": stack.pk, "label": "2", "once": "b"}).json()["said"]
        assert said == "2 files judged 2. 1 stack: two people disagree, a third or a supervisor decides."
        undone = bram.post("/triage/undo", {"once": "a"}).json()
        assert undone["said"] == "1 stack stays: somebody else acted since."


def test_a_form_without_a_script_judges_too(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        stack = drive(here, tmp_path / "drive")[0]
        browser = visiting(here, here.bram.person)
        answer = browser.post("/triage/judge", {"stack": stack.pk, "label": "5", "once": "a"}, follow=True)
        assert "1 file judged 5." in answer.text
        text = browser.post("/triage/undo", {"once": "another"}, follow=True).text
        assert "Undone: 1 file." in text
        assert re.findall(r'data-stack="(\d+)"', text) == [str(stack.pk)]


def test_a_page_costs_the_same_however_many_stacks_there_are(database: Settings) -> None:
    with node(database) as here:
        browser = visiting(here, here.bram.person)
        asked: list[int] = []
        for stacks in (10, 1000):
            many(here.anke.unit, here.anke.person, stacks)
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert browser.get("/triage").status_code == 200
            asked.append(len(captured))
        assert asked[1] <= asked[0] + 1  # the cursor of the next page costs none; a longer log may
        assert asked[1] < 40


def test_pages_follow_one_another_without_a_gap_and_only_by_signed_addresses(database: Settings) -> None:
    with node(database) as here:
        many(here.anke.unit, here.anke.person, 130)
        browser = visiting(here, here.bram.person)
        address, seen = "/triage", []
        while address:
            text = browser.get(address, headers={"HX-Request": "true"} if "after" in address else None).text
            seen += [int(key) for key in re.findall(r'data-stack="(\d+)"', text)]
            found = re.search(r'hx-get="([^"]+)"', text)
            address = found.group(1).replace("&amp;", "&") if found else ""
        assert seen == list(Stack.objects.order_by("rank", "id").values_list("id", flat=True))
        assert browser.get("/triage?after=1:2:3").status_code == 400
        assert browser.get("/triage?tab=everything").status_code == 400


# ---- in a browser ----

SENT = "Object.keys(sessionStorage).every(name => !name.startsWith('triage'))"
"""Whether nothing waits to be sent."""


@contextmanager
def opened(chromium: Browser, here: Node, settings: Settings, **more: object) -> Iterator[tuple[Page, str]]:
    """A page of a real server in which Bram is signed in."""
    with served(settings) as address:
        context = chromium.new_context(viewport={"width": 1366, "height": 768}, **more)  # type: ignore[arg-type]
        page = signed_in_page(context, address, here.bram.person)
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text) if "Content Security" in said.text else None)
        yield page, address
        context.close()
        assert problems == []


def wait(page: Page, what: str) -> None:
    """Until this holds in the page: the policy of the page keeps Playwright from waiting in it."""
    until = time.monotonic() + 30
    while not page.evaluate(what):
        assert time.monotonic() < until, what
        time.sleep(0.05)


def measured(page: Page) -> str:
    """Milliseconds from the last key until the next stack was drawn, as the page measured it."""
    place = "document.getElementById('triage-words').dataset"
    wait(page, f"{place}.milliseconds !== undefined")
    return str(
        page.evaluate(f"(() => {{ const took = {place}.milliseconds; delete {place}.milliseconds; return took; }})()")
    )


def judged(page: Page) -> list[str]:
    return page.locator(".tile .judged").all_inner_texts()


@pytest.mark.parametrize("backend", ["sqlite"])
def test_ten_stacks_are_judged_by_keys(database: Settings, chromium: Browser, tmp_path: Path) -> None:
    with node(database) as here:
        drive(here, tmp_path / "drive", 12)
        with opened(chromium, here, database) as (page, address):
            page.goto(f"{address}/triage")
            page.wait_for_selector(".tile[data-current]")
            took = []
            for key in "5454545454":
                page.keyboard.press(key)
                took.append(float(measured(page)))
            print(f"\nnext stack after {sorted(took)[5]:.1f} ms in the middle, {max(took):.1f} ms at most")
            wait(page, SENT)
            assert (Stack.objects.filter(tab="judged").count(), judged(page)) == (10, list("5454545454"))
            page.keyboard.press("u")
            wait(page, "document.querySelector('.tabs [data-tab=judged] b').textContent === '9'")
            assert Stack.objects.filter(tab="judged").count() == 9
            assert page.locator(".tile[data-current]").get_attribute("data-stack") == str(
                Stack.objects.filter(tab="new").order_by("rank", "id").first().pk  # type: ignore[union-attr]
            )


@pytest.mark.parametrize("backend", ["sqlite"])
def test_all_that_is_said_of_a_stack_fits_beside_it(database: Settings, chromium: Browser, tmp_path: Path) -> None:
    with node(database) as here:
        drive(here, tmp_path / "drive")
        with opened(chromium, here, database) as (page, address):
            page.goto(f"{address}/triage")
            page.wait_for_selector(".tile[data-current]")
            bottoms = "['#found', '.side'].map((each) => document.querySelector(each).getBoundingClientRect().bottom)"
            found, side = page.evaluate(bottoms)
            assert found <= side


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_is_refused_leads_nobody_on_and_is_not_what_is_undone(
    database: Settings, chromium: Browser, tmp_path: Path
) -> None:
    with node(database) as here:
        drive(here, tmp_path / "drive")
        with opened(chromium, here, database) as (page, address):
            page.goto(f"{address}/triage")
            page.wait_for_selector(".tile[data-current]")
            page.keyboard.press("5")
            wait(page, SENT)
            at = page.locator(".tile[data-current]").get_attribute("data-stack")
            page.keyboard.press("b")
            wait(page, "document.getElementById('last').textContent.startsWith('Nobody else judged this')")
            assert page.locator(".tile[data-current]").get_attribute("data-stack") == at
            assert page.evaluate("document.activeElement.dataset.stack") == at
            page.keyboard.press("u")
            wait(page, "document.querySelector('.tabs [data-tab=judged] b').textContent === '0'")
            assert Stack.objects.filter(tab="judged").count() == 0


def test_a_series_is_called_by_its_name(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        drive(here, tmp_path / "drive")
        name_series(here.home, here.anke, "S1", "Blue <tiles>")
        text = visiting(here, here.bram.person).get("/triage").text
        assert "S1 Blue &lt;tiles&gt;, proposed</" in text
        assert ">Series S1 <bdi>Blue &lt;tiles&gt;</bdi></a>" in text
        assert '<option value="1">S1 Blue &lt;tiles&gt; (proposed)' in text


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_range_is_judged_at_once_and_facts_travel_with_it(
    database: Settings, chromium: Browser, tmp_path: Path
) -> None:
    with node(database) as here:
        drive(here, tmp_path / "drive", 6)
        with opened(chromium, here, database) as (page, address):
            page.goto(f"{address}/triage")
            page.wait_for_selector(".tile[data-current]")
            page.keyboard.press("j")
            page.keyboard.press("j")
            page.keyboard.press("Shift+ArrowRight")
            page.keyboard.press("Shift+ArrowRight")
            assert page.inner_text("#scope") == "One key judges 3 stacks: 3 files."
            for key in ("f", "3", "3", "f", "1", "5"):
                page.keyboard.press(key)
            wait(page, SENT)
            words = Assessment.objects.values_list("label", "age", "visible", "produced")
            assert list(words) == [("5", "6-9", ["nudity"], "camera")] * 3
            page.keyboard.press("u")
            assert page.inner_text("#scope") == "One key judges 3 stacks: 3 files."  # to be judged again together
            wait(page, SENT)
            page.keyboard.press("ArrowRight")
            page.keyboard.press("x")
            assert page.inner_text("#live") == "2 stacks selected."
            page.keyboard.press("Home")
            page.keyboard.press("Control+a")
            assert page.locator(".tile[aria-selected=true]").count() == 5


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_could_not_be_saved_waits_and_is_sent_once(database: Settings, chromium: Browser, tmp_path: Path) -> None:
    with node(database) as here:
        drive(here, tmp_path / "drive")
        with opened(chromium, here, database) as (page, address):
            page.goto(f"{address}/triage")
            page.wait_for_selector(".tile[data-current]")
            page.context.set_offline(True)
            for key in "554":
                page.keyboard.press(key)
            page.wait_for_selector("#unsaved:not([hidden])")
            assert page.inner_text("#unsaved") == "3 not saved yet"
            assert Assessment.objects.count() == 0
            page.context.set_offline(False)
            page.wait_for_selector("#unsaved", state="hidden")
            assert list(Assessment.objects.order_by("id").values_list("label", flat=True)) == ["5", "5", "4"]


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.proof
def test_triage_can_be_used_by_everybody(
    database: Settings, chromium: Browser, tmp_path: Path, count: Callable[[int, int], int]
) -> None:
    with node(database) as here:
        drive(here, tmp_path / "drive", 8)
        with opened(chromium, here, database) as (page, address):
            for theme, width, height in WAYS[: count(2, 4)]:
                page.emulate_media(color_scheme=theme)
                page.set_viewport_size({"width": width, "height": height})
                page.goto(f"{address}/triage")
                page.wait_for_selector(".tile[data-current]")
                page.keyboard.press("1")
                page.keyboard.press("f")
                found = Axe().run(page, options={"resultTypes": ["violations"]})
                assert [each["id"] for each in found.response["violations"]] == [], json.dumps(
                    found.response["violations"], indent=1
                )[:3000]
                page.screenshot(path=str(tmp_path / f"{theme}-{width}.png"))


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_current_stack_is_revealed_where_the_eye_is(database: Settings, chromium: Browser, tmp_path: Path) -> None:
    with node(database) as here:
        drive(here, tmp_path / "drive")
        with opened(chromium, here, database) as (page, address):
            page.goto(f"{address}/triage")
            page.wait_for_selector(".tile[data-current]")
            page.keyboard.press("ArrowRight")
            page.keyboard.down("Space")
            page.wait_for_selector("#reason", state="visible")
            page.keyboard.up("Space")
            page.keyboard.type("the warrant of March")
            page.keyboard.press("Enter")
            page.wait_for_selector("#reason", state="hidden")
            assert page.locator("canvas").count() == 0
            page.keyboard.down("Space")
            page.wait_for_selector(".tile[data-current] .veil canvas", state="attached")
            page.keyboard.up("Space")
            assert page.locator("canvas").count() == 0
            page.keyboard.press("5")
            wait(page, SENT)
            assert (judged(page), Stack.objects.filter(tab="judged").count()) == (["5"], 1)
