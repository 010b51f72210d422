"""A signal is taken back when the last entry that carries it is."""

from dataclasses import replace

from havre.hashlists import shared
from havre.hashlists.changes import START
from havre.hashlists.entry import Kind, Signal
from havre.hashlists.shared import Mark, fitting, held, marks_of
from tests.hashlists.made import made
from tests.hashlists.sharing import Sharing, several


def test_a_signal_is_held_by_every_living_entry_that_carries_it() -> None:
    listed = several(3)
    pdq = listed.entries[1].signals[0]
    listed.change(2, signals=(pdq,))
    listed.change(1, retracted=True)
    told = {each.mark: [entry.number for entry in each.living] for each in held(listed, listed.page(START, 9))}
    first = listed.entries[1]
    assert told[Mark(Kind.PICTURE, "pdq", pdq.value)] == [2]
    assert [told[mark] for mark in marks_of(first)] == [[2], [], []]
    assert all(told[mark] == [3] for mark in marks_of(listed.entries[3]))


def test_the_version_of_a_method_makes_no_other_signal_and_a_film_does() -> None:
    entry = made(1)
    pdq = entry.signals[0]
    twice = replace(entry, signals=(pdq, Signal("pdq", pdq.value, "2")))
    assert marks_of(twice) == [Mark(Kind.PICTURE, "pdq", pdq.value)]
    assert marks_of(replace(entry, kind=Kind.FILM))[0] == Mark(Kind.FILM, "pdq", pdq.value)


def test_of_thousands_that_share_a_signal_some_are_named() -> None:
    flat = made(1).signals[:1]
    listed = Sharing([replace(made(number), signals=flat) for number in range(1, 200)])
    assert [len(each.living) for each in held(listed, listed.page(START, 3))] == [shared.MOST_SHARED] * 3


def test_entries_fit_whole_and_one_always_does() -> None:
    page = [made(number) for number in range(1, 6)]
    assert fitting(page, 7, lambda entry: 3) == page[:2]
    assert fitting(page, 2, lambda entry: 3) == page[:1]
    assert fitting(page, 0, lambda entry: 0) == page
    assert fitting([], 7, lambda entry: 3) == []
