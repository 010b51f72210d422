"""No hidden count can be worked out, nor narrowed to a few: held against every table that fits what is shown."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havre.victims.suppress import LEAST, Place, Table, hidden_in, possible
from tests.conftest import PROOF


def fitting(table: Table, hidden: frozenset[Place]) -> Iterator[dict[Place, int]]:
    """Every table of counts that agrees with what is shown: all of them, one by one. The slow truth."""
    shown = {place: value for place, value in table.counts().items() if place not in hidden}
    for cells in _filled(table, shown, ()):
        counts = Table([cells[row * table.columns : (row + 1) * table.columns] for row in range(table.rows)]).counts()
        if all(counts[place] == value for place, value in shown.items()):
            yield counts


def _filled(table: Table, shown: dict[Place, int], so_far: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Counts that leave no total behind them too small; a hidden count is looked at up to the total of all and five."""
    row, column = divmod(len(so_far), table.columns)
    if row == table.rows:
        yield so_far
        return
    most = sum(map(sum, table.cells)) + LEAST
    left = min(
        shown.get((table.rows, table.columns), most) - sum(so_far),
        shown.get((row, table.columns), most) - sum(so_far[row * table.columns :]),
        shown.get((table.rows, column), most) - sum(so_far[column :: table.columns]),
    )
    given = shown.get((row, column))
    for value in range(left + 1) if given is None else [given] * (given <= left):
        yield from _filled(table, shown, (*so_far, value))


def values(table: Table, hidden: frozenset[Place]) -> dict[Place, set[int]]:
    """What each hidden count may be."""
    found: dict[Place, set[int]] = {place: set() for place in hidden}
    for counts in fitting(table, hidden):
        for place in hidden:
            found[place].add(counts[place])
    return found


two = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=2).map(Table)
three = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=3, max_size=3).map(Table)
flat = st.lists(st.tuples(st.integers(0, 9)), min_size=1, max_size=3).map(Table)
small = st.one_of(two, three)
large = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=12).map(Table)
wide = (
    st.integers(1, 5)
    .flatmap(lambda n: st.lists(st.tuples(*[st.integers(0, 12)] * n), min_size=1, max_size=6))
    .map(Table)
)


@pytest.mark.proof
@settings(max_examples=1_000 if PROOF else 40)
@given(st.one_of(small, flat))
def test_no_hidden_count_has_fewer_than_five_possible_values(table: Table) -> None:
    hidden = hidden_in(table)
    counts = table.counts()
    assert all(value >= LEAST for place, value in counts.items() if place not in hidden)
    if len(hidden) < len(counts):
        for place, found in values(table, hidden).items():
            assert len(found) >= LEAST, (place, sorted(found), table.cells)


@pytest.mark.proof
@given(small, st.randoms(use_true_random=False))
def test_what_is_possible_is_exactly_what_fits(table: Table, chance) -> None:  # type: ignore[no-untyped-def]
    counts = table.counts()
    inner = [place for place in counts if place != (table.rows, table.columns)]
    hidden = frozenset(chance.sample(inner, chance.randint(1, len(inner))))
    for place, found in values(table, hidden).items():
        low, high = possible(table, hidden, place, most=max(found) + LEAST)
        assert found == set(range(low, high + 1)), (place, hidden, table.cells)


@pytest.mark.proof
@given(st.one_of(large, wide))
def test_larger_tables_hold_to_it_too(table: Table) -> None:
    hidden, counts = hidden_in(table), table.counts()
    assert {place for place, value in counts.items() if value < LEAST} <= hidden
    if len(hidden) < len(counts):
        for place in hidden:
            low, high = possible(table, hidden, place)
            assert high - low + 1 >= LEAST, (place, table.cells)


@pytest.mark.proof
@given(large)
def test_totals_of_columns_are_hidden_only_where_one_is_small(table: Table) -> None:
    counts, hidden = table.counts(), hidden_in(table)
    totals = [counts[table.rows, column] for column in range(table.columns)]
    if min(totals) >= LEAST:
        assert not [place for place in hidden if place[0] == table.rows]


@pytest.mark.proof
@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 20)).filter(lambda line: sum(line) >= LEAST),
        min_size=2,
        max_size=8,
    )
)
def test_totals_of_rows_stay_where_they_must(lines: list[tuple[int, int]]) -> None:
    table = Table(lines, kept=True)
    assert not [place for place in hidden_in(table) if place[1] == table.columns and place[0] < table.rows]


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ([[10, 20], [30, 40]], 9),  # nothing is small
        ([[2, 20], [30, 40]], 5),  # one small count takes a ring of four with it, and leaves all totals
        ([[1], [2]], 0),  # too few of all
        ([[4, 100], [0, 100]], 3),  # too few in a column: what is left is not told apart by it
        ([[7]], 4),
    ],
)
def test_as_much_as_can_be_is_shown(cells: list[list[int]], shown: int) -> None:
    table = Table(cells)
    assert len(table.counts()) - len(hidden_in(table)) == shown


def test_one_small_count_alone_would_be_told_by_subtraction() -> None:
    table = Table([[2, 20], [30, 40]])
    assert values(table, frozenset({(0, 0)})) == {(0, 0): {2}}
