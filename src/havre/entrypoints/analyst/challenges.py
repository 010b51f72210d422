"""What people say is wrong: what waits, one challenge with what was said, and the decision of somebody else."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from havre.corrections.models import Against, Challenge, State, Via
from havre.corrections.queries import challenge_keyed, challenges_of, waiting
from havre.entrypoints.analyst.answers import sentence, status_of
from havre.entrypoints.analyst.pages import Visit, page
from havre.errors import HavreError, Invalid, NotFound, Refused
from havre.flows.challenge import Opened, about, list_challenges, point_at, read_challenge, write_down
from havre.flows.decide_challenge import Word, decide, nobody_else
from havre.hotline.telling import Told, words_of
from havre.units.models import RoleName

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)

AGAINST: "dict[str, str | Promise]" = {
    Against.UNKNOWN: lazy("not found yet"),
    Against.NOTICE: lazy("a notice"),
    Against.JUDGEMENT: lazy("a judgement"),
    Against.RECORD: lazy("a register"),
}

STATES: "dict[str, tuple[str | Promise, str]]" = {
    State.WAITING: (lazy("waits"), "new"),
    State.WRONG: (lazy("was wrong, taken back"), "near"),
    State.RIGHT: (lazy("stands"), "good"),
    State.WITHDRAWN: (lazy("withdrawn by whoever challenged"), ""),
}
"""The word and the colour of each."""

VIA: "dict[str, str | Promise]" = {
    Via.DOOR: lazy("by the public form"),
    Via.RECORD: lazy("by a provider's code"),
    Via.STAFF: lazy("by telephone or letter"),
}


@page(*WORKING)
def challenges(visit: Visit) -> HttpResponse:
    """What waits, the longest first; with `all`, what was decided too."""
    return _list(visit)


def _list(visit: Visit, problem: HavreError | None = None, code: str = "") -> HttpResponse:
    everything = visit.request.GET.get("all") == "yes"
    list_challenges(visit.home, visit.acting(), old=everything)  # written down
    rows = challenges_of(visit.person) if everything else waiting(visit.person)
    context = {
        "challenges": [_line(each) for each in rows],
        "everything": everything,
        "code": code,
        "problem": sentence(problem) if problem else "",
        "typed": visit.request.POST if problem else {},
    }
    return visit.show("challenges.html", context, status=status_of(problem) if problem else 200)


def _line(challenge: Challenge) -> dict[str, Any]:
    word, colour = STATES[State(challenge.state)]
    return {
        "challenge": challenge,
        "against": AGAINST[challenge.against],
        "about": about(challenge),
        "via": VIA[challenge.via],
        "state": word,
        "colour": colour,
    }


@page(*WORKING)
def challenge_written(visit: Visit) -> HttpResponse:
    """Somebody called: what they say is written down, and the code for them is shown here, once."""
    if visit.request.method != "POST":
        return redirect("challenges")
    given = visit.request.POST
    told = (given.get("about", ""), given.get("text", ""), given.get("contact", ""), given.get("language", "en"))
    try:
        _made, code = write_down(visit.home, visit.acting(), *told)
    except (Invalid, Refused) as error:
        return _list(visit, error)
    return _list(visit, code=str(code))


@page(*WORKING)
def challenge(visit: Visit, number: int) -> HttpResponse:
    """One challenge, with what was said."""
    return _one(visit, number)


def _one(visit: Visit, number: int, problem: HavreError | None = None) -> HttpResponse:
    found = challenge_keyed(visit.person, number)
    opened = read_challenge(visit.home, visit.acting(), found.number)
    context = _shown(visit, opened) | {
        "problem": sentence(problem) if problem else "",
        "typed": visit.request.POST if problem else {},
    }
    return visit.show("challenge.html", context, status=status_of(problem) if problem else 200)


def _shown(visit: Visit, opened: Opened) -> dict[str, object]:
    found = opened.challenge
    return _line(found) | {
        "told": opened.told,
        "added": [
            (each, _words(said) if said is not None else None, said is not None and said.danger)
            for each, said in opened.added
        ],
        "back": [each for each in opened.taken_back if each.reached] if found.state == State.WRONG else [],
        "waits": found.waits,
        "may_be_wrong": found.against != Against.UNKNOWN and found.state != State.WRONG,
        "unknown": found.against == Against.UNKNOWN,
        "of_notice": found.against == Against.NOTICE,
        "sources": found.record.sources if found.record is not None else [],
        "of_record": found.record is not None,
        **_may_decide(visit, found),
    }


def _may_decide(visit: Visit, found: Challenge) -> dict[str, object]:
    """Whether this person decides; where another comes first, the sentence that says so."""
    try:
        return {"alone": nobody_else(visit.acting(), found), "not_mine": ""}
    except Refused as error:
        return {"alone": False, "not_mine": sentence(error)}


def _words(told: Told) -> str:
    return "\n".join(filter(None, (told.about, words_of(told))))


@page(*WORKING)
def challenge_about(visit: Visit, number: int) -> HttpResponse:
    """Somebody says what it is about."""
    found = challenge_keyed(visit.person, number)
    if visit.request.method == "POST":
        try:
            point_at(visit.home, visit.acting(), found.number, visit.request.POST.get("about", ""))
        except (Invalid, Refused) as error:
            return _one(visit, number, error)
    return redirect("challenge", number)


@page(*WORKING, fresh=True)
def challenge_decided(visit: Visit, number: int) -> HttpResponse:
    """Somebody decides; what was wrong is taken back everywhere, so they prove who they are."""
    found, given = challenge_keyed(visit.person, number), visit.request.POST
    if visit.request.method == "POST":
        try:
            if given.get("decision") not in ("wrong", "right"):
                raise Invalid(_("say whether it was wrong, or stands"))
            left_out = given.getlist("leave_out")
            alone = given.get("notice_alone") == "yes"
            read = given.get("read", "")
            seen = int(read) if read.isascii() and read.isdecimal() and len(read) < 9 else None
            word = Word(given["decision"] == "wrong", given.get("because", ""), alone, left_out, seen)
            decide(visit.home, visit.acting(), found.number, word)
        except (Invalid, Refused, NotFound) as error:
            return _one(visit, number, error)
        messages.success(visit.request, _("Decided. Whoever challenged reads it with their code."))
    return redirect("challenge", number)


ADDRESSES = [
    path("challenges", challenges, name="challenges"),
    path("challenges/written", challenge_written, name="challenge_written"),
    path("challenges/<int:number>", challenge, name="challenge"),
    path("challenges/<int:number>/about", challenge_about, name="challenge_about"),
    path("challenges/<int:number>/decided", challenge_decided, name="challenge_decided"),
]
