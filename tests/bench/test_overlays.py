"""Pictures under the same overlay have that in common and nothing else."""

import numpy as np
import pytest
from bench.gallery import Piece, dead_leaves
from bench.overlays import OVERLAYS, Pair, pairs
from PIL import Image

pytestmark = pytest.mark.xdist_group("overlays")  # which are drawn once, where all of these run

WHITE, BLACK = (Piece(name, name, Image.new("RGB", (480, 360), name)) for name in ("white", "black"))
FIXED = set(OVERLAYS) - {"moved sticker", "pasted picture"}


def seen(picture: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.asarray(picture.resize((400, 300))).astype(np.int64)


@pytest.fixture(scope="module")
def found() -> dict[str, list[Pair]]:
    """Three pairs of each kind."""
    like_white = Piece("other white", "white", WHITE.picture)
    kinds: dict[str, list[Pair]] = {kind: [] for kind in OVERLAYS}
    for pair in pairs([WHITE, like_white, BLACK], 3):
        kinds[pair.kind].append(pair)
    return kinds


@pytest.mark.parametrize("kind", sorted(OVERLAYS))
def test_both_pictures_show_the_overlay_and_what_they_showed_before(kind: str, found: dict[str, list[Pair]]) -> None:
    assert len(found[kind]) == 3
    for pair in found[kind]:
        apart = np.abs(seen(pair.one) - seen(pair.other))
        assert 0.3 < (apart.min(2) > 180).mean() < 1
        if kind in FIXED:
            assert (apart.max(2) < 60).mean() > 0.005


def test_every_pair_has_an_overlay_of_its_own(found: dict[str, list[Pair]]) -> None:
    one, other, *_ = found["caption"]
    assert one.one.size != other.one.size or np.abs(seen(one.one) - seen(other.one)).mean() > 5
    again = next(pair for pair in pairs([WHITE, BLACK], 1) if pair.kind == "banner")
    assert again.one.tobytes() == next(pairs([WHITE, BLACK], 1)).one.tobytes()


def test_pictures_of_one_thing_are_never_a_pair(found: dict[str, list[Pair]]) -> None:
    for pair in (pair for kind in found.values() for pair in kind):
        assert np.abs(seen(pair.one) - seen(pair.other)).mean() > 60


def test_dead_leaves_are_full_of_detail_and_never_the_same() -> None:
    one, other = dead_leaves(1), dead_leaves(2)
    assert (dead_leaves(1) == one).all()
    assert float(np.abs(one.astype(int) - other).mean()) > 40
    assert float(np.abs(np.diff(one.astype(int), axis=1)).mean()) > 4
