"""A platform's report as its program sends it: opened, its files added, finished, or taken back (decision 0268).

What may be done here needs the database, a folder and no key. Nothing is a report before it is finished; then it lies
at the door as a letter, and is taken in like every other. Nothing here knows what is known, so nothing can tell it.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from types import MappingProxyType

from django.db import transaction
from django.db.models import Sum

from havre.cybertip.life import lapses_at
from havre.cybertip.told import Gist
from havre.errors import Invalid, NotFound, Refused, Unavailable
from havre.hotline.cybertips import told_by
from havre.hotline.letters import bound
from havre.hotline.models import (
    Brought,
    Door,
    Letter,
    LetterKind,
    Partner,
    Receipt,
    Tip,
    TipFile,
    TipState,
    TipText,
)
from havre.hotline.partners import codes_for, key_digest
from havre.hotline.telling import body_of
from havre.hotline.tip_sealed import Came, sealed_statement, sealed_words
from havre.sealing.receipt import Code, Random
from havre.sealing.secret import seal_to

MAY_BECOME: Mapping[TipState, frozenset[TipState]] = MappingProxyType(
    {
        TipState.OPEN: frozenset({TipState.FINISHED, TipState.RETRACTED}),
        TipState.FINISHED: frozenset(),
        TipState.RETRACTED: frozenset(),
    }
)
LONGEST_KEY = 200
MOST_OPEN = 500
"""Reports that one platform may have begun and not finished."""
MOST_FILES = 1_000
"""Of one report."""
MOST_WAITING = 64 << 30
"""Bytes of files of one platform's reports that are not finished."""

VERY_MUCH = "very much was sent of reports that are not finished: finish or retract some"
NO_REPORT = "there is no such report: it was never opened, or not finished in time and deleted"


class Finished(Refused):
    """The report is finished, and can't be changed any more."""


class TakenBack(Refused):
    """The report was taken back."""


class NoFile(NotFound):
    """The report has no such file."""


def reporter_of(key: str) -> Partner:
    """Whose key this is. Raises Refused for one that nobody has, or that counts no more."""
    kept = Partner.objects.filter(digest=key_digest(key[:LONGEST_KEY]), tipline=True, revoked_at=None)
    found = kept.select_related("unit").first() if 0 < len(key) <= LONGEST_KEY else None
    if found is None:
        raise Refused("this key is not known here, or counts no more: ask the hotline for another")
    return found


def door_for(partner: Partner) -> Door:
    """The door of whom this platform reports to. Raises Refused where it takes no reports now."""
    found = Door.objects.filter(unit=partner.unit_id, closed_at=None).first()
    if found is None:
        raise Refused("this hotline takes no reports at the moment")
    return found


def open_tip(partner: Partner, key: str, gist: Gist, at: datetime, random: Random = os.urandom) -> tuple[Tip, Code]:
    """A report that was begun, and the code that follows it; what it says is sealed.

    Raises Invalid where it says too much, Unavailable where too many are open.
    """
    door = door_for(partner)
    if Tip.objects.filter(partner=partner, state=TipState.OPEN).count() >= MOST_OPEN:
        raise Unavailable("very many reports were opened and not finished: finish or retract some")
    number = int.from_bytes(random(6), "big") + 1
    code = next(codes_for(key, f"cybertip {number}"))
    kinds = (LetterKind.REPORT, *[LetterKind.ADDITION] * (len(told := told_by(gist, str(number))) - 1))
    with transaction.atomic():
        tip = Tip.objects.create(
            partner=partner, number=number, digest=code.digest, sealing=code.sealing, opened_at=at, changed_at=at
        )
        for kind, each in zip(kinds, told, strict=True):
            sealed = seal_to(bytes(door.sealing), body_of(each), bound(code.digest, kind), random)
            TipText.objects.create(tip=tip, sealed=sealed, danger=each.danger)
    return tip, code


def add_file(
    partner: Partner, number: int, came: Came, name: str, at: datetime, random: Random = os.urandom
) -> TipFile:
    """The file stands in the report from now on. Raises as `_held` does, Invalid where it has too many files."""
    with _held(partner, number, at) as tip:
        if _left(tip) < came.bytes:
            raise Unavailable(VERY_MUCH)
        file_id = random(16).hex()
        sealed = sealed_statement(bytes(_door(partner).sealing), file_id, came, name, random)
        _changed(tip, at)
        return TipFile.objects.create(tip=tip, file_id=file_id, blob=came.blob, sealed=sealed, bytes=came.bytes, at=at)


def may_add(partner: Partner, number: int, at: datetime) -> int:
    """Bytes of files that may still come to this report. Raises as `add_file` does, before anything came."""
    with _held(partner, number, at) as tip:
        left = _left(tip)
    if left <= 0:
        raise Unavailable(VERY_MUCH)
    return left


def _left(tip: Tip) -> int:
    if tip.files.count() >= MOST_FILES:
        raise Invalid("a report has at most %(most)s files", most=MOST_FILES)
    waiting = TipFile.objects.filter(tip__partner=tip.partner_id, tip__state=TipState.OPEN)
    return MOST_WAITING - (waiting.aggregate(all=Sum("bytes"))["all"] or 0)


def say_of_file(
    partner: Partner, number: int, file_id: str, lines: tuple[str, ...], at: datetime, random: Random = os.urandom
) -> None:
    """What the platform says of a file; said again, only the newest is kept. Raises NoFile where it is not there."""
    with _held(partner, number, at) as tip:
        said = sealed_words(bytes(_door(partner).sealing), file_id, lines, random)
        if not tip.files.filter(file_id=file_id).update(said=said):
            raise NoFile("this report has no such file")
        _changed(tip, at)


def finish_tip(partner: Partner, number: int, at: datetime) -> list[str]:
    """The report is one from now on, and lies at the door; the numbers of its files. It happens once."""
    with _held(partner, number, at) as tip:
        values = {"digest": bytes(tip.digest), "sealing": bytes(tip.sealing)}
        receipt = Receipt.objects.create(unit=partner.unit, made_at=at, **values)
        Brought.objects.create(receipt=receipt, partner=partner)
        kind = LetterKind.REPORT
        for text in tip.texts.order_by("pk"):
            Letter.objects.create(receipt=receipt, kind=kind, sealed=bytes(text.sealed), danger=text.danger, at=at)
            kind = LetterKind.ADDITION
        tip.texts.all().delete()
        tip.receipt = receipt
        _end(tip, TipState.FINISHED, at)
        return list(tip.files.order_by("pk").values_list("file_id", flat=True))


def retract_tip(partner: Partner, number: int, at: datetime) -> list[str]:
    """Nothing is kept of a report that its platform takes back; where its files lie, which are to be removed."""
    with _held(partner, number, at) as tip:
        blobs = list(tip.files.values_list("blob", flat=True))
        tip.texts.all().delete()
        tip.files.all().delete()
        _end(tip, TipState.RETRACTED, at)
    return blobs


def keep_until(partner: Partner, number: int, until: date) -> None:
    """Its platform keeps what it reported until this day. Raises NotFound where it finished no such report."""
    finished = Tip.objects.filter(partner=partner, number=number, state=TipState.FINISHED)
    if not finished.update(kept_until=until):
        raise NotFound(NO_REPORT)


def lapsed(tip: Tip, at: datetime) -> bool:
    """Whether it was not finished in time."""
    return tip.state == TipState.OPEN and at >= lapses_at(tip.opened_at, tip.changed_at)


@contextmanager
def _held(partner: Partner, number: int, at: datetime) -> Iterator[Tip]:
    """The open report, nobody else's meanwhile. Raises NotFound, Finished or TakenBack where it is none."""
    with transaction.atomic():
        tip = Tip.objects.select_for_update().filter(partner=partner, number=number).first()
        if tip is None or lapsed(tip, at):
            raise NotFound(NO_REPORT)
        if tip.state == TipState.FINISHED:
            raise Finished("this report is finished")
        if tip.state == TipState.RETRACTED:
            raise TakenBack("this report was taken back")
        yield tip


def _door(partner: Partner) -> Door:
    """Also one that was closed since: what was begun may be finished."""
    return Door.objects.get(unit=partner.unit_id)


def _changed(tip: Tip, at: datetime) -> None:
    Tip.objects.filter(pk=tip.pk).update(changed_at=max(tip.changed_at, at))


def _end(tip: Tip, to: TipState, at: datetime) -> None:
    if to not in MAY_BECOME[TipState(tip.state)]:
        raise Invalid("a report that is %(now)s can't become %(to)s", now=tip.state, to=to)
    tip.state, tip.over_at = to, at
    tip.save(update_fields=["state", "over_at", "receipt"])


def counted(partner: Partner) -> dict[str, int]:
    """How many reports a platform began and did not finish yet, and finished."""
    states = (TipState.OPEN, TipState.FINISHED)
    return {str(state): Tip.objects.filter(partner=partner, state=state).count() for state in states}
