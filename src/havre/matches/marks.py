"""Imprints as rows: films numbered for their index, what shows a picture sealed with the unit's key."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.fingerprints import video
from havre.matches.models import Imprint, Knowledge, Numbering
from havre.matching.hashes import LARGEST_RECORD
from havre.media.decode.outcomes import Decoded
from havre.media.decode.outcomes import Imprint as Made
from havre.media.models import Medium
from havre.restrictions.visible import owned_by
from havre.sealing.envelope import KEY_BYTES, WRAPPED_BYTES, Context, seal, unseal, unwrap_key, wrap_key
from havre.units.models import Unit

LOOK = "look"
"""The purpose under which looks are sealed."""

Owner = Medium | Knowledge


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """One imprint of a file that is judged or asked about, its look in plain; `key` is its row, once it has one."""

    made: Made
    key: int | None = None
    first: int | None = None
    """The number of its first record in the index of films."""
    partial: bool = False

    @property
    def method(self) -> str:
        """What it is a fingerprint of: film, sound or scene."""
        return self.made.method


class Sealed(Protocol):
    """A row that has an imprint and, sealed, what of it shows the picture itself."""

    @property
    def data(self) -> bytes | memoryview: ...

    @property
    def sealed(self) -> bytes | memoryview: ...


@dataclass(frozen=True, slots=True)
class Looks:
    """Seals and opens what of an imprint shows the picture itself."""

    unit: Unit
    key: bytes = field(repr=False)

    def sealed(self, made: Made) -> bytes:
        """The look under a key of its own, with that key wrapped by the unit's; nothing of no look."""
        if not made.look:
            return b""
        own, context = os.urandom(KEY_BYTES), self._context(made.data)
        return wrap_key(own, self.key, context, os.urandom) + seal(made.look, own, context, os.urandom)

    def plain(self, row: Sealed) -> bytes:
        """The look of a row. Raises Broken where it was altered or put in the place of another."""
        sealed = bytes(row.sealed)
        if not sealed:
            return b""
        context = self._context(bytes(row.data))
        own = unwrap_key(sealed[:WRAPPED_BYTES], self.key, context)
        return unseal(sealed[WRAPPED_BYTES:], own, context)

    def mark(self, row: Imprint) -> Mark:
        """The imprint of a row."""
        made = Made(row.method, row.version, row.at, bytes(row.data), self.plain(row))
        return Mark(made, row.pk, row.first, row.partial)

    def _context(self, data: bytes) -> Context:
        return Context(str(self.unit.pk), sha256(data).digest(), LOOK)


def keep_imprints(looks: Looks, found: Iterable[tuple[Owner, Decoded]]) -> dict[int, list[Mark]]:
    """Write the imprints of media or entries that have rows already, by the key of each; in a transaction that holds
    the unit. What has nothing by which it could be found is left out."""
    rows: list[Imprint] = []
    marks: list[tuple[int, Made]] = []
    number = first = _next(looks.unit)
    for owner, decoded in found:
        for made in decoded.imprints:
            count = _count(made)
            if not count:
                continue
            row = _row(looks, owner, made, count, decoded.damage is not None)
            if made.method == video.METHOD:
                row.first, number = number, number + count
            rows.append(row)
            marks.append((owner.pk, made))
    _number(looks.unit, first, number)
    by_owner: dict[int, list[Mark]] = {}
    for row, (owner_key, made) in zip(Imprint.objects.bulk_create(rows), marks, strict=True):
        by_owner.setdefault(owner_key, []).append(Mark(made, row.pk, row.first, row.partial))
    return by_owner


def _count(made: Made) -> int:
    """How many records it takes in its index."""
    return len(video.unpack(made.data).searched()) if made.method == video.METHOD else 1


def _row(looks: Looks, owner: Owner, made: Made, count: int, partial: bool) -> Imprint:
    return Imprint(
        unit=looks.unit,
        medium=owner if isinstance(owner, Medium) else None,
        knowledge=owner if isinstance(owner, Knowledge) else None,
        method=made.method,
        version=made.version,
        at=made.at,
        count=count,
        partial=partial,
        data=made.data,
        sealed=looks.sealed(made),
    )


def _next(unit: Unit) -> int:
    found = Numbering.objects.filter(unit=unit).values_list("next", flat=True).first()
    return found or 1


def _number(unit: Unit, first: int, number: int) -> None:
    if number > LARGEST_RECORD:
        raise Invalid(
            _("a unit's films can have %(most)s runs, and no more fit")
            % {"most": number_format(LARGEST_RECORD, force_grouping=True)}
        )
    if number > first:
        Numbering.objects.update_or_create(unit=unit, defaults={"next": number})


def marks_of(looks: Looks, media: Sequence[int]) -> dict[int, list[Mark]]:
    """The imprints of these media, by medium, in the order in which they were made."""
    found: dict[int, list[Mark]] = {}
    if media:
        for row in owned_by(looks.unit, Imprint.objects).filter(medium__in=media).order_by("id"):
            found.setdefault(row.medium_id or 0, []).append(looks.mark(row))
    return found
