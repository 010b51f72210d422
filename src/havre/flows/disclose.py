"""Hand out what the unit knows as a list: approved by a second person, logged, and only then given its name."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.db.models import QuerySet

from havre.errors import Invalid, Refused
from havre.flows.home import Home, durable, log, seal_log
from havre.flows.know import judgement
from havre.matches.formats import WRITERS, labels
from havre.matches.formats.record import Entry, Written
from havre.matches.models import Knowledge
from havre.matches.queries import knowledge_for, source_for
from havre.units.acting import Acting
from havre.units.approve import approval_for, self_approved, use
from havre.units.models import Approval, RoleName

ACT = "export"
CHUNK = 2_000
"""Rows read from the database at a time."""

REGIONS = {"vics-us": "US", "vics-uk": "UK"}
"""Whose categories a scheme's name means."""

ABOUT_PLACES = frozenset({"file", "outside"})
"""Facts about where bytes lay beside the list they came from: with us there are none."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be handed out, in which form, and where to."""

    file: Path
    kind: str
    scheme: str = "vics-us"
    label: str = ""
    source: str = ""
    replace: bool = False

    def subject(self) -> str:
        """What the second person approves, in words."""
        what = f"everything labelled {self.label}" if self.label else "everything known"
        whence = f" from {self.source}" if self.source else ""
        return f"{what}{whence} as {self.kind} ({self.scheme}) to {self.file.absolute()}"


def disclose(home: Home, acting: Acting, order: Order) -> dict[str, Any]:
    """Write what is known and not withdrawn to a file; how much, and what the format has no place for.

    Raises Refused until a second person has approved; in a unit of one the self-approval is logged as such.
    """
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="export what is known")
    rows = _rows(acting, _checked(order))
    approval = _approved(home, acting, order)  # (1) a second person's word
    with _written(order) as part:
        with part.open("wb") as out:
            written = _write(order, _entries(rows), out)  # (2) knowledge -> the file, under another name
            os.fsync(out.fileno())
        digest = _digest(part)
        detail = {"act": order.subject(), "written": written.written, "sha256": digest, "approval": approval.pk}
        with durable():
            use(approval, acting.now())
            log(home, acting, "disclosure", f"knowledge of {acting.unit.name}", detail | _by(approval))
        seal_log(home, acting)  # (3) written down
        _name(part, order)  # (4) handed out
    return {
        "file": str(order.file),
        "format": order.kind,
        "written": written.written,
        "left_out": written.left_out,
        "sha256": digest,
        "approval": approval.pk,
        **_by(approval),
    }


def _checked(order: Order) -> Order:
    if order.kind not in WRITERS:
        raise Invalid(f"there is no format {order.kind!r} to export: take one of {', '.join(WRITERS)}")
    if order.scheme not in REGIONS:
        raise Invalid(f"categories are written by one of {', '.join(REGIONS)}, not {order.scheme!r}")
    if order.file.exists() and not order.replace:
        raise Invalid(f"{order.file} is there already: choose another name, or give --replace")
    if not order.file.parent.is_dir():
        raise Invalid(f"there is no folder {order.file.parent} to write to")
    return order


def _rows(acting: Acting, order: Order) -> QuerySet[Knowledge]:
    rows = knowledge_for(acting.person).filter(whole=None)
    if order.label:
        known = labels.labels()
        name = order.label.strip().lower()
        rows = rows.filter(label=name if name in known else judgement(order.label).name)
    return rows.filter(source=source_for(acting.person, order.source)) if order.source else rows


def _approved(home: Home, acting: Acting, order: Order) -> Approval:
    with durable():
        approval = approval_for(acting.person, ACT, order.subject(), acting.now())
        if approval.given_by_id is None:
            log(home, acting, "change", f"approval {approval.pk}", {"act": "asked", "subject": order.subject()})
    if approval.given_by_id is None:
        raise Refused(
            f"an export needs a second person: let one run `havre --as SOMEBODY approve {approval.pk}`,"
            " then run this again"
        )
    return approval


def _by(approval: Approval) -> dict[str, Any]:
    given = approval.given_by.name if approval.given_by else None
    return {"approved_by": given, "self_approved": self_approved(approval)}


def _entries(rows: QuerySet[Knowledge]) -> Iterator[Entry]:
    for row in rows.order_by("id").iterator(CHUNK):
        yield Entry(
            place=f"knowledge {row.pk}",
            md5=_hex(row.md5),
            sha1=_hex(row.sha1),
            sha256=_hex(row.sha256),
            pdq=_hex(row.pdq),
            pdq_quality=row.pdq_quality,
            label=row.label or None,
            category=row.category or None,
            facts={name: value for name, value in row.facts.items() if name not in ABOUT_PLACES},
        )


def _hex(value: bytes | memoryview | None) -> str | None:
    return bytes(value).hex() if value is not None else None


def _write(order: Order, entries: Iterable[Entry], out: BinaryIO) -> Written:
    module, _, name = WRITERS[order.kind].partition(":")
    return cast(Written, getattr(import_module(module), name)(entries, out, region=REGIONS[order.scheme]))


@contextmanager
def _written(order: Order) -> Iterator[Path]:
    """A file beside the final one, readable by its owner alone; gone at the end, whatever happened."""
    part = order.file.with_name(f".{order.file.name}.part")
    part.unlink(missing_ok=True)
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        yield part
    except OSError as error:
        raise Invalid(f"{order.file} can't be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def _digest(file: Path) -> str:
    digest = sha256()
    with file.open("rb") as written:
        while chunk := written.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _name(part: Path, order: Order) -> None:
    """Give the file its name; one that appeared meanwhile is not overwritten unless that was asked for."""
    if not order.replace and order.file.exists():
        raise Invalid(f"{order.file} appeared meanwhile: choose another name, or give --replace")
    part.rename(order.file)
    folder = os.open(order.file.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
