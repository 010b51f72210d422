"""What people protect by hashes alone: what was found of it waits for a person, who looks, answers them or not.

No hash stands on these pages, and no picture of those who sent them is anywhere here: what is shown is what the unit
holds, veiled.
"""

from collections.abc import Iterator
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from havre.entrypoints.analyst.answers import sentence, status_of
from havre.entrypoints.analyst.keys import Key
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.veils import veiled
from havre.errors import HavreError, Invalid, NotFound, Refused
from havre.flows.self_reported import answer_submission, leave_finding, withdraw_submission
from havre.flows.self_shown import Shown, list_shown, read_submission
from havre.selfservice.models import Decided, Finding, State
from havre.selfservice.queries import findings_waiting, submission_for
from havre.units.models import RoleName

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)

PAGE = 100
"""Submissions that one page lists."""

KEYS = (Key("j", "next", lazy("Next that waits"), legend=True),)

WHO: "dict[str, str | Promise]" = {
    "me": lazy("somebody under 18, of themselves"),
    "grown": lazy("somebody who was under 18 then"),
    "parent": lazy("whoever looks after a child"),
    "": lazy("taken back"),
}

STATES: "dict[str, str | Promise]" = {
    State.HELD: lazy("held here"),
    State.PROPOSED: lazy("on the list that platforms look at"),
    State.REFUSED: lazy("no list takes it"),
    State.WITHDRAWN: lazy("taken back, erased"),
}

KINDS: "dict[str, str | Promise]" = {"picture": lazy("Picture"), "film": lazy("Film")}

DECIDED: "dict[str, tuple[str | Promise, str]]" = {
    Decided.WAITING: (lazy("waits"), "new"),
    Decided.TOLD: (lazy("told"), "good"),
    Decided.LEFT: (lazy("nothing to tell"), ""),
}
"""The word and the colour of each."""


@page(*WORKING)
def protected(visit: Visit) -> HttpResponse:
    """What waits for a person, the oldest first; with `all`, everything, the newest first."""
    everything = visit.request.GET.get("all") == "yes"
    given = visit.request.GET.get("after", "")
    after = int(given) if given.isascii() and given.isdecimal() and len(given) < 9 else 0
    lines = list_shown(visit.home, visit.acting(), waiting=not everything)
    lines = lines[::-1] if everything else lines
    context: dict[str, object] = {
        "lines": [(each, WHO.get(each.submission.who, "")) for each in lines[after : after + PAGE]],
        "everything": everything,
        "next": after + PAGE if len(lines) > after + PAGE else 0,
        "first": lines[0].submission.number if lines and not everything else None,
        "keys": KEYS,
    }
    return visit.show("protected.html", context)


@page(*WORKING)
def protected_one(visit: Visit, number: int) -> HttpResponse:
    """One submission: who reads it is written down."""
    return _one(visit, number)


def _one(visit: Visit, number: int, problem: HavreError | None = None) -> HttpResponse:
    shown = read_submission(visit.home, visit.acting(), number)
    veils = veiled(visit.home, visit.person.unit, {each.medium_id: each.medium for each in shown.findings}.values())
    after = findings_waiting(visit.person).filter(file__submission__number__gt=number)
    places = {file.pk: place for place, file in enumerate(shown.files, start=1)}
    context: dict[str, object] = {
        "shown": shown,
        "submission": shown.submission,
        "who": WHO.get(shown.submission.who, ""),
        "files": [(each, KINDS.get(each.kind, ""), STATES[each.state]) for each in shown.files],
        "findings": [
            (each, places[each.file_id], _why(each), *DECIDED[each.state], veils[each.medium_id])
            for each in shown.findings
        ],
        "history": sorted(_history(shown), key=lambda each: each[0]),
        "next": after.values_list("file__submission__number", flat=True).first(),
        "keys": KEYS,
        "problem": sentence(problem) if problem else "",
        "typed": visit.request.POST if problem else {},
    }
    return visit.show("protected_one.html", context, status=status_of(problem) if problem else 200)


def _why(finding: Finding) -> str:
    if finding.distance is None:
        return _("the same file, byte by byte")
    if finding.frames:
        said = ngettext(
            "%(count)s frame that they sent is in this film",
            "%(count)s frames that they sent are in this film",
            finding.frames,
        )
        return said % {"count": finding.frames}
    said = ngettext(
        "nearly the same picture: %(count)s bit of 256 apart",
        "nearly the same picture: %(count)s bits of 256 apart",
        finding.distance,
    )
    return said % {"count": finding.distance}


def _history(shown: Shown) -> Iterator[tuple[datetime, str, str]]:
    """When, what, and who; of what the worker and the person themselves did, nobody."""
    submission = shown.submission
    yield submission.at, _("the numbers came"), ""
    for at in sorted({each.at for each in shown.findings}):
        yield at, _("found among what the unit holds"), ""
    for each in shown.findings:
        if each.state == Decided.LEFT and each.decided_at is not None:
            yield each.decided_at, _("looked at, nothing to tell"), each.decided_by.name if each.decided_by else ""
    for answer in shown.answers:
        yield answer.at, _("answered"), answer.by.name if answer.by else ""
    if submission.withdrawn_at is not None:
        by = submission.withdrawn_by.name if submission.withdrawn_by else ""
        yield submission.withdrawn_at, _("taken back, erased"), by


@page(*WORKING)
def protected_answered(visit: Visit, number: int) -> HttpResponse:
    """A person tells who sent the hashes what came of them."""
    submission_for(visit.person, number)
    if visit.request.method == "POST":
        given = visit.request.POST
        try:
            answer_submission(visit.home, visit.acting(), number, given.get("text", ""), _seen(given.get("seen", "")))
        except (Invalid, Refused) as error:
            return _one(visit, number, error)
        messages.success(visit.request, _("It waits for them, under their code."))
    return redirect("protected_one", number)


def _seen(given: str) -> frozenset[int]:
    """What waited on the page that they read, by its numbers; anything else is none of them."""
    return frozenset(int(each) for each in given.split() if each.isascii() and each.isdecimal() and len(each) < 16)


@page(*WORKING)
def protected_left(visit: Visit, number: int) -> HttpResponse:
    """A person looked at something that was found, and there is nothing to tell."""
    submission_for(visit.person, number)
    given = visit.request.POST.get("finding", "")
    if visit.request.method == "POST":
        try:
            key = int(given) if given.isascii() and given.isdecimal() and len(given) < 16 else 0
            leave_finding(visit.home, visit.acting(), number, key)
        except (Invalid, NotFound) as error:
            return _one(visit, number, error)
        messages.success(visit.request, _("It waits no more."))
    return redirect("protected_one", number)


@page(*WORKING, fresh=True)
def protected_withdrawn(visit: Visit, number: int) -> HttpResponse:
    """Somebody lost their code and asked for it: everything is erased, so whoever does it proves who they are."""
    submission_for(visit.person, number)
    if visit.request.method == "POST":
        try:
            if visit.request.POST.get("sure") != "yes":
                raise Invalid(_("say that whoever sent this asked for it"))
            withdraw_submission(visit.home, visit.acting(), number)
        except (Invalid, Refused) as error:
            return _one(visit, number, error)
        messages.success(visit.request, _("Erased. Lists take it back within minutes."))
    return redirect("protected_one", number)


ADDRESSES = [
    path("protected", protected, name="protected"),
    path("protected/<int:number>", protected_one, name="protected_one"),
    path("protected/<int:number>/answered", protected_answered, name="protected_answered"),
    path("protected/<int:number>/left", protected_left, name="protected_left"),
    path("protected/<int:number>/withdrawn", protected_withdrawn, name="protected_withdrawn"),
]
