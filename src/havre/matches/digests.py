"""Digest equality: which knowledge and which held media are the same bytes as a file."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Protocol, TypeVar

from django.db.models import Model, Q, QuerySet

from havre.compiled import compiled
from havre.matches.models import Knowledge
from havre.media.models import Medium
from havre.restrictions.visible import owned_by
from havre.units.models import Unit

DIGESTS = ("sha256", "sha1", "md5")

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Named:
    """The digests by which a file is called; a hash list may know only one of them."""

    md5: bytes | None = None
    sha1: bytes | None = None
    sha256: bytes | None = None


class Digested(Protocol):
    """Anything with digests in the database."""

    @property
    def md5(self) -> bytes | memoryview | None: ...

    @property
    def sha1(self) -> bytes | memoryview | None: ...

    @property
    def sha256(self) -> bytes | memoryview | None: ...


def same_bytes(one: Named, other: Digested) -> bool:
    """Whether two things share a digest and contradict each other in none.

    An equal MD5 with a different SHA-256 is a collision somebody made, not the same file.
    """
    shared = [(getattr(one, kind), getattr(other, kind)) for kind in DIGESTS]
    compared = [(a, bytes(b)) for a, b in shared if a is not None and b is not None]
    return bool(compared) and all(a == b for a, b in compared)


def named(medium: Medium) -> Named:
    """A medium by its digests."""
    return Named(bytes(medium.md5), bytes(medium.sha1), bytes(medium.sha256))


def knowledge_of(unit: Unit, names: Iterable[Named]) -> Mapping[Named, list[Knowledge]]:
    """What the unit knows by digest of each of these files, in the order it was learnt."""
    some = list(names)
    if len(some) == 1:
        return _agreeing_with(some[0], _knowledge_with(unit, some[0].sha256, some[0].sha1, some[0].md5))
    entries = owned_by(unit, Knowledge.objects).filter(source__withdrawn_at=None)
    return _by_digest(entries, some)


def held_of(unit: Unit, names: Iterable[Named]) -> Mapping[Named, list[Medium]]:
    """Which media of the unit are the same bytes as each of these files."""
    some = list(names)
    if len(some) == 1:
        return _agreeing_with(some[0], _media_with(unit, some[0].sha256, some[0].sha1, some[0].md5))
    return _by_digest(owned_by(unit, Medium.objects), some)


@compiled
def _knowledge_with(unit: Unit, sha256: bytes | None, sha1: bytes | None, md5: bytes | None) -> QuerySet[Knowledge]:
    entries = owned_by(unit, Knowledge.objects).filter(source__withdrawn_at=None)
    return entries.filter(_with_any(sha256, sha1, md5))


@compiled
def _media_with(unit: Unit, sha256: bytes | None, sha1: bytes | None, md5: bytes | None) -> QuerySet[Medium]:
    return owned_by(unit, Medium.objects).filter(_with_any(sha256, sha1, md5))


def _with_any(*digests: bytes | None) -> Q:
    given = [Q(**{kind: digest}) for kind, digest in zip(DIGESTS, digests, strict=True) if digest is not None]
    return reduce(or_, given, Q(pk__in=[]))


def _by_digest(rows: QuerySet[Row], names: list[Named]) -> dict[Named, list[Row]]:
    candidates: dict[int, Row] = {}
    for kind in DIGESTS:
        wanted = [digest for name in names if (digest := getattr(name, kind)) is not None]
        candidates |= {row.pk: row for row in rows.filter(**{f"{kind}__in": wanted})} if wanted else {}
    by_value = _by_value(candidates.values())
    return {name: _agreeing(name, by_value) for name in names}


def _agreeing_with(name: Named, rows: Iterable[Row]) -> dict[Named, list[Row]]:
    return {name: _agreeing(name, _by_value(rows))}


def _by_value(rows: Iterable[Row]) -> Mapping[bytes, list[Row]]:
    by_value: dict[bytes, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda found: found.pk):
        for kind in DIGESTS:
            if (digest := getattr(row, kind)) is not None:
                by_value[bytes(digest)].append(row)
    return by_value


def _agreeing(name: Named, by_value: Mapping[bytes, list[Row]]) -> list[Row]:
    found: dict[int, Row] = {}
    for kind in DIGESTS:
        digest = getattr(name, kind)
        for row in by_value.get(digest, []) if digest is not None else []:
            if same_bytes(name, row):  # type: ignore[arg-type]
                found.setdefault(row.pk, row)
    return [found[key] for key in sorted(found)]
