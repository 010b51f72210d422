"""Pictures under the same overlay have that in common and nothing else."""

import numpy as np
import pytest
from bench.gallery import Piece, dead_leaves
from bench.overlays import OVERLAYS, pairs
from PIL import Image

WHITE, BLACK = (Piece(name, name, Image.new("RGB", (480, 360), name)) for name in ("white", "black"))
FIXED = set(OVERLAYS) - {"moved sticker", "pasted picture"}


def seen(picture: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.asarray(picture.resize((400, 300))).astype(np.int64)


@pytest.mark.parametrize("kind", sorted(OVERLAYS))
def test_both_pictures_show_the_overlay_and_what_they_showed_before(kind: str) -> None:
    found = [pair for pair in pairs([WHITE, BLACK], 4) if pair.kind == kind]
    assert len(found) == 4
    for pair in found:
        one, other = seen(pair.one), seen(pair.other)
        alike = np.abs(one - other).max(2) < 60
        assert 0.3 < (np.abs(one - other).min(2) > 180).mean() < 1
        if kind in FIXED:
            assert alike.mean() > 0.005


def test_every_pair_has_an_overlay_of_its_own() -> None:
    one, other, *_ = [pair for pair in pairs([WHITE, BLACK], 2) if pair.kind == "frame"]
    assert one.one.size != other.one.size or np.abs(seen(one.one) - seen(other.one)).mean() > 10
    again, *_ = [pair for pair in pairs([WHITE, BLACK], 2) if pair.kind == "frame"]
    assert again.one.tobytes() == one.one.tobytes()


def test_pictures_of_one_thing_are_never_a_pair() -> None:
    like_white = Piece("other white", "white", Image.new("RGB", (480, 360), "white"))
    for pair in pairs([WHITE, like_white, BLACK], 3):
        assert np.abs(seen(pair.one) - seen(pair.other)).mean() > 60


def test_dead_leaves_are_full_of_detail_and_never_the_same() -> None:
    one, other = dead_leaves(1), dead_leaves(2)
    assert (dead_leaves(1) == one).all()
    assert float(np.abs(one.astype(int) - other).mean()) > 40
    assert float(np.abs(np.diff(one.astype(int), axis=1)).mean()) > 4
