"""Which media of a unit agree with media that others let it know of: by digests, and by PDQ in any orientation."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db.models import Q, QuerySet

from havre.exchange.models import Shared, SharedPrint
from havre.fingerprints.pdq import MATCH_DISTANCE, MIN_QUALITY
from havre.matches.digests import DIGESTS, Digested, named, same_bytes
from havre.matching.index import Index
from havre.matching.reference import HASH_BITS, ORIENTATIONS, Hit
from havre.media.models import Fingerprint, Medium
from havre.restrictions.visible import known_in, owned_by
from havre.units.models import Unit

CHUNK = 500
"""Media that are asked about at a time."""

Search = Callable[[bytes], list[list[Hit]]]
"""Asked hashes of 32 bytes, the records near each."""


@dataclass(frozen=True, slots=True)
class Agrees:
    """A medium of the unit and one on the board."""

    percent: int
    kind: str
    medium: int
    theirs: int


def others(unit: Unit, at: datetime) -> QuerySet[Shared]:
    """What others let this unit know of."""
    return known_in(unit.pk, Shared.objects.filter(withdrawn_at=None), at).exclude(owner=unit)


def identical(unit: Unit, media: Sequence[Medium], at: datetime) -> Iterator[Agrees]:
    """Shared media with the same bytes as one of these few."""
    known = SharedPrint.objects.filter(shared__in=others(unit, at))
    yield from _same_bytes(media, list(known.filter(_with_digests(media))) if media else [])


def held_like(unit: Unit, prints: Sequence[SharedPrint]) -> Iterator[Agrees]:
    """Media of the unit with the same bytes as one of these few."""
    for start in range(0, len(prints), CHUNK):
        some = prints[start : start + CHUNK]
        yield from _same_bytes(list(owned_by(unit, Medium.objects).filter(_with_digests(some))), some)


def _with_digests(things: Sequence[Digested]) -> Q:
    wanted = Q(pk__in=[])
    for kind in DIGESTS:
        values = [bytes(value) for each in things if (value := getattr(each, kind)) is not None]
        wanted |= Q(**{f"{kind}__in": values})
    return wanted


def _same_bytes(media: Sequence[Medium], prints: Sequence[SharedPrint]) -> Iterator[Agrees]:
    by_digest: dict[bytes, list[SharedPrint]] = {}
    for each in prints:
        for kind in DIGESTS:
            if (value := getattr(each, kind)) is not None:
                by_digest.setdefault(bytes(value), []).append(each)
    for medium in media:
        alike = [row for kind in DIGESTS for row in by_digest.get(bytes(getattr(medium, kind)), [])]
        for theirs in {row.shared_id for row in alike if same_bytes(named(medium), row)}:
            yield Agrees(100, "identical", medium.pk, theirs)


def near(unit: Unit, media: Sequence[int], search: Search, at: datetime) -> Iterator[Agrees]:
    """Shared media of which a picture looks like one of these few; `search` asks an index of shared prints."""
    rows = Fingerprint.objects.filter(medium__in=media, partial=False, quality__gte=MIN_QUALITY).order_by("id")
    asked = [(row.medium_id, bytes(row.orientations)) for row in rows]
    answers = search(b"".join(orientations for _, orientations in asked))
    best: dict[tuple[int, int], int] = {}
    for place, hits in enumerate(answers):
        medium = asked[place // ORIENTATIONS][0]
        for hit in hits:
            key = (medium, hit.record)
            best[key] = min(best.get(key, HASH_BITS), hit.distance)
    yield from _known(unit, best, at)


def _known(unit: Unit, best: dict[tuple[int, int], int], at: datetime) -> Iterator[Agrees]:
    """Those that the unit may know of, each pair of media once."""
    known = others(unit, at)
    records = sorted({record for _, record in best})
    theirs: dict[int, int] = {}
    for start in range(0, len(records), CHUNK):
        rows = SharedPrint.objects.filter(id__in=records[start : start + CHUNK], shared__in=known)
        theirs |= dict(rows.values_list("id", "shared"))
    nearest: dict[tuple[int, int], int] = {}
    for (medium, record), distance in best.items():
        if record in theirs:
            pair = (medium, theirs[record])
            nearest[pair] = min(nearest.get(pair, HASH_BITS), distance)
    for (medium, row), distance in nearest.items():
        yield Agrees(round(100 * (HASH_BITS - distance) / HASH_BITS), "near", medium, row)


def by_index(index: Index) -> Search:
    """Asks the index of the board."""
    return lambda hashes: index.search_batch(hashes, MATCH_DISTANCE) if hashes else []


@contextmanager
def index_of(prints: Sequence[tuple[int, bytes]]) -> Iterator[Index]:
    """An index of a few prints that were just put there, while it is needed."""
    with TemporaryDirectory(prefix="havre-") as folder:
        index = Index.create(Path(folder))
        index.add([record for record, _ in prints], b"".join(pdq for _, pdq in prints))
        yield index


def media_after(unit: Unit, key: int) -> Iterator[list[Medium]]:
    """The unit's media after this number with their digests, some at a time, the oldest first."""
    while some := list(owned_by(unit, Medium.objects).filter(pk__gt=key).only(*DIGESTS).order_by("pk")[:CHUNK]):
        yield some
        key = some[-1].pk
