"""The clue desk: shown with its countries, crops in clear only after two people; by keyboard it is a journey."""

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import ExifTags, Image
from playwright.sync_api import Browser, Page, expect

from havre.audit.models import Entry
from havre.care.choose import Choice, choose_viewing
from havre.care.look import begin_look
from havre.entrypoints.analyst.clues import suggestions
from havre.errors import Invalid
from havre.flows.clue import ask_for_crop, confirm_crop, draw_clue
from havre.flows.series import propose
from havre.linking.countries import constraint
from havre.media.models import Medium
from havre.series.clues import Box, Drawn
from havre.series.models import Clue, ClueCrop
from havre.settings import Settings
from tests.cast import Node, node
from tests.exposures import NIKON, intake
from tests.pictures import landscape
from tests.web import served, signed_in_page, visiting

DESK = "/series/1/clues"
SIGN = {"name": "Route sign", "kind": "sign", "x": "60", "y": "40", "width": "80", "height": "50", "nobody": "1"}
CIRCLE = {"latitude": "50,72", "longitude": "-1.98", "km": "60", "certainty": "likely"}
SCREENS: list[tuple[Literal["light", "dark"], int]] = [("light", 1366), ("dark", 1366), ("light", 390), ("dark", 390)]
PAYLOAD = "<img src=x onerror=alert(1)>"


def photograph(seed: int) -> bytes:
    """A landscape of a camera, taken near Poole."""
    exif = Image.Exif()
    for name, value in NIKON.items():
        exif[ExifTags.Base[name]] = value
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base["BodySerialNumber"]] = "6030741"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place.update({1: "N", 2: (50.0, 43.0, float(seed)), 3: "W", 4: (1.0, 58.0, 0.0)})
    file = io.BytesIO()
    Image.fromarray(landscape(seed, 300, 400)).save(file, "JPEG", quality=90, exif=exif)
    return file.getvalue()


@pytest.fixture
def here(database: Settings, tmp_path: Path) -> Iterator[Node]:
    """Anke's and Bram's series of two pictures."""
    with node(database) as found:
        intake(found.home, found.anke, tmp_path / "in", {f"{seed}.jpg": photograph(seed) for seed in (1, 2)})
        propose(found.home, found.anke)
        yield found


def medium(here: Node) -> int:
    return Medium.objects.filter(unit=here.anke.unit, member__isnull=False).order_by("id")[0].pk


def drawn(here: Node) -> Clue:
    told = [constraint({"kind": "circle", "longitude": -1.98, "latitude": 50.72, "km": 60})]
    return draw_clue(
        here.home, here.anke, "S1", medium(here), Drawn("Route sign", "sign", Box(60, 40, 80, 50), told), nobody=True
    )


def posted(client: Client, here: Node, values: dict[str, object]) -> tuple[int, str]:
    answer = client.post(DESK, {"medium": medium(here), **values}, follow=True)
    return answer.status_code, answer.text


def test_a_clue_is_drawn_without_script_and_leads_to_its_countries(here: Node) -> None:
    anke = visiting(here, here.anke.person)
    status, text = posted(anke, here, {**SIGN, **CIRCLE, "language": ["en", "cy"]})
    assert status == 200
    assert "Clue 1 is drawn." in text
    assert "Within 60 km of 50.72, -1.98" in text
    assert "Official language: English or Welsh" in text
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td><span class="chip( good)?', text)
    assert rows[0] == ("United Kingdom", " good")
    assert "2 places that the pictures state" in text


def test_what_was_typed_is_kept_where_it_was_not_taken(here: Node) -> None:
    anke = visiting(here, here.anke.person)
    without = {name: value for name, value in SIGN.items() if name != "nobody"}
    status, text = posted(anke, here, {**without, **CIRCLE, "plug": "G", "language": "nl"})
    assert status == 400
    assert "Say that no person is in the region: clues are drawn on objects, never on a person.</a></p>" in text
    for kept in (
        'value="Route sign"',
        'value="50,72"',
        '<option value="nl" selected>',
        'value="G" checked',
        'value="80"',
    ):
        assert kept in text
    shown = re.findall(r"<details open><summary>(.*?)</summary>", text)
    assert shown == ["Official language", "Plug", "Within so many kilometres of a point"]  # not folded away
    for wrong in ({"x": "-1"}, {"x": "1e3"}, {"km": "far"}, {"name": ""}, {"width": "99999"}, {"country": "ZZ"}):
        assert posted(anke, here, {**SIGN, **CIRCLE, **wrong})[0] == 400
    assert not Clue.objects.exists()


def test_more_is_suggested_and_taken_away(here: Node) -> None:
    clue, bram = drawn(here), visiting(here, here.bram.person)
    page = f"{DESK}/{clue.pk}/suggests"
    assert "Route sign" in bram.get(page).text
    assert bram.post(page, {"certainty": "sure"}).status_code == 400
    assert bram.post(page, {"side": "left", "certainty": "sure"}).status_code == 302
    assert [told["kind"] for told in Clue.objects.get().suggests] == ["circle", "side"]
    bram.post(page, {"without": "0"})
    assert [told["kind"] for told in Clue.objects.get().suggests] == ["side"]


def test_a_clue_that_was_withdrawn_is_brought_back(here: Node) -> None:
    clue, bram = drawn(here), visiting(here, here.bram.person)
    gone = bram.post(f"{DESK}/{clue.pk}/withdraw")
    assert gone.headers["Location"].endswith(f"#clue-{clue.pk}")
    text = bram.get(DESK).text
    assert "Clue 1 is withdrawn." in text
    assert f'<li id="clue-{clue.pk}">' in text
    back = bram.post(f"{DESK}/{clue.pk}/withdraw", {"back": "yes"}, follow=True).text
    assert "Clue 1 counts again." in back
    assert f'<article class="clue" id="clue-{clue.pk}"' in back


def test_clues_that_contradict_each_other_are_shown_not_hidden(here: Node) -> None:
    anke = visiting(here, here.anke.person)
    posted(anke, here, {**SIGN, "side": "left", "certainty": "sure"})
    text = posted(anke, here, {**SIGN, "name": "Flag", "country": "FR", "certainty": "sure"})[1]
    assert "These cannot be true together:" in text
    assert "1 Route sign (Drives on the left) ≠ 2 Flag (Country: France)" in text
    assert "What is sure leaves no country." in text


def test_a_crop_is_clear_on_the_page_only_after_a_second_person(here: Node) -> None:
    clue, anke, bram = drawn(here), visiting(here, here.anke.person), visiting(here, here.bram.person)
    crop = f"{DESK}/{clue.pk}/crop"
    assert "data:image/jpeg" not in anke.post(crop, {"act": "make"}, follow=True).text
    assert not ClueCrop.objects.exists()  # nobody had said that no person is in it
    made = anke.post(crop, {"act": "make", "nobody": "1"}, follow=True).text
    assert "stays veiled until a second person" in made
    assert "another person of your unit" in anke.post(crop, {"act": "confirm", "nobody": "1"}, follow=True).text
    for text in (made, bram.get(DESK).text):
        assert "data:image/jpeg" not in text
    refused = bram.post(crop, {"act": "confirm", "nobody": "1"}, follow=True)
    assert "Look at the crop first" in refused.text
    assert "#" not in refused.redirect_chain[-1][0]  # at the clue nobody would see what is said at the top
    bram.post(f"/media/{clue.medium_id}/reason", {"reason": "to confirm a crop"})
    assert bram.post(f"{crop}/look", {"hold": "h"}).status_code == 200
    assert "data:image/jpeg" in bram.post(crop, {"act": "confirm", "nobody": "1"}, follow=True).text

    answer = anke.post(f"{crop}/file", {"recipient": "Garda, Dublin"})
    assert answer.headers["Content-Disposition"] == f'attachment; filename="object-1-{clue.pk}.jpg"'
    assert Image.open(io.BytesIO(answer.content)).size == (80, 50)
    assert json.loads(Entry.objects.filter(verb="disclosure").get().detail)["to"] == "Garda, Dublin"
    assert anke.post(f"{crop}/file", {"recipient": ""}).status_code == 302
    assert Entry.objects.filter(verb="disclosure").count() == 1


def test_looking_needs_a_reason_and_is_logged(here: Node) -> None:
    clue, bram = drawn(here), visiting(here, here.bram.person)
    ask_for_crop(here.home, here.anke, "S1", clue.pk, nobody=True)
    look = f"{DESK}/{clue.pk}/crop/look"
    assert bram.get(look).status_code == 405
    assert bram.post(look, {"hold": "h"}).status_code == 409
    bram.post(f"/media/{clue.medium_id}/reason", {"reason": "to confirm a crop"})
    answer = bram.post(look, {"hold": "h"})
    assert (answer.status_code, answer.content[:2], answer.headers["Cache-Control"]) == (200, b"\xff\xd8", "no-store")


def test_another_unit_and_other_roles_see_nothing(here: Node) -> None:
    clue, chiara = drawn(here), visiting(here, here.chiara.person)
    ask_for_crop(here.home, here.anke, "S1", clue.pk, nobody=True)
    begin_look(here.bram.person, clue.medium, None, "hold", here.bram.now(), ClueCrop.objects.get().pk)
    confirm_crop(here.home, here.bram, "S1", clue.pk, nobody=True)
    own = f"{DESK}/{clue.pk}"
    assert chiara.get(DESK).status_code == chiara.get(f"{own}/suggests").status_code == 404
    for address in (DESK, f"{own}/suggests", f"{own}/withdraw", f"{own}/crop/look"):
        answer = chiara.post(address, {**SIGN, "medium": medium(here), "side": "left", "certainty": "sure"})
        assert answer.status_code == 404
        assert "Route sign" not in answer.text
    chiara.post(f"{own}/crop", {"act": "refuse"})
    here.bram.person.roles.update(name="auditor")
    assert visiting(here, here.bram.person).get(DESK).status_code == 403
    assert "data:image/jpeg" in visiting(here, here.anke.person).get(DESK).text


def test_what_people_write_is_text_and_never_runs(here: Node) -> None:
    anke = visiting(here, here.anke.person)
    text = posted(anke, here, {**SIGN, "name": PAYLOAD, "country": "BE"})[1]
    assert PAYLOAD not in text
    assert "&lt;img src=x" in text


def test_the_desk_in_french_and_dutch(here: Node) -> None:
    drawn(here)
    anke = visiting(here, here.anke.person)
    for language, words in (
        ("fr", ("Royaume-Uni", "Où", "indices")),
        ("nl", ("Verenigd Koninkrijk", "Waar", "aanwijzing")),
    ):
        anke.post("/language", {"language": language})
        text = anke.get(DESK).text
        assert [word for word in words if word not in text] == []
        assert [word for word in ("Clue desk", "Withdraw", ">likely<", "What it suggests") if word in text] == []


def test_a_form_gives_constraints(here: Node) -> None:
    found = suggestions(QueryDict("plug=G&plug=C&voltage=220-240&certainty=hint"))
    assert [(each.kind, each.values, str(each.certainty)) for each in found] == [
        ("plug", ("C", "G"), "hint"),
        ("voltage", ("220-240",), "hint"),
    ]
    with pytest.raises(Invalid):
        suggestions(QueryDict("plug=G&certainty=very"))
    assert suggestions(QueryDict("")) == []


def test_many_clues_with_crops_cost_no_more_questions_than_one(here: Node) -> None:
    anke = visiting(here, here.anke.person)
    ask_for_crop(here.home, here.anke, "S1", drawn(here).pk, nobody=True)
    one = _questions(anke)
    for _ in range(5):
        ask_for_crop(here.home, here.anke, "S1", drawn(here).pk, nobody=True)
    assert _questions(anke) == one


def _questions(client: Client) -> int:
    client.get(DESK)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(DESK).status_code == 200
    return len(asked)


def test_the_page_of_the_series_has_the_clue_desk_and_the_map(here: Node) -> None:
    drawn(here)
    text = visiting(here, here.bram.person).get("/series/1").text
    assert [part for part in ('id="clues"', 'id="where"', "1. Route sign", "United Kingdom") if part not in text] == []


# ---- in the browser ----


def rectangle(page: Page) -> list[int]:
    return [int(page.input_value(f"#clue-{name}")) for name in ("x", "y", "width", "height")]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_page_of_a_series_leads_to_its_desk_or_says_why_there_is_nothing_to_draw_on(here: Node) -> None:
    leads = f'<a href="{DESK}">on a page of its own</a>'
    why, draw_on = "No member of this series has a picture to draw on: a sound", "Draw a region on an object"
    browser = visiting(here, here.anke.person)
    page = browser.get("/series/1").text
    assert (leads in page, why in page, draw_on in page) == (True, False, True)
    assert "on a page of its own" not in browser.get(DESK).text
    Medium.objects.update(veil=b"")  # as of sounds
    for address in ("/series/1", DESK):
        page = browser.get(address).text
        assert (leads in page, why in page, "No clues yet." in page, draw_on in page) == (False, True, True, False)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_region_is_dragged_and_a_crop_is_seen_only_while_held(
    here: Node, database: Settings, chromium: Browser
) -> None:
    ask_for_crop(here.home, here.anke, "S1", drawn(here).pk, nobody=True)
    with served(database) as address, chromium.new_context() as context:
        page = signed_in_page(context, address, here.bram.person)
        page.goto(f"{address}{DESK}")
        box = page.locator("svg.draw").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.25)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.5, steps=4)
        page.mouse.up()
        assert rectangle(page) == pytest.approx([100, 75, 200, 75], abs=2)

        page.locator("button.look").focus()
        page.keyboard.down("Space")  # the first time it is asked why
        expect(page.locator("#reason")).to_be_visible()
        page.keyboard.up("Space")
        page.keyboard.type("to confirm")
        page.keyboard.press("Enter")
        expect(page.locator("#reason")).to_be_hidden()
        page.locator("button.look").focus()
        page.keyboard.down("Space")
        page.wait_for_selector("button.look canvas", state="attached")
        page.keyboard.up("Space")
        assert page.locator("button.look canvas").count() == 0
        page.locator("button.look").click()
        page.wait_for_timeout(300)
        assert page.locator("canvas").count() == 0


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_region_is_named_with_the_picture_in_sight(here: Node, database: Settings, chromium: Browser) -> None:
    for _clue in range(4):
        ask_for_crop(here.home, here.anke, "S1", drawn(here).pk, nobody=True)
    with served(database) as address, chromium.new_context(viewport={"width": 1366, "height": 768}) as context:
        page = signed_in_page(context, address, here.anke.person)
        page.goto(f"{address}{DESK}")
        page.keyboard.press("l")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "clue-name"
        for what in ("#stage", "#clue-name"):
            box = page.locator(what).bounding_box()
            assert box is not None
            assert 44 <= box["y"] < box["y"] + box["height"] <= 768, what


@pytest.mark.parametrize("backend", ["sqlite"])
def test_whoever_presses_twice_sees_a_crop_without_holding(here: Node, database: Settings, chromium: Browser) -> None:
    choose_viewing(here.bram.person, Choice(twice=True))
    ask_for_crop(here.home, here.anke, "S1", drawn(here).pk, nobody=True)
    with served(database) as address, chromium.new_context() as context:
        page = signed_in_page(context, address, here.bram.person)
        page.goto(f"{address}{DESK}")
        assert [each for each in page.locator(".clues .tip").all_inner_texts() if "Hold" in each] == []
        look = page.locator("button.look")
        look.focus()
        for _press in range(2):  # the first time it is asked why
            page.keyboard.press("Space")
        expect(page.locator("#reason")).to_be_visible()
        page.keyboard.type("to confirm")
        page.keyboard.press("Enter")
        expect(page.locator("#reason")).to_be_hidden()
        look.focus()
        page.keyboard.press("Space")
        page.wait_for_timeout(300)
        assert page.locator("button.look canvas").count() == 0
        page.keyboard.press("Space")
        page.wait_for_selector("button.look canvas", state="attached")
        page.keyboard.press("Space")
        expect(page.locator("button.look canvas")).to_have_count(0)


@pytest.mark.proof
@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_desk_is_for_everybody(
    here: Node, database: Settings, chromium: Browser, count: Callable[[int, int], int]
) -> None:
    clue = drawn(here)
    ask_for_crop(here.home, here.anke, "S1", clue.pk, nobody=True)
    suggests = f"{DESK}/{clue.pk}/suggests"
    # A way that is light and wide, one that is dark and narrow; then every way of each page.
    first: list[tuple[str, Literal["light", "dark"], int]] = [(DESK, "dark", 390), (suggests, "light", 1366)]
    every = [(where, *way) for where in (suggests, DESK) for way in SCREENS if (where, *way) not in first]
    with served(database) as address, chromium.new_context() as context:
        page = signed_in_page(context, address, here.bram.person)
        for where, scheme, width in [*first, *every[: count(0, len(every))]]:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 768})
            page.goto(f"{address}{where}")
            page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
            assert Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"] == []
            for wide in (390, 1366):
                page.set_viewport_size({"width": wide, "height": 768})
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
