"""Pairs of one place are told from pairs of different ones; sizes and chance are counted over the right pictures."""

import numpy as np
import pytest
from bench.gallery import Piece, dead_leaves, leaves
from bench.place import Compared, Seen, all_compared, by_place, overlaps, through_index
from bench.place_chance import _unrelated, told
from bench.place_scale import NeverWere, _extrapolated
from bench.place_views import two_views, windows
from PIL import Image

from bench import place_scale
from havre.fingerprints.scene import FEATURE, pack, scene, unpack
from havre.matching.places import Sighting, Verdict
from tests.pictures import photograph

pytestmark = pytest.mark.xdist_group("place")  # places are seen once, where all of these run


def seen(name: str, group: str, picture: Image.Image) -> Seen:
    piece = Piece(name, group, picture)
    return Seen(piece, scene(piece.pixels))


@pytest.fixture(scope="module")
def places() -> list[Seen]:
    """Two views each of two places."""
    found = []
    for name in ("astronaut", "coffee"):
        for number, view in enumerate(two_views(Image.fromarray(photograph(name)), 0.7, name)):
            found.append(seen(f"{name} {number}", name, view))
    return found


@pytest.fixture(scope="module")
def others() -> list[Seen]:
    """What is nowhere near."""
    return [seen(piece.name, piece.name, piece.picture) for piece in leaves([1, 2])]


def test_views_of_one_place_are_found_and_views_of_others_are_not(places: list[Seen], others: list[Seen]) -> None:
    pairs, linked = all_compared(places, others)
    assert (pairs["size"], pairs["recall"], pairs["holds"]) == (2, 1.0, True)
    assert (pairs["false"], pairs["unrelated"]) == (0, 4 + 8)
    assert pairs["by_place"] == {"astronaut": 1.0, "coffee": 1.0}
    assert (linked["size"], linked["recall"], linked["not"]) == (4, 1.0, [])


def test_they_are_found_through_the_index_too(places: list[Seen], others: list[Seen]) -> None:
    pairs, linked = through_index(places, others, made=8)
    assert (pairs["size"], pairs["recall"], pairs["named_by_index"], pairs["false"]) == (4, 1.0, 1.0, 0)
    assert pairs["unrelated"] == 4 * 7 - 4
    assert linked["recall"] == 1.0


def test_pairs_that_are_not_found_count_by_place() -> None:
    one, other = (Piece(name, "here", Image.new("RGB", (8, 8))) for name in ("one", "other"))
    there = Piece("third", "there", Image.new("RGB", (8, 8)))
    sighting = Sighting(Verdict.PLACE, 9, 6.0, (0, 0, 1, 1), (0, 0, 1, 1), False, False, 0.0)
    found = [Compared(one, other, sighting), Compared(one, other, None), Compared(there, there, None)]
    assert by_place(found) == {"here": 0.5, "there": 0.0}


@pytest.mark.parametrize("sideways", [True, False])
@pytest.mark.parametrize("shared", [0.3, 0.5])
def test_two_views_share_what_they_should(shared: float, sideways: bool) -> None:
    one, other = windows((800, 600), shared, sideways=sideways)
    common = (min(one[2], other[2]) - max(one[0], other[0])) * (min(one[3], other[3]) - max(one[1], other[1]))
    assert common / ((one[2] - one[0]) * (one[3] - one[1])) == pytest.approx(shared, abs=0.01)
    assert (min(one[0], other[0]), max(one[2], other[2]), max(one[3], other[3])) == (0, 800, 600)


def test_two_views_are_always_the_same_ones_and_the_other_is_from_elsewhere() -> None:
    picture = Image.fromarray(photograph("coffee"))
    one, other = two_views(picture, 0.999, "coffee")
    assert [view.tobytes() for view in two_views(picture, 0.999, "coffee")] == [one.tobytes(), other.tobytes()]
    assert np.abs(np.asarray(one).astype(int) - np.asarray(other.resize(one.size))).mean() > 10


def test_an_overlap_that_is_nearly_all_is_found() -> None:
    pictures = [Piece(name, name, Image.fromarray(photograph(name))) for name in ("astronaut", "coffee")]
    half, third = overlaps(pictures)
    assert (half["what"], half["size"], half["recall"], half["holds"]) == ("overlap of 50%", 2, 1.0, True)
    assert third["bar"] == 0.731


def test_pictures_that_never_were_are_scenes_like_others_and_always_the_same() -> None:
    of = [scene(dead_leaves(seed)) for seed in range(3)]
    made = NeverWere(of)
    one = made.scene(5)
    assert pack(one) == pack(NeverWere(of).scene(5)) != pack(made.scene(6))
    assert pack(unpack(pack(one), one.look.tobytes())) == pack(one)
    source = next(
        each for each in of if len(each) == len(one) and (each.features["size"] == one.features["size"]).all()
    )
    assert sorted(one.features["x"].tolist()) == sorted(source.features["x"].tolist())
    assert (one.features["x"] != source.features["x"]).mean() > 0.9
    assert one.features.dtype == FEATURE


def test_the_size_of_the_library_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HAVRE_CORPUS", raising=False)
    monkeypatch.setattr("bench.gallery.CORPUS", __file__)
    small, large, million = place_scale.scale([30, 60], sources=2)
    assert (small["size"], large["size"], million["size"]) == (30, 60, 1_000_000)
    assert small["recall"] == small["exhaustive"] == 1.0
    assert int(str(large["bytes_a_picture"])) > 1000
    assert float(str(million["milliseconds"])) >= round(float(str(large["milliseconds"])))


def test_a_million_is_never_quicker_than_what_was_measured() -> None:
    def line(size: int, took: float) -> dict[str, object]:
        return {"size": size, "milliseconds": took, "bytes_a_picture": 9_000}

    assert _extrapolated(line(30, 7.0), line(60, 4.0))["milliseconds"] == 4
    assert _extrapolated(line(30, 3.0), line(60, 4.0))["milliseconds"] == round(4 + 1 / 30 * (1_000_000 - 60))


def test_chance_is_counted_over_unrelated_pictures_alone() -> None:
    pieces = [*leaves([1, 2, 3])]
    twin = Piece("twin", pieces[0].group, pieces[0].picture)
    scores = _unrelated([*pieces, twin])
    assert len(scores.tight) == len(scores.loose) == 2 * 5
    assert max(scores.tight) < 5
    assert scores.near == []


def test_the_fit_goes_through_what_was_reached() -> None:
    ordered = -2 * np.log10(np.random.default_rng(1).random(200_000)) - 2
    line = told(ordered, 200_000)
    assert float(str(line["a_tenth"])) == pytest.approx(2, abs=0.1)
    assert float(str(line["at_0"])) == pytest.approx(0.1, abs=0.01)
    assert float(str(line["one_in_1e3"])) == pytest.approx(4, abs=0.2)
    assert told([], 10) == {
        "reached": dict.fromkeys(map(str, (0, 1, 2, 3, 4, 5, 6, 8, 10, 15)), 0),
        "one_in_1e3": None,
        "one_in_1e4": None,
        "one_in_1e5": None,
        "most": None,
        "at_0": None,
        "a_tenth": None,
    }
