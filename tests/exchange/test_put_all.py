"""Many things at once stand on the board as if each had been put alone: by seeds, against the slow truth."""

import random
from typing import Any
from uuid import UUID

import pytest

from havre.errors import Invalid
from havre.exchange.board import put, withdraw
from havre.exchange.imprint_shape import told
from havre.exchange.imprinted import told_imprints
from havre.exchange.models import Counter, Shared, SharedPrint
from havre.exchange.put_all import Coming, put_all
from havre.restrictions.model import Level, Owner, Restriction
from tests.cast import NOON, introduce
from tests.imprinted import film, sound

IMPRINTS = [
    *(told(each.method, each.version, None, each.data) for each in (film(1, 2), film(3), sound(1, 2))),
    told("gait", "1", 2.5, b"of a later version"),
]
pytestmark = pytest.mark.usefixtures("database")
ALONE, TOGETHER = Owner("aa" * 8, "Paris", "FR"), Owner("bb" * 8, "Paris", "FR")
RESTRICTIONS = [Restriction(), *(Restriction(Level.OPEN, countries=frozenset({each})) for each in ("BE", "IT"))]


def drawn(chance: random.Random, ref: int) -> dict[str, Any]:
    """What is said of a thing; its kind stays the same."""
    kind = ("series", "media", "clue")[ref % 3]
    body: dict[str, Any] = {"v": chance.randrange(9), "series": str(UUID(int=chance.randrange(3) + 1))}
    if kind == "media":
        body |= {"md5": f"{ref:032x}", "pdq": [f"{chance.getrandbits(256):064x}"] * chance.randrange(3), "quality": 80}
        body |= {"imprints": chance.sample(IMPRINTS, chance.randrange(4))}
    return {"kind": kind, "ref": UUID(int=ref), "body": body, "restriction": chance.choice(RESTRICTIONS)}


def standing(node: str) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Everything that is there of a node, but the numbers of its rows."""
    names = ("ref", "kind", "unit", "country", "series_ref", "version", "at", "withdrawn_at", "condition", "owner")
    rows = Shared.objects.filter(node=node).order_by("ref")
    prints = SharedPrint.objects.filter(shared__node=node).order_by("shared__ref", "id")
    return [(*(getattr(row, name) for name in names), row.body) for row in rows], [
        (each.shared.ref, *(bytes(value) if value else None for value in (each.md5, each.pdq)), each.quality)
        for each in prints.select_related("shared")
    ] + [(row.ref, each["method"], each["data"]) for row in rows for each in told_imprints(row)]


def test_all_at_once_is_as_one_by_one() -> None:
    introduce()
    chance = random.Random(3)
    for version in chance.sample(range(1, 100), 20):  # some come late
        said = [drawn(chance, ref) for ref in chance.sample(range(1, 30), chance.randrange(12))]
        for each in said:
            put(ALONE, version=version, at=NOON, **each)
        put_all([Coming(TOGETHER, **each) for each in said], version, NOON)
        gone = UUID(int=chance.randrange(1, 30))
        for origin in (ALONE, TOGETHER):
            withdraw(origin, gone, version + 1, NOON)
    assert standing(TOGETHER.node) == standing(ALONE.node)
    numbers = list(Shared.objects.values_list("changed", flat=True))
    assert len(set(numbers)) == len(numbers)
    assert max(numbers) <= Counter.objects.get().last


def test_one_that_could_not_be_put_alone_puts_none() -> None:
    introduce()
    good = Coming(TOGETHER, "series", UUID(int=1), {}, RESTRICTIONS[1])
    put_all([good], 1, NOON)
    for bad in (
        Coming(TOGETHER, "rumour", UUID(int=2), {}, RESTRICTIONS[1]),
        Coming(TOGETHER, "media", UUID(int=2), {"md5": "short"}, RESTRICTIONS[1]),
        Coming(TOGETHER, "media", UUID(int=2), {"imprints": [{}]}, RESTRICTIONS[1]),
        Coming(TOGETHER, "media", UUID(int=2), {"camera": 7}, RESTRICTIONS[1]),
        Coming(TOGETHER, "clue", UUID(int=2), {"series": "nonsense"}, RESTRICTIONS[1]),
        Coming(TOGETHER, "clue", UUID(int=1), {}, RESTRICTIONS[1]),
        Coming(ALONE, "clue", UUID(int=2), {}, RESTRICTIONS[1]),
        Coming(Owner("", "Federal Police", "BE"), "clue", UUID(int=2), {}, RESTRICTIONS[1]),
    ):
        with pytest.raises(Invalid):
            put_all([Coming(TOGETHER, "series", UUID(int=3), {}, RESTRICTIONS[1]), good, bad], 2, NOON)
    assert [(row.ref.int, row.version) for row in Shared.objects.all()] == [(1, 1)]


def test_nothing_is_put_where_nothing_comes() -> None:
    assert put_all([], 1, NOON) == []
