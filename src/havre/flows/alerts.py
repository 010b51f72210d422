"""Alerts with triggers: asked, ended; of the board and of what the unit holds; and what set them off, handled.

A hit tells how far it agrees and whom to contact, never the media; its source sees in its proof that the unit was told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from typing import Any
from uuid import uuid4

from django.db.models import Max
from django.utils.translation import gettext as _

from havre.alerts.rules import LONGEST, USUAL
from havre.errors import Invalid
from havre.exchange.board import told_to
from havre.exchange.models import Counter, Shared
from havre.exchange.sight import entered, sighted
from havre.flows.home import Home, consulted, durable, log, seal_log
from havre.flows.search_stated import near
from havre.matches.formats.vics_alerts import KINDS, trigger_of
from havre.media.models import Medium
from havre.restrictions.keep import actor
from havre.restrictions.visible import owned_by
from havre.triggers.ask import Asking, Since, answers
from havre.triggers.models import Alert, AlertHit, Trigger
from havre.triggers.queries import alert_for, alert_hit_for, alert_hits_for, alerts_for, new_alert_hits, standing_alerts
from havre.triggers.rules import ALL, of_place
from havre.units.acting import Acting
from havre.units.models import RoleName, Unit

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)
LONGEST_NAME = 200
LONGEST_TEXT = 4_000
HIGHEST = 255
MOST_TRIGGERS = 1_000
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks to be alerted of."""

    name: str
    triggers: Sequence[tuple[str, str]]
    """Kind and what it looks for."""
    priority: int = 0
    description: str = ""
    reference: str = ""
    contact: Mapping[str, str] = field(default_factory=dict)
    lasts: timedelta = USUAL


def thing_of(alert: Alert) -> str:
    """How the log calls an alert."""
    return f"alert {alert.pk}"


def ask_alert(home: Home, acting: Acting, wanted: Wanted) -> Alert:
    """From now on the board and what the unit holds are asked this, and everything that comes. Raises Invalid."""
    acting.must_be(*WORKING, to="ask alerts")
    triggers = list(dict.fromkeys(trigger_of(kind, value) for kind, value in wanted.triggers))
    _check(wanted, len(triggers))
    now, ref = acting.now(), uuid4()
    with durable():
        alert = Alert.objects.create(
            unit=acting.unit,
            ref=ref,
            name=wanted.name.strip(),
            description=wanted.description.strip(),
            priority=wanted.priority,
            reference=wanted.reference.strip() or f"{acting.unit.country}-A{ref.hex[:8]}",
            contact={"organization": acting.unit.name, **{name: said for name, said in wanted.contact.items() if said}},
            asked_by=acting.person,
            asked_at=now,
            expires_at=now + wanted.lasts,
        )
        Trigger.objects.bulk_create(
            Trigger(alert=alert, ref=str(number), kind=kind, value=value)
            for number, (kind, value) in enumerate(triggers, start=1)
        )
        log(home, acting, "change", thing_of(alert), {"act": "asked", "triggers": len(triggers)})
    answer_alerts(home, acting)
    seal_log(home, acting)
    return alert


def _check(wanted: Wanted, triggers: int) -> None:
    if not 0 < len(wanted.name.strip()) <= LONGEST_NAME:
        raise Invalid(_("name what is waited for, in at most %(most)s characters") % {"most": LONGEST_NAME})
    lines = [wanted.name, wanted.reference, *wanted.contact.values()]
    if not all(line.strip().isprintable() and len(line.strip()) <= LONGEST_NAME for line in lines):
        raise Invalid(
            _("a name, number or contact is one line of at most %(most)s characters") % {"most": LONGEST_NAME}
        )
    if len(wanted.description) > LONGEST_TEXT or "\x00" in wanted.description:
        raise Invalid(_("say more about it in at most %(most)s characters") % {"most": LONGEST_TEXT})
    if not 0 < triggers <= MOST_TRIGGERS:
        raise Invalid(_("an alert has between 1 and %(most)s triggers") % {"most": MOST_TRIGGERS})
    if not 0 <= wanted.priority <= HIGHEST:
        raise Invalid(_("a priority is between 0 and %(most)s") % {"most": HIGHEST})
    if not timedelta(0) < wanted.lasts <= LONGEST:
        raise Invalid(_("a question stands for 1 to %(days)s days: ask again after that") % {"days": LONGEST.days})


def end_alert(home: Home, acting: Acting, number: int) -> Alert:
    """Nothing is asked this any more; its hits stay."""
    acting.must_be(*WORKING, to="ask alerts")
    alert = alert_for(acting.person, number)
    if alert.ended_at is None:
        with durable():
            alert.ended_at = acting.now()
            alert.save(update_fields=["ended_at"])
            log(home, acting, "change", thing_of(alert), {"act": "withdrawn"})
        seal_log(home, acting)
    return alert


# ---- asked ----


def answer_alerts(home: Home, acting: Acting) -> int:
    """Ask the unit's alerts of what came since the last time, here and on the board; how many new hits that gave."""
    alerts = list(standing_alerts(acting.person, acting.now()))
    new = sum(_ask(home, acting, since, list(some)) for since, some in groupby(sorted(alerts, key=_since), key=_since))
    if new:
        seal_log(home, acting)
    return new


def _since(alert: Alert) -> tuple[int, int]:
    return alert.medium, alert.changed


def _ask(home: Home, acting: Acting, since: tuple[int, int], alerts: Sequence[Alert]) -> int:
    until = _until(acting.unit)
    if until == since:
        return 0
    asking = Asking(
        acting.unit, list(Trigger.objects.filter(alert__in=alerts).order_by("pk")), Since(*since), acting.now()
    )
    found = [*answers(asking), *_placed(acting, asking)]
    keys = [each.pk for each in alerts]
    with durable():
        before = AlertHit.objects.filter(alert__in=keys).count()
        AlertHit.objects.bulk_create(found, batch_size=500, ignore_conflicts=True)
        new = AlertHit.objects.filter(alert__in=keys).count() - before
        Alert.objects.filter(pk__in=keys).update(medium=until[0], changed=until[1])
        told = Shared.objects.filter(pk__in={hit.shared_id for hit in found if hit.shared_id}).select_related(
            "condition"
        )
        sighted(told, actor(acting.unit, acting.now()), "alert", acting.now())
        if new:
            number = log(home, acting, "change", "alerts", {"act": "hit", "hits": new})
            entered(actor(acting.unit, acting.now()), number)
    return new


def _until(unit: Unit) -> tuple[int, int]:
    """The last medium of the unit and the last change of the board, before anything is looked at."""
    medium = owned_by(unit, Medium.objects).aggregate(last=Max("pk"))["last"] or 0
    return medium, Counter.objects.values_list("last", flat=True).filter(pk=1).first() or 0


def _placed(acting: Acting, asking: Asking) -> list[AlertHit]:
    """The unit's media that state a position there."""
    found = []
    for trigger in asking.of("place"):
        place, km = of_place(trigger.value)
        media = near(acting, place, km)
        found += [asking.hit(trigger, ALL, medium_id=key) for key in media if key > asking.since.medium]
    return found


# ---- told ----


def list_alerts(home: Home, acting: Acting) -> list[dict[str, Any]]:
    """The unit's alerts, the most urgent first."""
    acting.must_be(*WORKING, to="ask alerts")
    found = [shown(alert, acting) for alert in alerts_for(acting.person)[:MOST_SHOWN]]
    consulted(home, acting, "alerts", {"act": "alerts", "shown": len(found)})
    return found


def shown(alert: Alert, acting: Acting) -> dict[str, Any]:
    """One alert as it is told."""
    over = alert.ended_at is not None or alert.expires_at <= acting.now()
    return {
        "number": alert.pk,
        "id": str(alert.ref),
        "name": alert.name,
        "description": alert.description,
        "priority": alert.priority,
        "reference": alert.reference,
        "contact": alert.contact,
        "source": alert.source,
        "expires": alert.expires_at.isoformat(),
        "active": not over,
        "triggers": [{"kind": KINDS[each.kind], "value": each.value} for each in alert.triggers.all()],
    }


def list_alert_hits(home: Home, acting: Acting, *, old: bool = False) -> list[dict[str, Any]]:
    """What set the unit's alerts off and nobody handled, or everything, the newest first; asked anew before."""
    acting.must_be(*WORKING, to="ask alerts")
    answer_alerts(home, acting)
    found = hits_shown(acting, old=old)
    consulted(home, acting, "alerts", {"act": "hits", "shown": len(found)})
    return found


def hits_shown(acting: Acting, *, old: bool = False) -> list[dict[str, Any]]:
    """The same within a flow or page that logs it."""
    now = acting.now()
    rows = alert_hits_for(acting.person, now) if old else new_alert_hits(acting.person, now)
    return [hit_shown(acting, hit) for hit in rows[:MOST_SHOWN]]


def hit_shown(acting: Acting, hit: AlertHit) -> dict[str, Any]:
    """One hit: how far it agrees and whom to contact, as the source lets the unit know at this moment."""
    return {
        "number": hit.pk,
        "id": str(hit.ref),
        "alert": hit.alert.name,
        "reference": hit.alert.reference,
        "priority": hit.alert.priority,
        "trigger": KINDS[hit.trigger.kind] if hit.trigger is not None else None,
        "percent": hit.percent,
        "at": hit.at.isoformat(),
        **_whom(acting, hit),
        "medium": hit.medium_id,
        "series": hit.series.number if hit.series is not None else None,
        "about": hit.alert.contact if hit.alert.source else {},
        "handled": hit.handled_at is not None,
    }


def _whom(acting: Acting, hit: AlertHit) -> dict[str, Any]:
    if hit.shared is not None:
        told = told_to(actor(acting.unit, acting.now()), hit.shared, acting.now()) or {}
        contact = told.get("contact") or told.get("body", {}).get("contact", "")
        return {"by": hit.shared.unit, "country": hit.shared.country, "contact": contact, "held": None}
    if hit.medium_id is None and hit.series is None:
        return {"by": hit.contact.get("organization", ""), "country": "", "contact": hit.contact, "held": None}
    held = hit.series.reference if hit.series is not None else f"medium {hit.medium_id}"
    return {"by": acting.unit.name, "country": acting.unit.country, "contact": str(acting.unit), "held": held}


def handle_alert_hit(home: Home, acting: Acting, number: int) -> AlertHit:
    """Somebody has seen to this hit; said twice, the first time counts."""
    acting.must_be(*WORKING, to="ask alerts")
    hit = alert_hit_for(acting.person, number, acting.now())
    if hit.handled_at is None:
        with durable():
            hit.handled_at, hit.handled_by = acting.now(), acting.person
            hit.save(update_fields=["handled_at", "handled_by"])
            log(home, acting, "change", f"hit {hit.pk} of {thing_of(hit.alert)}", {"act": "handled"})
        seal_log(home, acting)
    return hit
