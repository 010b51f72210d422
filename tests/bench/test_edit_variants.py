"""Every edit changes the picture, the same edit always makes the same file, and that of the corpus's own script."""

import importlib.util
from typing import Any

import numpy as np
import pytest
from bench.edit_variants import EDITS, HARD, MIXED, NAMED, opened
from PIL import Image

from tests.pictures import corpus, photograph

PICTURE = Image.fromarray(photograph("coffee"))
OTHERS = [Image.fromarray(photograph(name)) for name in ("astronaut", "rocket")]
EVERY = EDITS | {f"hard {name}": edit for name, edit in HARD.items()}

LOSSLESS = {"fmt_png", "fmt_bmp"}
"""Edits that leave what is seen as it is."""


@pytest.mark.parametrize("name", EVERY)
def test_an_edit_changes_the_picture_and_is_always_the_same(name: str) -> None:
    file = EVERY[name].file(PICTURE, name, "coffee", OTHERS)
    assert file == EVERY[name].file(PICTURE, name, "coffee", OTHERS)
    pixels, before = opened(file), np.asarray(PICTURE)
    changed = pixels.shape != before.shape or float(np.abs(pixels.astype(int) - before).mean()) > 0.5
    assert changed is (name not in LOSSLESS)


def test_chance_is_another_for_another_picture() -> None:
    one, other = (EDITS["crop_30"].file(PICTURE, "crop_30", source) for source in ("one", "other"))
    assert opened(one).shape == opened(other).shape
    assert one != other


def test_a_crop_of_70_percent_keeps_9_percent_of_the_area() -> None:
    pixels = opened(HARD["crop_70"].file(PICTURE, "crop_70", "coffee"))
    assert pixels.shape[0] * pixels.shape[1] / (400 * 600) == pytest.approx(0.09, abs=0.001)
    area = opened(HARD["crop_70_area"].file(PICTURE, "crop_70_area", "coffee"))
    assert area.shape[0] * area.shape[1] / (400 * 600) == pytest.approx(0.30, abs=0.005)


def test_a_collage_holds_the_picture_once_and_others_besides() -> None:
    white, black = Image.new("RGB", (400, 300), "white"), Image.new("RGB", (200, 200), "black")
    shares = {"grid_2": 1 / 4, "grid_3": 1 / 9, "grid_4": 1 / 16, "inset_40": 0.16, "inset_25": 0.0625}
    assert set(shares) == MIXED
    for name, share in shares.items():
        pixels = opened(HARD[name].file(white, name, "white", [black]))
        assert float((pixels > 128).mean()) == pytest.approx(share, abs=0.01)


def test_what_the_goal_names_is_among_the_harder_ones() -> None:
    assert set(NAMED) <= set(HARD)


@pytest.mark.corpus
def test_the_edits_are_those_of_the_corpus_to_the_byte() -> None:
    made: Any = importlib.util.spec_from_file_location("make_variants", corpus().parent / "make_variants.py")
    theirs: Any = importlib.util.module_from_spec(made)
    made.loader.exec_module(theirs)
    variants = {name: data for name, *_, data in theirs.iter_variants(PICTURE, "coffee")}
    assert list(variants) == list(EDITS)
    assert [name for name, data in variants.items() if EDITS[name].file(PICTURE, name, "coffee") != data] == []
