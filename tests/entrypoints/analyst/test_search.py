"""The search: what is found, what is not told, and what is kept of it."""

import io
import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser

from bench import clips
from havre.alerts.models import Question
from havre.audit.models import Entry
from havre.media.models import Fact, Medium
from havre.series.comments import comment
from havre.series.models import Stated
from havre.settings import Settings
from havre.units.prefer import prefer
from tests import films
from tests.cast import NOON, node
from tests.entrypoints.analyst.paired import held, lying, pictures, seen
from tests.exposures import NIKON, PHONE, exposure, taken_at
from tests.pictures import photograph
from tests.series.many import series_of
from tests.sources import bomb
from tests.web import served, visiting

THEMES: list[Literal["light", "dark"]] = ["light", "dark"]
"""Pages are looked at in them by turns; `make proof` looks at each in both."""


def sent(content: bytes, **more: str) -> dict[str, Any]:
    """A form with this file."""
    file = io.BytesIO(content)
    file.name = "asked <b>.jpg"
    return {"file": file, **more}


def test_a_file_finds_what_is_the_same_grouped_by_kind_and_is_not_kept(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        media = held(here, tmp_path / "seized", pictures())
        count = Medium.objects.count()
        browser = visiting(here, here.bram.person)
        page = browser.post("/search", sent(films.whole("coffee"), reason="who else has it"))
        assert "Like asked &lt;b&gt;.jpg" in page.text
        assert page.status_code == 200
        assert 'id="h-identical"' in page.text
        assert 'id="h-near"' in page.text
        assert f'href="/media/{media["0.jpg"].pk}"' in page.text
        assert Medium.objects.count() == count
        newest = Entry.objects.order_by("-index")[0]
        assert (newest.verb, newest.person, newest.reason) == ("consultation", "bram", "who else has it")
        assert bytes(media["0.jpg"].sha256).hex() not in newest.detail + newest.thing
        assert [each.name for each in database.home.iterdir() if each.name.startswith("tmp")] == []


@pytest.mark.parametrize(
    ("content", "told", "asked"),
    [
        (b"MZ" + bytes(900), "pas un média", False),
        (b"<svg onload=alert(1)>", "pas un média", False),
        (b"", "", False),
        (bomb(), "pixels\xa0; au plus", False),
        (films.whole("coffee")[:-400], "Le JPEG s'arrête avant son marqueur de fin.<", True),
    ],
)
def test_a_hostile_file_gives_one_sentence_in_the_readers_language(
    database: Settings, content: bytes, told: str, asked: bool
) -> None:
    with node(database) as here:
        browser = visiting(here, here.anke.person)
        browser.post("/language", {"language": "fr"})
        page = browser.post("/search", sent(content))
        assert told in unescape(page.text)
        said = [line for line in page.text.splitlines() if 'class="said' in line and " hidden" not in line]
        assert (page.status_code, len(said)) == ((200, 2) if asked else (400, 1))
        assert asked or re.search(r'id="problem"[^>]*>.*\.</p>', page.text)
        assert "Traceback" not in page.text
        assert "onload" not in page.text


def test_digests_of_another_unit_look_like_digests_of_nothing(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        held(here, tmp_path / "own", {"r.jpg": films.whole("rocket")})
        theirs = held(here, tmp_path / "theirs", pictures(), here.chiara)["0.jpg"]
        fact = Fact.objects.filter(medium=theirs).first()
        own = visiting(here, here.anke.person)
        for kind in ("md5", "sha1", "sha256"):
            digest = bytes(getattr(theirs, kind)).hex()
            asked = digest, digest[:-8] + "00000000"
            assert asked[0] != asked[1]
            (seen_, one), (unseen, other) = (_answer(own, {"q": each}) for each in asked)
            assert one.replace(asked[0], "") == other.replace(asked[1], "")
            assert seen_ == unseen
            assert f"/media/{theirs.pk}" in _answer(visiting(here, here.chiara.person), {"q": digest})[1]
        own = visiting(here, here.anke.person)
        words = ["theirs", *([fact.value] if fact else [])]
        for each in words:
            (seen_, one), (unseen, other) = (_answer(own, {"q": asked}) for asked in (each, "nowhere-at-all"))
            assert one.replace(each, "") == other.replace("nowhere-at-all", "")
            assert seen_ == unseen
        assert own.get("/search", {"like": theirs.pk}).status_code == 404


def _answer(browser: Client, asked: dict[str, str]) -> tuple[int, str]:
    with CaptureQueriesContext(connection) as questions:
        page = browser.get("/search", asked)
    text = "\n".join(line for line in page.text.splitlines() if "csrf" not in line.lower())
    return len(questions), text


def test_words_place_time_and_camera_are_found_and_all_must_hold(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        files = {
            "harbour_one.jpg": exposure(1, NIKON, taken_at("10:00:00"), BodySerialNumber="2034567"),
            "harbour_two.jpg": exposure(2, PHONE, taken_at("11:00:00", "2020:01:02")),
        }
        media = held(here, tmp_path / "seized", files)
        one, two = media["harbour_one.jpg"], media["harbour_two.jpg"]
        for name, value in (("latitude", "50.8466000"), ("longitude", "4.3528000")):
            Fact.objects.create(medium=one, name=name, value=value, field="EXIF:GPS")
        Stated.objects.create(unit=one.unit, medium=one, name="place", value="50846 2345", model="")
        browser = visiting(here, here.bram.person)
        prefer(here.bram.person, zone="Pacific/Pago_Pago")  # the days of a camera are those of its own clock
        asked: list[tuple[dict[str, str], set[int]]] = [
            ({"q": "HARBOUR"}, {one.pk, two.pk}),
            ({"q": "harbour_t"}, {two.pk}),
            ({"q": "D810"}, {one.pk}),
            ({"q": "100%"}, set()),
            ({"make": "nikon"}, {one.pk}),
            ({"serial": "2034567"}, {one.pk}),
            ({"since": "2020-01-01"}, {two.pk}),
            ({"since": "2019-04-14", "until": "2019-04-14"}, {one.pk}),
            ({"near": "50.85, 4.35", "km": "1"}, {one.pk}),
            ({"near": "50.95, 4.35", "km": "5"}, set()),
            ({"q": "harbour", "make": "apple", "since": "2020-01-01"}, {two.pk}),
            ({"q": "harbour", "make": "apple", "until": "2019-12-31"}, set()),
        ]
        for given, expected in asked:
            page = browser.get("/search", given)
            assert page.status_code == 200, given
            assert {each.pk for each in (one, two) if f'/media/{each.pk}"' in page.text} == expected, given
        detail = json.loads(Entry.objects.order_by("-index")[0].detail)
        assert detail["text"] == "harbour"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"q": "a"}, "2 to 200"),
        ({"near": "here"}, "two numbers"),
        ({"near": "50,4", "km": "9999"}, "within 500 km"),
        ({"since": "yesterday"}, "A day is written"),
        ({"since": "2020-01-02", "until": "2019-01-01"}, "ends before it begins"),
        ({"like": "99"}, "no such medium"),
    ],
)
def test_what_cannot_be_asked_is_said_and_what_was_typed_stays(
    database: Settings, given: dict[str, str], words: str
) -> None:
    with node(database) as here:
        page = visiting(here, here.anke.person).get("/search", {**given, "make": "kept <i>"})
        assert page.status_code in (400, 404)
        assert words in page.text
        assert "kept &lt;i&gt;" in page.text


def test_series_are_found_by_what_colleagues_wrote_of_them(database: Settings) -> None:
    with node(database) as here:
        series = series_of(here.anke.person, 2, "Harbour <b>café</b>")
        comment(series, "a crane behind the window", here.anke.person, NOON)
        page = visiting(here, here.bram.person).get("/search", {"q": "CRANE"})
        assert f'href="/series/{series.number}"><bdi>Harbour &lt;b&gt;café&lt;/b&gt;</bdi>' in page.text
        assert "<i>comment</i> <bdi>a crane behind the window</bdi>" in page.text
        assert "Nothing that your unit holds" not in page.text
        theirs = visiting(here, here.chiara.person).get("/search", {"q": "CRANE"})
        assert "Nothing that your unit holds" in theirs.text
        assert "behind the window" not in theirs.text


def test_further_results_go_on_where_the_first_ended(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        unit = here.anke.unit
        media = held(here, tmp_path / "one", {"r.jpg": films.whole("rocket")})
        made = Medium.objects.bulk_create(
            Medium(
                unit=unit,
                sha256=bytes([at]) * 32,
                sha1=bytes([at]) * 20,
                md5=bytes([at]) * 16,
                bytes=1,
                kind="jpeg",
                family="picture",
                held_since=media["r.jpg"].held_since,
            )
            for at in range(100)
        )
        Fact.objects.bulk_create(Fact(medium=each, name="comment", value="common words", field="X") for each in made)
        browser = visiting(here, here.anke.person)
        questions, first = _answer(browser, {"q": "common words"})
        told = [each.pk for each in made if f'/media/{each.pk}"' in first]
        assert len(told) == 48
        assert f"after={min(told)}" in first
        _, second = _answer(browser, {"q": "common words", "after": str(min(told))})
        rest = [each.pk for each in made if f'/media/{each.pk}"' in second]
        assert len(rest) == 48
        assert not set(told) & set(rest)
        Fact.objects.filter(medium__in=made[10:]).delete()
        whether_more_lie_behind = 1  # asked where the newest media did not answer in full
        assert _answer(browser, {"q": "common words"})[0] == questions + whether_more_lie_behind


def test_a_held_medium_and_a_region_of_it_are_asked_with(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        media = held(here, tmp_path / "seized", pictures())
        whole, part = media.pop("0.jpg"), next(iter(media.values()))
        browser = visiting(here, here.anke.person)
        page = browser.get("/search", {"like": whole.pk})
        assert f'href="/media/{part.pk}"' in page.text
        assert f'href="/media/{whole.pk}"' not in page.text
        inside = {"x": "150", "y": "100", "w": "300", "h": "200"}
        assert f'href="/media/{part.pk}"' in browser.get("/search", {"like": str(whole.pk), **inside}).text
        outside = browser.get("/search", {"like": str(whole.pk), **inside, "w": "9000"})
        assert (outside.status_code, "outside the picture" in outside.text) == (400, True)
        assert 'id="lw" name="w" inputmode="numeric" value="9000"' in outside.text  # mended where it was typed


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_region_is_asked_with_where_the_picture_is_seen(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        media = held(here, tmp_path / "seized", {**pictures(), "0.jpg": lying(films.whole("coffee"), 6)})
        whole, part = media.pop("0.jpg"), next(iter(media.values()))
        browser = visiting(here, here.anke.person)
        page = browser.get("/search", {"like": whole.pk})
        assert ((whole.width, whole.height), 'data-size="[400, 600]"' in page.text) == ((600, 400), True)
        inside = {"like": str(whole.pk), "x": "80", "y": "150", "w": "240", "h": "350"}  # below the file's last row
        assert f'href="/media/{part.pk}"' in browser.get("/search", inside).text


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_sound_is_found_by_a_cut_and_the_stretch_is_shown_on_both(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        tune = films.tune(3, 24)
        rate = len(tune) // 24
        whole, cut = (clips.recorded(wave, "wav", "pcm_s16le") for wave in (tune, tune[6 * rate : 20 * rate]))
        media = held(here, tmp_path / "in", {"all.wav": whole})
        browser = visiting(here, here.anke.person)
        page = browser.post("/search", sent(cut, reason="case 8"))
        card = page.text.partition('id="h-sound"')[2]
        assert f'href="/media/{media["all.wav"].pk}"' in card
        assert "a sound: nothing to see" in card
        assert re.search(r"asked with <b>0:00 – 0:14</b>.*found <b>0:06 – 0:20</b>", card)
        one, other = re.findall(r'<rect class="seg" x="([\d.]+)" y="\d+" width="([\d.]+)"', card)
        assert (float(one[0]), float(other[0])) == pytest.approx((0, 220), abs=20)
        assert float(one[1]) == pytest.approx(float(other[1]), abs=1)


def test_a_standing_question_is_told_with_the_last_day_that_was_typed(database: Settings) -> None:
    with node(database) as here:
        browser = visiting(here, here.bram.person)
        typed = {"since": "2026-03-02", "until": "2026-03-05"}
        for until in ("2026-03-05", "9999-12-31"):
            kept = {"keep": "yes", "name": "a week", "days": "30", "reason": "case 7", **typed, "until": until}
            assert browser.post("/search", kept).status_code == 302
        page = browser.get("/alerts").text
        assert "since: 2 Mar 2026, until: 5 Mar 2026" in page
        assert "until: 31 Dec 9999" in page


def test_a_search_becomes_a_standing_question_with_a_name_and_a_reason(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        browser = visiting(here, here.bram.person)
        kept = {"keep": "yes", "name": "the <b>harbour</b>", "days": "30"}
        refused = browser.post("/search", {**kept, "q": "harbour"})
        assert (refused.status_code, "why this is waited for" in refused.text) == (400, True)
        assert 'name="days" inputmode="numeric" value="30"' in refused.text  # nothing typed is lost
        assert 'value="the &lt;b&gt;harbour&lt;/b&gt;"' in refused.text.partition('id="results"')[2]
        assert "Nothing was asked yet" not in refused.text
        assert browser.post("/search", {**kept, "q": "harbour", "reason": "case 7"}).status_code == 302
        by_file = sent(films.cropped(photograph("coffee"), 0.4), **kept, reason="case 8")
        assert browser.post("/search", by_file).status_code == 302
        without = browser.post("/search", {**kept, "keep": "file", "reason": "case 8"})
        assert (without.status_code, "choose the file again" in without.text.lower()) == (400, True)
        assert '<details id="keep-file" open>' in without.text
        written, looked = Question.objects.order_by("id")
        assert written.written == {"text": "harbour"}
        assert looked.imprints.count() > 0
        assert all(each.sealed for each in looked.imprints.filter(method="scene"))
        page = browser.get("/alerts")
        assert "the &lt;b&gt;harbour&lt;/b&gt;" in page.text


@pytest.mark.parametrize("backend", ["sqlite"])
def test_search_by_a_region_drawn_on_the_veil(database: Settings, tmp_path: Path, chromium: Browser) -> None:
    with node(database) as here:
        media = held(here, tmp_path / "seized", pictures())
        whole, part = media.pop("0.jpg"), next(iter(media.values()))
        with served(database) as root, seen(chromium, here.anke.person, root) as page:
            page.goto(f"{root}/search?like={whole.pk}")
            stage = page.locator("#drawing svg.draw")
            stage.scroll_into_view_if_needed()
            box = stage.bounding_box()
            assert box is not None
            scale = min(box["width"] / (whole.width or 1), box["height"] / (whole.height or 1))
            left = box["x"] + (box["width"] - (whole.width or 0) * scale) / 2
            top = box["y"] + (box["height"] - (whole.height or 0) * scale) / 2
            page.mouse.move(left + 150 * scale, top + 100 * scale)
            page.mouse.down()
            page.mouse.move(left + 450 * scale, top + 300 * scale)
            page.mouse.up()
            typed = [int(page.locator(f"#l{name}").input_value()) for name in "xywh"]
            assert typed == pytest.approx([150, 100, 300, 200], abs=3)
            page.locator("#ask button[type=submit]").click()
            page.wait_for_load_state()
            assert page.url.endswith("#results")  # on a phone they stand below both forms
            assert page.locator(f'.results a[href="/media/{part.pk}"]').count() == 1
            page.keyboard.press("j")
            assert page.evaluate("document.activeElement.getAttribute('href')") == f"/media/{part.pk}"
            page.set_input_files("#file", tmp_path / "seized" / "0.jpg")
            page.wait_for_selector("#sending:not([hidden])")
            assert page.evaluate("document.querySelector('#sending canvas').width") == 56


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_file_that_is_sent_lying_is_searched_by_a_region_where_it_is_seen(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        media = held(here, tmp_path / "seized", pictures())
        browser, part = visiting(here, here.anke.person), media[next(name for name in media if name != "0.jpg")]
        inside = {"x": "80", "y": "150", "w": "240", "h": "350"}  # below the file's last row
        page = browser.post("/search", sent(lying(films.whole("coffee"), 6), **inside))
        assert f'href="/media/{part.pk}"' in page.text
        unturned = browser.post("/search", sent(lying(films.whole("coffee"), 6), **inside, unturned="yes"))
        assert (unturned.status_code, "outside the picture" in unturned.text) == (400, True)


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.proof
def test_search_and_alerts_have_no_barrier(
    database: Settings, tmp_path: Path, chromium: Browser, count: Callable[[int, int], int]
) -> None:
    with node(database) as here:
        whole = held(here, tmp_path / "seized", pictures())["0.jpg"]
        asked = {"keep": "yes", "name": "coffee", "days": "9", "reason": "r"}
        visiting(here, here.anke.person).post("/search", sent(films.whole("coffee"), **asked))
        held(here, tmp_path / "later", {"c.jpg": films.cropped(photograph("coffee"), 0.6)})
        with served(database) as root, seen(chromium, here.anke.person, root) as page:
            pages = ("/search", f"/search?like={whole.pk}", "/search?q=seized", "/alerts")
            for where, themes in zip(pages, (THEMES, THEMES[::-1], THEMES[::-1], THEMES), strict=True):
                for theme in themes[: count(1, 2)]:
                    page.emulate_media(color_scheme=theme)  # before the page is there: colours go over slowly
                    page.goto(root + where)
                    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
                    assert [(each["id"], [one["html"] for one in each["nodes"]]) for each in found] == [], where
            assert page.locator(".hits tbody tr").count() == 1
            assert page.locator(".rail sup").inner_text().endswith("1")
            page.keyboard.press("Delete")
            page.wait_for_selector(".hits", state="detached")
