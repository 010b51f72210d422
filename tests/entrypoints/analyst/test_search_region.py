"""A file that is sent is drawn on where it is seen, and asked by the pixels that were drawn round, however it lies."""

import io

import pytest
from PIL import ExifTags, Image
from playwright.sync_api import Browser

from havre.alerts.models import Question
from havre.settings import Settings
from tests.cast import node
from tests.entrypoints.analyst.paired import seen
from tests.entrypoints.analyst.test_search import sent
from tests.pictures import photograph
from tests.web import served, visiting

BRIGHT = (60, 40, 180, 120)
"""The region of the file that somebody draws round."""


def lit(kind: str, orientation: int) -> bytes:
    """A dark photograph with one bright region, in a file of this kind whose EXIF asks to turn it so."""
    pixels, (x, y, width, height) = photograph("coffee") // 4, BRIGHT
    pixels[y : y + height, x : x + width] += 170
    exif, made = Image.Exif(), io.BytesIO()
    exif[ExifTags.Base.Orientation] = orientation
    Image.fromarray(pixels).save(made, kind, exif=exif)
    return made.getvalue()


BRIGHT_ON_CANVAS = """() => {
  const canvas = document.querySelector("#sending canvas"), { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height), found = [width, height, 0, 0];
  for (let at = 0; at < width * height; at++) {
    if (data[4 * at + 1] < 120) continue;
    const x = at % width, y = Math.floor(at / width);
    [found[0], found[1]] = [Math.min(found[0], x), Math.min(found[1], y)];
    [found[2], found[3]] = [Math.max(found[2], x + 1), Math.max(found[3], y + 1)];
  }
  return found.map((side, which) => side / [width, height][which % 2]);
}"""
"""Left, top, right and bottom of what is bright, as shares of the whole."""


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_is_drawn_on_a_file_that_is_sent_is_what_is_asked(database: Settings, chromium: Browser) -> None:
    files = [("JPEG", asks) for asks in range(1, 9)]
    files += [(kind, asks) for kind in ("PNG", "WEBP") for asks in (2, 6)]
    with node(database) as here, served(database) as root, seen(chromium, here.anke.person, root) as page:
        page.goto(f"{root}/search")
        for number, (kind, asks) in enumerate(files):
            content = lit(kind, asks)
            page.set_input_files("#file", {"name": "a", "mimeType": "", "buffer": content})
            page.wait_for_selector("#sending:not([hidden])")
            stage = page.locator("#sending svg.draw")
            stage.scroll_into_view_if_needed()
            box, (left, top, right, bottom) = stage.bounding_box(), page.evaluate(BRIGHT_ON_CANVAS)
            assert box is not None
            page.mouse.move(box["x"] + left * box["width"], box["y"] + top * box["height"])
            page.mouse.down()
            page.mouse.move(box["x"] + right * box["width"], box["y"] + bottom * box["height"], steps=2)
            page.mouse.up()
            drawn = {name: page.locator(f"#f{name}").input_value() for name in "xywh"}
            drawn["unturned"] = page.locator("#unturned").input_value()
            kept = {"keep": "file", "name": f"{number}", "days": "9", "reason": "r", **drawn}
            assert visiting(here, here.anke.person).post("/search", sent(content, **kept)).status_code == 302
            assert Question.objects.latest("pk").region == pytest.approx(BRIGHT, abs=14), (kind, asks, drawn)
