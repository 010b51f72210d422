"""For how long captures of sites are kept: what is due is shown, and erased on its day; what was counted of it stays.

Killed at any moment and run again, it goes on: from the first moment what is left of the rows counts for nothing.
"""

from datetime import date, datetime, timedelta

from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from havre.errors import Invalid, NotFound
from havre.flows.at_page import said
from havre.flows.contest import log_for
from havre.flows.holding import alone_at
from havre.flows.home import Home, consulted, durable, log, seal_log, take_turn
from havre.flows.notice_checked import forget_where
from havre.flows.site import may_work
from havre.flows.site_removed import remove_rows
from havre.hotline.policy_file import MOST_DAYS
from havre.sites.models import Capture, Captured, Content
from havre.sites.queries import captures_due, captures_of, site_for
from havre.sites.rows import forget_name
from havre.sites.told import thing_of
from havre.units.acting import Acting, Clock
from havre.units.models import RoleName

SOON = 30
"""Days ahead for which what is due is shown."""


def list_due(home: Home, acting: Acting, days: int = SOON) -> list[Capture]:
    """The captures of the unit whose rows are erased within so many days, the first first; before them those without a
    last day, which nothing erases before a supervisor gives them one.
    """
    may_work(acting)
    found = list(captures_due(acting.person, (acting.now() + timedelta(days=days)).date()))
    consulted(home, acting, "sites", {"act": "captures due", "captures": len(found)})
    return found


def keep_capture(home: Home, acting: Acting, name: str, number: int, until: date, because: str) -> Capture:
    """Somebody looked, and it is kept until a later day, for a reason that the log keeps.

    Raises Invalid for a day that is not later, or further away than anything is kept without a look.
    """
    acting.must_be(RoleName.SUPERVISOR, to="keep captures longer")
    kept = said(because, must=True)
    site = site_for(acting.person, name)
    with durable():
        take_turn()
        rows = captures_of(acting.person, site).filter(erased_at=None).exclude(path="")  # not half erased
        found = rows.filter(pk=number).first() if 0 < number < 1 << 63 else None
        if found is None:
            raise NotFound(_("there is no such capture of this site"))
        today = acting.now().date()
        if until <= max(found.retain_until or today, today):
            raise Invalid(_("it is kept until then anyway: name a later day"))
        if until > today + timedelta(days=MOST_DAYS):
            raise Invalid(_("five years at most: then somebody looks again"))
        found.retain_until = until
        found.save(update_fields=["retain_until"])
        detail = {"act": "kept longer", "until": until.isoformat(), "because": kept}
        log(home, acting, "change", thing_of(found), detail)
    seal_log(home, acting)
    return found


def erase_captures(home: Home, clock: Clock) -> int:
    """Erase the rows of every capture whose day is over, of all units; how many captures."""
    due = Capture.objects.filter(erased_at=None, retain_until__lt=clock().date())
    erased = sum(_erase(home, each, clock()) for each in due.select_related("site__unit").order_by("pk"))
    if erased:
        _wipe()
    return erased


def _erase(home: Home, capture: Capture, at: datetime) -> bool:
    """What it held, unless somebody reads or removes it at this moment: then later."""
    with alone_at(home, f"capture-{capture.pk}") as mine:
        if not mine or not _begin(capture, at):
            return False
        remove_rows(capture)
        with durable():
            take_turn()
            capture.erased_at = at
            capture.save(update_fields=["erased_at"])
            detail = {"act": "erased on its day", "good": capture.good, "media": capture.media}
            log_for(home, capture.site.unit, "erasure", thing_of(capture), at, detail)
    return True


def _begin(capture: Capture, at: datetime) -> bool:
    """It is due as it stands now; from here on nothing is compared with it."""
    with durable():
        take_turn()
        now = Capture.objects.select_for_update().filter(pk=capture.pk, erased_at=None, retain_until__lt=at.date())
        if not now.exists():
            return False
        capture.refresh_from_db()
        forget_name(capture)
        forget_where(capture)
        capture.save(update_fields=["finished_at", "path", "sha256"])
    return True


def _wipe() -> None:
    """Take what was erased out of the database's own files."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # secure_delete has zeroed it in the pages; the write-ahead log still holds the pages before.
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        try:
            for table in (Captured, Content, Capture):
                cursor.execute(f'VACUUM "{table._meta.db_table}"')
        except DatabaseError:
            return  # this person may not: PostgreSQL's own vacuum does it later
