"""What stands on and under a tile of a stack: short enough, and drawn anew for everything it shows."""

from typing import Any

import pytest
from django.template import engines

from havre.assessments.models import Stack
from havre.cases.models import Intake, Item
from havre.entrypoints.analyst import triage_words as words
from havre.entrypoints.analyst.triage_tiles import FITS, Tile
from havre.entrypoints.analyst.veils import Veiled
from havre.flows.triage import Reason, Told
from havre.linking.links import Kind, between
from havre.media.models import Medium


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/drive/a.jpg", "a.jpg"),
        ("/drive/20190414_120412.jpg", "20190414_120412.jpg"),  # nineteen signs
        ("/drive/Screenshot 2019-04-14.jpg", "…shot 2019-04-14.jpg"),
        ("/drive/DCIM/100NIKON/DSC_90412.jpg", "DCIM/DSC_90412.jpg"),
        ("/drive/Pictures/a.jpg", "Pictures/a.jpg"),
        ("/drive/Recovered/f0012288.jpg", "Recove…/f0012288.jpg"),
        ("/drive/Users/jan/0000000000000005.jpg", "Users/…00000005.jpg"),
        ("/drive/Pictures of 2019/summer/a.jpg", "Pictures of 2…/a.jpg"),
        ("/drive/backup.zip/été/île d’été.jpg", "backu…/île d’été.jpg"),
        ("/elsewhere/DCIM/a.jpg", "elsewhere/a.jpg"),
    ],
)
def test_where_a_file_was_found_fits_under_its_tile(path: str, place: str) -> None:
    assert tile(path).place == place
    assert len(place) <= FITS


def test_a_file_that_is_all_of_an_intake_is_called_by_its_folder_too() -> None:
    assert tile("/seized/a.jpg", of="/seized/a.jpg").place == "seized/a.jpg"
    assert tile("/a.jpg", of="/a.jpg").place == "a.jpg"


def tile(path: str, of: str = "/drive") -> Tile:
    """A tile of one file, found at this path in an intake of that."""
    stack = Stack(item=Item(path=path), intake=Intake(path=of), files=1)
    return Tile(Told(stack, [], "", [], {}), Veiled(1, "", 4, 3))


NEAR = Reason(between(1, 2, Kind.NEAR, 0.0, {"distance": 14}), "known <b>", 3)
FARTHER = Reason(between(1, 2, Kind.NEAR, 0.0, {"distance": 15}), "known <b>", 3)
SHOWN: dict[str, dict[str, Any]] = {
    "stack": {"pk": 8, "files": 2, "label": "", "heading": "near", "series": None, "apart": False},
    "medium": {"pk": 9, "sha256": b"\xaa" * 32, "bytes": 2_000_000, "width": 4, "height": 3, "family": "image"},
    "item": {"path": "/drives/a/DCIM/<!-- -->.jpg"},
    "intake": {"path": "/drives/a"},
    "told": {"reasons": (NEAR,), "taken": "2026-01-02"},
    "veil": {"data": "data:image/webp;base64,AA"},
}
OTHERS: dict[str, dict[str, list[Any]]] = {
    "stack": {"pk": [7], "files": [1, 3], "label": ["5"], "heading": ["files"], "series": [12]},
    "medium": {
        "pk": [4],
        "sha256": [b"\xbb" * 32],
        "bytes": [7],
        "width": [8, None],
        "height": [9],
        "family": ["video", "audio"],
    },
    "item": {"path": ["/drives/a/b.jpg"]},
    "intake": {"path": ["/drives"]},
    "told": {"reasons": [(), (FARTHER,), (NEAR, FARTHER)], "taken": [""]},
    "veil": {"data": ["data:,", ""]},
}
"""What a tile shows, and what else it might show."""


def a_tile(of: str = "", name: str = "", value: object = None, **told: Any) -> Tile:
    row = {each: SHOWN[each] | ({name: value} if each == of else {}) for each in SHOWN}
    medium, intake = Medium(**row["medium"]), Intake(**row["intake"])
    stack = Stack(**row["stack"], medium=medium, item=Item(**row["item"]), intake=intake)
    said = row["told"] | told
    is_film, is_sound = medium.family == "video", medium.family == "audio"
    veil = Veiled(medium.pk, row["veil"]["data"], 4, 3, is_film, is_sound)
    return Tile(Told(stack, said["reasons"], said["taken"], (), {}), veil)


def tile_drawn(tile: Tile) -> str:
    pages = engines["pages"].from_string("{% include 'analyst/triage_tiles.html' %}")
    return str(pages.render({"tiles": [tile], "on_tiles": words.on_tiles()}))


def test_a_tile_is_drawn_anew_for_everything_it_shows() -> None:
    pages: Any = engines["pages"]
    kept = pages._now().env.drawn
    kept.clear()
    before = tile_drawn(a_tile())
    assert (before, before.count("<!-- -->"), before.count("&lt;!-- --&gt;")) == (tile_drawn(a_tile()), 0, 3)
    for of, others in OTHERS.items():
        for name, value in [(name, value) for name, values in others.items() for value in values]:
            changed = tile_drawn(a_tile(of, name, value))
            kept.clear()
            assert changed == tile_drawn(a_tile(of, name, value)) != before, name
            assert tile_drawn(a_tile()) == before
    assert tile_drawn(a_tile(reasons=())) != tile_drawn(a_tile("stack", "apart", True, reasons=()))
