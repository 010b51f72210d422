"""The plain definition of matching."""

from havre.matching.reference import Hit, Pair, distance, nearest, pairs, search, search_oriented

ZERO, ONE, FULL = bytes(32), bytes([1]) + bytes(31), bytes([255]) * 32


def test_the_distance_counts_differing_bits() -> None:
    assert [distance(ZERO, ZERO), distance(ZERO, ONE), distance(ZERO, FULL)] == [0, 1, 256]


def test_the_nearest_comes_first_and_of_equals_the_lowest_record() -> None:
    entries = [(9, ZERO), (2, ONE), (4, ZERO), (5, FULL)]
    assert search(entries, ZERO) == [Hit(0, 4), Hit(0, 9), Hit(1, 2)]
    assert nearest(entries, ZERO, 2) == [Hit(0, 4), Hit(0, 9)]


def test_each_record_comes_once_with_its_best_orientation() -> None:
    turned = FULL + ONE + ZERO + ZERO + FULL * 4
    assert search_oriented([(1, ZERO), (2, ONE)], turned) == [Hit(0, 1, 2), Hit(0, 2, 1)]


def test_pairs_are_named_once() -> None:
    assert list(pairs([(3, ZERO), (1, ONE), (2, FULL)])) == [Pair(1, 3, 1)]
