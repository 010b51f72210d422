"""What `bench.check` compares: a board that 49 countries filled, and what one unit holds; all of it from a seed."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from time import perf_counter
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from bench.hashes import Hashes, realistic_hashes
from havre.settings import read_settings
from havre.start import start

MEDIA, SHARED = 100_000, 5_000_000
LATER = 10_000
"""Media that come to the board after the check."""
COUNTRIES = 49
A_SERIES = 50
"""Media of one series of another country."""
FOR_OTHERS, FOR_OTHERS_AT = 10, 3
"""One in so many is not for this unit."""
PLANTED = 50
"""One in so many of ours is on the board: by turns with the same bytes, and alike."""
RUN = 10
"""Planted media that follow one another in the same series."""
DIGESTS = (16, 20, 32)
"""Bytes of MD5, SHA-1 and SHA-256; here they are chance."""
QUALITY = 90
PIECE = 100_000
"""Media that are put on the board at a time."""
RADIUS = 31
ORIENTATIONS = 8
SAMPLE = 20
CORES = 2
BAR = 180.0
SEED = 49
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)

Line = dict[str, object]
Bytes = NDArray[np.uint8]
"""Rows of bytes."""
Numbers = NDArray[np.int64]


# ---- what is on the board, and what the unit holds ----


def for_others(number: int) -> bool:
    """Whether a shared medium is not for our unit."""
    return number % FOR_OTHERS == FOR_OTHERS_AT


def planted(media: int, shared: int) -> dict[int, int]:
    """Which of our media is which shared one: by turns with its bytes, or alike."""
    step = max(A_SERIES, shared * PLANTED * RUN // max(media, 1) // A_SERIES * A_SERIES)
    pairs = {}
    for place, ours in enumerate(range(0, media, PLANTED)):
        theirs = (place // RUN * step + place % RUN) % shared
        pairs[ours] = theirs
    return pairs


def same_bytes(ours: int) -> bool:
    """Whether a planted medium has the bytes of the shared one."""
    return ours // PLANTED % 2 == 0


def ours_pdq(media: int, theirs: Hashes) -> Hashes:
    """All orientations of ours; of planted ones, one is the shared one with up to RADIUS bits turned."""
    made = realistic_hashes(media * ORIENTATIONS, SEED + 7).reshape(media, ORIENTATIONS, 32)
    chance = np.random.default_rng(SEED)
    for ours, number in planted(media, len(theirs)).items():
        bits = np.unpackbits(theirs[number])
        turned = 0 if same_bytes(ours) else int(chance.integers(1, RADIUS + 1))
        bits[chance.choice(256, turned, replace=False)] ^= 1
        made[ours, ours // PLANTED % ORIENTATIONS] = np.packbits(bits)
    return made


# ---- filling, in a process of its own ----


@dataclass
class Filling:
    """One home on its way to a full board."""

    media: int
    shared: int
    unit: int

    def work(self, folder: Path) -> None:
        """The board, the media, and their fingerprints beside them for the plain pass."""
        from django.db import connection

        everything = self.shared + LATER
        theirs, named = realistic_hashes(everything, SEED), _chance((everything, sum(DIGESTS)), 1)
        ours, ours_named = ours_pdq(self.media, theirs[: self.shared]), _chance((self.media, sum(DIGESTS)), 2)
        for one, other in planted(self.media, self.shared).items():
            if same_bytes(one):
                ours_named[one] = named[other]
        for name, table in {"theirs": theirs, "named": named, "ours": ours, "ours_named": ours_named}.items():
            np.save(folder / f"{name}.npy", table)
        with _without_indexes():
            Board(folder).put(range(self.shared))
        self._media(ours, ours_named)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")

    def _media(self, ours: Hashes, named: Bytes) -> None:
        from havre.media.models import Fingerprint, Medium

        values = {"bytes": 400_000, "kind": "JPEG", "family": "image", "width": 1600, "height": 1200, "held_since": AT}
        media = (
            Medium(pk=number + 1, unit_id=self.unit, veil=b"v" * 3000, **values, **_digests(named[number]))
            for number in range(self.media)
        )
        prints = (
            Fingerprint(
                pk=number + 1, medium_id=number + 1, frame=0, method="pdq", version="1", quality=QUALITY, partial=False,
                orientations=ours[number].tobytes(),
            )
            for number in range(self.media)
        )  # fmt: skip
        while some := list(islice(media, 2_000)):
            Medium.objects.bulk_create(some)
        while few := list(islice(prints, 2_000)):
            Fingerprint.objects.bulk_create(few)


def _digests(named: Bytes) -> dict[str, bytes]:
    md5, sha1, sha256 = np.split(named, np.cumsum(DIGESTS)[:-1])
    return {"md5": md5.tobytes(), "sha1": sha1.tobytes(), "sha256": sha256.tobytes()}


def _chance(shape: tuple[int, int], seed: int) -> Bytes:
    return np.random.default_rng(SEED + seed).integers(0, 256, shape, dtype=np.uint8)


@contextmanager
def _without_indexes() -> Iterator[None]:
    """Many rows are put there before the indexes that are no constraints are made, and point where they should."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('exchange_shared', 'exchange_sharedprint')"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("SET maintenance_work_mem = '256MB'")
        for _, definition in found:
            cursor.execute(definition)


class Board:
    """Media of other countries, and the series they are in, as PostgreSQL's binary COPY takes them."""

    def __init__(self, folder: Path) -> None:
        self.theirs, self.named = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("theirs", "named"))
        self.nodes = _chance((COUNTRIES, 32), 3)
        self.series = _chance((len(self.theirs) // A_SERIES + 1, 16), 4)
        self.media = _chance((len(self.theirs), 16), 5)
        self.conditions = np.array([[_condition(n, others) for others in (False, True)] for n in range(COUNTRIES)])

    def put(self, numbers: range) -> None:
        """These media on the board, and the series that begin with them."""
        from django.db import transaction

        from havre.exchange.models import Counter

        for begin in range(numbers.start, numbers.stop, PIECE):
            some = np.arange(begin, min(begin + PIECE, numbers.stop))
            with transaction.atomic():  # keys come before what they open
                self._series(some[some % A_SERIES == 0])
                self._media(some)
        Counter.objects.update_or_create(pk=1, defaults={"last": 2 * numbers.stop + 2})

    def _series(self, some: Numbers) -> None:
        name = [f"Series {number // A_SERIES:08}" for number in some.tolist()]
        body: list[str | Bytes] = [
            *('{"name": "', _text(name), '", "life": "open", "media": 50, "contact": "', self._unit(some), '"}')
        ]
        heads = self._heads(some, "series", 2 * some + 1, self.series[some // A_SERIES], np.zeros(len(some), int), body)
        _copy("exchange_shared", HEADS, heads)

    def _media(self, some: Numbers) -> None:
        md5, sha1, sha256 = np.split(self.named[some], np.cumsum(DIGESTS)[:-1], axis=1)
        series, pdq, keys = self.series[some // A_SERIES], self.theirs[some], 2 * some + 2
        body: list[str | Bytes] = [
            *('{"series": "', _hex(series), '", "md5": "', _hex(md5), '", "sha1": "', _hex(sha1)),
            *('", "sha256": "', _hex(sha256), '", "pdq": ["', _hex(pdq), '"], "quality": 90, "family": "image", '),
            *('"width": 1600, "height": 1200, "contact": "', self._unit(some), '"}'),
        ]
        others = (some % FOR_OTHERS == FOR_OTHERS_AT).astype(int)
        heads = self._heads(some, "media", keys, self.media[some], others, body)
        _copy("exchange_shared", [*HEADS, "series_ref"], [*heads, series])
        quality = np.full(len(some), QUALITY)
        prints = [_number(some + 1), _number(keys), md5, sha1, sha256, pdq, _number(quality, 2)]
        _copy("exchange_sharedprint", ["id", "shared_id", "md5", "sha1", "sha256", "pdq", "quality"], prints)

    def _heads(
        self, some: Numbers, kind: str, keys: Numbers, refs: Bytes, others: Numbers, body: Sequence["str | Bytes"]
    ) -> list[Bytes]:
        source, many = some // A_SERIES % COUNTRIES, len(some)
        countries = _text([f"{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(COUNTRIES)])[source]
        moment = np.full(many, round((AT - datetime(2000, 1, 1, tzinfo=UTC)).total_seconds() * 1e6))
        texts = [_hex(self.nodes[source]), self._unit(some), countries, _text([kind] * many)]
        written = _sealed(keys, refs, _joined(many, body))
        one, condition = _number(np.ones(many, int)), _number(self.conditions[source, others])
        return [_number(keys), *texts, refs, written, condition, one, _number(keys), _number(moment)]

    def _unit(self, some: Numbers) -> Bytes:
        return _text([f"Unit {n:02}" for n in range(COUNTRIES)])[some // A_SERIES % COUNTRIES]


HEADS = ["id", "node", "unit", "country", "kind", "ref", "sealed", "condition_id", "version", "changed", "at"]


def _condition(source: int, others: bool) -> int:
    from havre.restrictions.keep import keep
    from havre.restrictions.model import Level, Restriction

    countries = frozenset({"IT"} if others else {"BE", "IT"})
    return keep(Restriction(Level.OPEN, countries=countries, purpose=f"of country {source}")).pk


def _sealed(keys: Numbers, refs: Bytes, bodies: Bytes) -> Bytes:
    """What is told of each thing as the board keeps it, under keys that are put there beside it."""
    from havre.sealing.body import seal_body

    chance = _chance((len(keys), 32), int(keys[0]) + 9)
    things = zip(bodies, chance, refs, strict=True)
    sealed = [
        seal_body(json.loads(body.tobytes()), key.tobytes(), UUID(bytes=ref.tobytes()), 1, os.urandom)
        for body, key, ref in things
    ]
    _copy("exchange_bodykey", ["shared_id", "key"], [_number(keys), chance])
    return np.frombuffer(b"".join(sealed), np.uint8).reshape(len(keys), -1)


def _text(each: Sequence[str]) -> Bytes:
    return np.array([one.encode() for one in each]).view(np.uint8).reshape(len(each), -1)


def _hex(data: Bytes) -> Bytes:
    return _text([f"{n:02x}" for n in range(256)])[data].reshape(len(data), -1)


def _number(numbers: Numbers, width: int = 8) -> Bytes:
    return numbers.astype(f">i{width}").view(np.uint8).reshape(len(numbers), width)


def _joined(many: int, parts: Sequence["str | bytes | Bytes"]) -> Bytes:
    data = (part.encode() if isinstance(part, str) else part for part in parts)
    rows = (np.broadcast_to(np.frombuffer(d, np.uint8), (many, len(d))) if isinstance(d, bytes) else d for d in data)
    return np.hstack(list(rows))


def _copy(table: str, names: Sequence[str], columns: Sequence[Bytes]) -> None:
    """Rows of which each column has one width."""
    from django.db import connection

    many = len(columns[0])
    fields = [part for each in columns for part in (each.shape[1].to_bytes(4, "big"), each)]
    rows = _joined(many, [len(columns).to_bytes(2, "big"), *fields])
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN (FORMAT binary)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8) + rows.tobytes() + b"\xff\xff")
        if "id" in names:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def clock() -> datetime:
    """The time."""
    return datetime.now(UTC)


def fill(folder: Path, media: int, shared: int) -> Line:
    """A home with all of it."""
    settings = read_settings(os.environ)
    start(settings)
    from havre.flows.begin import begin_node

    person = begin_node(settings, "BE", "Federal Police", "anke", clock, "a bench")
    began = perf_counter()
    Filling(media, shared, person.unit_id).work(folder)
    return {"fill_seconds": round(perf_counter() - began, 1)}
