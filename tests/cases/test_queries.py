"""Reads of cases, intakes and items: one's own in order, and nothing of another unit's."""

from datetime import timedelta

import pytest

from havre.cases.models import Apart, Case, Intake, Item, Outcome
from havre.cases.open import open_case
from havre.cases.queries import case_for, case_numbered, cases_for, intakes_of, items_of, newest_intake, tally
from havre.errors import NotFound
from havre.units.models import Person
from tests.cast import NOON, Cast, introduce


def intake(case: Case, path: str = "/seized") -> Intake:
    return Intake.objects.create(case=case, path=path, begun_at=NOON, begun_by=case.opened_by, listing=b"", salt=b"")


def item(of: Intake, position: int, outcome: Outcome, apart: str = "", *, stack: bool = False) -> Item:
    return Item.objects.create(
        intake=of, position=position, path=f"/seized/{position}", outcome=outcome, apart=apart, stack=stack
    )


def case(by: Person, reference: str = "A", hours: int = 0) -> Case:
    return open_case(reference, "warrant", "", by, NOON + timedelta(hours=hours))


@pytest.fixture
def cast(database: object) -> Cast:
    return introduce()


def test_a_case_is_found_by_its_reference_by_everybody_of_the_unit(cast: Cast) -> None:
    opened = case(cast.anke)
    assert case_for(cast.anke, "A") == case_for(cast.bram, "A") == case_numbered(cast.bram, opened.pk) == opened


def test_a_case_of_another_unit_and_one_that_never_was_are_told_with_the_same_words(cast: Cast) -> None:
    opened = case(cast.anke)
    with pytest.raises(NotFound) as theirs:
        case_for(cast.chiara, "A")
    with pytest.raises(NotFound) as none:
        case_for(cast.chiara, "B")
    with pytest.raises(NotFound):
        case_numbered(cast.chiara, opened.pk)
    assert str(theirs.value) == str(none.value).replace("'B'", "'A'")
    assert Case.objects.filter(reference="A").exists()  # there was something to leak


def test_the_same_reference_in_two_units_is_two_cases(cast: Cast) -> None:
    belgian, italian = case(cast.anke), case(cast.chiara)
    assert (case_for(cast.bram, "A"), case_for(cast.chiara, "A")) == (belgian, italian)


def test_cases_are_listed_newest_first_and_only_ones_own(cast: Cast) -> None:
    old, new, newest = case(cast.anke, "old"), case(cast.bram, "new", 1), case(cast.anke, "newest", 1)
    theirs = case(cast.chiara, "theirs", 2)
    assert list(cases_for(cast.bram)) == [newest, new, old]
    assert list(cases_for(cast.chiara)) == [theirs]


def test_intakes_of_a_case_come_oldest_first_and_only_to_its_unit(cast: Cast) -> None:
    opened = case(cast.anke)
    first, second = intake(opened), intake(opened, "/other")
    intake(case(cast.anke, "B"))
    assert list(intakes_of(cast.bram, opened)) == [first, second]
    assert list(intakes_of(cast.chiara, opened)) == []


def test_the_newest_intake_is_the_last_of_exactly_that_path(cast: Cast) -> None:
    opened = case(cast.anke)
    intake(opened)
    last = intake(opened)
    intake(opened, "/seized/")
    assert newest_intake(cast.anke, opened, "/seized") == last
    assert newest_intake(cast.anke, opened, "/Seized") is None
    assert newest_intake(cast.chiara, opened, "/seized") is None


def test_items_come_in_the_order_of_paths_and_only_to_their_unit(cast: Cast) -> None:
    of = intake(case(cast.anke))
    third, first, second = (item(of, position, Outcome.NEW) for position in (2, 0, 1))
    assert list(items_of(cast.bram, of)) == [first, second, third]
    assert list(items_of(cast.chiara, of)) == []


def test_a_tally_counts_each_outcome_the_stacks_and_what_stands_apart(cast: Cast) -> None:
    of, other = intake(case(cast.anke)), intake(case(cast.anke, "B"))
    item(of, 0, Outcome.NEW, stack=True)
    item(of, 1, Outcome.NEW, stack=True)
    item(of, 2, Outcome.NEW, Apart.DAMAGED)
    item(of, 3, Outcome.NEW, Apart.FLAT)
    item(of, 4, Outcome.NEW, Apart.UNFINGERPRINTED)
    item(of, 5, Outcome.REPEAT)
    item(of, 6, Outcome.REFUSED)
    item(other, 0, Outcome.KNOWN)
    counts = {"new": 5, "repeat": 1, "refused": 1, "stacks": 2, "damaged": 1, "flat": 1, "unfingerprinted": 1}
    assert tally(cast.bram, of) == counts
    nothing = {"stacks": 0, "damaged": 0, "flat": 0, "unfingerprinted": 0}
    assert tally(cast.chiara, of) == nothing
