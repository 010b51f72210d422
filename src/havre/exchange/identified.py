"""Who says whose police know the child of a series, and whether they say the same."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from havre.exchange.models import Kind


@dataclass(frozen=True, slots=True, order=True)
class Says:
    """What one unit says: one country for each child that it knows to be identified."""

    unit: str
    country: str
    """Where the unit is."""
    by: tuple[str, ...]
    """The countries whose police know a child, each once."""
    node: str = ""
    """Where the unit works; empty for this one. Units of two nodes may be called the same."""

    def to_json(self) -> dict[str, object]:
        """The fields of the command line."""
        return {"unit": self.unit, "country": self.country, "node": self.node, "by": list(self.by)}


def differ(one: Collection[str], other: Collection[str]) -> bool:
    """Whether two units say two things: each names a country that the other does not. Whoever names fewer speaks of
    fewer children; whoever names none says nothing."""
    return bool(set(one) - set(other) and set(other) - set(one))


def said_by(beside: Iterable[Mapping[str, Any]], own: Says | None = None) -> list[Says]:
    """What each unit says, of all that is told beside a series and others that are the same, and of what one says of
    its own series."""
    found: dict[tuple[str, str, str], set[str]] = {}
    if own is not None and own.by:
        found[own.unit, own.country, own.node] = set(own.by)
    for each in beside:
        if each["kind"] == Kind.IDENTIFICATION and "body" in each:
            who = (each["unit"], each["country"], each["node"])
            found.setdefault(who, set()).add(country_said(each["body"]))
    named = ((*who, tuple(sorted(by - {""}))) for who, by in found.items())
    return [Says(unit, country, by, node) for unit, country, node, by in named if by]


def country_said(body: Mapping[str, Any]) -> str:
    """Whose police know the child, as everybody writes it, however a node wrote it."""
    return str(body.get("country", "")).strip().upper()


def identified(said: Iterable[Says]) -> dict[str, object] | None:
    """The fields of the command line: what each says, and whether all of them say the same; nothing where nobody says
    anything."""
    rows = sorted(said)
    if not rows:
        return None
    agree = not any(differ(one.by, other.by) for one, other in combinations(rows, 2))
    return {"said": [each.to_json() for each in rows], "agree": agree}
