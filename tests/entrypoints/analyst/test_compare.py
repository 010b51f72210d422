"""Two media side by side."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils.html import escape
from playwright.sync_api import Browser, Page, expect

from bench import clips
from havre.audit.models import Entry
from havre.flows.know import know
from havre.matches.models import Match, MatchWord
from havre.media.models import Medium
from havre.settings import Settings
from tests import films
from tests.cast import Node, node
from tests.entrypoints.analyst.paired import both_films, held, lying, pictures, seen
from tests.pictures import photograph
from tests.sources import lay
from tests.web import served, visiting

DEAD = {"side", "halves", "blink", "line-left", "reveal-right", "reveal-both", "segment"}
"""Keys that do nothing where there is one picture, and no stretch of time."""

THEMES: list[Literal["light", "dark"]] = ["light", "dark"]
"""Pages are looked at in them by turns; `make proof` looks at each in both."""


def paired(here: Node, folder: Path) -> tuple[Medium, Medium, str]:
    """A photograph, a crop of it, and where the two are compared."""
    media = held(here, folder, pictures())
    whole, part = media.pop("0.jpg"), next(iter(media.values()))
    match = Match.objects.get(medium=whole, item__exhibit__medium=part, kind="near")
    return whole, part, f"/media/{part.pk}/compare/{match.pk}"


def test_the_same_regions_are_drawn_on_both_in_pixels_of_the_files(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        whole, part, address = paired(here, tmp_path / "seized")
        page = visiting(here, here.bram.person).get(address)
        evidence = Match.objects.get(medium=whole, kind="near", item__exhibit__medium=part).evidence
        rects = re.findall(r'<rect class="r" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"/>', page.text)
        drawn = [[int(each) for each in rect] for rect in rects]
        assert drawn == [evidence["query_region"], evidence["match_region"]]
        assert f'viewBox="0 0 {part.width} {part.height}"' in page.text
        assert f'viewBox="0 0 {whole.width} {whole.height}"' in page.text
        names = re.findall(r"<figcaption>.*?<bdi>(.*?)</bdi>", page.text)
        assert names == [escape(each.exhibits.get().item.path.rpartition("/")[2]) for each in (part, whole)]
        turned = visiting(here, here.bram.person).get(address.replace(f"/{part.pk}/", f"/{whole.pk}/"))
        swapped = re.findall(r'<rect class="r" x="(\d+)" y="(\d+)"', turned.text)
        assert [[int(each) for each in corner] for corner in swapped] == [drawn[1][:2], drawn[0][:2]]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_picture_that_its_exif_turns_has_its_regions_where_it_is_seen(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        media = held(here, tmp_path / "in", {**pictures(), "0.jpg": lying(films.whole("coffee"), 6)})
        whole = media.pop("0.jpg")
        match = Match.objects.get(medium=whole, item__exhibit__medium__in=media.values(), kind="near")
        page = visiting(here, here.bram.person).get(f"/media/{whole.pk}/compare/{match.pk}")
        assert (whole.width, whole.height) == (600, 400)
        assert 'viewBox="0 0 400 600"' in page.text
        x, y, width, height = match.evidence["match_region"]
        (drawn,) = re.findall(r'<rect class="r" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"/>', page.text)[:1]
        assert [int(each) for each in drawn] == [400 - y - height, x, height, width]
        assert 'data-turn="[0, 1, -1, 0]"' in page.text
        methods = re.findall(r'<tr><th scope="row">([^<]+)<small>', page.text)
        assert len(set(methods)) == len(methods)
        assert "Frames" not in methods


def test_a_word_is_kept_with_its_reason_which_is_asked_once(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        whole, part, address = paired(here, tmp_path / "seized")
        browser = visiting(here, here.bram.person)
        refused = browser.post(address, {"same": "no", "why": "  "})
        assert refused.status_code == 400
        assert "Say once why" in refused.text.replace("say once why", "Say once why")
        assert MatchWord.objects.count() == 0
        assert browser.post(address, {"same": "no", "why": "<b>another cup</b>"}).status_code == 302
        assert browser.post(address, {"same": "no"}).status_code == 302
        assert browser.post(address, {"same": "yes"}).status_code == 302
        words = MatchWord.objects.order_by("id").values_list("medium", "other", "same", "reason", "person__name")
        low, high = sorted((whole.pk, part.pk))
        assert list(words) == [
            (low, high, False, "<b>another cup</b>", "bram"),
            (low, high, False, "", "bram"),
            (low, high, True, "", "bram"),
        ]
        logged = json.loads(Entry.objects.filter(thing=f"medium {part.pk}", verb="change").order_by("-index")[0].detail)
        assert (logged["act"], logged["with"]) == ("said to be the same", f"medium {whole.pk}")
        page = browser.get(f"/media/{part.pk}")
        assert "said: same" in page.text
        assert "&lt;b&gt;another cup" in browser.get(address).text


def test_another_unit_finds_neither_the_pair_nor_a_match_under_another_medium(
    database: Settings, tmp_path: Path
) -> None:
    with node(database) as here:
        _, _, address = paired(here, tmp_path / "seized")
        theirs = held(here, tmp_path / "theirs", {"x.jpg": films.whole("rocket")}, here.chiara)["x.jpg"]
        italian = visiting(here, here.chiara.person)
        number = address.rsplit("/", 1)[1]
        for asked in (address, f"/media/{theirs.pk}/compare/{number}", f"/media/{theirs.pk}/compare/link/1"):
            answer, none = italian.get(asked), italian.get("/media/999999/compare/1")
            assert (answer.status_code, none.status_code) == (404, 404)
            assert italian.post(asked, {"same": "yes"}).status_code == 404
        assert MatchWord.objects.count() == 0


def test_what_is_only_known_is_told_in_the_place_of_a_picture(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        know(
            here.home, here.anke, str(lay(tmp_path / "known", {"k.jpg": films.whole("coffee")})), "us-abuse", workers=1
        )
        media = held(here, tmp_path / "in", {"c.jpg": films.cropped(photograph("coffee"), 0.4)})
        match = Match.objects.get(item__exhibit__medium=media["c.jpg"], kind="near")
        page = visiting(here, here.anke.person).get(f"/media/{media['c.jpg'].pk}/compare/{match.pk}")
        assert "Your unit does not hold these bytes" in page.text
        assert "us-abuse" in page.text
        named = re.findall(r"<dt>([^<]+)</dt>", page.text.partition('class="known"')[2].partition("</dl>")[0])
        assert {"Label", "SHA-256", "SHA-1", "MD5", "Height in pixels", "Size in bytes"} <= set(named)
        assert page.text.count("data:image/webp") == 1
        assert DEAD.isdisjoint(re.findall(r'data-act="([^"]+)"', page.text))
        assert "Hold 1 or Space" in page.text
        assert "Of a film" not in page.text
        answer = visiting(here, here.anke.person).post(page.request["PATH_INFO"], {"same": "yes"})
        assert answer.status_code == 302
        assert MatchWord.objects.get().knowledge == match.knowledge


def test_stretches_of_films_are_joined_bars_and_a_table(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        media = held(here, tmp_path / "seized", both_films())
        match = Match.objects.get(item__exhibit__medium=media["b.mkv"], kind="segment")
        page = visiting(here, here.anke.person).get(f"/media/{media['b.mkv'].pk}/compare/{match.pk}")
        assert page.text.count('<polygon class="link') == 1
        assert re.search(r"0:00 – 0:0[34]</th><td>0:0[12] – 0:0[56]", page.text)
        assert re.findall(r'<text x="0" y="\d+">([^<]+)</text>', page.text) == ["b.mkv", "a.mkv"]
        french = visiting(here, here.bram.person).get(page.request["PATH_INFO"], headers={"accept-language": "fr"})
        assert re.search(r"<h1>\d,\d s du film", french.text)
        assert re.search(r'class="num">\d,\d</td>', french.text)
        match.evidence |= {"query_span": [2.0, 2.0], "match_span": [5.0, 5.0]}
        match.save(update_fields=["evidence"])
        text = visiting(here, here.anke.person).get(page.request["PATH_INFO"]).text
        assert "</b> at 0:02</th><td>at 0:05</td>" in text
        table = text.partition('id="h-segments"')[2].partition("</table>")[0]
        assert ("They agree at one moment" in table, 'class="num"' in table) == (True, False)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_of_two_sounds_nothing_is_promised_to_be_seen(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        tune = films.tune(3, 24)
        rate = len(tune) // 24
        waves = {"all.wav": tune, "cut.wav": tune[6 * rate : 20 * rate]}
        files = {name: clips.recorded(wave, "wav", "pcm_s16le") for name, wave in waves.items()}
        media = held(here, tmp_path / "in", files)
        match = Match.objects.filter(item__exhibit__medium__in=media.values(), kind="sound")[0]
        page = visiting(here, here.anke.person).get(f"/media/{match.medium_id}/compare/{match.pk}")
        assert page.text.count("A sound: nothing to see.") == 2
        assert "Hold" not in page.text.partition('id="pair"')[2].partition("</section>")[0]
        assert 'data-act="reveal-left"' not in page.text
        assert "4 × 3" not in page.text
        beside = visiting(here, here.anke.person).get(f"/media/{match.medium_id}").text
        assert '<td class="thumb"></td>' in beside  # no grey box for what cannot be seen
        assert "data-sound" in visiting(here, here.anke.person).get("/triage").text


@pytest.mark.parametrize("backend", ["sqlite"])
def test_modes_by_key_and_regions_at_the_right_pixels(database: Settings, tmp_path: Path, chromium: Browser) -> None:
    with node(database) as here:
        whole, part, address = paired(here, tmp_path / "seized")
        with served(database) as root, seen(chromium, here.anke.person, root) as page:
            page.goto(root + address)
            _drawn_where_they_are(page, "left", part)
            _drawn_where_they_are(page, "right", whole)
            for key, mode in (("h", "halves"), ("o", "difference"), ("d", "side")):
                page.keyboard.press(key)
                assert page.locator(f'[data-mode="{mode}"]').get_attribute("aria-pressed") == "true"
                assert page.locator("#together").is_visible() == (mode != "side")
            page.keyboard.press("h")
            for key, share in (
                ("ArrowRight", 51),
                ("Shift+ArrowRight", 61),
                ("ArrowLeft", 60),
                ("Shift+ArrowLeft", 50),
            ):
                page.keyboard.press(key)
                assert page.locator("#halves").input_value() == str(share)
            page.focus("#halves")
            page.keyboard.press("Shift+ArrowRight")
            assert page.locator("#share").inner_text() == "60 %"
            page.keyboard.press("o")  # also where the line has the focus
            assert page.locator("#live").inner_text() == "Difference"
            page.locator("h1").click()
            page.keyboard.down("b")
            one = page.evaluate("document.getElementById('both').toDataURL()")
            page.keyboard.up("b")
            assert page.evaluate("document.getElementById('both').toDataURL()") != one
            page.keyboard.press("d")
            page.keyboard.press("r")
            assert not page.locator("#left svg.draw").is_visible()
            page.keyboard.press("n")
            assert page.evaluate("document.activeElement.id") == "why"
            page.keyboard.press("Enter")  # without a word nothing is sent
            page.keyboard.type("another house")
            page.keyboard.press("Enter")
            expect(page.locator(".talk")).to_contain_text("Not same: another house")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_is_composed_is_sharp_only_while_a_key_is_held(
    database: Settings, tmp_path: Path, chromium: Browser
) -> None:
    with node(database) as here:
        _, _, address = paired(here, tmp_path / "seized")
        with served(database) as root, seen(chromium, here.anke.person, root) as page:
            page.goto(root + address)
            page.keyboard.down("1")
            expect(page.locator("#reason")).to_be_visible()
            page.keyboard.up("1")
            page.keyboard.type("a warrant")
            page.keyboard.press("Enter")
            expect(page.locator("#reason")).to_be_hidden()
            for key, sides in (("1", ["left"]), ("2", ["right"]), ("Space", ["left", "right"])):
                page.keyboard.down(key)
                for side in sides:
                    page.wait_for_selector(f"#{side} .veil canvas")
                assert page.locator("#pair .veil canvas").count() == len(sides)
                page.keyboard.up(key)
                assert page.locator("#pair .veil canvas").count() == 0
            page.keyboard.press("h")
            veiled = page.evaluate("document.getElementById('both').toDataURL()")
            page.keyboard.down("Space")
            expect(page.locator("#pair .veil canvas")).to_have_count(2)
            assert page.evaluate("document.getElementById('both').toDataURL()") != veiled
            page.locator("#halves").click(position={"x": 40, "y": 4})  # the line is moved while both are looked at
            expect(page.locator("#pair .veil canvas")).to_have_count(2)
            page.keyboard.press("d")
            page.keyboard.up("Space")
            assert page.evaluate("document.getElementById('both').width") == 0, "hidden, and sharp"
            page.keyboard.press("h")
            page.locator("#halves").fill("50")
            assert page.evaluate("document.getElementById('both').toDataURL()") == veiled
            _held_by_its_plate(page)
            _blinks(page)


def _held_by_its_plate(page: Page) -> None:
    """Whoever has no keys holds the plate below both; a click shows nothing."""
    plate = page.locator("#together .tip")
    plate.click()
    page.wait_for_timeout(250)
    assert page.locator("#pair .veil canvas").count() == 0
    plate.hover()
    page.mouse.down()
    expect(page.locator("#pair .veil canvas")).to_have_count(2)
    expect(plate).to_be_hidden()
    page.mouse.up()
    assert page.locator("#pair .veil canvas").count() == 0
    expect(plate).to_be_visible()


def _blinks(page: Page) -> None:
    """B and the button show the other one while held; a click, or Enter on the button, leaves it there."""

    def drawn() -> str:
        return str(page.evaluate("document.getElementById('both').toDataURL()"))

    page.keyboard.down("b")
    other = drawn()
    page.keyboard.up("b")
    one = drawn()
    assert one != other
    page.keyboard.down("b")
    page.evaluate("dispatchEvent(new Event('blur'))")
    assert drawn() == one
    page.keyboard.up("b")
    page.locator("#blink").hover()
    page.mouse.down()
    assert drawn() == other
    page.wait_for_timeout(400)
    page.mouse.up()
    assert drawn() == one
    page.keyboard.press("d")
    for shown in (other, one, other):
        page.locator("#blink").click()
        assert drawn() == shown
    page.locator("#blink").press("Enter")
    assert drawn() == one


def _drawn_where_they_are(page: Page, side: str, medium: Medium) -> None:
    """The rectangle on the screen lies over the pixels that it names, where the picture is laid into its stage."""
    (x, y, wide, high), (left, top, right, bottom) = page.evaluate(
        """(side) => {
            const rect = document.querySelector(`#${side} rect.r:not(.halo)`), matrix = rect.getScreenCTM();
            const pixels = ["x", "y", "width", "height"].map((name) => Number(rect.getAttribute(name)));
            const corner = (x, y) => new DOMPoint(x, y).matrixTransform(matrix);
            const one = corner(pixels[0], pixels[1]), two = corner(pixels[0] + pixels[2], pixels[1] + pixels[3]);
            return [pixels, [one.x, one.y, two.x, two.y]];
        }""",
        side,
    )
    stage = page.locator(f"#{side} .veil").bounding_box()
    assert stage is not None
    across, down = medium.width or 0, medium.height or 0
    scale = min(stage["width"] / across, stage["height"] / down)
    at_left = stage["x"] + (stage["width"] - across * scale) / 2
    at_top = stage["y"] + (stage["height"] - down * scale) / 2
    expected = [at_left + x * scale, at_top + y * scale, at_left + (x + wide) * scale, at_top + (y + high) * scale]
    assert [left, top, right, bottom] == pytest.approx(expected, abs=0.6)


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.proof
def test_both_pages_have_no_barrier(
    database: Settings, tmp_path: Path, chromium: Browser, count: Callable[[int, int], int]
) -> None:
    with node(database) as here:
        whole, _, address = paired(here, tmp_path / "seized")
        with served(database) as root, seen(chromium, here.anke.person, root) as page:
            for where, themes in ((f"/media/{whole.pk}", THEMES), (address, THEMES[::-1])):
                for theme in themes[: count(1, 2)]:
                    page.emulate_media(color_scheme=theme)  # before the page is there: colours go over slowly
                    page.goto(root + where)
                    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
                    assert [(each["id"], [one["html"] for one in each["nodes"]]) for each in found] == []
