"""Read a capture of a site: a list of addresses with digests, a WARC, a folder. Streamed, written in batches.

What was written is always the beginning of the capture, so that an import that was killed goes on where it ended.
Nothing of it is viewed, and no picture is kept, unless a case is named into which its pictures are taken.
"""

import fcntl
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from havre.cases.open import must_be_open
from havre.cases.queries import case_for
from havre.errors import Broken, Invalid, NotFound
from havre.flows.at_page import policy_for
from havre.flows.holding import held
from havre.flows.home import Home, consulted, durable, log, seal_log, take_turn
from havre.flows.intake import take_in
from havre.flows.read_list import TOLD_BAD, bad_file
from havre.flows.site_offered import Offered, folder_rows, offered_at
from havre.matches.formats.captured import LONGEST
from havre.matches.formats.record import BadEntry
from havre.media.decode.outcomes import Broke, Exceeded, NotMedia
from havre.media.decode.pool import Worker
from havre.sites.models import Capture, Site, Told
from havre.sites.open_platforms import Platforms, platforms_of
from havre.sites.queries import captures_of, known_in, origins, site_for
from havre.sites.rows import KINDS, Row, make_contents, write_rows
from havre.sites.say import link_case, open_site
from havre.sites.told import thing_of, told_of
from havre.units.acting import Acting
from havre.units.models import RoleName

BATCH = 5_000
"""Rows written in one transaction."""

RECORD_SECONDS = 900.0
"""Wall-clock time for one record of a crawl: a film of some gigabytes is digested in it."""

Tell = Callable[[int, int], None]
"""Told after every batch: how much was read, and how much there is."""


def import_capture(
    home: Home,
    acting: Acting,
    path: str,
    name: str,
    *,
    kind: str = "",
    case: str = "",
    bad: Path | None = None,
    workers: int = 1,
    tell: Tell = lambda _read, _all: None,
) -> dict[str, Any]:
    """Note what a capture holds in the dossier of its site, which is opened where there is none.

    A capture that was read already is only told again; one left unfinished goes on. With a `case` its pictures, films
    and sounds are taken in like any seizure: what is known of them is not viewed again.
    """
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="change dossiers of sites")
    dossier = case_for(acting.person, case) if case else None
    if dossier is not None:
        must_be_open(dossier)
    until = dossier.retain_until if dossier is not None else kept_until(home, acting)
    with offered_at(path, kind) as offered:
        if case and offered.format == "list":
            raise Invalid("a list holds no pictures: leave --case out, or take in a WARC or a folder")
        platforms = platforms_of(home.settings.home)
        capture, goes_on, opened = _begun(home, acting, offered, name, until)  # (1) new, or the one to continue
        if dossier is not None:
            _keep_as_long(home, acting, capture, until)
        told: dict[str, Any] = {"again": not goes_on, "opened": opened, "bad_entries": []}
        if goes_on or bad is not None:
            with alone(home, capture), bad_file(bad) as write_bad:
                capture.refresh_from_db()
                reading = Reading(home, acting, capture, offered, platforms, write_bad, tell)
                reading.work(all_bad=bad is not None)  # (2) entries -> rows
                told |= reading.told()
                if goes_on:
                    _finish(home, acting, capture)  # (3) digests in their order, the share that is known, the log
        if not goes_on:
            consulted(home, acting, thing_of(capture), {"act": "told again"})
    told |= told_of(capture)
    if case:
        told["intake"] = _taken_in(home, acting, capture, case, path, workers)  # (4) bytes -> media
    return told


@dataclass
class Reading:
    """One process reading one capture."""

    home: Home
    acting: Acting
    capture: Capture
    offered: Offered
    platforms: Platforms
    write_bad: Callable[[BadEntry], None]
    tell: Tell
    bad: list[BadEntry] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)
    fresh: int = 0
    """Rows written by this process."""

    def work(self, *, all_bad: bool) -> None:
        """Write every row that no earlier run has written; with `all_bad`, name what they could not use too."""
        rows: list[Row] = []
        waiting = Counter[str]()
        passed, upto = 0, self.capture.position
        for answer in self._answers(0 if all_bad else self.capture.position):
            if "ended_early" in answer:
                self.capture.ended_early = bool(answer["ended_early"])
                break
            self._named(answer["bad"])
            reached = _whole(answer["upto"])
            # Readers end with an empty batch that reaches nowhere: what was reached before it holds.
            if reached <= upto or self.capture.finished_at is not None:
                continue
            upto = reached
            rows += [self._row(row) for row in answer["rows"]]
            # What a reason says after its first words may be another for each row.
            waiting.update(str(reason).partition(":")[0][:100] for _place, reason, _text in answer["bad"])
            passed += _whole(answer["passed"])
            if len(rows) + waiting.total() + passed >= BATCH:
                self._write(rows, waiting, passed, upto)
                rows, waiting, passed = [], Counter(), 0
        if rows or waiting or passed:
            self._write(rows, waiting, passed, upto)

    def told(self) -> dict[str, Any]:
        """What this process did."""
        seconds = time.monotonic() - self.begun
        return {
            "bad_entries": [asdict(each) for each in self.bad],
            "written": self.fresh,
            "seconds": round(seconds, 3),
            "rows_per_second": round(self.fresh / seconds) if seconds else 0,
        }

    def _answers(self, after: int) -> Iterator[dict[str, Any]]:
        if self.offered.format == "folder":
            yield from folder_rows(self.offered.path, after)
            return
        os.lseek(self.offered.descriptor, 0, os.SEEK_SET)
        try:
            limits = replace(self.home.limits, seconds=RECORD_SECONDS)
            with Worker(self.home.sandbox, limits) as worker:
                yield from worker.stream(f"captured-{self.offered.format}", self.offered.descriptor, after=after)
        except (Broke, Exceeded, NotMedia) as error:
            raise Invalid(
                f"{self.offered.path} could not be read to its end ({error}): what was read is kept, and the same"
                " command goes on from there"
            ) from error

    def _row(self, row: list[Any]) -> Row:
        """A row for the table. Raises Broken where the sandbox answers what no reader does."""
        try:
            position, address, page, source, kind, *digests = row
            named = [None if each is None else bytes.fromhex(each) for each in digests]
            sound = _is_sound(position, (address, page, source, kind), named)
        except (TypeError, ValueError):
            sound = False
        if not sound:
            raise Broken("a row from the reader of captures is none: report it")
        platform, told = self._origin(source, address, page)
        return (self.capture.pk, position, address, page, source, kind, *named, platform, told)

    def _origin(self, source: str, address: str, page: str) -> tuple[str, str]:
        of = self.platforms.of
        if source and (found := of(source)):
            return found, Told.SOURCE.value
        if found := of(address):
            return found, Told.ADDRESS.value
        if page and (found := of(page)):
            return found, Told.PAGE.value
        return "", ""

    def _named(self, bad: list[list[Any]]) -> None:
        unit = "line" if self.offered.format == "list" else "record" if self.offered.format == "warc" else "file"
        for place, reason, text in bad:
            entry = BadEntry(f"{unit} {place}", str(reason), str(text))
            self.write_bad(entry)
            if len(self.bad) < TOLD_BAD:
                self.bad.append(entry)

    def _write(self, rows: list[Row], bad: Counter[str], passed: int, upto: int) -> None:
        capture = self.capture
        with durable():
            write_rows(rows)
            capture.position = upto
            capture.good += len(rows)
            capture.bad += bad.total()
            capture.passed += passed
            capture.bad_by_reason = dict(Counter(capture.bad_by_reason) + bad)
            capture.platforms = self.platforms.version
            capture.save(update_fields=["position", "good", "bad", "passed", "bad_by_reason", "platforms"])
        self.fresh += len(rows)
        if self.offered.format == "folder":
            self.tell(capture.read, 0)
        else:
            descriptor = self.offered.descriptor
            self.tell(os.lseek(descriptor, 0, os.SEEK_CUR), os.fstat(descriptor).st_size)


def _is_sound(position: object, texts: tuple[object, ...], digests: list[bytes | None]) -> bool:
    return (
        type(position) is int
        and 0 < position < 1 << 62
        and all(isinstance(text, str) and len(text) <= LONGEST and text.isprintable() for text in texts)
        and [None if each is None else len(each) for each in digests]
        == [None if each is None else size for each, size in zip(digests, KINDS.values(), strict=True)]
        and any(digests)
    )


def _whole(number: object) -> int:
    if type(number) is not int or not 0 <= number < 1 << 62:
        raise Broken("a count from the reader of captures is none: report it")
    return number


# ---- begin and finish ----


@contextmanager
def alone(home: Home, capture: Capture) -> Iterator[None]:
    """Hold a capture for this process. Raises Refused while another process works on it."""
    otherwise = f"{thing_of(capture)} is being read by another process: wait for it to end"
    with held(home, f"capture-{capture.pk}", fcntl.LOCK_EX, otherwise):
        yield


def kept_until(home: Home, acting: Acting) -> date:
    """The last day of what is read now into no case, by the policy of the unit's country."""
    return (acting.now() + timedelta(days=policy_for(home, acting.unit).capture_days)).date()


def _begun(home: Home, acting: Acting, offered: Offered, name: str, until: date) -> tuple[Capture, bool, bool]:
    """The capture to read, whether there is anything left to do, and whether the dossier was opened for it."""
    with durable():
        take_turn()
        site, opened = _site(home, acting, name)
        found = captures_of(acting.person, site).filter(sha256=offered.sha256).first()
        if found is not None:
            return found, found.finished_at is None, opened
        capture = Capture.objects.create(
            site=site,
            path=offered.path,
            format=offered.format,
            sha256=offered.sha256,
            begun_at=acting.now(),
            begun_by=acting.person,
            retain_until=until,
        )
        detail = {"act": "begun", "format": offered.format, "until": until.isoformat()}
        log(home, acting, "change", thing_of(capture), detail)
    return capture, True, opened


def _keep_as_long(home: Home, acting: Acting, capture: Capture, until: date) -> None:
    """Read into a case it is kept until that case's day, where that is the later one; without a day it stays so."""
    with durable():
        take_turn()
        capture.refresh_from_db()
        if capture.path and capture.retain_until is not None and until > capture.retain_until:
            capture.retain_until = until
            capture.save(update_fields=["retain_until"])
            log(home, acting, "change", thing_of(capture), {"act": "kept longer", "until": until.isoformat()})


def _site(home: Home, acting: Acting, name: str) -> tuple[Site, bool]:
    try:
        return site_for(acting.person, name), False
    except NotFound:
        site = open_site(name, acting.person, acting.now())
        log(home, acting, "change", f"site {site.pk}", {"act": "opened"})
        return site, True


def _finish(home: Home, acting: Acting, capture: Capture) -> None:
    with durable():
        make_contents(capture)
        capture.save(update_fields=["media", "kinds", "ended_early"])
    capture.known, capture.known_at = known_in(acting.person, capture), acting.now()
    capture.origins = [asdict(each) for each in origins(acting.person, capture)]
    with durable():
        take_turn()
        capture.finished_at = acting.now()
        capture.save(update_fields=["finished_at", "known", "known_at", "origins"])
        counts = {"good": capture.good, "bad": capture.bad, "passed": capture.passed, "media": capture.media}
        log(home, acting, "change", thing_of(capture), {"act": "finished", **counts})
    seal_log(home, acting)


def _taken_in(home: Home, acting: Acting, capture: Capture, reference: str, path: str, workers: int) -> dict[str, Any]:
    def noted(intake: Any) -> None:
        with durable():
            take_turn()
            capture.intake = intake
            capture.save(update_fields=["intake"])
            link_case(capture.site, intake.case, acting.person, acting.now())
            log(home, acting, "change", thing_of(capture), {"act": "taken in", "intake": intake.pk})

    return take_in(home, acting, reference, path, workers=workers, begun=noted).to_json()
