"""The reference: empty means nobody, exclusions win, what is inside another is for who may see both."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.restrictions.model import (
    CLOSED,
    Action,
    Actor,
    Level,
    Name,
    Owner,
    Restriction,
    also,
    digest,
    expired,
    level_for,
    may,
    moved,
    narrower,
    narrowest,
    owns,
    restriction_of,
    told,
)
from tests.cast import NOON
from tests.restrictions.drawn import PEERS, actors, owners, parts, restrictions

actions = st.sampled_from(Action)
BELGIUM = Owner("", "North", "BE")
ITALY = Actor("", "South", "IT")


def open_to(*countries: str) -> Restriction:
    return Restriction(Level.OPEN, countries=frozenset(countries))


@given(actors, owners, actions)
def test_without_a_word_it_is_the_owners_alone(actor: Actor, owner: Owner, action: Action) -> None:
    assert may(actor, owner, CLOSED, action, NOON) == owns(actor, owner)
    assert narrowest([]) == CLOSED


@given(actors, owners, st.sampled_from(Level), actions)
def test_an_empty_audience_is_nobody(actor: Actor, owner: Owner, level: Level, action: Action) -> None:
    assert may(actor, owner, Restriction(level), action, NOON) == owns(actor, owner)


@given(actors, owners, parts, actions)
def test_exclusions_win(actor: Actor, owner: Owner, part: Restriction, action: Action) -> None:
    by_country = replace(part, no_countries=part.no_countries | {actor.country})
    by_name = replace(part, no_units=part.no_units | {Name(actor.node, actor.unit)})
    for excluded in (by_country, by_name):
        assert not may(actor, owner, excluded, action, NOON) or owns(actor, owner)


@given(actors, owners, restrictions, actions)
def test_who_may_do_more_may_do_less(actor: Actor, owner: Owner, said: Restriction, action: Action) -> None:
    if may(actor, owner, said, action, NOON):
        assert may(actor, owner, said, Action.KNOW, NOON)
    if may(actor, owner, said, Action.SEND, NOON):
        assert may(actor, owner, said, Action.SEE, NOON)
    if may(actor, owner, said, Action.CHANGE, NOON):
        assert owns(actor, owner)


@given(actors, owners, restrictions, restrictions, actions)
def test_inside_another_is_for_those_who_may_see_both(
    actor: Actor, owner: Owner, one: Restriction, other: Restriction, action: Action
) -> None:
    both = narrower(one, other)
    unheld = [replace(each, legal_hold=False, within=frozenset(replace(p, legal_hold=False) for p in each.within))
              for each in (one, other)]  # fmt: skip
    each = [may(actor, owner, said, action, NOON) for said in unheld]
    assert may(actor, owner, narrower(*unheld), action, NOON) == all(each)
    assert may(actor, owner, narrower(other, one), action, NOON) == may(actor, owner, both, action, NOON)
    assert narrower(both, one).parts == both.parts


@given(actors, st.lists(parts, min_size=1, max_size=6))
def test_parts_that_say_nothing_more_are_left_out_and_nothing_changes(actor: Actor, said: list[Restriction]) -> None:
    together = narrowest(said)
    whole = replace(said[0], within=frozenset(said[1:]))
    assert level_for(actor, together) == level_for(actor, whole)
    assert (together.expires_at, together.held, together.reviewed_at) == (
        whole.expires_at,
        whole.held,
        whole.reviewed_at,
    )
    assert all(part.onward for part in together.parts) == all(part.onward for part in whole.parts)
    assert all(narrower(each, other).parts != each.parts for each in together.parts for other in together.parts
               if each != other)  # fmt: skip


NORTH, SOUTH = Name("", "North"), Name("", "South")
STRICT = Restriction(
    Level.HIT, frozenset({NORTH}), frozenset({"IT"}), frozenset({"g1"}), frozenset({SOUTH}), frozenset({"FR"}),
    "a case", False, NOON, NOON, True,
)  # fmt: skip


@pytest.mark.parametrize(
    "looser",
    [
        {"level": Level.OPEN},
        {"units": frozenset({NORTH, SOUTH})},
        {"countries": frozenset({"IT", "NL"})},
        {"groups": frozenset({"g1", "g2"})},
        {"no_units": frozenset()},
        {"no_countries": frozenset()},
        {"purpose": ""},
        {"onward": True},
        {"retain_until": NOON + timedelta(seconds=1)},
        {"retain_until": None},
        {"review_at": NOON + timedelta(seconds=1)},
        {"review_at": None},
        {"legal_hold": False},
    ],
    ids=lambda given: "_".join(given),
)
def test_of_two_parts_of_which_one_says_less_the_other_is_left(looser: dict[str, object]) -> None:
    other = replace(STRICT, **looser)  # type: ignore[arg-type]
    assert narrower(STRICT, other).parts == narrower(other, STRICT).parts == (STRICT,)
    apart = replace(other, no_countries=other.no_countries | {"ES"})
    assert set(narrower(STRICT, apart).parts) == {STRICT, apart}


def test_what_is_said_anew_and_anew_does_not_grow() -> None:
    became = open_to("BE", "IT")
    for _turn in range(60):
        for anew in (open_to("IT"), open_to("IT", "FR"), replace(open_to("IT"), retain_until=NOON)):
            became = narrower(became, anew)
    assert became.parts == (replace(open_to("IT"), retain_until=NOON),)


@given(actors, owners, restrictions, actions)
def test_what_is_over_is_nobodys_unless_it_is_held(
    actor: Actor, owner: Owner, said: Restriction, action: Action
) -> None:
    over = replace(said, retain_until=NOON)
    assert expired(over, NOON) == (not over.held)
    assert not may(actor, owner, over, action, NOON) or over.held
    assert not expired(replace(over, legal_hold=True), NOON + timedelta(days=9999))


@given(actors, owners, restrictions)
def test_a_hit_is_known_and_not_seen(actor: Actor, owner: Owner, said: Restriction) -> None:
    at_most = narrower(said, replace(said.parts[0], level=Level.HIT))
    assert not may(actor, owner, at_most, Action.SEE, NOON) or owns(actor, owner)
    if not owns(actor, owner) and not expired(at_most, NOON):
        known = level_for(actor, said) >= Level.HIT
        assert may(actor, owner, at_most, Action.KNOW, NOON) == known


@given(actors, owners, restrictions, actions)
def test_a_word_beside_anothers_thing_is_for_its_owner_too(
    actor: Actor, owner: Owner, said: Restriction, action: Action
) -> None:
    shared = also(said, owner)
    as_owner = Actor(owner.node, owner.unit, owner.country)
    excluded = any(owner.country in part.no_countries or owner.name in part.no_units for part in said.parts)
    assert level_for(as_owner, shared) == (Level.CLOSED if excluded else said.most)
    if actor.unit and (actor.node, actor.unit) != tuple(owner.name):
        speaker = Owner("", "nobody of these", "ZZ")
        assert may(actor, speaker, shared, action, NOON) == may(actor, speaker, said, action, NOON)


@given(restrictions)
def test_told_and_read_again_it_is_the_same(said: Restriction) -> None:
    again = restriction_of(told(said))
    assert digest(again) == digest(said)
    assert again.parts == said.parts


@given(restrictions)
def test_nodes_call_themselves_by_nothing_and_others_by_their_id(said: Restriction) -> None:
    own = "dd" * 8
    there = moved(said, "", own)
    assert all(name.node for part in there.parts for name in part.units | part.no_units)
    assert all(code.endswith(f"_{own}") for part in there.parts for code in part.groups)
    assert moved(there, own, "").parts[0] == said.parts[0]
    assert moved(there, "ee" * 8, "") == there


def test_a_node_is_handed_what_any_unit_of_it_may_know() -> None:
    said = Restriction(Level.OPEN, units=frozenset({Name(PEERS[0], "North")}))
    assert level_for(Actor(PEERS[0], "", "IT"), said) is Level.OPEN
    assert level_for(Actor(PEERS[1], "", "IT"), said) is Level.CLOSED
    but = replace(said, no_units=said.units)
    assert level_for(Actor(PEERS[0], "", "IT"), but) is Level.CLOSED


def test_onward_needs_the_word_of_each() -> None:
    onward = replace(open_to("IT"), onward=True)
    assert may(ITALY, BELGIUM, onward, Action.SEND, NOON)
    assert not may(ITALY, BELGIUM, narrower(onward, open_to("IT")), Action.SEND, NOON)
    apart = narrower(replace(open_to("IT", "FR"), onward=True), open_to("IT", "NL"))
    assert len(apart.parts) == 2
    assert not may(ITALY, BELGIUM, apart, Action.SEND, NOON)
    assert may(ITALY, BELGIUM, apart, Action.SEE, NOON)


def test_it_is_kept_until_its_time_and_no_longer() -> None:
    ending = replace(open_to("IT"), retain_until=NOON)
    assert not expired(ending, NOON - timedelta(seconds=1))
    assert expired(ending, NOON)
    assert expired(narrower(ending, replace(open_to("IT", "FR"), retain_until=NOON + timedelta(days=1))), NOON)


def test_the_first_end_and_the_first_review_count() -> None:
    sooner = replace(open_to("IT"), retain_until=NOON, review_at=NOON)
    later = replace(open_to("FR"), retain_until=NOON + timedelta(days=1), review_at=NOON + timedelta(days=1))
    both = narrower(sooner, later)
    assert (len(both.parts), both.expires_at, both.reviewed_at) == (2, NOON, NOON)
    assert replace(sooner, within=frozenset({sooner})).parts == (sooner,)


def test_a_node_as_a_whole_owns_nothing_and_a_unit_is_named_itself() -> None:
    node = Actor(PEERS[0], "", "IT")
    assert not owns(node, Owner(PEERS[0], "", "IT"))
    named = Restriction(Level.OPEN, units=frozenset({Name(PEERS[0], "North")}))
    assert level_for(Actor(PEERS[0], "North", "IT"), named) is Level.OPEN
    assert level_for(Actor(PEERS[0], "South", "IT"), named) is Level.CLOSED


def test_a_group_is_an_audience_as_long_as_one_is_in_it() -> None:
    said = Restriction(Level.OPEN, groups=frozenset({"g1"}))
    assert level_for(replace(ITALY, groups=frozenset({"g1", "g2"})), said) is Level.OPEN
    assert level_for(replace(ITALY, groups=frozenset({"g2"})), said) is Level.CLOSED
    assert level_for(ITALY, replace(said, countries=frozenset({"IT"}))) is Level.OPEN
    assert level_for(ITALY, replace(said, units=frozenset({Name("", "South")}))) is Level.OPEN


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        {"level": "wide"},
        {"level": 2},
        {"units": "North"},
        {"units": [["", "North", "x"]]},
        {"units": [["North"]]},
        {"countries": [7]},
        {"countries": ["BE"] * 501},
        {"retain_until": "tomorrow"},
        {"retain_until": "2026-01-01T00:00:00"},
        {"within": {}},
        {"within": [7]},
        {"within": [{}] * 50},
        {"purpose": "x" * 201},
    ],
)
def test_what_is_no_restriction_is_refused(wrong: object) -> None:
    with pytest.raises(Invalid):
        restriction_of(wrong)


def test_unknown_fields_are_no_reason_and_hold_is_only_true() -> None:
    assert restriction_of({"level": "closed", "colour": "blue", "legal_hold": "yes"}) == CLOSED


@pytest.mark.parametrize("year", ["0001", "1899", "9001", "9999"])
def test_times_are_such_as_every_database_keeps(year: str) -> None:
    for field in ("retain_until", "review_at"):
        with pytest.raises(Invalid):
            restriction_of({"level": "open", field: f"{year}-06-01T00:00:00+00:00"})


def test_many_parts_are_read_at_once() -> None:
    parts = [{"level": "open", "units": [["", f"{n}-{m}"] for m in range(500)]} for n in range(49)]
    began = time.process_time()
    read = restriction_of({"level": "open", "within": parts})
    assert time.process_time() - began < 1
    assert len(read.within) == 49
