"""Reports of partners, from a file: each once, whatever is killed or sent again; bad rows back with line and reason."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.db import transaction

from havre.cybertip.told import gist_of
from havre.cybertip.tree import MOST_BYTES, is_xml
from havre.errors import HavreError, Invalid, Unavailable
from havre.flows.at_page import WORKING, policy_for
from havre.flows.home import Home, durable, log, seal_log, take_turn
from havre.flows.receive_report import codes_for, keep_addition, keep_report
from havre.hotline.cybertips import reference_of, told_by
from havre.hotline.models import Report, Via
from havre.hotline.partner_rows import BadRow, Row, rows_in
from havre.sealing.receipt import Random
from havre.units.acting import Acting

AT_ONCE = 50
"""Rows of one transaction."""

MOST_BAD = 1_000
"""Bad rows that are told; all are counted."""

LONGEST_PARTNER = 90
BEGINNING = 64
"""Bytes that say whether a file is XML."""

COUNTS = ("found", "new", "added", "known", "refused", "danger")


@dataclass
class Imported:
    """What became of the rows of one file: found = new + added + known + refused."""

    found: int = 0
    new: int = 0
    added: int = 0
    """Say something that a report of theirs, which was there before, did not say."""
    known: int = 0
    """Were there before, just so."""
    danger: int = 0
    """Of those new and added, say that a child is in danger now."""
    refused: int = 0
    bad: list[BadRow] = field(default_factory=list)
    """The first of those refused."""

    def refuse(self, row: BadRow) -> None:
        """One more that is no report."""
        self.refused += 1
        if len(self.bad) < MOST_BAD:
            self.bad.append(row)

    def to_json(self) -> dict[str, object]:
        """The fields of the command line."""
        counts = {name: getattr(self, name) for name in COUNTS}
        return {**counts, "bad": [row.to_json() for row in self.bad]}


def import_reports(home: Home, acting: Acting, path: Path, partner: str, random: Random = os.urandom) -> Imported:
    """Take in every row of a partner's file. Raises Invalid for a partner without a name, Unavailable for no file."""
    acting.must_be(*WORKING, to="take reports")
    name = " ".join(partner.split())
    if not name or len(name) > LONGEST_PARTNER or not name.isprintable():
        raise Invalid(f"say in at most {LONGEST_PARTNER} characters which partner sent it: --partner NAME")
    policy_for(home, acting.unit)  # a fault in it is none of any row
    done = Imported()
    try:
        with path.open("rb") as file:
            if is_xml(file.peek(BEGINNING)):
                return take_cybertip(home, acting, file.read(MOST_BYTES + 1), name, done, random)
            rows = rows_in(file)
            while batch := list(islice(rows, AT_ONCE)):
                _take(home, acting, batch, name, done, random)
    except OSError as error:
        raise Unavailable(f"{path} cannot be read ({error.strerror}): nothing of it is lost, run this again") from None
    return done


def _take(home: Home, acting: Acting, batch: list[Row | BadRow], partner: str, done: Imported, random: Random) -> None:
    with durable():
        take_turn()
        for row in batch:
            done.found += 1
            for refused in _kept(home, acting, row, partner, done, random):
                done.refuse(refused)
        counts = {name: getattr(done, name) for name in COUNTS if name != "found"}
        log(home, acting, "change", "hotline", {"act": "imported", "rows": len(batch), **counts})
    seal_log(home, acting)


def _kept(
    home: Home, acting: Acting, row: Row | BadRow, partner: str, done: Imported, random: Random
) -> Iterator[BadRow]:
    """Keep one row as a report; nothing where it is one, else why it is not."""
    if isinstance(row, BadRow):
        yield row
        return
    try:
        with transaction.atomic():
            became = _became(home, acting, row, partner, random)
        setattr(done, became, getattr(done, became) + 1)
        done.danger += row.told.danger and became != "known"
    except HavreError as error:
        yield BadRow(row.line, str(error))


def take_cybertip(
    home: Home, acting: Acting, data: bytes, partner: str, done: Imported, random: Random = os.urandom
) -> Imported:
    """Take in one report as the CyberTipline has it; all that it says, in additions where it is long."""
    done.found = 1
    try:
        gist = gist_of(data)
        rows = [Row(1, told, reference_of(gist)) for told in told_by(gist, about="")]
        with durable():
            take_turn()
            became = [_became(home, acting, row, partner, random) for row in rows]
            kind = next((each for each in became if each != "known"), "known")
            setattr(done, kind, 1)
            done.danger = int(rows[0].told.danger and kind != "known")
            counts = {name: getattr(done, name) for name in COUNTS if name != "found"}
            log(home, acting, "change", "hotline", {"act": "imported", "rows": 1, **counts})
        seal_log(home, acting)
    except Invalid as error:
        done.refuse(BadRow(1, str(error)))
    return done


def _became(home: Home, acting: Acting, row: Row, partner: str, random: Random) -> str:
    """What became of a row: new, added to the report that it repeats, or known.

    Of a report that was taken back or erased nothing is kept any more, unless a child is in danger now: then it is a
    new one.
    """
    for code in codes_for(home, acting, partner, row.reference):
        kept = Report.objects.select_related("receipt").filter(receipt__digest=code.digest, unit=acting.unit)
        there = kept.first()
        if there is None:
            called = f"{partner} {row.reference}"
            keep_report(home, acting, row.told, code, via=Via.LIST, partner=called, random=random)
            return "new"
        if there.told is not None:
            return "added" if keep_addition(home, acting, there, row.told, random) else "known"
        if not row.told.danger:
            break
    return "known"
