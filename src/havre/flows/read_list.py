"""Read a list of knowledge: VICS, ICSE, CSV, hashes. Parsed in the sandbox, streamed, written in batches.

What was written is always the beginning of the list, so that an import that was killed goes on where it ended.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from havre.errors import Invalid
from havre.flows.home import Home, consulted
from havre.flows.know import judgement
from havre.flows.known_since import know_held
from havre.flows.source import Offer, alone, begin, finish, holding, may_teach, shelve, thing_of
from havre.matches.formats import READERS, labels
from havre.matches.formats.recognise import HEAD, recognise
from havre.matches.formats.record import BadEntry, Entry, Record, Summary, from_json
from havre.matches.learn import Learner
from havre.matches.models import Knowledge, Source
from havre.matches.shelves import Shelf
from havre.media.decode.outcomes import Broke, Exceeded, NotMedia
from havre.units.acting import Acting

BATCH = 5_000
"""Entries written in one transaction."""

SHELVE_AT = 100_000
"""Entries after which the index takes in what was read."""

TOLD_BAD = 100
"""Bad entries that are named in the answer; all of them are counted, and written where a file is named for them."""

BARE = ("hashes", "pdq", "csv")
"""Formats that may state nothing but fingerprints."""

ASSUMED = "pertinent"
"""What entries of a bare list are taken for where nobody said otherwise: such lists are lists of illegal material."""

REGIONS = {"vics-us": "US", "vics-uk": "UK"}
"""Whose categories a scheme's name means."""

Tell = Callable[[int, int], None]
"""Told after every batch: bytes read and bytes in all."""


def read_list(
    home: Home,
    acting: Acting,
    path: str,
    *,
    kind: str = "",
    scheme: str = "",
    label: str = "",
    bad: Path | None = None,
    tell: Tell = lambda _read, _all: None,
) -> dict[str, Any]:
    """Know what a list says; what was read, counted, and what could not be used. `label` judges what it leaves open.

    An unfinished import goes on; a finished one of an unchanged list is only told again.
    """
    may_teach(acting)
    named = judgement(label).name if label else ""
    if scheme and scheme not in labels.SCHEMES:
        raise Invalid(f"there is no scheme {scheme!r}: take one of {', '.join(labels.SCHEMES)}")
    with _open(path) as descriptor:
        chosen = kind or _kind(path, descriptor)  # (1) what is it
        named = named or (ASSUMED if chosen in BARE else "")
        offer = Offer(path, chosen, scheme, named, _listing(descriptor))
        source, goes_on = begin(home, acting, offer)  # (2) a new source, or the one to continue
        if not goes_on and bad is None:
            consulted(home, acting, thing_of(source))
            return dict(source.told)
        with alone(home, source), bad_file(bad) as write_bad:
            source.refresh_from_db()
            reading = Reading(home, acting, source, descriptor, write_bad, tell)
            reading.work(done=not goes_on)  # (3) entries -> knowledge
            if goes_on:
                know_held(home, acting, source)  # (4) what lies here already and is named is known
                finish(home, acting, source, offer, reading.told())  # (5) the index and the log know it
    return dict(source.told)


@dataclass
class Reading:
    """One process reading one list."""

    home: Home
    acting: Acting
    source: Source
    descriptor: int
    write_bad: Callable[[BadEntry], None]
    tell: Tell
    labels: Counter[str] = field(default_factory=Counter)
    bad: list[BadEntry] = field(default_factory=list)
    summary: Summary | None = None
    begun: float = field(default_factory=time.monotonic)
    shelved: int = 0
    """Entries that the index had been told of."""

    def work(self, *, done: bool) -> None:
        """Write every entry that no earlier run has written; where all is `done`, only find the bad ones again."""
        learner = Learner(self.source)
        size, written, read = os.fstat(self.descriptor).st_size, self.source.read, 0
        batch: list[Entry] = []
        for record in self._records():
            if not isinstance(record, Entry):
                continue
            read += 1
            self.labels[record.label or self.source.label or "unlabelled"] += 1
            if done or read <= written:
                learner.passed(record)
                continue
            batch.append(record)
            if len(batch) >= BATCH:
                self._learn(learner, batch)
                batch = []
                self._shelve()
                self.tell(os.lseek(self.descriptor, 0, os.SEEK_CUR), size)
        if batch:
            self._learn(learner, batch)

    def told(self) -> dict[str, Any]:
        """The answer: read is the sum of added, repeated and bad."""
        summary = self.summary or Summary(0, 0, {}, {})
        added = Knowledge.objects.filter(source=self.source, unit=self.source.unit_id).count()
        seconds = time.monotonic() - self.begun
        return {
            "source": self.source.pk,
            "path": self.source.path,
            "format": self.source.format,
            "read": summary.read,
            "added": added,
            "repeated": summary.good - added,
            "bad": sum(summary.bad.values()),
            "bad_by_reason": summary.bad,
            "bad_entries": [asdict(each) for each in self.bad],
            "defects": summary.defects,
            "labels": dict(sorted(self.labels.items())),
            "about": summary.about,
            "ended_early": summary.ended_early,
            "seconds": round(seconds, 3),
            "entries_per_second": round(summary.read / seconds) if seconds else 0,
        }

    def _records(self) -> Iterator[Record]:
        """The records of the list; bad ones and the summary are kept on the way."""
        region = REGIONS.get(self.source.scheme)
        os.lseek(self.descriptor, 0, os.SEEK_SET)
        try:
            with self.home.worker() as worker:
                for row in worker.stream(self.source.format, self.descriptor, region=region):
                    record = from_json(row)
                    self._noted(record)
                    yield record
        except (Broke, Exceeded, NotMedia) as error:
            raise Invalid(
                f"{self.source.path} could not be read to its end ({error}): what was read is known;"
                f" mend the list, or undo it with `havre known withdraw {self.source.pk}`"
            ) from error

    def _noted(self, record: Record) -> None:
        if isinstance(record, Summary):
            self.summary = record
        elif isinstance(record, BadEntry):
            self.write_bad(record)
            if len(self.bad) < TOLD_BAD:
                self.bad.append(record)

    def _shelve(self) -> None:
        """Let the index know now and then: all at once would take as much memory as the list is long."""
        if self.source.read - self.shelved >= SHELVE_AT:
            shelve(self.shelf)
            self.shelved = self.source.read

    @cached_property
    def shelf(self) -> Shelf:
        """Fingerprints the unit knows."""
        return self.home.shelf(self.acting.unit, "known")

    def _learn(self, learner: Learner, batch: list[Entry]) -> None:
        with holding(self.acting.unit):
            learner.learn(batch)
            self.source.read += len(batch)
            self.source.save(update_fields=["read"])


@contextmanager
def _open(path: str) -> Iterator[int]:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise Invalid(f"{path} can't be read: {error.strerror}") from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _kind(path: str, descriptor: int) -> str:
    try:
        found = recognise(os.pread(descriptor, HEAD, 0))
    except OSError as error:
        raise Invalid(f"{path} can't be read: {error.strerror}") from error
    if found is None:
        raise Invalid(f"{path} is no list that is recognised: say what it is with --format ({', '.join(READERS)})")
    return found


def _listing(descriptor: int) -> bytes:
    status = os.fstat(descriptor)
    return sha256(f"{status.st_size}\0{status.st_mtime_ns}".encode()).digest()


@contextmanager
def bad_file(path: Path | None) -> Iterator[Callable[[BadEntry], None]]:
    """Write bad entries to a file, one JSON object a line; the file is whole or not there."""
    if path is None:
        yield lambda _: None
        return
    temporary = path.with_name(f".{path.name}.part")
    try:
        with temporary.open("w", encoding="utf-8") as out:
            yield lambda entry: print(json.dumps(asdict(entry), ensure_ascii=False), file=out)
        temporary.replace(path)
    except OSError as error:
        raise Invalid(f"{path} can't be written: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)
