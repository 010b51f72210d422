"""Whoever reads a list page by page has it whole at the end, wherever they stop and whatever changes meanwhile."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from havre.hashlists.changes import ALWAYS, START, Between, Position, every, position_of
from havre.hashlists.entry import Entry
from tests.hashlists.made import made


class Listed:
    """A list in memory, that may change between two pages."""

    name = "listed"

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = {each.number: each for each in entries}

    @property
    def version(self) -> int:
        return max((each.version for each in self.entries.values()), default=0)

    def page(self, after: Position, most: int, between: Between = ALWAYS) -> Sequence[Entry]:
        there = sorted(self.entries.values(), key=position_of)
        return [each for each in there if position_of(each) > after and each in between][:most]


@given(st.integers(0, 30), st.integers(1, 7), st.lists(st.integers(1, 30), max_size=10))
def test_what_changes_while_somebody_reads_comes_again_and_nothing_is_missed(
    count: int, most: int, changing: list[int]
) -> None:
    listed = Listed([made(number) for number in range(1, count + 1)])
    known: dict[int, Entry] = {}
    ahead = list(changing)
    position = START
    while page := listed.page(position, most):
        known.update({each.number: each for each in page})
        position = position_of(page[-1])
        if ahead and (number := ahead.pop()) in listed.entries:
            version = listed.version + 1
            listed.entries[number] = replace(made(number, version), retracted=True)
    assert known == listed.entries


def test_pages_are_read_to_the_end_and_no_further() -> None:
    listed = Listed([made(number) for number in range(1, 11)])
    assert [each.number for each in every(listed, most=3)] == list(range(1, 11))
    assert [each.number for each in every(listed, Position(1, 8), most=3)] == [9, 10]


def test_between_holds_what_changed_from_then_on_and_before_then() -> None:
    entry = made(1, 5)
    assert entry in Between(entry.changed, entry.changed + 1)
    assert entry not in Between(entry.changed + 1)
    assert entry not in Between(0, entry.changed)
