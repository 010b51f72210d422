"""What waits for the unit from others: read, acknowledged, passed on."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from havre.entrypoints.analyst.answers import sentence, status_of
from havre.entrypoints.analyst.media import BASELINE, NOT_BASELINE
from havre.entrypoints.analyst.others import day_of
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.series_words import LIVES
from havre.errors import HavreError, Invalid, Refused
from havre.exchange.models import About
from havre.flows.check import not_compared
from havre.flows.notices import acknowledge, list_notices, not_ours
from havre.flows.say_same import answer_alike
from havre.units.models import RoleName

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)

ABOUT: "dict[str, tuple[str | Promise, str]]" = {
    About.HELD: (lazy("Held elsewhere"), "new"),
    About.CLAIMED: (lazy("Somebody works on it"), "near"),
    About.IDENTIFIED: (lazy("Identified"), "good"),
    About.WITHDRAWN: (lazy("Withdrawn"), "hold"),
    About.CORRECTED: (lazy("Corrected"), "near"),
    About.COUNTRY: (lazy("Your country?"), "hold"),
    About.COMMENT: (lazy("Word of others"), "new"),
    About.DISAGREES: (lazy("Judged otherwise"), "near"),
    About.OTHERWISE: (lazy("Identified otherwise"), "hold"),
    About.CONTESTED: (lazy("Two claims"), "hold"),
    About.HANDED: (lazy("Handed to you"), "new"),
}
"""The word and the colour of each."""


@page(*WORKING)
def notices(visit: Visit) -> HttpResponse:
    """What waits, or with `all` what was read too."""
    return _shown(visit)


def _shown(visit: Visit, problem: HavreError | None = None, number: int = 0) -> HttpResponse:
    everything = visit.request.GET.get("all") == "yes"
    found = list_notices(visit.home, visit.acting(), old=everything)
    lines = [
        {
            "notice": each,
            "word": ABOUT[each["about"]][0],
            "tone": ABOUT[each["about"]][1],
            "told": each["told"],
            "judged": _judged(each["told"]),
            "again": LIVES.get(each["told"].get("became", ""), ""),
            "at": day_of(each["at"]),
            "answer_by": day_of(each["answer_by"]),
        }
        for each in found
    ]
    said = sentence(problem) if problem is not None else ""
    context = {"lines": lines, "everything": everything, "problem": said, "number": number}
    context["passed_over"] = not_compared(visit.acting())
    return visit.show("notices.html", context, status=status_of(problem) if problem is not None else 200)


def _judged(told: Mapping[str, Any]) -> str:
    """Both words on the same file beside one another, where they differ."""
    if "ours" not in told:
        return ""
    ours, theirs = (BASELINE if told[who]["baseline"] else NOT_BASELINE for who in ("ours", "theirs"))
    return _("The same file is %(ours)s to your unit, and %(theirs)s to them.") % {"ours": ours, "theirs": theirs}


@page(*WORKING)
def notice_read(visit: Visit, number: int) -> HttpResponse:
    """Somebody of the unit sees to it."""
    if visit.request.method == "POST":
        acknowledge(visit.home, visit.acting(), number)
    return redirect("notices")


@page(*WORKING)
def notice_not_ours(visit: Visit, number: int) -> HttpResponse:
    """It is not theirs: why, and whose it may be."""
    if visit.request.method != "POST":
        return redirect("notices")
    given = visit.request.POST
    try:
        not_ours(visit.home, visit.acting(), number, given.get("because", ""), given.get("to", ""))
    except (Invalid, Refused) as error:
        return _shown(visit, error, number)
    messages.success(visit.request, _("Its source is told why it is not yours."))
    return redirect("notices")


@page(*WORKING)
def notice_same(visit: Visit, number: int) -> HttpResponse:
    """Whether what only looks alike is the same: the series follows, or it does not."""
    if visit.request.method != "POST":
        return redirect("notices")
    try:
        said = answer_alike(visit.home, visit.acting(), number, same=visit.request.POST.get("same") == "yes")
    except (Invalid, Refused) as error:
        return _shown(visit, error, number)
    done = _("%(series)s follows what is said of theirs.") if said.same else _("%(series)s does not follow theirs.")
    messages.success(visit.request, done % {"series": said.series})
    return redirect("notices")


ADDRESSES = [
    path("notices", notices, name="notices"),
    path("notices/<int:number>/read", notice_read, name="notice_read"),
    path("notices/<int:number>/same", notice_same, name="notice_same"),
    path("notices/<int:number>/not-ours", notice_not_ours, name="notice_not_ours"),
]
