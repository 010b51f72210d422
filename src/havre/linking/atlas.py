"""What is known of the countries of the world: names, languages, money, plugs, the side they drive on, regions.

Every table states its source and licence. A country of which a table knows nothing has an empty row in it: a clue
speaks neither for nor against it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

TABLES = Path(__file__).parent / "tables"

FACTS = ("language", "currency", "side", "plug", "voltage")
"""Kinds of facts, each a table of values by country."""

Names = Mapping[str, str]
"""What something is called, by language: en, fr, nl."""


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory of ISO 3166-1."""

    code: str
    """Two letters."""
    number: str
    """Three digits, as the map calls it; 983 for Kosovo, to which ISO gives none (CLDR)."""
    names: Names


def _table(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((TABLES / f"{name}.json").read_text("utf-8"))
    return found


@cache
def countries() -> Mapping[str, Country]:
    """Every country, by its two letters."""
    rows = _table("countries")["countries"]
    return {code: Country(code, row["number"], _names(row)) for code, row in rows.items()}


@cache
def fact(kind: str) -> Mapping[str, frozenset[str]]:
    """The values of one of FACTS for every country; none where it is not known."""
    return {code: frozenset(values) for code, values in _table(kind)["countries"].items()}


@cache
def choices(kind: str) -> Mapping[str, Names]:
    """The values that a kind of fact has anywhere, with their names; a value without names is its own."""
    named = _table(kind).get("names", {})
    values = sorted({value for held in fact(kind).values() for value in held})
    return {value: named.get(value, {}) for value in values}


@cache
def regions() -> Mapping[str, frozenset[str]]:
    """The countries of each named region."""
    return {name: frozenset(row["countries"]) for name, row in _table("region")["regions"].items()}


@cache
def region_names() -> Mapping[str, Names]:
    """What each region is called."""
    return {name: _names(row) for name, row in _table("region")["regions"].items()}


def _names(row: Mapping[str, Any]) -> Names:
    return {language: row[language] for language in ("en", "fr", "nl")}


def sources() -> dict[str, str]:
    """Where each table comes from, with its licence."""
    return {name: _table(name)["source"] for name in ("countries", "borders", "region", *FACTS)}
