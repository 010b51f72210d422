"""Restrictions, actors and owners as hypothesis and seeded chance draw them, over a small world of units and nodes."""

from datetime import timedelta
from random import Random

from hypothesis import strategies as st

from havre.restrictions.model import Actor, Level, Name, Owner, Restriction, narrowest
from tests.cast import NOON

PEERS = ("aa" * 8, "bb" * 8, "cc" * 8)
NODES = ("", *PEERS)
UNITS = ("North", "South", "East", "West")
COUNTRIES = ("BE", "IT", "FR")
GROUPS = ("g1", "g2")
TIMES = (None, NOON - timedelta(days=1), NOON, NOON + timedelta(days=1))

names = st.builds(Name, st.sampled_from(NODES), st.sampled_from(UNITS))
few_names = st.frozensets(names, max_size=3)
few_countries = st.frozensets(st.sampled_from(COUNTRIES), max_size=2)
groups = st.frozensets(st.sampled_from(GROUPS), max_size=2)
times = st.sampled_from(TIMES)
parts = st.builds(
    Restriction,
    *(st.sampled_from(Level), few_names, few_countries, groups, few_names, few_countries),
    *(st.just("identification"), st.booleans(), times, times, st.booleans()),
)
restrictions = st.lists(parts, min_size=1, max_size=3).map(narrowest)
actors = st.builds(
    Actor, st.sampled_from(NODES), st.sampled_from((*UNITS, "")), st.sampled_from(COUNTRIES), groups
).filter(lambda actor: bool(actor.unit or actor.node))
owners = st.builds(Owner, st.sampled_from(NODES), st.sampled_from(UNITS), st.sampled_from(COUNTRIES))


def by_chance(random: Random) -> Restriction:
    """One restriction, mostly of one part."""
    return narrowest(_part(random) for _ in range(random.choice((1, 1, 1, 2, 3))))


def _part(random: Random) -> Restriction:
    return Restriction(
        random.choice((Level.CLOSED, Level.HIT, Level.OPEN, Level.OPEN)),
        _names(random),
        _some(random, COUNTRIES),
        _some(random, GROUPS),
        _names(random) if random.random() < 0.3 else frozenset(),
        _some(random, COUNTRIES) if random.random() < 0.3 else frozenset(),
        "",
        random.random() < 0.5,
        random.choice((None, None, None, *TIMES)),
        None,
        random.random() < 0.1,
    )


def _names(random: Random) -> frozenset[Name]:
    return frozenset(Name(random.choice(("", "", *PEERS)), random.choice(UNITS)) for _ in range(random.randint(0, 2)))


def _some(random: Random, whole: tuple[str, ...]) -> frozenset[str]:
    return frozenset(each for each in whole if random.random() < 0.3)
