"""The desk: what needs this person now, what moves, what came in. No pictures."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from havre.assessments.queries import judged_since
from havre.care.queries import limits_then, spared
from havre.care.rules import Limits, Spent, day_of
from havre.cases.models import Outcome
from havre.entrypoints.analyst.care import care_of, left, told
from havre.entrypoints.analyst.intakes import PARTS
from havre.entrypoints.analyst.needs import needs
from havre.entrypoints.analyst.node import now
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.series_words import CHIPS, LIVES, STEPS, lasted
from havre.flows.approvals import MAY_APPROVE, approve
from havre.flows.desk import Summary, open_desk
from havre.flows.series_listed import Row
from havre.units.models import Person, RoleName

OUTCOME_WORDS: "dict[str, str | Promise]" = {
    Outcome.KNOWN: _("Known, not shown to you"),
    Outcome.NEAR: _("Near something known"),
    Outcome.REPEAT: _("Repeats"),
    Outcome.NEW: _("New"),
    Outcome.REFUSED: _("Refused"),
    Outcome.QUARANTINED: _("Quarantined"),
}

SHADES: dict[str, str] = {outcome: colour for colour, outcome, _words in PARTS}
"""How the bar shows each: as the page of an intake does."""

BAR = 1000
"""Units that the bar is wide."""


@dataclass(frozen=True, slots=True)
class Share:
    """One outcome of the newest intake: its words, its number and its piece of the bar."""

    words: "str | Promise"
    count: int
    shade: str
    start: int
    width: int
    address: str


@page(*RoleName)
def desk(visit: Visit) -> HttpResponse:
    """What needs me now."""
    at = now()
    shown = open_desk(visit.home, visit.acting())
    waiting = needs(visit.person, visit.roles, at)
    context: dict[str, object] = {
        "at": at,
        "needs": waiting,
        "oldest": lasted(at - min(need.at for need in waiting)) if waiting else "",
        "moving": [_moving(row) for row in shown.moving],
        "newest": shown.newest,
        "shares": list(_shares(shown.newest)) if shown.newest else [],
        "month": shown.month,
        "to_alert": lasted(shown.month.to_alert) if shown.month and shown.month.to_alert else "",
        "known_percent": _percent(shown.month.known_share if shown.month else None),
        "day": list(_day(visit.person, at, care_of(visit.request, visit.person).spent)) if shown.month else [],
        "works": bool(visit.roles & {RoleName.ANALYST, RoleName.SUPERVISOR}),
    }
    return visit.show("desk.html", context)


@require_POST
@page(*MAY_APPROVE)
def allow(visit: Visit, number: int) -> HttpResponse:
    """A second person's word for what a colleague asked for."""
    approve(visit.home, visit.acting(), number)
    return HttpResponseRedirect(reverse("desk"))


def _day(viewer: Person, at: datetime, spent: Spent) -> Iterator[tuple[str, str]]:
    """Own viewing and what was spared: only the person themself is told."""
    limits, saved = limits_then(viewer), spared(viewer, at)
    yield gettext("Pictures revealed"), str(told(spent, limits)["words"])
    yield gettext("Stacks judged"), str(judged_since(viewer, day_of(at)))
    yield gettext("Spared, already known"), number_format(saved.known, use_l10n=True, force_grouping=True)
    yield gettext("Spared, repeats"), number_format(saved.repeats, use_l10n=True, force_grouping=True)
    yield gettext("Next pause"), _next_pause(spent, limits)


def _next_pause(spent: Spent, limits: Limits) -> str:
    return gettext("in %(time)s of viewing") % {"time": left(max(0.0, limits.stretch - spent.stretch))}


def _moving(row: Row) -> dict[str, object]:
    waits = next((each for each in row.course.steps if each.step == row.course.now), None)
    return {
        "series": row.series,
        "life": LIVES[row.series.life],
        "chip": CHIPS[row.series.life],
        "steps": [(STEPS[each.step], each.stage.value) for each in row.course.steps],
        "done": row.course.done,
        "clock": lasted(row.course.clock),
        "waits": STEPS[waits.step] if waits else "",
        "waited": lasted(waits.took) if waits and waits.took is not None else "",
        "claim": row.claim if row.holds else None,
    }


def _shares(summary: Summary) -> Iterator[Share]:
    found, before = summary.found, 0
    for outcome, words in OUTCOME_WORDS.items():
        count = summary.outcomes[outcome]
        start, end = (BAR * edge // found if found else 0 for edge in (before, before + count))
        triage = "/triage" if outcome in (Outcome.NEW, Outcome.NEAR) else ""
        reasons = f"/intakes/{summary.intake.pk}" if outcome in (Outcome.REFUSED, Outcome.QUARANTINED) else ""
        yield Share(words, count, SHADES[outcome], start, end - start, (triage or reasons) if count else "")
        before += count


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


ADDRESSES = [
    path("desk", desk, name="desk"),
    path("desk/approvals/<int:number>", allow, name="allow"),
]
