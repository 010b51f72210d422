"""Take a capture of a site away again: read wrongly, of another site, or no longer needed.

Killed at any moment and asked again, it goes on: what is left of the capture counts for nothing from the first moment.
What was taken into a case stays there: that goes with the case.
"""

from typing import Any

from django.utils.translation import gettext as _

from havre.errors import NotFound
from havre.flows.home import Home, durable, log, seal_log, take_turn
from havre.flows.notice_checked import forget_where
from havre.flows.site import may_work
from havre.flows.site_capture import alone
from havre.sites.models import Capture
from havre.sites.queries import captures_of, site_for
from havre.sites.rows import forget_name, remove_some
from havre.sites.told import thing_of
from havre.units.acting import Acting


def remove_capture(home: Home, acting: Acting, name: str, number: int) -> dict[str, Any]:
    """Remove a capture with all its rows; the log keeps that it was there, and of how many rows."""
    may_work(acting)
    site = site_for(acting.person, name)
    found = captures_of(acting.person, site).filter(pk=number).first() if 0 < number < 1 << 63 else None
    if found is None:
        raise NotFound(_("there is no such capture of this site"))
    with alone(home, found):
        good = _emptied(home, acting, found)
        remove_rows(found)
        with durable():
            take_turn()
            Capture.objects.filter(pk=found.pk).delete()
            log(home, acting, "erasure", f"capture {number} of site {site.pk}", {"act": "removed"})
        seal_log(home, acting)
    return {"site": site.name, "capture": number, "good": good}


def _emptied(home: Home, acting: Acting, capture: Capture) -> int:
    """From now on it is no capture of anything: the same file would be read anew. How many rows it had."""
    with durable():
        take_turn()
        capture.refresh_from_db()
        good = capture.good
        log(home, acting, "erasure", thing_of(capture), {"act": "being removed", "good": good})
        forget_name(capture)
        forget_where(capture)
        capture.good = capture.bad = capture.passed = capture.media = capture.known = capture.position = 0
        capture.bad_by_reason, capture.kinds, capture.origins = {}, {}, []
        capture.save()
    return good


def remove_rows(capture: Capture) -> None:
    """All of them, some at a time."""
    while _some(capture):
        pass


def _some(capture: Capture) -> int:
    with durable():
        return remove_some(capture)
