"""Whoever widens is told so; nobody shares with nobody, or for ever."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from havre.errors import Invalid
from havre.restrictions.model import (
    CLOSED,
    KEPT_FOR,
    LAST_YEAR,
    Action,
    Actor,
    Level,
    Name,
    Owner,
    Restriction,
    may,
    owns,
)
from havre.restrictions.rules import REVIEWED_BEFORE, complete, in_both, widens
from tests.cast import NOON
from tests.restrictions.drawn import actors, owners, parts, restrictions

ITALY = Restriction(Level.OPEN, countries=frozenset({"IT"}))


@given(actors, owners, parts, parts)
def test_what_does_not_widen_lets_nobody_more(
    actor: Actor, owner: Owner, was: Restriction, becomes: Restriction
) -> None:
    if widens(was, becomes) or owns(actor, owner):
        return
    lasting = [replace(each, retain_until=None) for each in (was, becomes)]
    for action in Action:
        assert not may(actor, owner, lasting[1], action, NOON) or may(actor, owner, lasting[0], action, NOON)


def test_closing_never_widens_and_opening_does() -> None:
    assert not widens(ITALY, Restriction())
    assert widens(Restriction(), ITALY)
    assert widens(ITALY, replace(ITALY, onward=True))
    assert widens(replace(ITALY, retain_until=NOON), replace(ITALY, retain_until=NOON + timedelta(days=1)))
    assert widens(replace(ITALY, no_countries=frozenset({"FR"})), ITALY)


NORTH, SOUTH = Name("", "North"), Name("", "South")
SAID = Restriction(
    Level.HIT, frozenset({NORTH}), frozenset({"IT"}), frozenset({"g1"}), frozenset({SOUTH}), frozenset({"FR"}),
    "", False, NOON, NOON, False,
)  # fmt: skip
MORE: list[dict[str, object]] = [
    {"level": Level.OPEN},
    {"units": frozenset({NORTH, SOUTH})},
    {"countries": frozenset({"IT", "NL"})},
    {"groups": frozenset({"g1", "g2"})},
    {"no_units": frozenset()},
    {"no_countries": frozenset()},
    {"onward": True},
    {"retain_until": NOON + timedelta(seconds=1)},
    {"retain_until": None},
    {"legal_hold": True},
]


@pytest.mark.parametrize("more", MORE, ids=lambda given: "_".join(given))
def test_each_word_that_lets_more_widens_and_taken_back_does_not(more: dict[str, object]) -> None:
    other = replace(SAID, **more)  # type: ignore[arg-type]
    assert widens(SAID, other)
    assert not widens(other, SAID)
    assert not widens(SAID, SAID)
    assert not widens(other, other)
    assert not widens(SAID, replace(other, level=Level.CLOSED, onward=False))


@pytest.mark.parametrize("whom", [{"units": frozenset({NORTH})}, {"countries": frozenset({"IT"})},
                                  {"groups": frozenset({"g1"})}], ids=lambda given: "_".join(given))  # fmt: skip
def test_whoever_is_named_is_enough_and_the_day_of_review_is_kept(whom: dict[str, object]) -> None:
    day = NOON + timedelta(days=9)
    said = replace(Restriction(Level.OPEN, review_at=day), **whom)  # type: ignore[arg-type]
    assert complete(said, NOON) == replace(said, retain_until=NOON + KEPT_FOR)
    ending = complete(replace(said, review_at=None, retain_until=day), NOON)
    assert (ending.retain_until, ending.review_at) == (day, day - REVIEWED_BEFORE)
    with pytest.raises(Invalid):
        complete(replace(said, retain_until=NOON), NOON)


def test_what_a_court_keeps_is_known_longer() -> None:
    ending = replace(ITALY, retain_until=NOON)
    held = replace(ending, legal_hold=True)
    assert widens(ending, held)
    assert not widens(held, ending)
    assert not widens(held, replace(held, retain_until=NOON + timedelta(days=1)))
    assert not widens(ITALY, replace(ITALY, legal_hold=True))
    assert not widens(ending, replace(held, level=Level.CLOSED))


def test_what_is_shared_ends_after_five_years_unless_somebody_says_when() -> None:
    done = complete(ITALY, NOON)
    assert (done.retain_until, done.review_at) == (NOON + KEPT_FOR, NOON + KEPT_FOR - REVIEWED_BEFORE)
    assert complete(done, NOON) == done
    assert complete(Restriction(), NOON) == Restriction()
    for wrong in (Restriction(Level.HIT), replace(ITALY, retain_until=NOON)):
        with pytest.raises(Invalid):
            complete(wrong, NOON)


def test_nothing_is_kept_for_longer_than_others_can_be_told() -> None:
    last = datetime(LAST_YEAR, 12, 31, tzinfo=UTC)
    assert complete(replace(ITALY, retain_until=last), NOON).retain_until == last
    assert complete(Restriction(retain_until=last), NOON).retain_until == last
    for said in (ITALY, Restriction()):
        with pytest.raises(Invalid, match="9000 at most"):
            complete(replace(said, retain_until=last + timedelta(days=1)), NOON)


@given(actors, owners, restrictions, restrictions)
def test_a_word_in_both_lets_nobody_more_than_either(
    actor: Actor, owner: Owner, one: Restriction, other: Restriction
) -> None:
    found = in_both(one, other)
    assert len(found.parts) == 1
    for action in Action:
        if may(actor, owner, found, action, NOON) and not owns(actor, owner):
            lasting = [replace(each, legal_hold=True) for each in (one, other)]
            assert all(may(actor, owner, each, action, NOON) for each in lasting)


def test_a_word_in_both_is_one_that_a_person_could_say() -> None:
    both = replace(SAID, level=Level.OPEN, countries=frozenset({"IT", "NL"}), no_countries=frozenset(), purpose="trial")
    assert in_both(SAID, both) == replace(SAID, purpose="trial")
    assert in_both(SAID, SAID) == SAID
    assert in_both(ITALY, replace(ITALY, countries=frozenset({"FR"}), legal_hold=True)) == Restriction(legal_hold=True)
    assert in_both(ITALY, CLOSED) == CLOSED
