"""What a search reads of an index."""

from pathlib import Path

import numpy as np

from havre.matching import reference
from havre.matching.hashes import entries_from
from havre.matching.manifest import Manifest, write
from havre.matching.segment import write_segment
from havre.matching.views import View, distance_of_kth, found, live, load, not_held, pairs, with_tail, without
from tests.matching.seeded import apart, hashes, numbered


def view_of(directory: Path, in_segment: int, in_tail: int) -> View:
    entries = numbered(hashes(in_segment + in_tail, seed=1))
    named = write_segment(directory, "1-0.segment", entries_from(*apart(entries[:in_segment])))
    write(directory, Manifest(1, in_segment, (named,)))
    return with_tail(load(directory, ()), entries_from(*apart(entries[in_segment:])))


def test_segments_and_tail_are_searched_alike(tmp_path: Path) -> None:
    view = view_of(tmp_path, 50, 20)
    known = hashes(70, seed=1)
    assert sorted(found(view, known[3] + known[60], 0)) == [(0, 0, 4), (1, 0, 61)]


def test_segments_already_open_are_kept(tmp_path: Path) -> None:
    view = view_of(tmp_path, 5, 0)
    assert load(tmp_path, view.segments).segments[0] is view.segments[0]


def test_what_is_held_is_not_taken_again(tmp_path: Path) -> None:
    view = view_of(tmp_path, 50, 20)
    fresh, known = hashes(1, seed=2), hashes(70, seed=1)
    again = entries_from([50, 61, 7, 71, 71], known[49] + known[60] + fresh[0] + fresh[0] + fresh[0])
    # Record 7 is in the segment with another hash: nothing that differs may be dropped unseen.
    assert not_held(view, again).records.tolist() == [7, 71]


def test_the_kth_distance_counts_all_that_is_live(tmp_path: Path) -> None:
    view = view_of(tmp_path, 50, 20)
    entries = numbered(hashes(70, seed=1))
    query = hashes(1, seed=9)[0]
    for k in (1, 10, 70):
        assert distance_of_kth(view, query, k) == reference.nearest(entries, query, k)[-1].distance
    assert distance_of_kth(view, query, 71) == 256


def test_nothing_that_is_gone_stays() -> None:
    entries = entries_from(*apart(numbered(hashes(5, seed=1))))
    assert without(entries, frozenset({2, 5})).records.tolist() == [1, 3, 4]


def test_pairs_are_those_of_the_reference(tmp_path: Path) -> None:
    known = hashes(30, seed=1)
    entries = numbered(known + known[:4] + known[:2])
    assert list(pairs(entries_from(*apart(entries)), 31)) == list(reference.pairs(entries, 31))
    assert np.array_equal(np.sort(live(view_of(tmp_path, 5, 2)).records), np.arange(1, 8))
