"""Write what lanes found out about media into the tables: one row a content, however often it was found."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from havre.fingerprints import pdq
from havre.media.decode.outcomes import Decoded
from havre.media.look import Looked
from havre.media.models import Fact, Fingerprint, Medium, SealedFile
from havre.media.store import Kept
from havre.restrictions.visible import owned_by
from havre.units.models import Unit


@dataclass(frozen=True, slots=True)
class Batch:
    """The media of a batch by SHA-256, their fingerprints, and sealed files that turned out superfluous."""

    media: dict[bytes, Medium]
    fingerprints: dict[int, list[Fingerprint]]
    before: frozenset[bytes]
    """SHA-256 of media the unit held before this batch."""
    superfluous: tuple[Kept, ...]
    fresh: tuple[tuple[Medium, Decoded], ...] = ()
    """Media that this batch brought, with what the sandbox said of them."""


def keep_media(unit: Unit, taken_in: Sequence[Looked], at: datetime) -> Batch:
    """The media of a batch, with rows for those the unit did not hold; called inside a transaction."""
    wanted = {taken.digests.sha256 for taken in taken_in if taken.digests is not None}
    held = {bytes(m.sha256): m for m in owned_by(unit, Medium.objects).filter(sha256__in=wanted)}
    fresh: dict[bytes, Looked] = {}
    superfluous: list[Kept] = []
    for taken in taken_in:
        if taken.digests is None or not taken.sealed:
            continue
        if taken.digests.sha256 in held or taken.digests.sha256 in fresh:
            superfluous += taken.sealed
        else:
            fresh[taken.digests.sha256] = taken
    made = Medium.objects.bulk_create([_medium(unit, taken, at) for taken in fresh.values()])
    media = dict(zip(fresh, made, strict=True))
    prints = _write_details([(media[sha256], taken) for sha256, taken in fresh.items()])
    old = _fingerprints_of(held.values())
    decoded = tuple((media[key], taken.decoded) for key, taken in fresh.items() if taken.decoded is not None)
    return Batch(held | media, old | prints, frozenset(held), tuple(superfluous), decoded)


def complete(medium: Medium, taken: Looked) -> None:
    """Write what was found out later about a medium that has its row already; called inside a transaction."""
    decoded, trouble = taken.decoded, taken.quarantine or taken.refusal
    if trouble and medium.width is not None:
        medium.notes = [*medium.notes, f"its features could not be made: {trouble}"]
    else:
        medium.quarantine = trouble
    if decoded is not None and medium.width is None:
        medium.width, medium.height, medium.frames = decoded.width, decoded.height, decoded.frame_count
        medium.damage, medium.notes = decoded.damage or "", list(decoded.notes)
        medium.veil = taken.veil or medium.veil
        _write_details([(medium, taken)])
    medium.save(update_fields=["width", "height", "frames", "damage", "notes", "quarantine", "veil"])


def _medium(unit: Unit, taken: Looked, at: datetime) -> Medium:
    digests, kind, decoded = taken.digests, taken.kind, taken.decoded
    if digests is None or kind is None:
        raise ValueError("only a digested file of a known kind becomes a medium")
    return Medium(
        unit=unit,
        sha256=digests.sha256,
        sha1=digests.sha1,
        md5=digests.md5,
        bytes=taken.bytes,
        kind=kind.name,
        family=kind.family,
        width=decoded.width if decoded else None,
        height=decoded.height if decoded else None,
        frames=decoded.frame_count if decoded else 0,
        damage=(decoded.damage or "") if decoded else "",
        notes=list(decoded.notes) if decoded else [],
        quarantine=taken.quarantine,
        veil=taken.veil,
        held_since=at,
    )


def _write_details(fresh: list[tuple[Medium, Looked]]) -> dict[int, list[Fingerprint]]:
    SealedFile.objects.bulk_create(
        SealedFile(medium=medium, purpose=s.purpose, blob=s.blob, wrapped_key=s.wrapped_key, sha256=s.sha256)
        for medium, taken in fresh
        for s in taken.sealed
    )
    decoded = [(medium, taken.decoded) for medium, taken in fresh if taken.decoded is not None]
    Fact.objects.bulk_create(
        Fact(medium=medium, name=fact.name, value=fact.value, field=fact.field)
        for medium, picture in decoded
        for fact in picture.facts
    )
    prints = Fingerprint.objects.bulk_create(
        Fingerprint(
            medium=medium,
            frame=frame.number,
            method=pdq.METHOD,
            version=pdq.VERSION,
            orientations=frame.orientations,
            quality=frame.quality,
            partial=picture.damage is not None,
        )
        for medium, picture in decoded
        for frame in picture.frames
    )
    return _by_medium(prints)


def _fingerprints_of(media: Iterable[Medium]) -> dict[int, list[Fingerprint]]:
    keys = [medium.pk for medium in media]
    return _by_medium(Fingerprint.objects.filter(medium__in=keys).order_by("id")) if keys else {}


def _by_medium(prints: Iterable[Fingerprint]) -> dict[int, list[Fingerprint]]:
    found: dict[int, list[Fingerprint]] = {}
    for each in prints:
        found.setdefault(each.medium_id, []).append(each)
    return found


def kept(file: SealedFile) -> Kept:
    """What the store needs to open a sealed file."""
    unit = str(file.medium.unit_id)
    return Kept(file.blob, bytes(file.wrapped_key), unit, bytes(file.sha256), file.purpose)


def holder(unit: Unit) -> Callable[[bytes], bool]:
    """Tells whether the unit holds the bytes with a SHA-256; asked for every file, so without building a query."""
    table = Medium._meta.db_table
    question = f"SELECT 1 FROM {table} WHERE unit_id = %s AND sha256 = %s"  # noqa: S608 - the table is ours

    def holds(sha256: bytes) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(question, [unit.pk, sha256])
            return cursor.fetchone() is not None

    return holds
