"""What providers are asked: what waits and until when, one request with its letters and answers, and how to ask."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from havre.entrypoints.analyst.answers import sentence, status_of
from havre.entrypoints.analyst.node import now
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.takedowns import OUTCOMES, SAID
from havre.errors import HavreError, Invalid, NotFound, Refused
from havre.flows.ask_platform import Wanted, answer_request, ask, composed, end_request, prolong_request
from havre.flows.requests_listed import Listed, is_late, listed_requests, show_request
from havre.flows.send_requests import as_if_sent
from havre.notices.letters import Written
from havre.notices.models import Letter
from havre.platforms.letter import letter_of
from havre.platforms.life import OVER, WAITING
from havre.platforms.models import Asks, Completeness, State
from havre.platforms.queries import request_for
from havre.units.models import RoleName

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)

PAGE = 50
"""Requests shown at once."""

KINDS: "dict[str, str | Promise]" = {
    Asks.PRESERVE: lazy("keep it for the police"),
    Asks.DISCLOSE: lazy("disclose what they hold"),
    Asks.REMOVE: lazy("remove it"),
    Asks.INFORM: lazy("be informed"),
}

STATES: "dict[str, tuple[str | Promise, str]]" = {
    State.QUEUED: (lazy("waits to be sent"), "new"),
    State.ASKED: (lazy("sent"), "near"),
    State.ANSWERED: (lazy("they answered"), "good"),
    State.REFUSED: (lazy("they refuse"), "hold"),
    State.UNANSWERED: (lazy("they stay silent"), "hold"),
    State.ENDED: (pgettext_lazy("request", "over"), ""),
    State.WITHDRAWN: (lazy("taken back"), ""),
}
"""The word and the colour of each."""

COMPLETE: "dict[str, str | Promise]" = {
    Completeness.FULL: lazy("everything"),
    Completeness.PARTIAL: lazy("a part"),
    Completeness.NONE: lazy("nothing"),
}

LETTERS: "dict[str, str | Promise]" = {
    Letter.REQUEST: lazy("the request"),
    Letter.LONGER: lazy("that it is to be kept for longer"),
    Letter.RETRACTION: lazy("that it is taken back"),
}


@page(*WORKING)
def requests(visit: Visit) -> HttpResponse:
    """What was asked and waits, the soonest deadline first; and the form that asks."""
    return _list(visit)


def _list(visit: Visit, problem: HavreError | None = None, letter: Written | None = None) -> HttpResponse:
    given = visit.request.GET
    after = int(given["after"]) if given.get("after", "").isdecimal() and len(given["after"]) < 9 else 0
    old = given.get("all") == "yes"
    rows = listed_requests(visit.home, visit.acting(), old=old, after=after, most=PAGE + 1)
    context = {
        "lines": [_line(each) for each in rows[:PAGE]],
        "next": after + PAGE if len(rows) > PAGE else 0,
        "old": old,
        "kinds": [(str(kind), words) for kind, words in KINDS.items()],
        "typed": visit.request.POST if problem or letter else {},
        "letter": letter,
        "problem": sentence(problem) if problem else "",
    }
    return visit.show("requests.html", context, status=status_of(problem) if problem else 200)


def _line(each: Listed) -> dict[str, Any]:
    request = each.request
    word, tone = STATES[request.state]
    return {
        "row": request,
        "word": word,
        "tone": tone,
        "asks": KINDS[request.kind],
        "late": is_late(request, now()),
        "wrote": request.state in WAITING and request.answered_at is not None,
        "unread": each.unread,
        "fallen": not each.stands and request.state not in OVER,
    }


@page(*WORKING)
def request_ask(visit: Visit) -> HttpResponse:
    """Somebody reads the letter, or asks."""
    if visit.request.method != "POST":
        return redirect("requests")
    given = visit.request.POST
    words = {name: given.get(name, "").strip() for name in ("kind", "provider", "basis", "page", "series", "case")}
    try:
        wanted = Wanted(**words, days=_days(given.get("days", "").strip()))
        if given.get("act") != "ask":
            made = as_if_sent(visit.home, composed(visit.home, visit.acting(), wanted), now())
            return _list(visit, letter=letter_of(made))
        asked = ask(visit.home, visit.acting(), wanted)
    except (Invalid, Refused, NotFound) as error:
        return _list(visit, error)
    messages.success(visit.request, _("Asked: its letter leaves with the next ones, and their time begins then."))
    return redirect("request", asked.reference)


def _days(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 9):
        raise Invalid(_("say how many days, as a number"))
    return int(text)


@page(*WORKING)
def request_(visit: Visit, reference: str) -> HttpResponse:
    """One request: its letter, what left, and what came back."""
    return _one(visit, reference)


def _one(visit: Visit, reference: str, problem: HavreError | None = None) -> HttpResponse:
    shown = show_request(visit.home, visit.acting(), reference)
    request = shown.request
    context = _line(Listed(request, stands=True, unread=0)) | {
        "shown": shown,
        "letters": [
            {"row": row, "what": LETTERS[row.letter], "outcome": OUTCOMES[row.outcome]} for row in shown.letters
        ],
        "replies": [{"row": row, "kind": SAID[row.kind], "text": text} for row, text in shown.replies],
        "complete": COMPLETE.get(request.completeness, ""),
        "completes": [(str(value), words) for value, words in COMPLETE.items()],
        "over": request.state in OVER,
        "problem": sentence(problem) if problem else "",
    }
    return visit.show("request.html", context, status=status_of(problem) if problem else 200)


@page(*WORKING)
def request_act(visit: Visit, reference: str, act: str) -> HttpResponse:
    """Write down an answer, ask for longer, end it, take it back."""
    request_for(visit.person, reference)
    if visit.request.method != "POST":
        return redirect("request", reference)
    done = ACTS.get(act)
    if done is None:
        raise NotFound(_("there is no such request"))
    try:
        messages.success(visit.request, done(visit, reference))
    except (Invalid, Refused) as error:
        return _one(visit, reference, error)
    return redirect("request", reference)


def _answered(visit: Visit, reference: str) -> str:
    given = visit.request.POST
    refused = given.get("refused") == "yes"
    complete = given.get("complete", "")
    answer_request(visit.home, visit.acting(), reference, complete, given.get("text", ""), refused=refused)
    return _("The answer is kept with the request.")


def _longer(visit: Visit, reference: str) -> str:
    given = visit.request.POST
    prolong_request(
        visit.home, visit.acting(), reference, _days(given.get("days", "").strip()) or 0, given.get("basis", "")
    )
    return _("They are told with the next letters that it is to be kept for longer.")


def _ended(visit: Visit, reference: str) -> str:
    end_request(visit.home, visit.acting(), reference)
    return _("Nothing more is asked by this request.")


def _withdrawn(visit: Visit, reference: str) -> str:
    end_request(visit.home, visit.acting(), reference, withdrawn=True)
    return _("It is taken back; whoever was written to is told.")


ACTS: dict[str, Callable[[Visit, str], str]] = {
    "answered": _answered,
    "longer": _longer,
    "ended": _ended,
    "withdrawn": _withdrawn,
}

ADDRESSES = [
    path("requests", requests, name="requests"),
    path("requests/ask", request_ask, name="request_ask"),
    path("requests/<str:reference>", request_, name="request"),
    path("requests/<str:reference>/<slug:act>", request_act, name="request_act"),
]
