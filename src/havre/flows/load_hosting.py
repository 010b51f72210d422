"""Load what an operator has about where things are hosted: files of registries, tables of networks, answers, records.

A file counts as a whole or not at all: killed and run again it is loaded once. Good rows are kept, bad ones come back.
"""

import fcntl
import json
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.flows.holding import held
from havre.flows.home import Home, consulted, durable, log, seal_log, take_turn
from havre.hosting.keep import BATCH, close, empty, keep, measure
from havre.hosting.models import Kind, Load
from havre.hosting.readers import READERS
from havre.hosting.recognise import HEAD, About, recognise
from havre.hosting.rows import Answered, Bad, Kept, Row, text_of
from havre.units.acting import Acting
from havre.units.models import RoleName

TOLD_BAD = 100
"""Bad rows that are named in the answer; all are counted, and written where a file is named for them."""

CHUNK = 1 << 20

Tell = Callable[[int, int], None]
"""Told after every batch: bytes read and bytes in all."""


@dataclass
class Reading:
    """One file being read."""

    load: Load
    latest: datetime
    """Nothing is known of what comes later than now."""
    write_bad: Callable[[Bad], None]
    counts: Counter[str] = field(default_factory=Counter)
    bad: list[Bad] = field(default_factory=list)

    def facts(self, rows: Iterable[Row]) -> Iterator[Kept]:
        """The good rows; all are counted."""
        for row in rows:
            row = self._in_time(row)
            self.counts["rows"] += 1
            if isinstance(row, Kept):
                self.counts["kept"] += 1
                yield row
            elif isinstance(row, Bad):
                self._count_bad(row)
            else:
                self.counts["passed"] += 1

    def told(self) -> dict[str, Any]:
        """The answer: rows is the sum of kept, passed and bad."""
        return {
            **{name: self.counts[name] for name in ("rows", "kept", "passed", "bad", "facts")},
            "refused": [{"line": bad.line, "reason": bad.reason, "text": bad.text} for bad in self.bad],
        }

    def _in_time(self, row: Row) -> Row:
        times = (fact.at for fact in row.facts if isinstance(fact, Answered)) if isinstance(row, Kept) else ()
        if isinstance(row, Kept) and any(at is not None and at > self.latest for at in times):
            return Bad(row.line, "the answer is said to be of a time to come")
        return row

    def _count_bad(self, bad: Bad) -> None:
        self.counts["bad"] += 1
        if len(self.bad) < TOLD_BAD:
            self.bad.append(bad)
        self.write_bad(bad)


class Hashed:
    """A file whose bytes are digested as they are read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._digest, self.read_bytes = file, sha256(), 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data = self._file.read(size)
        self._digest.update(data)
        self.read_bytes += len(data)
        return data

    def digest(self) -> bytes:
        """SHA-256 of the whole file: what nobody has read is read now."""
        while self.read(CHUNK):
            pass
        return self._digest.digest()


def load_hosting(
    home: Home,
    acting: Acting,
    path: Path,
    *,
    kind: str = "",
    at: datetime | None = None,
    bad: Path | None = None,
    tell: Tell = lambda _read, _all: None,
) -> dict[str, Any]:
    """Load one file. `at` says since when it holds, where the file does not; otherwise it holds from now on."""
    acting.must_be(RoleName.ADMINISTRATOR, RoleName.SUPERVISOR, RoleName.ANALYST, to="load data about hosting")
    with _opened(path) as file, held(home, "hosting", fcntl.LOCK_EX, _("another file is being loaded: wait for it")):
        about = recognise(file.read(HEAD), kind)  # (1) what does it say
        file.seek(0)
        digest = Hashed(file).digest()
        file.seek(0)
        since = _since(about, at, acting.now())
        if (before := _loaded(about, digest, since if at else None)) is not None:
            consulted(home, acting, f"hosting file {before.pk}")
            return {**before.told, "again": True}
        load = _begin(home, acting, path, about, digest, since)  # (2) a load that does not count yet
        with _bad_file(bad) as write_bad:
            reading = Reading(load, acting.now(), write_bad)
            hashed = Hashed(file)
            _read(reading, hashed, os.fstat(file.fileno()).st_size, tell)  # (3) rows -> facts
            if hashed.digest() != digest:
                raise Invalid(_("%(path)s changed while it was read: load it again") % {"path": path.name})
        return _finish(home, acting, reading)  # (4) it counts, and closes what was said before


def _since(about: About, at: datetime | None, now: datetime) -> datetime:
    since = at or about.as_of or now
    if since > now:
        raise Invalid(_("the file says that it is of a time to come: look at the clocks, or say --at when it holds"))
    return since


def _loaded(about: About, digest: bytes, since: datetime | None) -> Load | None:
    """The same file, loaded before."""
    alike = Load.objects.filter(kind=about.kind, scope=about.scope, sha256=digest, finished_at__isnull=False)
    return (alike.filter(as_of=since) if since else alike).first()


def _begin(home: Home, acting: Acting, path: Path, about: About, digest: bytes, since: datetime) -> Load:
    """A load to write into; those that never ended are taken out."""
    with durable():
        take_turn()
        for left in Load.objects.filter(finished_at=None):
            empty(left)
        load = Load.objects.create(
            kind=about.kind,
            scope=about.scope,
            name=text_of(path.name) or "file",
            sha256=digest,
            as_of=since,
            loaded_at=acting.now(),
            added_by=acting.person,
        )
        log(home, acting, "change", f"hosting file {load.pk}", {"act": "begun", "kind": about.kind})
    return load


def _read(reading: Reading, file: Hashed, size: int, tell: Tell) -> None:
    rows = reading.facts(READERS[Kind(reading.load.kind)](file))  # type: ignore[arg-type]
    while batch := list(islice(rows, BATCH)):
        facts = [fact for row in batch for fact in row.facts]
        with durable():
            keep(reading.load, facts)
        reading.counts["facts"] += len(facts)
        tell(file.read_bytes, size)


def _finish(home: Home, acting: Acting, reading: Reading) -> dict[str, Any]:
    load = reading.load
    load.told = {
        "load": load.pk,
        "kind": load.kind,
        "scope": load.scope,
        "file": load.name,
        "sha256": load.sha256.hex(),
        "at": load.as_of.isoformat(timespec="seconds"),
        **reading.told(),
    }
    with durable():
        measure()  # before the turn of the log: it may take a second, and nobody else waits for it
    with durable():
        take_turn()
        close(load, acting.now())
        counts = {name: value for name, value in load.told.items() if isinstance(value, int)}
        log(home, acting, "change", f"hosting file {load.pk}", {"act": "finished", "kind": load.kind, **counts})
    seal_log(home, acting)
    return {**load.told, "again": False}


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """A regular file: nothing else is waited for."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or _("no such file")
        raise Invalid(_("the file can't be read (%(why)s)") % {"why": why}) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Invalid(_("a file is loaded, not a folder and nothing that goes on and on"))
    with os.fdopen(descriptor, "rb") as file:
        yield file


@contextmanager
def _bad_file(path: Path | None) -> Iterator[Callable[[Bad], None]]:
    """Where bad rows are written, one JSON object a line; a file that is there is not overwritten."""
    if path is None:
        yield lambda _bad: None
        return
    try:
        with path.open("x", encoding="utf-8") as file:

            def write(bad: Bad) -> None:
                told = {"line": bad.line, "reason": bad.reason, "text": bad.text}
                file.write(json.dumps(told, ensure_ascii=False) + "\n")

            yield write
    except FileExistsError:
        raise Invalid(_("the file for bad rows is there already: name another")) from None
