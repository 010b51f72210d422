"""New media of one unit against what 49 countries let it know: `python -m bench.check [MEDIA [SHARED]]`.

A home on PostgreSQL, as durable as it comes, whose board holds SHARED media (5 million) of 49 other nodes, each with
digests and a PDQ fingerprint as skewed as real pictures'; one in ten is for others and must not be found. MEDIA
(100,000) have just been taken in: 1 % have the bytes of a shared one, 1 % look like one (up to 31 bits, any
orientation). Rows are written in bulk, the check is `havre.flows.check`, in a process of its own. `seconds` is what the
check takes beyond intake; `index_seconds` what catching up with the whole board takes once, when none of it was seen
before. The peer is one plain pass: a dictionary of all digests, and every PDQ against every PDQ in numpy, measured for
SAMPLE media and extrapolated. `identical` is whether every planted pair is found, nothing that is for others is, and the
sample's answers are those of the plain pass. A second line is the other way round: what comes to the board later.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import md5, sha1, sha256
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

import numpy as np

from bench.analysts import POSTGRES, environment_of
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
FOR_OTHERS = 10
"""One in so many is not for this unit."""
PLANTED = 50
"""One in so many of ours is on the board: by turns with the same bytes, and alike."""
RUN = 10
"""Planted media that follow one another in the same series."""
RADIUS = 31
ORIENTATIONS = 8
SAMPLE = 20
CORES = 2
BAR = 180.0
SEED = 49
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)

Line = dict[str, object]


# ---- what is on the board, and what the unit holds ----


def digests(who: str, number: int) -> tuple[bytes, bytes, bytes]:
    """MD5, SHA-1 and SHA-256 of something."""
    data = f"{who} {number}".encode()
    return md5(data).digest(), sha1(data).digest(), sha256(data).digest()


def country(number: int) -> int:
    """The source of a shared medium: series by series another."""
    return number // A_SERIES % COUNTRIES


def for_others(number: int) -> bool:
    """Whether a shared medium is not for our unit."""
    return number % FOR_OTHERS == 3


def node(source: int) -> str:
    """The node of a country."""
    return sha256(f"node {source}".encode()).hexdigest()


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

        theirs = realistic_hashes(self.shared + LATER, SEED)
        np.save(folder / "theirs.npy", theirs)
        ours = ours_pdq(self.media, theirs[: self.shared])
        np.save(folder / "ours.npy", ours)
        self.conditions = self._conditions()
        self.board(theirs, range(self.shared))
        self._media(ours)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")

    def _conditions(self) -> dict[tuple[int, bool], int]:
        from havre.restrictions.keep import keep
        from havre.restrictions.model import Level, Restriction

        def said(source: int, others: bool) -> int:
            countries = frozenset({"IT"} if others else {"BE", "IT"})
            return keep(Restriction(Level.OPEN, countries=countries, purpose=f"of country {source}")).pk

        return {(source, others): said(source, others) for source in range(COUNTRIES) for others in (False, True)}

    def board(self, theirs: Hashes, numbers: range) -> None:
        """These media on the board, and the series that begin with them."""
        from havre.exchange.models import Counter, Shared, SharedPrint

        first = numbers.start
        bulk(Shared, self._series(numbers))
        bulk(Shared, (self._row(number, theirs[number]) for number in numbers))
        bulk(SharedPrint, (self._print(number, theirs[number]) for number in numbers))
        Counter.objects.update_or_create(pk=1, defaults={"last": 2 * (first + len(numbers)) + 2})

    def _head(self, number: int, kind: str, key: int, ref: UUID, body: Mapping[str, Any]) -> dict[str, Any]:
        source = country(number)
        return {
            "id": key,
            "node": node(source),
            "unit": f"Unit {source}",
            "country": f"{chr(65 + source // 26)}{chr(65 + source % 26)}",
            "kind": kind,
            "ref": ref,
            "series_ref": _uuid("series", number // A_SERIES) if kind == "media" else None,
            "body": json.dumps(body),
            "condition_id": self.conditions[source, kind == "media" and for_others(number)],
            "version": 1,
            "changed": key,
            "at": AT,
        }

    def _series(self, numbers: range) -> Iterator[dict[str, Any]]:
        for number in range(numbers.start, numbers.stop, A_SERIES):
            name = f"Series {number // A_SERIES}"
            body = {"name": name, "life": "open", "media": A_SERIES, "contact": f"Unit {country(number)}"}
            yield self._head(number, "series", 2 * number + 1, _uuid("series", number // A_SERIES), body)

    def _row(self, number: int, pdq: Any) -> dict[str, Any]:
        names = dict(zip(("md5", "sha1", "sha256"), (each.hex() for each in digests("shared", number)), strict=True))
        body = {
            "series": str(_uuid("series", number // A_SERIES)),
            **names,
            "pdq": [pdq.tobytes().hex()],
            "quality": 90,
            "family": "image",
            "width": 1600,
            "height": 1200,
            "contact": f"Unit {country(number)}",
        }
        return self._head(number, "media", 2 * number + 2, _uuid("shared", number), body)

    def _print(self, number: int, pdq: Any) -> dict[str, Any]:
        one, two, three = digests("shared", number)
        named = {"md5": one, "sha1": two, "sha256": three}
        return {"id": number + 1, "shared_id": 2 * number + 2, **named, "pdq": pdq.tobytes(), "quality": 90}

    def _media(self, ours: Hashes) -> None:
        from havre.media.models import Fingerprint, Medium

        pairs = planted(self.media, self.shared)
        bulk(Medium, (self._medium(number, pairs) for number in range(self.media)))
        bulk(Fingerprint, (_fingerprint(number, ours[number]) for number in range(self.media)))

    def _medium(self, number: int, pairs: Mapping[int, int]) -> dict[str, Any]:
        same = number in pairs and same_bytes(number)
        one, two, three = digests("shared", pairs[number]) if same else digests("ours", number)
        return {
            "id": number + 1,
            "unit_id": self.unit,
            **{"md5": one, "sha1": two, "sha256": three},
            "bytes": 400_000,
            "kind": "JPEG",
            "family": "image",
            "width": 1600,
            "height": 1200,
            "frames": 1,
            **{"damage": "", "notes": "[]", "quarantine": "", "veil": b"v" * 3000},
            "held_since": AT,
        }


def _fingerprint(number: int, orientations: Any) -> dict[str, Any]:
    return {
        "id": number + 1,
        "medium_id": number + 1,
        **{"frame": 0, "method": "pdq", "version": "1", "quality": 90, "partial": False},
        "orientations": orientations.tobytes(),
    }


def _uuid(what: str, number: int) -> UUID:
    return UUID(bytes=md5(f"{what} {number}".encode()).digest())


def bulk(model: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as the database takes them fastest."""
    from django.db import connection, transaction

    waiting = iter(rows)
    first = next(waiting)
    table, columns = model._meta.db_table, ", ".join(f'"{name}"' for name in first)
    everything = (tuple(each.values()) for each in _with(first, waiting))
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in everything:
                    copy.write_row(row)
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
        else:
            marks = ", ".join("%s" for _ in first)
            plain = ([each.hex if isinstance(each, UUID) else each for each in row] for row in everything)
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", plain)


def _with(first: Mapping[str, Any], others: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    yield first
    yield from others


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


def checked(folder: Path, media: int, shared: int) -> list[Line]:
    """Catch up with the board, check, and check again after more has come to it."""
    settings = read_settings(os.environ)
    start(settings)
    from havre.exchange.models import SameMedium
    from havre.exchange.shelf import open_board
    from havre.flows.check import check_after
    from havre.flows.home import Home
    from havre.units.acting import Acting
    from havre.units.queries import person_named

    home, acting = Home(settings), Acting(person_named("anke"), clock, "a bench")
    theirs = np.load(folder / "theirs.npy", mmap_mode="r")
    with watched() as index:
        open_board(settings.index)
    with watched() as told:
        found = check_after(home, acting)
    pairs = list(SameMedium.objects.values_list("medium", "theirs", "kind"))
    first: Line = {"media": found.media, "new": found.new, **_told(told), "index": _told(index)}
    first["pairs"] = [[medium - 1, theirs // 2 - 1, kind] for medium, theirs, kind in pairs]
    first["resident_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
    filling = Filling(media, shared, acting.unit.pk)
    filling.conditions = filling._conditions()
    filling.board(theirs, range(shared, shared + LATER))
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
    pairs = planted(media, shared)
    named = [digests("shared", pairs[n])[2] if n in pairs and same_bytes(n) else digests("ours", n)[2]
             for n in range(media)]  # fmt: skip
    all_named = [digests("shared", n)[2] for n in range(shared)]
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
                yield from _measured(Path(scratch), environment_of(Path(scratch, "home"), db.address("havre")), media, many)


def _measured(folder: Path, environment: Mapping[str, str], media: int, shared: int) -> Iterator[Line]:
    words = (str(folder), str(media), str(shared))
    filled = _elsewhere(environment, "--fill", *words)
    first, later = _elsewhere(environment, "--check", *words)
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
        "grown_mb": first["mb"],
        "resident_mb": first["resident_mb"],
        "index_seconds": first["index"]["seconds"],
        "index_mb": first["index"]["mb"],
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
    steps = {"--fill": fill, "--check": checked, "--plain": plain}
    match sys.argv[1:]:
        case [step, folder, media, shared]:
            print(json.dumps(steps[step](Path(folder), int(media), int(shared))))
        case words:
            given = [int(word) for word in words]
            for line in measure(given[:1] or (MEDIA,), given[1] if len(given) > 1 else None):
                print(json.dumps(line), flush=True)
