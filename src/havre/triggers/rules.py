"""How far a thing answers a trigger, in percent: pure, so that it can be held against chance."""

import math
from collections.abc import Mapping
from typing import Any

from havre.linking.stated import Place, metres
from havre.matching.reference import HASH_BITS

ALL = 100
"""Equal."""


def near_percent(distance: int) -> int:
    """Of two PDQ fingerprints, by the bits in which they differ."""
    return round(ALL * (HASH_BITS - distance) / HASH_BITS)


def of_place(value: str) -> tuple[Place, float]:
    """A place that is waited for, and within how many kilometres."""
    latitude, longitude, km = (float(part) for part in value.split(","))
    return Place(latitude, longitude), km


def says(kind: str, value: str, body: Mapping[str, Any], called: str = "") -> int:
    """How far what is told of a series, clue, word or hypothesis answers a trigger; 0 where it does not."""
    return SAYS[kind](value, body, called) if kind in SAYS else 0


def _words(value: str, body: Mapping[str, Any], _called: str) -> int:
    said = [body.get("name"), body.get("text")]
    return ALL if any(isinstance(each, str) and value in each.casefold() for each in said) else 0


def _series(value: str, body: Mapping[str, Any], called: str) -> int:
    return ALL if called and value in (called.casefold(), str(body.get("name", "")).casefold()) else 0


def _country(value: str, body: Mapping[str, Any], _called: str) -> int:
    """Countries that are equally likely share it."""
    countries = body.get("countries")
    return round(ALL / len(countries)) if isinstance(countries, dict) and value in countries else 0


def _place(value: str, body: Mapping[str, Any], _called: str) -> int:
    place, km = of_place(value)
    given = body.get("suggests")
    circles = [each for each in given if isinstance(each, Mapping)] if isinstance(given, list) else []
    return max((_overlap(place, km, each) for each in circles if each.get("kind") == "circle"), default=0)


def _overlap(place: Place, km: float, circle: Mapping[str, Any]) -> int:
    """All where the middle of one lies in the other, half where they only touch."""
    try:
        latitude, longitude, theirs = (float(circle[name]) for name in ("latitude", "longitude", "km"))
    except (KeyError, TypeError, ValueError):
        return 0
    if not all(map(math.isfinite, (latitude, longitude, theirs))) or abs(latitude) > 90 or abs(longitude) > 180:
        return 0
    apart = metres(place, Place(latitude, longitude)) / 1000
    return ALL if apart <= max(km, theirs) else ALL // 2 if apart <= km + theirs else 0


SAYS = {"word": _words, "camera": _words, "series": _series, "country": _country, "place": _place}
"""What is asked of words; the other kinds are asked of fingerprints."""
