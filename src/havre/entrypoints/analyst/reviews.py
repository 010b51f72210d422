"""What others may know, and until when: somebody looks, and keeps it longer, lets it end, or holds it for a court."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from havre.entrypoints.analyst.answers import sentence, status_of
from havre.entrypoints.analyst.others import day_of
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.sharing import day_said
from havre.errors import HavreError, Invalid, Refused
from havre.flows.expire import SOON, Due, due, due_for, let_end, prolong
from havre.flows.restrict import hold
from havre.restrictions.models import Kind
from havre.units.models import RoleName

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)

AHEAD = (30, SOON, 365, 3650)
"""Days that may be looked ahead."""

KINDS: "Mapping[str, str | Promise]" = {
    Kind.CASE: lazy("Case"),
    Kind.SERIES: lazy("Series"),
    Kind.MEDIA: lazy("Media"),
    Kind.CLUE: lazy("Clue"),
    Kind.COMMENT: lazy("Comment"),
}


@page(*WORKING)
def reviews(visit: Visit) -> HttpResponse:
    """What ends soon or is to be looked at, the soonest first; with `all`, what somebody let end too."""
    return _shown(visit)


def _shown(visit: Visit, problem: HavreError | None = None, number: int = 0) -> HttpResponse:
    said = visit.request.GET.get("days", "")
    days = int(said) if said in map(str, AHEAD) else SOON
    everything = visit.request.GET.get("all") == "yes"
    found = due(visit.home, visit.acting(), days, decided=everything)
    context: dict[str, object] = {
        "lines": [_line(visit, each) for each in found],
        "days": days,
        "ahead": AHEAD,
        "everything": everything,
        "supervises": RoleName.SUPERVISOR in visit.roles,
        "problem": sentence(problem) if problem is not None else "",
        "number": number,
        "typed": visit.request.POST if problem is not None else {},
    }
    return visit.show("reviews.html", context, status=status_of(problem) if problem is not None else 200)


def _line(visit: Visit, each: Due) -> dict[str, object]:
    kind, series = each.said.kind, each.called.partition("/")[0].removeprefix("S")
    addresses = {Kind.MEDIA: f"/media/{each.said.key}", Kind.CASE: ""}
    told = each.to_json()
    over = each.ends_at is not None and each.ends_at <= visit.acting().now() and not each.held
    return {
        "number": each.said.pk,
        "kind": KINDS[kind],
        "called": each.called[:12] if kind == Kind.MEDIA else each.called,
        "address": addresses.get(Kind(kind), f"/series/{series}"),
        "ends_at": each.ends_at,
        "review_at": each.review_at,
        "held": each.held,
        "over": over,
        "decided": day_of(told["decided"]),
    }


# ---- what somebody decides ----


def _prolong(visit: Visit, each: Due) -> str:
    until = day_said(visit.request.POST.get("until", ""))
    if until is None:
        raise Invalid(_("say until which day it is kept"))
    prolong(visit.home, visit.acting(), each.said.kind, each.called, until, _because(visit))
    return _("%(thing)s is kept longer.") % {"thing": each.called}


def _let_end(visit: Visit, each: Due) -> str:
    let_end(visit.home, visit.acting(), each.said.kind, each.called, _because(visit))
    return _("%(thing)s ends on its day.") % {"thing": each.called}


def _hold(visit: Visit, each: Due) -> str:
    held = visit.request.POST.get("held") != "no"
    hold(visit.home, visit.acting(_because(visit)), each.said.kind, each.called, held)
    said = _("A legal hold keeps %(thing)s.") if held else _("The legal hold on %(thing)s is lifted.")
    return said % {"thing": each.called}


def _because(visit: Visit) -> str:
    return visit.request.POST.get("because", "").strip()


def _decide(visit: Visit, number: int, act: Callable[[Visit, Due], str]) -> HttpResponseBase:
    each = due_for(visit.acting(), number)
    if visit.request.method == "POST":
        try:
            messages.success(visit.request, act(visit, each))
        except (Invalid, Refused) as error:
            return _shown(visit, error, number)
    return redirect("reviews")


@page(*WORKING, fresh=True)
def review_prolonged(visit: Visit, number: int) -> HttpResponseBase:
    """It is kept longer, which lets others know more: whoever decides that proves who they are."""
    return _decide(visit, number, _prolong)


@page(*WORKING)
def review_ended(visit: Visit, number: int) -> HttpResponseBase:
    """Somebody looked, and it is destroyed on its day."""
    return _decide(visit, number, _let_end)


@page(*WORKING, fresh=True)
def review_held(visit: Visit, number: int) -> HttpResponseBase:
    """A court asks that it is kept, and known as long; or no longer, which a supervisor alone decides."""
    return _decide(visit, number, _hold)


ADDRESSES = [
    path("reviews", reviews, name="reviews"),
    path("reviews/<int:number>/prolonged", review_prolonged, name="review_prolonged"),
    path("reviews/<int:number>/ended", review_ended, name="review_ended"),
    path("reviews/<int:number>/held", review_held, name="review_held"),
]
