"""What others let us know, and we them, ends: its time is reviewed, made longer, or it is destroyed on its day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from havre.audit.record import record
from havre.errors import Invalid, NotFound
from havre.exchange.board import let_go
from havre.exchange.models import Shared
from havre.flows.contest import BOARD
from havre.flows.home import Home, consulted, durable, log, seal_log, take_turn
from havre.flows.restrict import Restricted, called, must_say, restrict, restriction_for
from havre.flows.tell_countries import tell_withdrawn
from havre.restrictions import models
from havre.restrictions.model import Level
from havre.restrictions.rules import REVIEWED_BEFORE
from havre.restrictions.visible import visible_to
from havre.units.acting import Acting, Clock
from havre.units.models import RoleName

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)

BATCH = 200
"""Things destroyed in one transaction, and named in one entry of the log."""
SOON = 90
"""Days ahead that are looked at where nothing else is asked."""
MOST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class Due:
    """One thing of the unit whose time ends, or of which somebody is to look whether it does."""

    said: models.Restricted
    called: str
    ends_at: datetime | None
    review_at: datetime | None
    held: bool

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        return {
            "kind": self.said.kind,
            "thing": self.called,
            "ends_at": self.ends_at.isoformat() if self.ends_at else None,
            "review_at": self.review_at.isoformat() if self.review_at else None,
            "legal_hold": self.held,
            "decided": self.said.reviewed_at.isoformat() if self.said.reviewed_at else None,
        }


def due(home: Home, acting: Acting, days: int = SOON, *, decided: bool = False) -> list[Due]:
    """What of the unit expires or is to be reviewed within so many days, the soonest first.

    With `decided`, also what somebody looked at and let go on its day.
    """
    acting.must_be(*WORKING, to="review what others may know")
    if not 0 <= days <= MOST_DAYS:
        raise Invalid(_("look between 0 and %(most)s days ahead") % {"most": MOST_DAYS})
    rows = visible_to(acting.person, models.Restricted.objects).select_related("condition")
    found = [each for row in rows.order_by("pk") if (each := _due(row)) is not None]
    until = acting.now() + timedelta(days=days)
    soon = [each for each in found if _first(each) <= until and (decided or each.said.reviewed_at is None)]
    consulted(home, acting, "reviews", {"days": days, "shown": len(soon)})
    return sorted(soon, key=_first)


def due_for(acting: Acting, number: int) -> Due:
    """One thing of the unit whose time ends, by the number of what was said of it. Raises NotFound."""
    rows = visible_to(acting.person, models.Restricted.objects).select_related("condition").filter(pk=number)
    found = next((each for row in rows if (each := _due(row)) is not None), None)
    if found is None:
        raise NotFound(_("there is nothing of that number to review"))
    return found


def _due(row: models.Restricted) -> Due | None:
    value = row.condition.value
    name = called(row) if value.retain_until is not None and value.level is not Level.CLOSED else ""
    return Due(row, name, value.retain_until, value.review_at, value.held) if name else None


def _first(each: Due) -> datetime:
    return min(at for at in (each.ends_at, each.review_at) if at is not None)


def prolong(home: Home, acting: Acting, kind: str, named: str, until: datetime, because: str) -> Restricted:
    """Somebody looked, and it is kept until a later day, for a reason that the log keeps; who may know stays the same.

    Raises Invalid without a reason, or where the day is not later.
    """
    must_say(because)
    with durable():
        take_turn()  # what a colleague says meanwhile is not undone by what stood before
        _thing, was = restriction_for(acting, kind, named)
        if was.retain_until is None or until <= was.retain_until:
            raise Invalid(_("it is kept until then anyway: name a later day"))
        becomes = replace(was, retain_until=until, review_at=until - REVIEWED_BEFORE)
        _decided(home, acting, kind, named, {"decision": "prolonged", "because": because.strip()})
        return restrict(home, acting, kind, named, becomes)


def let_end(home: Home, acting: Acting, kind: str, named: str, because: str) -> datetime:
    """Somebody looked, and it is destroyed on its day; when that is. Raises Invalid without a reason or an end."""
    thing, was = restriction_for(acting, kind, named)
    must_say(because)
    if was.retain_until is None:
        raise Invalid(_("nobody else may know of it: there is nothing that ends"))
    with durable():
        said = visible_to(acting.person, models.Restricted.objects).filter(kind=thing.kind, key=thing.key)
        said.update(reviewed_at=acting.now())
        _decided(home, acting, kind, thing.called, {"decision": "ends on its day", "because": because.strip()})
        seal_log(home, acting)
    return was.retain_until


def _decided(home: Home, acting: Acting, kind: str, named: str, decision: dict[str, object]) -> None:
    acting.must_be(*WORKING, to="review what others may know")
    log(home, acting, "change", f"{kind} {named}", {"act": "reviewed", **decision})


# ---- the day itself ----


def expire_now(home: Home, acting: Acting) -> int:
    """Destroy what is over at this moment; how many things."""
    acting.must_be(*WORKING, RoleName.ADMINISTRATOR, to="destroy what has expired")
    return expire(home, acting.now)


def expire(home: Home, clock: Clock) -> int:
    """What has expired is destroyed: bodies, their keys, prints, and what was made of them. How many things.

    The log keeps a commitment to each. A legal hold of the source suspends it, for a condition then has no end.
    """
    done = 0
    while some := _over(clock()):
        with durable():
            _destroy(home, some, clock())
        done += len(some)
    return done


def _over(at: datetime) -> list[Shared]:
    rows = Shared.objects.filter(condition__expires_at__lte=at, destroyed_at=None).select_related("condition")
    return list(rows.order_by("pk")[:BATCH])


def _destroy(home: Home, rows: Sequence[Shared], at: datetime) -> None:
    kept: dict[str, list[list[object]]] = {}
    for row in rows:
        kept.setdefault(row.unit if not row.node else "", []).append([str(row.ref), row.version, let_go(row, at)])
    tell_withdrawn(home, rows, at)
    for unit, things in kept.items():
        detail = {"act": "expired", "things": things}
        record(home.signer, person=BOARD, unit=unit, verb="erasure", thing=BOARD, reason="", at=at, detail=detail)
