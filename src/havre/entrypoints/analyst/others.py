"""Series of other sources, and who of others saw ours."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from havre.entrypoints.analyst.answers import sentence, status_of
from havre.entrypoints.analyst.clue_words import KIND_WORDS
from havre.entrypoints.analyst.jinja import dated
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.series_words import CHIPS, LIVES
from havre.errors import HavreError, Invalid, NotFound, Refused, Unavailable
from havre.exchange.models import Kind
from havre.exchange.queries import comments_told, theirs_for
from havre.flows import theirs
from havre.flows.check import Elsewhere, about_the_same, beside_ours, elsewhere, known_in
from havre.flows.handing import Called, may_go_on, on_board
from havre.flows.seen import enter_seen, who_saw
from havre.flows.units_named import told_apart
from havre.linking.countries import constraint
from havre.series.models import Series
from havre.units.models import RoleName

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)

KINDS: "Mapping[str, str | Promise]" = {
    Kind.CLUE: lazy("Clue"),
    Kind.COMMENT: lazy("Comment"),
    Kind.QUESTION: lazy("Request"),
    Kind.CLAIM: lazy("Works on it"),
    Kind.IDENTIFICATION: lazy("Identified"),
    Kind.HYPOTHESIS: lazy("Countries"),
    Kind.SERIES: lazy("Series"),
}

MEDIA = lazy("Media")

SEEN_LEVELS: "Mapping[str, str | Promise]" = {"hit": lazy("that it is held"), "open": lazy("it as it is")}

AGREES: "Mapping[str, str | Promise]" = {
    "identical": lazy("identical"),
    "near": lazy("nearly the same"),
    "segment": lazy("part of a film"),
    "sound": lazy("part of a sound"),
    "place": lazy("same place or object"),
    "camera": lazy("same camera"),
}


@page(*WORKING)
def others_series(visit: Visit, ref: str) -> HttpResponse:
    """A series of another source, as far as its source lets this unit see it."""
    return _shown(visit, ref)


def _shown(visit: Visit, ref: str, problem: HavreError | None = None) -> HttpResponse:
    told = theirs.see(visit.home, visit.acting(), ref).to_json()
    life = told["body"].get("life", "")
    context: dict[str, object] = {
        "ref": ref,
        "told": told,
        "life": LIVES.get(life, life),
        "chip": CHIPS.get(life, ""),
        "beside": [line(each) for each in told["beside"]],
        "known": known_words(told["identified"]),
        **_said_by_us(visit, told["beside"]),
        "kinds": list(KIND_WORDS.items()),
        **_claims(visit, ref, told["beside"]),
        "own_country": visit.person.unit.country,
        "problem": sentence(problem) if problem is not None else "",
        "typed": visit.request.POST if problem is not None else {},
    }
    return visit.show("others_series.html", context, status=status_of(problem) if problem is not None else 200)


def _claims(visit: Visit, ref: str, beside: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    """Whether this unit works on it or is asked to, whom it handed it to, and who could go on."""
    acting = visit.acting()
    us, now = Called(visit.person.unit.name, visit.person.unit.country), acting.now().isoformat()
    claims = [each for each in beside if each["kind"] == Kind.CLAIM and str(each["body"].get("until", "")) > now]
    own = next((each["body"] for each in claims if _by(each) == us), None)
    units = may_go_on(acting, theirs_for(visit.person, ref, acting.now())) if own is not None else []
    return {
        "ours": own is not None,
        "handed_to": _hand_to(own or {}),
        "hands_us": own is None and _hands_us(visit, claims),
        "may_go_on": units,
    }


def line(told: Mapping[str, Any]) -> dict[str, object]:
    """One thing beside a series, as a page lists it."""
    body = told["body"]
    words = {
        Kind.CLUE: body.get("name", ""),
        Kind.CLAIM: _("until %(until)s") % {"until": dated(day_of(body.get("until")), "DATE_FORMAT")},
        Kind.IDENTIFICATION: _identified(body),
        Kind.HYPOTHESIS: ", ".join(body.get("countries", {})),
    }
    text = words.get(told["kind"], body.get("text", ""))
    source = {"unit": told["unit"], "country": told["country"], "read_by": told.get("read by", [])}
    return {"kind": KINDS.get(told["kind"], told["kind"]), "text": str(text), **source}


def _identified(body: Mapping[str, Any]) -> str:
    country = str(body.get("country", ""))
    return _("%(country)s; the child is safe") % {"country": country} if body.get("safeguarded_at") else country


def day_of(text: object) -> datetime | None:
    """The time that a text tells, which may come from anywhere; none where it is no time."""
    try:
        return datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None


def around(visit: Visit, series: Series) -> dict[str, object]:
    """What the page of a series shows of others: who holds the same, and what they put beside it."""
    acting = visit.acting()
    there, beside = elsewhere(acting, series), beside_ours(acting, series)
    found = [{**_held(each.to_json()), "hands_us": _hands_us(visit, each.about), "safe": _safe(each)} for each in there]
    said = [*beside, *about_the_same(acting, series, there)]
    known = known_in(acting, series, said) if said else None
    enter_seen(visit.home, acting)
    told = {"elsewhere": found, "beside_ours": [line(each) for each in beside], "known": known_words(known)}
    return told | _handing(visit, series)


def known_words(known: Mapping[str, Any] | None) -> dict[str, object] | None:
    """Where several units say whose police know the child: what each says, and whether that is the same."""
    if known is None or len(known["said"]) < 2:
        return None
    who = told_apart(known["said"])
    said = [{"who": name, "by": ", ".join(each["by"])} for each, name in zip(known["said"], who, strict=True)]
    return {"agree": known["agree"], "said": said}


def _said_by_us(visit: Visit, beside: Iterable[Mapping[str, Any]]) -> dict[str, object]:
    """What this unit said of whose police know the child, and which word of it that is: it may say it anew, or take it
    back."""
    us = Called(visit.person.unit.name, visit.person.unit.country)
    said = (each for each in beside if each["kind"] == Kind.IDENTIFICATION)
    own = next((each for each in said if _by(each) == us), None)
    return {"said_by_us": own["body"] if own else None, "said_read": own["version"] if own else 0}


def _by(told: Mapping[str, Any]) -> Called:
    return Called(told["unit"], told["country"], told["node"])


def _safe(found: Elsewhere) -> bool:
    """Whether everybody identified in it is safe."""
    said = [each["body"] for each in found.about if each["kind"] == Kind.IDENTIFICATION]
    return bool(said) and all(each.get("safeguarded_at") for each in said)


def _handing(visit: Visit, series: Series) -> dict[str, object]:
    """Whether others may know of it at all, which units could go on with it, and which comments others read."""
    row = on_board(visit.acting(), series)
    if row is None:
        return {"on_board": False, "may_go_on": [], "comments_told": ()}
    return {
        "on_board": True,
        "may_go_on": may_go_on(visit.acting(), row),
        "comments_told": comments_told(visit.person, row.ref),
    }


def _hands_us(visit: Visit, beside: Iterable[Mapping[str, Any]]) -> bool:
    """Whether one of these is a claim that is handed to this unit."""
    us = Called(visit.person.unit.name, visit.person.unit.country).told()
    return any(each["kind"] == Kind.CLAIM and each["body"].get("hand_to") == us for each in beside)


def _held(told: Mapping[str, Any]) -> dict[str, object]:
    judged = told["baseline"]
    return {
        **told,
        "claimed_until": day_of(told["claimed_until"]),
        "countries_said": ", ".join(judged["countries"]),
        "otherwise_said": ", ".join(judged["otherwise"]),
        "agrees": AGREES.get(told["kind"], told["kind"]),
        "word": LIVES.get(told["life"] or "", ""),
    }


# ---- acts on series of others ----


def _claim(visit: Visit, ref: str) -> str:
    theirs.claim_theirs(visit.home, visit.acting(), ref)
    return _("Your unit works on it now; all who see it know.")


def _hand(visit: Visit, ref: str) -> str:
    made = theirs.hand_theirs(visit.home, visit.acting(), ref, visit.request.POST.get("unit", "").strip())
    return _("%(unit)s is asked to go on; until it says so, it stays yours.") % {"unit": _hand_to(made.body)}


def _hand_to(body: Mapping[str, Any]) -> str:
    given = body.get("hand_to")
    return f"{given.get('unit', '')} ({given.get('country', '')})" if isinstance(given, Mapping) else ""


def _comment(visit: Visit, ref: str) -> str:
    given = visit.request.POST
    theirs.say_theirs(visit.home, visit.acting(), ref, given.get("text", ""), asks=given.get("asks") == "yes")
    return _("It stands beside the series, for its source and all who see it.")


def _clue(visit: Visit, ref: str) -> str:
    given = visit.request.POST
    codes = given.get("countries", "").upper().replace(",", " ").split()
    told = {"kind": "country", "values": codes, "certainty": given.get("certainty", "likely")}
    suggests = [constraint(told)] if codes else []
    theirs.clue_theirs(visit.home, visit.acting(), ref, given.get("name", ""), given.get("kind", ""), suggests)
    return _("The clue is weighed with the others.")


def _identify(visit: Visit, ref: str) -> str:
    given = visit.request.POST
    safe = True if given.get("safe") == "yes" else False if given.get("was_safe") == "yes" else None
    theirs.identify_theirs(visit.home, visit.acting(), ref, given.get("country", ""), safe, _read(visit))
    return _("Recorded: everybody who holds it is told.")


def _unsay(visit: Visit, ref: str) -> str:
    theirs.unsay_theirs(visit.home, visit.acting(), ref, _read(visit))
    return _("Taken back: everybody who was told is told that too.")


def _read(visit: Visit) -> int | None:
    """Which word of this unit the page showed; None where it does not say."""
    said = visit.request.POST.get("read", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else None


ACTS: Mapping[str, Callable[[Visit, str], str]] = {
    "claim": _claim,
    "hand": _hand,
    "comment": _comment,
    "clue": _clue,
    "identify": _identify,
    "unsay": _unsay,
}


@page(*WORKING)
def others_act(visit: Visit, ref: str, act: str) -> HttpResponse:
    """Something is done on a series of another source; what goes wrong is said on its page."""
    if act not in ACTS:
        raise NotFound(_("there is no such act on a series"))
    theirs_for(visit.person, ref, visit.acting().now())
    if visit.request.method == "POST":
        try:
            messages.success(visit.request, ACTS[act](visit, ref))
        except (Invalid, Refused, Unavailable) as error:
            return _shown(visit, ref, error)
    return redirect("others_series", ref)


# ---- who saw ours ----


@page(*WORKING)
def series_seen(visit: Visit, number: int) -> HttpResponse:
    """Who outside saw a series of the unit: the proof to its source."""
    found = who_saw(visit.home, visit.acting(), "series", str(number))
    lines = [
        each
        | {"kind": KINDS.get(each["what"], MEDIA), "word": SEEN_LEVELS.get(each["level"], each["level"])}
        | {"at": day_of(each["at"])}
        for each in found.rows
    ]
    gone = [
        {**each, "kind": KINDS.get(each["what"], MEDIA), "receipt": day_of(each["receipt"])} for each in found.withdrawn
    ]
    context = {
        "series": found.thing.series[0],
        "lines": lines,
        "gone": gone,
        "further": found.further,
        "log": found.log,
    }
    return visit.show("series_seen.html", context)


ADDRESSES = [
    path("others/<str:ref>", others_series, name="others_series"),
    path("others/<str:ref>/<slug:act>", others_act, name="others_act"),
    path("series/<int:number>/seen", series_seen, name="series_seen"),
]
