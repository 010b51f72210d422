"""The graph has one place for each node, always the same; the line of times is in order and within its frame."""

from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from havre.entrypoints.analyst.series_drawn import GRAPHS, HIGHEST, _places, line, places
from havre.entrypoints.analyst.zones import in_zone
from havre.linking.numbering import EPOCH
from havre.linking.stated import Stated

EDGES = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), max_size=80)


@given(edges=EDGES, count=st.integers(0, 40))
def test_places_are_in_the_frame_and_never_change(edges: list[tuple[int, int]], count: int) -> None:
    nodes = list(range(1, count + 1))
    told = places(nodes, edges)
    assert list(told) == nodes
    assert all(0 <= x <= 1000 and 0 <= y <= 600 for x, y in told.values())
    assert told == places(nodes, edges) == _places.__wrapped__(nodes, edges)


def test_places_are_worked_out_once_and_nobody_changes_those_of_another() -> None:
    before, told = _places.cache_info(), places([901, 902], [(901, 902)])
    told[901] = (0, 0)
    assert places([901, 902], [(901, 902)])[901] != (0, 0)
    after = _places.cache_info()
    assert (after.hits - before.hits, after.misses - before.misses) == (1, 1)
    assert after.maxsize == GRAPHS


def test_what_is_linked_stands_closer() -> None:
    told = places([1, 2, 3, 4], [(1, 2), (3, 4)])

    def apart(one: int, other: int) -> float:
        return float(sum((a - b) ** 2 for a, b in zip(told[one], told[other], strict=True)) ** 0.5)

    assert apart(1, 2) < min(apart(1, 3), apart(1, 4))
    assert places([7], []) == {7: (500, 275)}


def _at(text: str) -> Stated:
    return Stated(0, local=(datetime.fromisoformat(text) - EPOCH).total_seconds())


def test_times_are_in_order_with_their_ends_in_words() -> None:
    told = {1: _at("2019-04-14T12:00:00"), 2: _at("2019-04-14T10:00:00"), 3: Stated(3), 4: _at("2019-04-14T11:00:00")}
    drawn = line(told, {1: "one", 2: "two", 4: "four"})
    assert drawn is not None
    assert [(moment.label, moment.x, moment.y) for moment in drawn.moments] == [
        ("two", 20, 0), ("four", 500, 0), ("one", 980, 0),
    ]  # fmt: skip
    assert list(drawn.ticks) == ["14 Apr 2019 10:00", "14 Apr 2019 12:00"]
    with in_zone(ZoneInfo("Asia/Tokyo")):  # the clock of a camera is nobody's
        assert line(told, {1: "one", 2: "two", 4: "four"}) == drawn
    assert line({3: Stated(3)}, {3: "three"}) is None


def test_moments_at_once_stand_above_one_another_and_stay_in_the_frame() -> None:
    told = {number: _at("2019-04-14T12:00:00") for number in range(20)}
    drawn = line(told, {number: str(number) for number in told})
    assert drawn is not None
    assert list(drawn.ticks) == ["14 Apr 2019 12:00"]
    assert [moment.y for moment in drawn.moments][:HIGHEST] == list(range(HIGHEST))
    assert all(0 < top < drawn.axis for _, top in drawn.drawn)


def test_an_instant_counts_where_no_clock_was_read() -> None:
    drawn = line({1: Stated(1, instant=0.0), 2: _at("1980-01-01T00:00:00")}, {1: "a", 2: "b"})
    assert drawn is not None
    assert list(drawn.ticks) == ["1 Jan 1970", "1 Jan 1980"]
