"""The countries to which clues point are alerted, as far as their units may know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from havre.exchange.models import About, Notice, Shared
from havre.exchange.notify import Concerned, may_know, notify
from havre.exchange.rules import ANSWERED_WITHIN, URGENT_WITHIN
from havre.flows.contest import called_for, log_for
from havre.flows.home import Home
from havre.units.models import Unit


@dataclass(frozen=True, slots=True)
class Teller:
    """In which home, and when."""

    home: Home
    at: datetime


def pointed(teller: Teller, row: Shared) -> None:
    """The units of the countries to which clues point are alerted, as far as they may know; others' alerts close."""
    countries = row.body.get("countries", {})
    found = countries if isinstance(countries, dict) else {}
    older = Notice.objects.filter(about=About.COUNTRY, shared=row, closed_at=None)
    older.exclude(unit__country__in=list(found)).update(closed_at=teller.at)
    for notice in older.select_related("unit"):
        if not may_know(notice.unit, row, teller.at):
            Notice.objects.filter(pk=notice.pk).update(told={}, closed_at=teller.at)
    for unit in Unit.objects.filter(country__in=list(found)).exclude(pk=row.owner_id or 0):
        if may_know(unit, row, teller.at):
            _alert(teller, unit, row, list(found[unit.country]))


def _alert(teller: Teller, unit: Unit, row: Shared, reasons: list[str]) -> None:
    urgent = row.body.get("urgent") is True
    told = named(teller, unit, row) | {"reasons": reasons}
    within = URGENT_WITHIN if urgent else ANSWERED_WITHIN
    if _stands(unit, row, told):
        return
    notice, new = notify(Concerned(unit, None), About.COUNTRY, row, told, teller.at, within)
    if new:
        detail = {"act": "country alerted", "reasons": len(reasons), "answer by": str(notice.answer_by)}
        log_for(teller.home, unit, "change", f"notice {notice.pk}", teller.at, detail)


def _stands(unit: Unit, row: Shared, told: Mapping[str, object]) -> bool:
    """Whether it was alerted so before, by whoever passed it on perhaps."""
    found = Notice.objects.filter(unit=unit, about=About.COUNTRY, shared=row, series=None).first()
    return found is not None and all(found.told.get(name) == value for name, value in told.items())


def named(teller: Teller, unit: Unit, row: Shared) -> dict[str, object]:
    """Who says it, and how this unit calls what it is about."""
    called = called_for(unit, row, teller.at)
    return {"by": row.unit, "country": row.country, "reference": called, "contact": row.body.get("contact", "")}
