"""What waits for a unit: read, acknowledged, passed on where it is not theirs, escalated where nobody answered."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.exchange.board import put, told_to
from havre.exchange.models import About, Kind, Notice, Shared
from havre.exchange.notify import Concerned, may_know, notify
from havre.exchange.publish import owner_of
from havre.exchange.queries import notice_for, notices_for, waiting_for
from havre.exchange.rules import ANSWERED_WITHIN
from havre.exchange.sight import entered, sighted
from havre.flows.contest import called_for, log_for
from havre.flows.home import Home, consulted, durable, log, seal_log, take_turn
from havre.flows.tell_countries import tell
from havre.flows.theirs import say_theirs
from havre.restrictions.keep import actor
from havre.restrictions.model import KEPT_FOR, Level, Restriction
from havre.units.acting import Acting
from havre.units.models import RoleName, Unit
from havre.victims.record import country

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)

MOST = 200
"""Notices listed at a time."""


def list_notices(home: Home, acting: Acting, *, old: bool = False) -> list[dict[str, Any]]:
    """What waits for the unit, or everything it was told, the newest first; what is late is escalated before."""
    acting.must_be(*WORKING, to="read notices")
    escalate(home, acting.now())
    now, here = acting.now(), actor(acting.unit, acting.now())
    rows = list((notices_for(acting.person, now) if old else waiting_for(acting.person, now))[:MOST])
    found = [shown(acting, notice) for notice in rows]
    standing = {row.pk: row for each in rows if (row := each.shared) is not None and told_to(here, row, now)}
    with durable():
        sighted(standing.values(), here, "look", now)
        entered(here, consulted(home, acting, "notices", {"shown": len(found)}))
    return found


def shown(acting: Acting, notice: Notice) -> dict[str, Any]:
    """One notice as the unit may be told of it now."""
    now = acting.now()
    told = told_to(actor(acting.unit, now), notice.shared, now) if notice.shared is not None else None
    return {
        "number": notice.pk,
        "about": notice.about,
        "series": notice.series.reference if notice.series is not None else None,
        "told": notice.told,
        "source": {key: told[key] for key in ("unit", "country")} if told is not None else None,
        "at": notice.at.isoformat(),
        "answer_by": notice.answer_by.isoformat() if notice.answer_by else None,
        "escalated": notice.escalated_at is not None,
        "read": notice.read_at.isoformat() if notice.read_at else None,
        "closed": notice.closed_at is not None,
        "answer": notice.answer,
    }


def acknowledge(home: Home, acting: Acting, number: int) -> Notice:
    """Somebody of the unit has seen it and sees to it; said again, the first time counts."""
    acting.must_be(*WORKING, to="answer notices")
    with durable():
        notice = notice_for(acting.person, number, acting.now())
        if notice.read_at is None:
            notice.read_at, notice.read_by = acting.now(), acting.person
            notice.save(update_fields=["read_at", "read_by"])
            log(home, acting, "change", f"notice {number}", {"act": "acknowledged"})
            seal_log(home, acting)
    return notice


def not_ours(home: Home, acting: Acting, number: int, because: str, to: str = "") -> tuple[Notice, list[Unit]]:
    """A country alert was wrong: the source is told why, and the country that it is passed on to is alerted; whom.

    Where that country is not on this node, a source on another one reads to whom it goes on. Raises Invalid without a
    reason, or where nobody of that country may know of it and it has units here, or the series is of this node.
    """
    acting.must_be(*WORKING, to="answer notices")
    with durable():
        notice = notice_for(acting.person, number, acting.now())
        if not because.strip():
            raise Invalid(_("say why it is not yours: whoever goes on needs it"))
        if notice.about != About.COUNTRY or notice.shared is None or notice.closed_at is not None:
            raise Invalid(_("only a country alert that is open can be passed on"))
        if notice.shared.owner_id == acting.unit.pk or "reference" not in notice.told:
            raise Invalid(_("this says that nobody answered: pass on the alert of another unit's series"))
        goes_to = country(to, needed=False)
        passed = _pass_on(acting, notice.shared, goes_to, because) if goes_to else []
        now = acting.now()
        notice.answer, notice.closed_at, notice.read_at, notice.read_by = because.strip(), now, now, acting.person
        notice.save()
        detail = {
            "act": "not ours",
            "to": goes_to,
            "passed on to": [unit.country for unit in passed],
        }
        log(home, acting, "change", f"notice {number}", detail)
        for unit in passed:
            log_for(home, unit, "change", "notices", now, {"act": "country alerted", "passed on": acting.unit.country})
        say_theirs(home, acting, str(notice.told["reference"]), _not_ours(acting, because, goes_to))
        seal_log(home, acting)
    return notice, passed


def _not_ours(acting: Acting, because: str, to: str) -> str:
    on = f" -> {to}" if to else ""
    return f"{acting.unit.country}: not ours{on}: {because.strip()}"


def _pass_on(acting: Acting, row: Shared, to: str, because: str) -> list[Unit]:
    here = Unit.objects.filter(country=to)
    units = [unit for unit in here if may_know(unit, row, acting.now())]
    if not units and (here or row.owner_id is not None):
        raise Invalid(_("nobody in %(country)s may know of this series: ask its source") % {"country": to})
    for unit in units:
        said = Notice.objects.filter(about=About.COUNTRY, shared=row, unit=acting.unit).values_list("told", flat=True)
        told = dict(said[0]) | {"passed on by": acting.unit.country, "because": because.strip()}
        notify(Concerned(unit, None), About.COUNTRY, row, told, acting.now(), ANSWERED_WITHIN)
    return units


def escalate(home: Home, at: datetime) -> int:
    """Alerts that nobody acknowledged in time become urgent, and their source hears of it; how many."""
    late = Notice.objects.filter(answer_by__lte=at, read_at=None, closed_at=None, escalated_at=None)
    if not late.exists():
        return 0
    with durable():
        take_turn()
        all_late = late.select_related("unit", "shared__owner", "shared__condition")
        found = [notice for notice in all_late if _still_theirs(notice, at)]
        for notice in found:
            notice.escalated_at, notice.urgent = at, True
            notice.save(update_fields=["escalated_at", "urgent"])
            log_for(home, notice.unit, "change", f"notice {notice.pk}", at, {"act": "escalated"})
            _tell_source(home, notice, at)
    return len(found)


def _still_theirs(notice: Notice, at: datetime) -> bool:
    """Whether the unit may still know of what it is alerted to; otherwise the alert is over."""
    if notice.shared is None or may_know(notice.unit, notice.shared, at):
        return True
    notice.closed_at = at
    notice.save(update_fields=["closed_at"])
    return False


def _tell_source(home: Home, notice: Notice, at: datetime) -> None:
    row = notice.shared
    if row is None or row.kind != Kind.HYPOTHESIS:
        return
    if row.owner is None:
        _write_to_source(home, notice, row, at)
        return
    told = {"unanswered": f"{notice.unit.name} ({notice.unit.country})", "since": notice.at.isoformat()}
    notify(Concerned(row.owner, row.series), About.COUNTRY, row, told, at)


def _write_to_source(home: Home, notice: Notice, row: Shared, at: datetime) -> None:
    """A source on another node hears it as a word beside its series, which nobody else reads."""
    since = f"{notice.unit.country}: unanswered since {notice.at:%Y-%m-%d %H:%M} UTC"
    until = row.condition.value.expires_at or at + KEPT_FOR  # a legal hold on the alert is none on what is said of it
    alone = Restriction(Level.OPEN, frozenset({row.source.name}), retain_until=until)
    body = {"series": str(row.series_ref), "contact": str(notice.unit), "text": since}
    made = put(owner_of(notice.unit), Kind.COMMENT, uuid4(), body, alone, 1, at)
    thing = f"series {called_for(notice.unit, row, at)}"
    log_for(home, notice.unit, "change", thing, at, {"act": "comment shared", "ref": str(made.ref)})
    tell(home, [made], at)
