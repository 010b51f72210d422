"""From what clues suggest to the countries it may be: ranked, each with what speaks for and against it.

A constraint is a set of countries, said in one of the ways in KINDS. Of a country it speaks for, against, or, where a
table does not know it, not at all. Points for minus points against rank the countries; whatever is sure and speaks
against one sets it below all others. Nothing is dropped: each constraint stands in one of three lists of each country.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Any

from havre.errors import Invalid
from havre.linking import borders
from havre.linking.atlas import FACTS, choices, countries, fact, regions


class Certainty(StrEnum):
    """How sure whoever saw the clue is of what it suggests."""

    SURE = "sure"
    LIKELY = "likely"
    HINT = "hint"


POINTS: Mapping[Certainty, int] = {Certainty.SURE: 4, Certainty.LIKELY: 2, Certainty.HINT: 1}
"""What a constraint weighs: two that are likely weigh what a sure one does."""

FURTHEST_KM = 5000.0
"""Largest radius: beyond it a circle says nothing."""

LONGEST_VALUE = 40
"""Characters of what can't be chosen that are said."""

MOST_VALUES = 60
"""Values one constraint may name."""


@dataclass(frozen=True, slots=True, order=True)
class Constraint:
    """What a clue suggests: any of `values`, of one kind; or a circle around a point."""

    kind: str
    values: tuple[str, ...] = ()
    certainty: Certainty = Certainty.LIKELY
    longitude: float = 0.0
    latitude: float = 0.0
    km: float = 0.0

    def told(self) -> dict[str, Any]:
        """As it is kept."""
        if self.kind == "circle":
            place = {"longitude": self.longitude, "latitude": self.latitude, "km": self.km}
            return {"kind": self.kind, "certainty": str(self.certainty), **place}
        return {"kind": self.kind, "certainty": str(self.certainty), "values": list(self.values)}


def constraint(told: Mapping[str, Any]) -> Constraint:
    """A constraint as it is kept, or as somebody gave it. Raises Invalid."""
    kind, certainty = told.get("kind"), told.get("certainty", Certainty.LIKELY)
    if certainty not in [*Certainty]:
        raise Invalid("say whether it is sure, likely or a hint")
    if kind == "circle":
        return Constraint("circle", (), Certainty(certainty), *_circle(told))
    if not isinstance(kind, str) or kind not in KINDS:
        raise Invalid("a clue suggests countries, a region, a circle, or a language, currency, plug, voltage or side")
    return Constraint(kind, _values(kind, told.get("values")), Certainty(certainty))


def _circle(told: Mapping[str, Any]) -> tuple[float, float, float]:
    try:
        longitude, latitude, km = (float(told[name]) for name in ("longitude", "latitude", "km"))
    except (KeyError, TypeError, ValueError):
        raise Invalid("a circle needs a latitude, a longitude and a radius in kilometres, as numbers") from None
    if not all(map(math.isfinite, (longitude, latitude, km))) or abs(longitude) > 180 or abs(latitude) > 90:
        raise Invalid("a latitude is between -90 and 90, a longitude between -180 and 180")
    if not 0 < km <= FURTHEST_KM:
        raise Invalid("a radius is between 0 and %(most)s km", most=f"{FURTHEST_KM:,.0f}")
    return longitude, latitude, km


def _values(kind: str, given: object) -> tuple[str, ...]:
    if not isinstance(given, list | tuple) or not given:
        raise Invalid("choose at least one")
    allowed = KINDS[kind].allowed()
    if len(given) > MOST_VALUES:
        raise Invalid("at most %(most)s can be chosen", most=MOST_VALUES)
    wrong = next((value for value in given if not isinstance(value, str) or value not in allowed), None)
    if wrong is not None:
        raise Invalid("%(value)r can't be chosen as %(kind)s", value=str(wrong)[:LONGEST_VALUE], kind=kind)
    return tuple(sorted(set(given)))


# ---- what a constraint says of each country ----


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to say a set of countries: which values there are, and which countries each speaks for and knows."""

    allowed: Callable[[], Iterable[str]]
    fitting: Callable[[tuple[str, ...]], frozenset[str]]
    known: Callable[[], frozenset[str]]


def _of_fact(kind: str) -> Kind:
    return Kind(
        lambda: choices(kind),
        lambda values: frozenset(code for code, held in fact(kind).items() if not held.isdisjoint(values)),
        lambda: frozenset(code for code, held in fact(kind).items() if held),
    )


def _all() -> frozenset[str]:
    return frozenset(countries())


KINDS: Mapping[str, Kind] = {
    "country": Kind(countries, frozenset, _all),
    "region": Kind(regions, lambda names: frozenset().union(*(regions()[name] for name in names)), _all),
    **{kind: _of_fact(kind) for kind in FACTS},
}
"""Every kind but the circle."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a constraint says: these countries fit, these do not; of others it says nothing."""

    fits: frozenset[str]
    excludes: frozenset[str]


def verdict(asked: Constraint) -> Verdict:
    """What a constraint says of the countries."""
    if asked.kind == "circle":
        fits, known = borders.within(asked.longitude, asked.latitude, asked.km), borders.known()
    else:
        kind = KINDS[asked.kind]
        fits, known = kind.fitting(asked.values), kind.known()
    return Verdict(fits, known - fits)


# ---- all of them together ----


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """One constraint, and which clue suggests it."""

    clue: int
    constraint: Constraint


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A country it may be, with everything that was said of it."""

    country: str
    speaks_for: tuple[Said, ...]
    against: tuple[Said, ...]
    silent: tuple[Said, ...]

    @property
    def points(self) -> int:
        """Points for it minus points against it."""
        return _weight(self.speaks_for) - _weight(self.against)

    @property
    def excluded(self) -> bool:
        """Whether something that is sure speaks against it."""
        return any(said.constraint.certainty == Certainty.SURE for said in self.against)


@dataclass(frozen=True, slots=True)
class Where:
    """The countries, the likeliest first, and which clues cannot be true together."""

    ranked: tuple[Hypothesis, ...]
    said: tuple[Said, ...]
    contradictions: tuple[tuple[Said, ...], ...]

    @property
    def nowhere(self) -> bool:
        """Whether what is sure leaves no country at all."""
        return bool(self.said) and all(each.excluded for each in self.ranked)

    @property
    def possible(self) -> list[Hypothesis]:
        """The countries for which something speaks and that nothing sure excludes."""
        return [each for each in self.ranked if each.speaks_for and not each.excluded]


def where(said: Iterable[Said]) -> Where:
    """Every country ranked by what was said; the order in which it was said plays no part."""
    listed = sorted(set(said))
    verdicts = {each: verdict(each.constraint) for each in listed}
    found = [_hypothesis(code, verdicts) for code in sorted(countries())]
    ranked = sorted(found, key=lambda each: (each.excluded, -each.points, -len(each.speaks_for), each.country))
    return Where(tuple(ranked), tuple(listed), _contradictions(verdicts))


def _hypothesis(code: str, verdicts: Mapping[Said, Verdict]) -> Hypothesis:
    lists: dict[str, list[Said]] = {"for": [], "against": [], "silent": []}
    for said, found in verdicts.items():
        lists["for" if code in found.fits else "against" if code in found.excludes else "silent"].append(said)
    return Hypothesis(code, tuple(lists["for"]), tuple(lists["against"]), tuple(lists["silent"]))


def _contradictions(verdicts: Mapping[Said, Verdict]) -> tuple[tuple[Said, ...], ...]:
    """Pairs that leave no country together; where there is no such pair, all that is sure, if that leaves none."""
    everywhere = _all()
    left = {said: everywhere - found.excludes for said, found in verdicts.items()}
    pairs = [(one, other) for one, other in combinations(left, 2) if left[one].isdisjoint(left[other])]
    sure = [said for said in left if said.constraint.certainty == Certainty.SURE]
    if not pairs and sure and not everywhere.intersection(*(left[said] for said in sure)):
        return (tuple(sure),)
    return tuple(pairs)


def _weight(said: Sequence[Said]) -> int:
    return sum(POINTS[each.constraint.certainty] for each in said)
