"""Alerts: what came that somebody waits for, and what is waited for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy as meant

from havre.alerts.models import Hit, Question, State
from havre.alerts.queries import hits_for, new_hits, questions_for
from havre.alerts.rules import USUAL
from havre.entrypoints.analyst import sentences
from havre.entrypoints.analyst.answers import sentence, status_of
from havre.entrypoints.analyst.bars import Stretches, stretches_of
from havre.entrypoints.analyst.keys import Key
from havre.entrypoints.analyst.media import file_name
from havre.entrypoints.analyst.others import day_of
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.search import GROUPS
from havre.entrypoints.analyst.veils import Veiled, veiled
from havre.errors import HavreError, Invalid, Refused
from havre.flows.alerts import Wanted, answer_alerts, ask_alert, end_alert, handle_alert_hit, hits_shown, list_alerts
from havre.flows.home import consulted
from havre.flows.media_shown import measures_of
from havre.flows.standing import handle, withdraw_question
from havre.linking.links import Kind, Link, between
from havre.matches.formats.vics_alerts import trigger_of
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


TRIGGERS = (
    ("md5, sha1, sha256", lazy("the digest of a file")),
    ("pdq", lazy("what a picture looks like")),
    ("series", lazy("a series by its name or reference")),
    ("place 51.05,3.72,2", lazy("latitude, longitude, kilometres around")),
    ("camera", lazy("the serial number of a camera")),
    ("word", lazy("a word of a clue, name or comment")),
    ("country BE", lazy("a country to which clues point")),
)
"""What may stand on a line, and what it looks for."""


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
    stretches: Stretches | None = None
    """Those that agree, of a film or sound."""


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def alerts(visit: Visit) -> HttpResponse:
    """Hits that nobody handled first, then what is waited for; with `all`, the handled ones and what is over too."""
    return _shown(visit)


def _shown(visit: Visit, problem: HavreError | None = None, line: int = 0) -> HttpResponse:
    everything = visit.request.GET.get("all") == "yes"
    after = visit.request.GET.get("after", "")
    rows = hits_for(visit.person) if everything else new_hits(visit.person)
    if after.isascii() and after.isdigit() and len(after) < 19:
        rows = rows.filter(id__lt=int(after))
    hits = list(rows[: SHOWN + 1])
    waited = list_alerts(visit.home, visit.acting())
    consulted(visit.home, visit.acting(), "alerts", {"shown": len(hits[:SHOWN])})
    asked = questions_for(visit.person)[:MOST_QUESTIONS]
    context: dict[str, object] = {
        "lines": _lines(visit, hits[:SHOWN]),
        "more": hits[SHOWN - 1].pk if len(hits) > SHOWN else None,
        "everything": everything,
        "questions": [_question(each, visit) for each in asked],
        "others": _others(visit, everything),
        "waited": [_waited(each) for each in waited if everything or each["active"]],
        "kinds": TRIGGERS,
        "problem": sentence(problem) if problem is not None else "",
        "wrong": line,
        "typed": visit.request.POST if problem is not None else {"days": USUAL.days, "priority": 0},
        "keys": KEYS,
    }
    return visit.show("alerts.html", context, status=status_of(problem) if problem is not None else 200)


def _waited(told: dict[str, Any]) -> dict[str, object]:
    return told | {"until": datetime.fromisoformat(told["expires"])}


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def alert_asked(visit: Visit) -> HttpResponse:
    """An alert is asked; what goes wrong is said beside what was typed."""
    if visit.request.method != "POST":
        return redirect("alerts")
    given = visit.request.POST
    triggers, line, wrong = _triggers(given.get("triggers", ""))
    if wrong is not None:
        return _shown(visit, wrong, line)
    try:
        alert = ask_alert(visit.home, visit.acting(), _wanted(given, triggers))
    except (Invalid, Refused) as error:
        return _shown(visit, error)
    messages.success(visit.request, _("“%(name)s” is waited for from now on.") % {"name": alert.name})
    return redirect("alerts")


def _triggers(text: str) -> tuple[list[tuple[str, str]], int, Invalid | None]:
    """What stands on each line, or on which line something is wrong, and what."""
    found: list[tuple[str, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            found += [_trigger(line)] if line.strip() else []
        except Invalid as error:
            return found, number, error
    return found, 0, None


def _trigger(line: str) -> tuple[str, str]:
    """A kind and what it looks for. Raises Invalid."""
    kind, _space, value = line.strip().partition(" ")
    if not value.strip():
        raise Invalid(_("write a kind and what it looks for on each line, such as: word wallpaper"))
    return trigger_of(kind.rstrip(":="), value)


def _wanted(given: Mapping[str, str], triggers: Sequence[tuple[str, str]]) -> Wanted:
    contact = {name: given.get(name, "").strip() for name in ("phone", "email")}
    return Wanted(
        given.get("name", ""),
        triggers,
        _few_digits(given.get("priority", ""), 0),
        given.get("description", ""),
        given.get("reference", ""),
        {"name": given.get("contact", "").strip()} | contact,
        timedelta(days=_few_digits(given.get("days", ""), USUAL.days)),
    )


def _few_digits(text: str, unsaid: int) -> int:
    """A number of few digits, or none. Raises Invalid."""
    said = text.strip()
    if said and not (said.isascii() and said.isdigit() and len(said) < 6):
        raise Invalid(_("a priority and a number of days are whole numbers"))
    return int(said) if said else unsaid


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def alert_ended(visit: Visit, number: int) -> HttpResponse:
    """An alert is asked no more; its hits stay."""
    if visit.request.method == "POST":
        alert = end_alert(visit.home, visit.acting(), number)
        messages.success(visit.request, _("“%(name)s” is asked no more; its hits stay.") % {"name": alert.name})
    return redirect("alerts")


def _others(visit: Visit, everything: bool) -> list[dict[str, object]]:
    """What set alerts with triggers off, of others and of the unit."""
    answer_alerts(visit.home, visit.acting())
    return [_hit(each) for each in hits_shown(visit.acting(), old=everything)]


def _hit(told: dict[str, Any]) -> dict[str, object]:
    contact = told["contact"]
    said = contact if isinstance(contact, str) else ", ".join(str(each) for each in contact.values())
    address = f"/series/{told['series']}" if told["series"] else f"/media/{told['medium']}" if told["medium"] else ""
    return told | {"said": said, "address": address, "at": day_of(told["at"])}


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
    link = _link(hit)
    why = sentences.sentence(link) if link is not None else _("what is written of it answers the question")
    drawn = stretches_of(link) if link is not None else None
    kind = GROUPS.get(hit.kind, hit.kind)
    return Line(hit, kind, file_name(hit.item.path), address, why, _chance(hit), veil, drawn)


def _link(hit: Hit) -> Link | None:
    """What was asked with and what was found, as a link; None for a hit on what is written."""
    if hit.kind not in sentences.KINDS:
        return None
    match = Match(distance=hit.distance, evidence=hit.evidence)
    return between(0, 1, Kind(hit.kind), hit.expected_false, told_of(match) | measures_of(match))


def _chance(hit: Hit) -> str:
    return sentences.chance(hit.expected_false) if hit.kind in sentences.KINDS and hit.kind != Kind.IDENTICAL else ""


def _question(question: Question, visit: Visit) -> dict[str, object]:
    over = question.state == State.ACTIVE and question.expires_at <= visit.acting().now()
    state = State.EXPIRED if over else State(question.state)
    return {"question": question, "state": state, "state_words": STATES[state], "watches": watches(question)}


STATES = {State.ACTIVE: lazy("waiting"), State.EXPIRED: lazy("time is over"), State.WITHDRAWN: lazy("withdrawn")}


WATCHED: "Mapping[str, str | Promise]" = {
    "text": meant("watched", "words"),
    "latitude": meant("watched", "latitude"),
    "longitude": meant("watched", "longitude"),
    "km": meant("watched", "kilometres around"),
    "since": meant("watched", "since"),
    "until": meant("watched", "until"),
    "make": meant("watched", "make of the camera"),
    "model": meant("watched", "model of the camera"),
    "serial": meant("watched", "serial number"),
}
"""What a standing question may ask of what is written."""


def _value(name: str, value: object) -> str:
    if name not in ("since", "until"):
        return str(value)
    at = datetime.fromisoformat(str(value))
    last = at - timedelta(microseconds=1) if name == "until" else at  # kept as the moment when that day is over
    return formats.date_format(last, "SHORT_DATE_FORMAT")


def watches(question: Question) -> str:
    """What is waited for, in words."""
    written = question.written
    if written:
        told = ({"name": WATCHED.get(name, name), "value": _value(name, value)} for name, value in written.items())
        return ", ".join(_("%(name)s: %(value)s") % each for each in told)
    if question.region:
        return _("a region of a picture")
    if getattr(question, "by_imprints", False):
        return _("a picture, film or sound, by its fingerprints")
    return _("a digest or a PDQ")


ADDRESSES = [
    path("alerts", alerts, name="alerts"),
    path("alerts/asked", alert_asked, name="alert_asked"),
    path("alerts/asked/<int:number>/ended", alert_ended, name="alert_ended"),
    path("alerts/hits/<int:number>/handled", alert_hit_handled, name="alert_hit_handled"),
    path("alerts/<int:number>/handled", handled, name="hit_handled"),
    path("alerts/questions/<int:number>/withdrawn", withdrawn, name="question_withdrawn"),
]
