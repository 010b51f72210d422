"""How far countries are from a point, over a sphere; their borders are those of the atlas, thinned."""

import json
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from havre.linking.atlas import TABLES

EARTH_KM = 6371.0088
"""Mean radius of the earth (IUGG); a distance over the sphere is wrong by 0.6 % at most."""

SLACK_KM = 5.0
"""A border may lie so far from where the table has it: the atlas is of 1:50 million, and was thinned."""

TINY = 0.01
"""Radians added where countries are only told apart roughly: a piece of border may bulge between its ends."""

Points = NDArray[np.float64]
"""Rows of (longitude, latitude) in degrees, or of unit vectors."""


@lru_cache(256)
def within(longitude: float, latitude: float, km: float) -> frozenset[str]:
    """The countries that come within so many kilometres of a point, SLACK_KM included: none is missed."""
    asked = _vectors(np.array([[longitude, latitude]]))[0]
    centres, radii = _caps()
    near = _angles(asked, centres) - radii <= (km + SLACK_KM) / EARTH_KM + TINY
    codes = [code for code, maybe in zip(_rings(), near, strict=True) if maybe]
    return frozenset(code for code in codes if distance(code, longitude, latitude) <= km + SLACK_KM)


def known() -> frozenset[str]:
    """The countries whose area is known."""
    return frozenset(_rings())


def distance(code: str, longitude: float, latitude: float) -> float:
    """Kilometres from a point to the nearest place of a country; 0 within it."""
    if sum(_crossings(longitude, latitude, ring) for ring in _rings()[code]) % 2:
        return 0.0
    starts, ends = _pieces()[code]
    return float(_to_arcs(_vectors(np.array([[longitude, latitude]]))[0], starts, ends).min() * EARTH_KM)


def distances(longitude: float, latitude: float) -> dict[str, float]:
    """The same for every country whose area is known."""
    return {code: distance(code, longitude, latitude) for code in _rings()}


@cache
def centres() -> Mapping[str, tuple[float, float]]:
    """Longitude and latitude of the middle of the largest part of each country: where a map marks a small one."""
    return {code: _middle(max(rings, key=_extent)) for code, rings in _rings().items()}


def _extent(ring: Points) -> float:
    sides = ring.max(axis=0) - ring.min(axis=0)
    return float(sides[0] * sides[1])


def _middle(ring: Points) -> tuple[float, float]:
    middle = (ring.max(axis=0) + ring.min(axis=0)) / 2
    return round(float(middle[0]), 2), round(float(middle[1]), 2)


@cache
def _rings() -> Mapping[str, Sequence[Points]]:
    rows: dict[str, Any] = json.loads((TABLES / "borders.json").read_text("utf-8"))["countries"]
    return {code: [np.array(ring, float).reshape(-1, 2) / 100 for ring in rings] for code, rings in rows.items()}


@cache
def _pieces() -> Mapping[str, tuple[Points, Points]]:
    """Both ends of every piece of border of each country."""
    return {
        code: (
            np.concatenate([_vectors(ring[:-1]) for ring in rings]),
            np.concatenate([_vectors(ring[1:]) for ring in rings]),
        )
        for code, rings in _rings().items()
    }


@cache
def _caps() -> tuple[Points, Points]:
    """For each country a middle and an angle that reaches all of its border: what is further away needs no look."""
    middles, radii = [], []
    for starts, _ in _pieces().values():
        middle = starts.mean(axis=0)
        middles.append(middle / np.linalg.norm(middle))
        radii.append(_angles(middles[-1], starts).max())
    return np.array(middles), np.array(radii)


def _vectors(points: Points) -> Points:
    """Unit vectors of places given as longitude and latitude."""
    longitude, latitude = np.radians(points[:, 0]), np.radians(points[:, 1])
    flat = np.cos(latitude)
    return np.stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)], axis=1)


def _to_arcs(asked: Points, starts: Points, ends: Points) -> NDArray[np.float64]:
    """The angle from a place to the nearest point of each great-circle arc, in radians."""
    normals = np.cross(starts, ends)
    lengths = np.linalg.norm(normals, axis=1)
    normals = normals / np.where(lengths > 0, lengths, 1)[:, None]
    beside = np.einsum("ij,ij->i", np.cross(normals, starts), np.broadcast_to(asked, starts.shape))
    before = np.einsum("ij,ij->i", np.cross(ends, normals), np.broadcast_to(asked, starts.shape))
    across = np.arcsin(np.clip(np.abs(normals @ asked), 0, 1))
    corners = np.minimum(_angles(asked, starts), _angles(asked, ends))
    over = (beside >= 0) & (before >= 0) & (lengths > 0)
    return np.where(over, across, corners)


def _angles(asked: Points, places: Points) -> NDArray[np.float64]:
    chord = np.linalg.norm(places - asked, axis=1)
    angles: NDArray[np.float64] = 2 * np.arcsin(np.clip(chord / 2, 0, 1))
    return angles


def _crossings(longitude: float, latitude: float, ring: Points) -> int:
    """How often a line from a place eastwards crosses a ring: of all rings together an odd number from within."""
    x, y, next_x, next_y = ring[:-1, 0], ring[:-1, 1], ring[1:, 0], ring[1:, 1]
    rises = (y > latitude) != (next_y > latitude)
    if not rises.any():
        return 0
    at = x[rises] + (latitude - y[rises]) * (next_x - x)[rises] / (next_y - y)[rises]
    return int((longitude < at).sum())
