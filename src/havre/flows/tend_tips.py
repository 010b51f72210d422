"""What platforms began and did not finish is deleted in time, and so are files that belong to nothing any more."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db.models import QuerySet

from havre.cybertip.life import AFTER_OPENING
from havre.errors import Unavailable
from havre.flows.contest import log_for
from havre.flows.home import Home, durable, take_turn
from havre.hotline.models import Tip, TipFile, TipState
from havre.hotline.tips import lapsed
from havre.media.store import Store
from havre.units.acting import Clock

REMEMBERED = timedelta(days=30)
"""So long it is known that a platform took a report back."""
SWEPT = "swept"
"""A file whose time says when the folder was last looked through."""
BETWEEN = timedelta(minutes=10)
"""Between two looks through a folder that may hold very many files."""


def tend_tips(home: Home, clock: Clock) -> int:
    """Delete what was not finished in time, and files that belong to nothing any more; how many reports that were.

    That a platform began a report and did not finish it, and whether it said that a child is in danger, is logged.
    """
    gone = 0
    for tip in list(_late(clock())):
        with durable():
            take_turn()
            held = Tip.objects.select_for_update(of=("self",)).filter(pk=tip.pk).first()
            if held is None or not lapsed(held, clock()):
                continue
            danger = held.texts.filter(danger=True).exists()
            held.delete()
            detail = {"act": "not finished by its platform in time", "danger": danger}
            log_for(home, tip.partner.unit, "erasure", "report of a platform", clock(), detail)
            gone += 1
    over = Tip.objects.filter(state=TipState.RETRACTED, over_at__lte=clock() - REMEMBERED)
    if over.exists():
        with durable():
            over.delete()
    try:
        _sweep(home, clock())
    except OSError as error:
        raise Unavailable(
            "the folder %(folder)s can't be used (%(why)s): files of platforms wait in it to be deleted",
            folder=home.settings.tips,
            why=error.strerror,
        ) from error
    return gone


def _late(at: datetime) -> "QuerySet[Tip]":
    rows = Tip.objects.filter(state=TipState.OPEN, opened_at__lte=at - AFTER_OPENING)
    return rows.select_related("partner__unit").order_by("pk")


def _sweep(home: Home, at: datetime) -> None:
    """Files of which the database knows nothing: their platform was cut off, or their report is gone."""
    folder = home.settings.tips
    if not folder.is_dir() or _swept(folder / SWEPT, at):
        return
    store = Store(folder)
    store.sweep_temporary(at)
    strays = list(store.strays(TipFile.objects.values_list("blob", flat=True).iterator(), at))
    known = set(TipFile.objects.filter(blob__in=strays).values_list("blob", flat=True))
    for blob in strays:
        if blob not in known:
            # Not overwritten: its key went with its row, and letters of danger would wait behind gigabytes.
            (folder / blob).unlink(missing_ok=True)


def _swept(mark: Path, at: datetime) -> bool:
    """Whether the folder was looked through just now; it counts as looked through from now on."""
    if mark.exists() and abs(at - datetime.fromtimestamp(mark.stat().st_mtime, UTC)) < BETWEEN:
        return True
    mark.touch()
    os.utime(mark, (at.timestamp(), at.timestamp()))
    return False
