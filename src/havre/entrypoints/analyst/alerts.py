"""Alerts: what came that somebody waits for, and what is waited for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from havre.alerts.models import Hit, Question, State
from havre.alerts.queries import hits_for, new_hits, questions_for
from havre.entrypoints.analyst import sentences
from havre.entrypoints.analyst.keys import Key
from havre.entrypoints.analyst.media import file_name
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.search import GROUPS
from havre.entrypoints.analyst.veils import Veiled, veiled
from havre.flows.alerts import answer_alerts, handle_alert_hit, hits_shown
from havre.flows.home import consulted
from havre.flows.standing import handle, withdraw_question
from havre.linking.links import Kind, between
from havre.matches.models import Match
from havre.series.findings import told_of
from havre.units.models import RoleName

KEYS = (
    Key("j", "next", lazy("Next hit"), legend=True),
    Key("k", "previous", lazy("Previous hit"), legend=True),
    Key("Enter", "open", lazy("Open what was found")),
    Key("Delete", "handled", lazy("Handled: off this list"), legend=True),
)

SHOWN = 50
"""Hits on one page."""

MOST_QUESTIONS = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One hit as the page lists it."""

    hit: Hit
    kind: object
    name: str
    address: str
    why: str
    chance: str
    veil: Veiled | None


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def alerts(visit: Visit) -> HttpResponse:
    """Hits that nobody handled first, then the questions; with `all`, the handled ones too."""
    everything = visit.request.GET.get("all") == "yes"
    after = visit.request.GET.get("after", "")
    rows = hits_for(visit.person) if everything else new_hits(visit.person)
    if after.isascii() and after.isdigit() and len(after) < 19:
        rows = rows.filter(id__lt=int(after))
    hits = list(rows[: SHOWN + 1])
    consulted(visit.home, visit.acting(), "alerts", {"shown": len(hits[:SHOWN])})
    asked = questions_for(visit.person)[:MOST_QUESTIONS]
    context: dict[str, object] = {
        "lines": _lines(visit, hits[:SHOWN]),
        "more": hits[SHOWN - 1].pk if len(hits) > SHOWN else None,
        "everything": everything,
        "questions": [_question(each, visit) for each in asked],
        "others": _others(visit, everything),
        "keys": KEYS,
    }
    return visit.show("alerts.html", context)


def _others(visit: Visit, everything: bool) -> list[dict[str, object]]:
    """What set alerts with triggers off, of others and of the unit."""
    answer_alerts(visit.home, visit.acting())
    return [_whom(each) for each in hits_shown(visit.acting(), old=everything)]


def _whom(told: dict[str, Any]) -> dict[str, object]:
    contact = told["contact"]
    said = contact if isinstance(contact, str) else ", ".join(str(each) for each in contact.values())
    return told | {"said": said}


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def alert_hit_handled(visit: Visit, number: int) -> HttpResponse:
    """Somebody has seen to what set an alert off."""
    if visit.request.method == "POST":
        handle_alert_hit(visit.home, visit.acting(), number)
    return redirect("alerts")


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def handled(visit: Visit, number: int) -> HttpResponse:
    """Somebody has seen to this hit."""
    if visit.request.method != "POST":
        return redirect("alerts")
    handle(visit.home, visit.acting(), number)
    if "json" in visit.request.headers.get("Accept", ""):
        return HttpResponse(status=204)
    return redirect("alerts")


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def withdrawn(visit: Visit, number: int) -> HttpResponse:
    """A standing question is withdrawn."""
    if visit.request.method == "POST":
        question = withdraw_question(visit.home, visit.acting(), number)
        messages.success(visit.request, _("“%(name)s” is asked no more; its hits stay.") % {"name": question.name})
    return redirect("alerts")


def _lines(visit: Visit, hits: Sequence[Hit]) -> list[Line]:
    media = {hit.medium.pk: hit.medium for hit in hits if hit.medium is not None}
    veils = veiled(visit.home, visit.person.unit, media.values())
    return [_line(hit, veils) for hit in hits]


def _line(hit: Hit, veils: dict[int, Veiled]) -> Line:
    address = f"/media/{hit.medium_id}" if hit.medium_id else ""
    veil = veils.get(hit.medium_id or 0)
    return Line(hit, GROUPS.get(hit.kind, hit.kind), file_name(hit.item.path), address, _why(hit), _chance(hit), veil)


def _why(hit: Hit) -> str:
    if hit.kind not in sentences.KINDS:
        return _("what is written of it answers the question")
    match = Match(distance=hit.distance, evidence=hit.evidence)
    return sentences.sentence(between(0, 1, Kind(hit.kind), hit.expected_false, told_of(match)))


def _chance(hit: Hit) -> str:
    return sentences.chance(hit.expected_false) if hit.kind in sentences.KINDS and hit.kind != Kind.IDENTICAL else ""


def _question(question: Question, visit: Visit) -> dict[str, object]:
    over = question.state == State.ACTIVE and question.expires_at <= visit.acting().now()
    state = State.EXPIRED if over else State(question.state)
    return {"question": question, "state": state, "state_words": STATES[state], "watches": _watches(question)}


STATES = {State.ACTIVE: lazy("waiting"), State.EXPIRED: lazy("time is over"), State.WITHDRAWN: lazy("withdrawn")}


def _watches(question: Question) -> str:
    """What is waited for, in words."""
    written = question.written
    if written:
        return ", ".join(f"{name}: {value}" for name, value in written.items())
    if question.region:
        return _("a region of a picture")
    if getattr(question, "by_imprints", False):
        return _("a picture, film or sound, by its fingerprints")
    return _("a digest or a PDQ")


ADDRESSES = [
    path("alerts", alerts, name="alerts"),
    path("alerts/hits/<int:number>/handled", alert_hit_handled, name="alert_hit_handled"),
    path("alerts/<int:number>/handled", handled, name="hit_handled"),
    path("alerts/questions/<int:number>/withdrawn", withdrawn, name="question_withdrawn"),
]
