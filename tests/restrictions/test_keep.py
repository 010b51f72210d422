"""Each restriction is kept once, with whom it reaches; groups end, and units come."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from havre.restrictions.keep import actor, elsewhere, keep, learns, memberships, peer, reach_again, said, say, say_both
from havre.restrictions.model import Actor, Level, Restriction, level_for, narrower
from havre.restrictions.models import Condition, Group, GroupMember, Kind, Reach, Restricted
from havre.settings import Settings
from havre.units.found import found_unit
from havre.units.models import Unit
from tests.cast import NOON, Cast, introduce
from tests.restrictions.drawn import GROUPS, restrictions

DAY = timedelta(days=1)
ITALY = Restriction(Level.OPEN, countries=frozenset({"IT"}))
FORCE = Restriction(Level.OPEN, groups=frozenset({"force"}))


def force(cast: Cast, **until: int) -> Group:
    """A group in which units are for so many days; units of this node by name, others by their node."""
    group = Group.objects.create(
        name="Force", code="force", led_by=cast.belgium, made_by=cast.anke, made_at=NOON, until=NOON + 9 * DAY
    )
    for name, days in until.items():
        node, unit = ("", "Polizia Postale") if name == "italy" else (name, "Unit")
        GroupMember.objects.create(group=group, node=node, unit=unit, country="IT", since=NOON, until=NOON + days * DAY)
    return group


@pytest.mark.usefixtures("database")
def test_the_same_is_kept_once_with_whom_it_reaches() -> None:
    cast = introduce()
    one, other = keep(ITALY), keep(Restriction(Level.OPEN, countries=frozenset({"IT"})))
    assert (one.pk, one.value) == (other.pk, ITALY)
    assert [(row.unit, row.level, row.until) for row in Reach.objects.all()] == [(cast.italy, Level.OPEN, None)]


@pytest.mark.usefixtures("database")
def test_a_unit_is_reached_once_by_a_condition_whatever_it_learns() -> None:
    cast = introduce()
    kept = keep(ITALY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reach.objects.create(condition=kept, unit=cast.italy, level=Level.HIT)
    assert kept.reach.get().level == Level.OPEN


@pytest.mark.usefixtures("database")
def test_a_unit_that_comes_is_reached_by_what_its_country_may_know() -> None:
    introduce()
    kept = keep(ITALY)
    unit = found_unit("Carabinieri", "IT", NOON)
    reach_again(unit)
    assert kept.reach.filter(unit=unit, level=Level.OPEN).exists()
    assert kept.reach.count() == 2


@pytest.mark.usefixtures("database")
def test_what_rests_on_a_group_ends_with_it() -> None:
    cast = introduce()
    force(cast, italy=2, abab=1)
    kept = keep(FORCE)
    assert [(row.unit, row.until) for row in kept.reach.all()] == [(cast.italy, NOON + 2 * DAY)]
    assert actor(cast.italy, NOON).groups == frozenset({"force"})
    assert actor(cast.italy, NOON + 2 * DAY).groups == frozenset()
    assert peer("abab", "IT", NOON).groups == frozenset({"force"})
    assert peer("abab", "IT", NOON + DAY).groups == frozenset()
    GroupMember.objects.all().delete()
    reach_again()
    assert not kept.reach.exists()


NORTH = Unit(name="North", country="BE", founded_at=NOON)


@given(restrictions, st.dictionaries(st.sampled_from(GROUPS), st.sampled_from((NOON, NOON + DAY, NOON + 2 * DAY))))
def test_at_every_moment_a_unit_learns_what_the_model_lets_it(said: Restriction, ends: dict[str, datetime]) -> None:
    members = {code: {NORTH.name: until, "South": NOON + 9 * DAY} for code, until in ends.items()}
    level, until = learns(said, NORTH, members)
    for at in (NOON - DAY, NOON, NOON + DAY, NOON + 2 * DAY):
        then = Actor("", "North", "BE", frozenset(code for code, end in ends.items() if end > at))
        assert (level if until is None or until > at else Level.CLOSED) == level_for(then, said)


def test_who_needs_no_group_learns_it_without_end_and_who_needs_two_until_the_first_ends() -> None:
    members = {"g1": {"North": NOON + DAY}, "g2": {"North": NOON + 2 * DAY}, "g3": {"South": NOON + 3 * DAY}}
    of = {code: Restriction(Level.OPEN, groups=frozenset({code})) for code in members}
    either = Restriction(Level.HIT, groups=frozenset({"g1", "g2"}))
    assert learns(either, NORTH, members) == (Level.HIT, NOON + 2 * DAY)
    assert learns(narrower(of["g1"], of["g2"]), NORTH, members) == (Level.OPEN, NOON + DAY)
    assert learns(of["g3"], NORTH, members) == (Level.CLOSED, None)
    assert learns(replace(either, countries=frozenset({"BE"})), NORTH, members) == (Level.HIT, None)


@pytest.mark.usefixtures("database")
def test_units_of_other_nodes_with_the_same_name_are_others_and_no_membership_outlasts_its_group() -> None:
    cast = introduce()
    group = force(cast, ee=5)
    alike = GroupMember.objects.create(
        group=group, node="ee", unit="Polizia Postale", country="IT", since=NOON, until=NOON + 8 * DAY
    )
    assert (memberships(), actor(cast.italy, NOON).groups) == ({}, frozenset())
    GroupMember.objects.create(group=group, node="", unit=alike.unit, country="IT", since=NOON, until=NOON + 2 * DAY)
    assert memberships() == {"force": {"Polizia Postale": NOON + 2 * DAY}}
    assert (actor(cast.italy, NOON).groups, actor(cast.belgium, NOON).groups) == (frozenset({"force"}), frozenset())
    Group.objects.update(until=NOON + DAY)
    assert memberships() == {"force": {"Polizia Postale": NOON + DAY}}
    for at, groups in ((NOON, frozenset({"force"})), (NOON + DAY, frozenset())):
        assert actor(cast.italy, at).groups == peer("ee", "IT", at).groups == groups


@pytest.mark.usefixtures("database")
def test_the_last_word_on_a_thing_holds() -> None:
    cast = introduce()
    say(cast.belgium, "series", 7, ITALY, cast.anke, NOON)
    say(cast.belgium, "series", 7, Restriction(), cast.anke, NOON)
    assert said("series", [7, 8]) == {7: Restriction()}
    assert Condition.objects.count() == 2


@pytest.mark.usefixtures("database")
def test_a_group_that_changed_bears_on_what_names_it_alone() -> None:
    cast = introduce()
    said, other = (keep(Restriction(Level.OPEN, groups=frozenset({code}))) for code in ("tf-1", "tf-2"))
    for condition in (said, other):
        Reach.objects.create(condition=condition, unit=cast.italy, level=Level.OPEN)
    reach_again(naming="tf-1")
    assert [row.condition for row in Reach.objects.filter(unit=cast.italy)] == [other]


@pytest.mark.usefixtures("database")
def test_a_unit_elsewhere_is_in_the_groups_that_it_is_in_itself() -> None:
    group = force(introduce(), ee=5)
    found = elsewhere("ee", "Unit", "IT", NOON)
    assert (found.node, found.unit, found.country, found.groups) == ("ee", "Unit", "IT", frozenset({"force"}))
    assert elsewhere("ee", "Unit", "IT", NOON + 5 * DAY).groups == frozenset()
    for node, unit in (("ee", "Another"), ("dd", "Unit")):
        assert elsewhere(node, unit, "IT", NOON).groups == frozenset()
    Group.objects.filter(pk=group.pk).update(until=NOON + DAY)
    assert elsewhere("ee", "Unit", "IT", NOON + DAY).groups == frozenset()


def test_of_two_words_the_united_thing_is_let_no_further_than_both_let_it(database: Settings) -> None:
    cast = introduce()
    say(cast.belgium, Kind.SERIES, 1, ITALY, cast.anke, NOON)
    assert say_both(Kind.SERIES, 1, 2, NOON) is None  # nothing was said of the other
    wider = replace(ITALY, countries=frozenset({"IT", "GB"}))
    say(cast.belgium, Kind.SERIES, 2, wider, cast.bram, NOON)
    assert say_both(Kind.SERIES, 1, 2, NOON) is None
    assert say_both(Kind.SERIES, 2, 1, NOON) == (wider, ITALY)
    assert said(Kind.SERIES, [1, 2]) == {1: ITALY, 2: ITALY}
    assert Restricted.objects.get(key=2).by == cast.anke
