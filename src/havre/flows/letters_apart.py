"""Letters that could not be taken in: listed, tried again, and erased when nobody could read them for long."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from havre.errors import NotFound
from havre.flows.at_page import WORKING, policy_for
from havre.flows.contest import log_for
from havre.flows.forget import forget, wipe
from havre.flows.home import Home, consulted, durable, log, seal_log, take_turn
from havre.hotline.letters import FIRST
from havre.hotline.models import Letter
from havre.hotline.queries import letters_apart
from havre.units.acting import Acting, Clock


def list_apart(home: Home, acting: Acting) -> list[dict[str, Any]]:
    """The letters that wait for a person, danger first, then the oldest: what kind, since when, and why."""
    acting.must_be(*WORKING, to="read what was reported")
    rows = [
        {"letter": row.pk, "kind": row.kind, "danger": row.danger, "at": row.at.isoformat(), "trouble": row.trouble}
        for row in letters_apart(acting.person)
    ]
    consulted(home, acting, "letters", {"apart": len(rows)})
    return rows


def try_again(home: Home, acting: Acting, number: int) -> None:
    """What stood in its way is over: it is taken in like any other."""
    acting.must_be(*WORKING, to="read what was reported")
    with durable():
        take_turn()
        if not letters_apart(acting.person).filter(pk=number).update(trouble=""):
            raise NotFound(_("no such letter waits"))
        log(home, acting, "change", f"letter {number}", {"act": "to be taken in again"})
    seal_log(home, acting)


def erase_apart(home: Home, clock: Clock) -> int:
    """What nobody could read for as long as a report may be kept is destroyed; how many.

    With what its code could begin nothing of the code stays either: whoever types it is told that nothing waits there.
    """
    erased, now = 0, clock()
    apart = Letter.objects.exclude(trouble="").filter(taken_at=None)
    for letter in apart.select_related("receipt__unit"):
        unit = letter.receipt.unit
        before = now - timedelta(days=policy_for(home, unit).days.closed)
        if letter.at > before:
            continue
        with durable():
            take_turn()
            if not apart.filter(pk=letter.pk).exists() or _follows_one_younger(letter, before):
                continue
            log_for(home, unit, "erasure", f"letter {letter.pk}", now, {"act": "erased unread"})
            if letter.kind in FIRST:
                forget(letter.receipt, now)
            letter.delete()
        erased += 1
    if erased:
        wipe()
    return erased


def _follows_one_younger(letter: Letter, before: datetime) -> bool:
    """Whether something else under the code that this begins still waits, and is not that old: both are kept."""
    others = Letter.objects.filter(receipt=letter.receipt_id, taken_at=None, at__gt=before)
    return letter.kind in FIRST and others.exclude(pk=letter.pk).exists()
