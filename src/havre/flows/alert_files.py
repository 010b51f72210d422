"""Alerts to and from systems that are not Havre, as VICS 2.0 files.

Out go the unit's own alerts, to be asked elsewhere; or, for alerts that came in a file, what they hit among what the
unit itself holds: never what others let it know, for that is theirs to tell.
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from havre.alerts.rules import LONGEST, USUAL
from havre.errors import Invalid
from havre.flows.alerts import WORKING, answer_alerts
from havre.flows.home import Home, durable, log, seal_log
from havre.matches.formats.record import BadEntry, Entry, Summary, from_json
from havre.matches.formats.vics_alerts import write
from havre.media.decode.outcomes import Broke, Exceeded, NotMedia
from havre.triggers.models import Alert, AlertHit, Trigger
from havre.triggers.queries import alerts_for
from havre.units.acting import Acting

OTHER = "another system"
"""The source of a file that does not say it."""

TOLD_BAD = 100
HAVRE = "Havre"


@dataclass
class Taken:
    """What became of a file: alerts read are those added, repeated, expired and bad."""

    added: int = 0
    repeated: int = 0
    expired: int = 0
    triggers: int = 0
    hits: int = 0
    bad: list[BadEntry] = field(default_factory=list)
    summary: Summary = field(default_factory=lambda: Summary(0, 0, {}, {}))
    matched: int = 0

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        return {
            "read": self.summary.read,
            "good": self.summary.good,
            "bad": sum(self.summary.bad.values()),
            "bad_by_reason": self.summary.bad,
            "bad_records": [asdict(each) for each in self.bad],
            "alerts": self.added + self.repeated + self.expired,
            "added": self.added,
            "repeated": self.repeated,
            "expired": self.expired,
            "triggers": self.triggers,
            "hits_of_ours": self.hits,
            "ended_early": self.summary.ended_early,
            "new_hits": self.matched,
        }


def import_alerts(home: Home, acting: Acting, path: Path) -> Taken:
    """Ask alerts of other systems here too, and take what they hit of ours; the bad ones are told with their reason."""
    acting.must_be(*WORKING, to="ask alerts")
    taken = Taken()
    for record in _records(home, path):
        if isinstance(record, Summary):
            taken.summary = record
        elif isinstance(record, BadEntry):
            taken.bad += [record] if len(taken.bad) < TOLD_BAD else []
        else:
            with durable():
                _take(acting, record.facts, taken)
    with durable():
        log(home, acting, "change", "alerts", {"act": "imported", "added": taken.added, "hits": taken.hits})
    taken.matched = answer_alerts(home, acting)
    seal_log(home, acting)
    return taken


def _records(home: Home, path: Path) -> "Iterator[Entry | BadEntry | Summary]":
    """Read in the sandbox: whoever wrote the file is not trusted."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise Invalid("%(path)s can't be read: %(why)s", path=path, why=error.strerror) from error
    try:
        with home.worker() as worker:
            yield from (from_json(row) for row in worker.stream("vics-alerts", descriptor))
    except (Broke, Exceeded, NotMedia) as error:
        raise Invalid("%(path)s could not be read to its end (%(why)s)", path=path, why=error) from error
    finally:
        os.close(descriptor)


def _take(acting: Acting, facts: Mapping[str, Any], taken: Taken) -> None:
    own = Alert.objects.filter(unit=acting.unit, ref=UUID(facts["ref"])).first()
    if own is not None:
        taken.repeated += 1
        if own.source:
            _ask_more(own, facts, taken)
        _take_hits(own, facts["hits"], taken)
        return
    expires = _expires(acting, facts["expires"])
    if expires <= acting.now() or not facts["active"]:
        taken.expired += 1
        return
    taken.added += 1
    alert = Alert.objects.create(
        unit=acting.unit,
        ref=UUID(facts["ref"]),
        name=facts["name"] or facts["reference"] or facts["ref"],
        description=facts["description"],
        priority=facts["priority"],
        reference=facts["reference"] or facts["ref"],
        contact=facts["contact"],
        source=facts["source"] or OTHER,
        asked_by=acting.person,
        asked_at=acting.now(),
        expires_at=expires,
    )
    _ask_more(alert, facts, taken)


def _ask_more(alert: Alert, facts: Mapping[str, Any], taken: Taken) -> None:
    """Triggers of a file that are not asked yet; then everything is asked again."""
    held = set(alert.triggers.values_list("kind", "value"))
    fresh = {(each["kind"], each["value"]): each["ref"] for each in facts["triggers"]}
    rows = [
        Trigger(alert=alert, ref=ref, kind=kind, value=value)
        for (kind, value), ref in fresh.items()
        if (kind, value) not in held
    ]
    Trigger.objects.bulk_create(rows)
    taken.triggers += len(rows)
    if rows:
        Alert.objects.filter(pk=alert.pk).update(medium=0, changed=0)


def _expires(acting: Acting, told: object) -> datetime:
    """Its own day, where that can be read, and never later than an alert of ours could stand."""
    try:
        found = datetime.fromisoformat(str(told)) if told else acting.now() + USUAL
    except ValueError:
        found = acting.now() + USUAL
    aware = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    return min(aware, acting.now() + LONGEST)


def _take_hits(alert: Alert, hits: list[dict[str, Any]], taken: Taken) -> None:
    """What another system says of an alert of ours; of one that is not ours, nobody asked us."""
    if alert.source:
        return
    contacts = ("organization", "name", "phone", "email", "title", "reference")
    for each in hits:
        told = {name: each[name] for name in contacts if each.get(name)}
        values = {
            "alert": alert,
            "percent": each["percent"],
            "at": _time(each["at"]) or alert.asked_at,
            "contact": told,
        }
        _hit, new = AlertHit.objects.get_or_create(unit=alert.unit, ref=UUID(each["ref"]), defaults=values)
        taken.hits += new


def _time(told: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(told))
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


# ---- out ----


def export_alerts(home: Home, acting: Acting, path: Path, *, hits: bool = False) -> dict[str, int]:
    """Write the unit's own alerts that stand, or with `hits` the answers to those that came in files; logged before."""
    acting.must_be(*WORKING, to="ask alerts")
    counted: Counter[str] = Counter()
    rows = alerts_for(acting.person).exclude(source="") if hits else _own(acting)
    temporary = path.with_name(f".{path.name}.part")
    try:
        with temporary.open("wb") as out:
            write((_told(acting, each, hits, counted) for each in rows if not hits or _held(each).exists()), out)
        with durable():
            log(home, acting, "disclosure", "alerts", {"act": "exported", "file": path.name, **counted})
        seal_log(home, acting)
        temporary.replace(path)
    except OSError as error:
        raise Invalid("%(path)s can't be written: %(why)s", path=path, why=error.strerror) from error
    finally:
        temporary.unlink(missing_ok=True)
    return {"alerts": counted["alerts"], "triggers": counted["triggers"], "hits": counted["hits"]}


def _own(acting: Acting) -> Any:
    return alerts_for(acting.person).filter(source="", ended_at=None, expires_at__gt=acting.now())


def _held(alert: Alert) -> Any:
    """Hits among what the unit itself holds, once each."""
    return alert.hits.exclude(medium=None, series=None).order_by("pk")


def _told(acting: Acting, alert: Alert, hits: bool, counted: "Counter[str]") -> dict[str, object]:
    found = [_hit_told(acting, hit) for hit in _held(alert)] if hits else []
    triggers = list(alert.triggers.all())
    counted.update(alerts=1, triggers=len(triggers), hits=len(found))
    return {
        "ref": str(alert.ref),
        "name": alert.name,
        "description": alert.description,
        "priority": alert.priority,
        "active": alert.ended_at is None and alert.expires_at > acting.now(),
        "expires": alert.expires_at.isoformat(),
        "reference": alert.reference,
        "source": alert.source or HAVRE,
        "contact": alert.contact,
        "triggers": [{"ref": each.ref, "kind": each.kind, "value": each.value} for each in triggers],
        "hits": found,
    }


def _hit_told(acting: Acting, hit: AlertHit) -> dict[str, object]:
    """That it is held, how far it agrees, and whom to contact: not the media, nor where it was found."""
    called = f"{acting.unit.country}-H{hit.ref.hex[:8]}"
    told = {"ref": str(hit.ref), "percent": hit.percent, "at": hit.at.isoformat(), "reference": called}
    return told | {"organization": acting.unit.name, "name": acting.person.name}
