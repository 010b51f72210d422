"""What a platform sent with a report: shown to whoever judges it, taken into a case as evidence.

The report itself came through the door like every other (`take_letters`); its files lie sealed as they came, and are
decoded by an intake alone, confined as those of any seizure.
"""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from io import BytesIO
from typing import Any, BinaryIO, cast

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.utils.translation import gettext as _

from havre.cases.open import must_be_open
from havre.cases.queries import case_for
from havre.cybertip.life import kept_until
from havre.errors import Broken, HavreError, NotFound, Unavailable
from havre.flows.archives import Piece
from havre.flows.at_page import WORKING
from havre.flows.brought import Survey, look_over
from havre.flows.home import Home, consulted, durable, log, seal_log, take_turn
from havre.flows.intake import take_in
from havre.hotline.models import Report, Tip, TipFile, TipState
from havre.hotline.queries import report_for
from havre.hotline.tip_sealed import kept_as, opened_statement, opened_words
from havre.media.look import Opened
from havre.media.sources import Found
from havre.media.store import Kept, Store
from havre.media.unsealed import Unsealed
from havre.sealing.door import door_opener
from havre.units.acting import Acting

PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class File:
    """One file, as whoever judges the report is told of it."""

    number: int
    """Which of the report's files, from 1."""
    name: str
    bytes: int
    md5: str
    sha256: str
    said: list[str]
    """What the platform says of it, a line for each thing."""
    kept: Kept | None
    """None where somebody altered what was kept of it, and it does not open."""

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        shown = ("number", "name", "bytes", "md5", "sha256", "said")
        return {name: getattr(self, name) for name in shown}


@dataclass(frozen=True, slots=True)
class FromPlatform:
    """What is known of a report that a platform's program finished."""

    number: int
    """How the platform's program calls it."""
    finished: datetime
    keep_until: date
    """The last day on which the platform has to have what it reported, a year later (18 U.S.C. 2258A)."""
    kept_until: date | None
    """Until when it says that it keeps it; None where it says nothing."""
    files: list[File]

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        told: dict[str, Any] = {"cybertip": self.number, "finished_at": self.finished.isoformat()}
        told["kept_until"] = self.kept_until.isoformat() if self.kept_until else None
        return told | {"keep_until": self.keep_until.isoformat(), "files": [each.to_json() for each in self.files]}


def from_platform(home: Home, acting: Acting, number: int) -> FromPlatform | None:
    """What a platform's program sent with a report; None where another sent it. It is written down that it is read."""
    acting.must_be(*WORKING, to="read reports")
    report = report_for(acting.person, number)
    tip = _tip_of(report)
    if tip is None or tip.over_at is None:
        return None
    consulted(home, acting, f"report {report.number}", {"act": "files of a platform read", "files": tip.files.count()})
    return FromPlatform(
        tip.number, tip.over_at, kept_until(tip.over_at.date()), tip.kept_until, _files(home, report, tip)
    )


def take_evidence(home: Home, acting: Acting, number: int, case: str, *, workers: int = 1) -> dict[str, int]:
    """Take the files of a report into a case; how many of each outcome. Again, it is only summed up.

    One that does not open is quarantined and costs no other. Raises Unavailable where none of them is there.
    """
    found = from_platform(home, acting, number)
    if found is None or not found.files:
        raise NotFound(_("no platform sent files with this report"))
    report = report_for(acting.person, number)
    must_be_open(case_for(acting.person, case))
    if not any(each.kept is None or (home.settings.tips / each.kept.blob).is_file() for each in found.files):
        raise Unavailable(
            _("none of the files of this report lies in %(folder)s: look there") % {"folder": home.settings.tips}
        )
    with durable():
        take_turn()
        log(home, acting, "change", f"report {number}", {"act": "files taken into a case", "files": len(found.files)})
    seal_log(home, acting)
    totals = take_in(home, acting, case, Parcel(report, found.files), workers=workers)
    return dict(totals.outcomes)


@dataclass(frozen=True, slots=True)
class Parcel:
    """The files of a platform's report, opened as they are read."""

    report: Report
    files: list[File]

    @property
    def name(self) -> str:
        """No path: nothing of it lies on a disk of this machine under a name."""
        return f"report {self.report.number} of a platform"

    def survey(self, home: Home) -> Survey:  # noqa: ARG002 - nothing is opened
        """A first look at names and sizes."""
        return look_over(map(_found, self.files))

    def pieces(self, home: Home, stack: ExitStack) -> Iterator[Piece]:  # noqa: ARG002 - nothing is to be closed
        """Each file under its number and the name that the platform gave it; why, where it does not open."""
        for each in self.files:
            if each.kept is None:
                yield Piece(
                    _found(each), _nothing, quarantine="what is known of this file was altered: it does not open"
                )
                continue
            opened = partial(_opened, home, self.report, each.kept)
            yield Piece(_found(each), opened, quarantine=_damage(opened))


def _found(file: File) -> Found:
    name = file.name.replace("\0", "").replace("/", "_")
    return Found(f"{file.number} {name}".rstrip(), b"", file.bytes)


def _damage(opened: Opened) -> str:
    """What is wrong with a file, read once to its end: what is met only while it is taken in would end that."""
    try:
        with closing(opened()) as file:
            while file.read(PIECE):
                pass
    except Broken as error:
        return str(error)
    return ""


def _nothing() -> BinaryIO:
    return BytesIO()


def _opened(home: Home, report: Report, kept: Kept) -> BinaryIO:
    return cast(BinaryIO, Unsealed(Store(home.settings.tips), kept, home.keys.unit(str(report.unit_id))))


def _tip_of(report: Report) -> Tip | None:
    return Tip.objects.filter(receipt=report.receipt_id, state=TipState.FINISHED).first()


def _files(home: Home, report: Report, tip: Tip) -> list[File]:
    unit = str(report.unit_id)
    key = home.keys.unit(unit)
    opener = door_opener(key)
    rows = enumerate(tip.files.order_by("pk"), start=1)
    return [_file(number, row, opener, unit, key) for number, row in rows]


def _file(number: int, row: TipFile, opener: X25519PrivateKey, unit: str, key: bytes) -> File:
    try:
        stated = opened_statement(opener, row.file_id, bytes(row.sealed))
        said = opened_words(opener, row.file_id, bytes(row.said)) if row.said is not None else []
    except HavreError:  # it costs no other file
        return File(number, "", row.bytes, "", "", [], None)
    kept = kept_as(unit, key, row.blob, stated)
    return File(number, stated.name, row.bytes, stated.md5, stated.sha256, said, kept)
