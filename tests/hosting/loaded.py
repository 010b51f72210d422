"""What an operator may have loaded, made from a seed: written straight into the tables, or as files."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from ipaddress import IPv4Address, IPv6Address
from random import Random

from havre.hosting.keep import close, keep
from havre.hosting.keys import SYSTEMS, key_of
from havre.hosting.models import Load
from havre.hosting.readers import READERS
from havre.hosting.readers.tables import key_of_prefix
from havre.hosting.rows import Answered, Kept, Registered, Row, Said
from havre.units.models import Person

Fact = Said | Answered | Registered


def day(number: int) -> datetime:
    """A day of 2026 by its number."""
    return datetime(2026, 1, number, tzinfo=UTC)


def loaded(by: Person, kind: str, at: datetime, *facts: Fact, scope: str = "", name: str = "") -> Load:
    """A file that was loaded and says these facts since then."""
    digest = sha256(repr((kind, at, facts, scope)).encode()).digest()
    called = name or f"{kind}-{at:%j}"
    load = Load.objects.create(kind=kind, scope=scope, name=called, sha256=digest, as_of=at, loaded_at=at, added_by=by)
    keep(load, facts)
    close(load, at)
    return load


def block(prefix: str, country: str = "", system: int | None = None, holder: str = "") -> Said:
    """What is said of a block of numbers."""
    return Said(key_of_prefix(prefix), country, system, holder)


def system(number: int, holder: str, country: str = "", purpose: str = "") -> Said:
    """What is said of a network."""
    return Said(key_of(SYSTEMS, number, 32), country, None, holder, purpose)


def rows(kind: str, text: str | bytes) -> list[Row]:
    """What a reader makes of a file."""
    return list(READERS[kind](BytesIO(text.encode() if isinstance(text, str) else text)))


def facts(kind: str, text: str | bytes) -> list[Fact]:
    """The facts that a reader finds in a file."""
    return [fact for row in rows(kind, text) if isinstance(row, Kept) for fact in row.facts]


def prefixes(random: Random, count: int) -> Iterator[tuple[str, int]]:
    """Prefixes as routers have them, nested ones too, each with the network that announces it."""
    for _ in range(count):
        if random.random() < 0.7:
            length = random.choice((8, 12, 16, 19, 20, 22, 23, 24, 24, 24, 32))
            value = random.getrandbits(32) >> (32 - length) << (32 - length)
            yield f"{IPv4Address(value)}/{length}", random.randrange(1, 1 << 17)
        else:
            length = random.choice((20, 29, 32, 36, 40, 44, 48, 48, 64, 128))
            value = (0x2 << 124 | random.getrandbits(124)) >> (128 - length) << (128 - length)
            yield f"{IPv6Address(value)}/{length}", random.randrange(1, 1 << 17)
