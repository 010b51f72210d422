"""Each restriction is kept once, with whom it reaches; groups end, and units come."""

from datetime import timedelta

import pytest

from havre.restrictions.keep import actor, elsewhere, keep, levels, peer, reach_again, said, say
from havre.restrictions.model import Level, Name, Restriction
from havre.restrictions.models import Condition, Group, GroupMember, Reach
from havre.units.found import found_unit
from havre.units.models import Unit
from tests.cast import NOON, Cast, introduce

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


def test_the_level_sinks_step_by_step_as_memberships_end() -> None:
    unit = Unit(name="Polizia Postale", country="IT", founded_at=NOON)
    members = {"force": {unit.name: NOON + DAY}}
    hit = Restriction(Level.HIT, countries=frozenset({"IT"}))
    assert levels(hit, unit, members) == [(Level.HIT, None)]
    assert levels(FORCE, unit, members) == [(Level.OPEN, NOON + DAY)]
    assert levels(Restriction(Level.OPEN, units=frozenset({Name("", "Other")})), unit, members) == []


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
