"""New media of one unit against what 49 countries let it know: `python -m bench.check [MEDIA [SHARED]]`.

A home on PostgreSQL, as durable as it comes, whose board holds SHARED media (5 million) of 49 other nodes, each with
digests and a PDQ fingerprint as skewed as real pictures'; one in ten is for others and must not be found. MEDIA
(100,000) have just been taken in: 1 % have the bytes of a shared one, 1 % look like one (up to 31 bits, any
orientation). Rows are written in bulk, the check is `havre.flows.check`, in a process of its own. `seconds` is what the
check takes beyond intake; `index_seconds` what catching up with the whole board takes once, when none of it was seen
before. The peer is one plain pass: a dictionary of all digests, and every PDQ against every PDQ in numpy, measured for
SAMPLE media and extrapolated. `identical` is whether every planted pair is found, nothing that is for others is, and
the sample's answers are those of the plain pass. A second line is the other way round: what comes to the board later.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.analysts import POSTGRES, environment_of, used_by
from bench.hashes import Hashes, realistic_hashes
from bench.intake import CHECKOUT, few_cores
from bench.postgres import server
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
        from havre.exchange.models import Counter

        for begin in range(numbers.start, numbers.stop, PIECE):
            some = np.arange(begin, min(begin + PIECE, numbers.stop))
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
        written = _joined(many, ["\x01", *body])
        one, condition = _number(np.ones(many, int)), _number(self.conditions[source, others])
        return [_number(keys), *texts, refs, written, condition, one, _number(keys), _number(moment)]

    def _unit(self, some: Numbers) -> Bytes:
        return _text([f"Unit {n:02}" for n in range(COUNTRIES)])[some // A_SERIES % COUNTRIES]


HEADS = ["id", "node", "unit", "country", "kind", "ref", "body", "condition_id", "version", "changed", "at"]


def _condition(source: int, others: bool) -> int:
    from havre.restrictions.keep import keep
    from havre.restrictions.model import Level, Restriction

    countries = frozenset({"IT"} if others else {"BE", "IT"})
    return keep(Restriction(Level.OPEN, countries=countries, purpose=f"of country {source}")).pk


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


# ---- the check, in a process of its own ----


@contextmanager
def watched() -> Iterator[dict[str, float]]:
    """Seconds it takes, processor seconds, and by how many MB of its own this process grows at most meanwhile."""
    over, told, before = threading.Event(), {"mb": 0.0}, _anonymous()

    def look() -> None:
        while not over.wait(0.05):
            told["mb"] = max(told["mb"], (_anonymous() - before) / 1000)

    thread = threading.Thread(target=look)
    thread.start()
    spent, began = _processor(), perf_counter()
    try:
        yield told
    finally:
        told["seconds"], told["processor"] = perf_counter() - began, _processor() - spent
        over.set()
        thread.join()


def _anonymous() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def indexed(_folder: Path, _media: int, _shared: int) -> Line:
    """Catch up with the board."""
    settings = read_settings(os.environ)
    start(settings)
    from havre.exchange.shelf import open_board

    with watched() as told:
        open_board(settings.index)
    return _told(told)


def checked(folder: Path, _media: int, shared: int) -> list[Line]:
    """Check, and check again after more has come to the board."""
    settings = read_settings(os.environ)
    start(settings)
    from havre.exchange.models import SameMedium
    from havre.flows.check import check_after
    from havre.flows.home import Home
    from havre.units.acting import Acting
    from havre.units.queries import person_named

    home, acting = Home(settings), Acting(person_named("anke"), clock, "a bench")
    with watched() as told:
        found = check_after(home, acting)
    pairs = list(SameMedium.objects.values_list("medium", "theirs", "kind"))
    first: Line = {"media": found.media, "new": found.new, **_told(told)}
    first["pairs"] = [[medium - 1, theirs // 2 - 1, kind] for medium, theirs, kind in pairs]
    first["resident_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
    Board(folder).put(range(shared, shared + LATER))
    with watched() as told:
        found = check_after(home, acting)
    home.close()
    return [first, {"came": LATER, "new": found.new, **_told(told)}]


def _told(watched: Mapping[str, float]) -> Line:
    return {name: round(value, 2) for name, value in watched.items()}


# ---- the plain pass, in a process of its own ----


def plain(folder: Path, media: int, shared: int) -> Line:
    """A dictionary of all digests, then every PDQ of a sample of ours against all of them."""
    theirs = np.load(folder / "theirs.npy")[:shared].view(np.uint64)
    ours = np.load(folder / "ours.npy", mmap_mode="r")
    named, all_named = (
        [row.tobytes() for row in np.load(folder / f"{name}.npy")[:most, -DIGESTS[2] :]]
        for name, most in (("ours_named", media), ("named", shared))
    )
    began = perf_counter()
    by_digest = {digest: number for number, digest in enumerate(all_named)}
    same = sum(digest in by_digest for digest in named)
    by_digests = perf_counter() - began
    sample = sample_of(media)
    began = perf_counter()
    near = [[number, int(theirs_)] for number in sample for theirs_ in _near(ours[number], theirs)]
    took = perf_counter() - began
    return {
        "same": same,
        "near": near,
        "seconds": round(by_digests + took / len(sample) * media, 1),
        "digest_seconds": round(by_digests, 2),
        "sample_seconds": round(took, 2),
    }


def sample_of(media: int) -> list[int]:
    """Media of the sample: every second one is planted."""
    step = media // PLANTED // SAMPLE * PLANTED or PLANTED
    return [n + turn for n in range(PLANTED, media, step) for turn in (0, 1)][:SAMPLE]


def _near(orientations: Any, theirs: Any) -> list[int]:
    found: set[int] = set()
    for one in np.ascontiguousarray(orientations).view(np.uint64):
        distance = np.bitwise_count(theirs ^ one).sum(axis=1, dtype=np.uint16)
        found |= set(np.flatnonzero(distance <= RADIUS).tolist())
    return sorted(found)


# ---- all of it ----


def measure(sizes: Sequence[int] = (MEDIA,), shared: int | None = None) -> Iterator[Line]:
    """Two lines for each number of media; the board holds 50 times as many unless it is said."""
    for media in sizes:
        with tempfile.TemporaryDirectory(prefix="havre-bench-") as scratch, few_cores(CORES):
            many = shared or media * SHARED // MEDIA
            with server(settings=POSTGRES) as db:
                db.make("havre")
                environment = environment_of(Path(scratch, "home"), db.address("havre"))
                yield from _measured(Path(scratch), environment, db.pid, media, many)


def _measured(folder: Path, environment: Mapping[str, str], database: int, media: int, shared: int) -> Iterator[Line]:
    words = (str(folder), str(media), str(shared))
    filled = _elsewhere(environment, "--fill", *words)
    index = _elsewhere(environment, "--index", *words)
    before = used_by(database)
    first, later = _elsewhere(environment, "--check", *words)
    asked = used_by(database) - before
    peer = _elsewhere(environment, "--plain", *words)
    yield {
        "what": f"check against {shared:,} of {COUNTRIES} countries",
        "size": media,
        "ours": first["seconds"],
        "peer": peer["seconds"],
        "ratio": round(peer["seconds"] / first["seconds"], 1),
        "identical": right(media, shared, first["pairs"], peer["near"]),
        "holds": first["seconds"] <= BAR,
        "pairs": len(first["pairs"]),
        "processor_seconds": first["processor"],
        "database_processor_seconds": round(asked, 1),
        "grown_mb": first["mb"],
        "resident_mb": first["resident_mb"],
        "index_seconds": index["seconds"],
        "index_processor_seconds": index["processor"],
        "index_mb": index["mb"],
        **filled,
        "plain": {name: peer[name] for name in ("digest_seconds", "sample_seconds")},
        "machine_load": [round(each, 1) for each in os.getloadavg()],
    }
    yield {
        "what": f"{later['came']:,} that come later against all held",
        "size": media,
        "ours": later["seconds"],
        "peer": round(peer["seconds"] * LATER / shared, 1),
        "ratio": round(peer["seconds"] * LATER / shared / later["seconds"], 1),
        "identical": True,
        "processor_seconds": later["processor"],
        "grown_mb": later["mb"],
        "new": later["new"],
    }


def right(media: int, shared: int, pairs: Sequence[Sequence[Any]], near: Sequence[Sequence[int]]) -> bool:
    """Whether all that was planted for us is found as what it is, nothing of others, and the sample's as plainly."""
    found = {(ours, theirs): kind for ours, theirs, kind in pairs}
    wanted = {
        (ours, theirs): "identical" if same_bytes(ours) else "near"
        for ours, theirs in planted(media, shared).items()
        if not for_others(theirs)
    }
    sample = {(ours, theirs) for ours, theirs in near if not for_others(theirs)}
    there = {(ours, theirs) for ours, theirs in found if ours in sample_of(media)}
    leaked = [theirs for _, theirs in found if for_others(theirs)]
    return not leaked and found.items() >= wanted.items() and there == sample


def _elsewhere(environment: Mapping[str, str], *words: str) -> Any:
    call = [sys.executable, "-m", "bench.check", *words]
    done = subprocess.run(call, check=True, cwd=CHECKOUT, env=dict(environment), stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


if __name__ == "__main__":
    steps = {"--fill": fill, "--index": indexed, "--check": checked, "--plain": plain}
    match sys.argv[1:]:
        case [step, folder, media, shared]:
            print(json.dumps(steps[step](Path(folder), int(media), int(shared))))
        case words:
            given = [int(word) for word in words]
            for line in measure(given[:1] or (MEDIA,), given[1] if len(given) > 1 else None):
                print(json.dumps(line), flush=True)
