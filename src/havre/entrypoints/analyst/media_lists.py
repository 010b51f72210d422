"""A medium and the hash lists: which it is on, what speaks for and against each of the others, and proposing it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _

from havre.entrypoints.analyst.answers import sentence, status_of
from havre.entrypoints.analyst.asked import text
from havre.entrypoints.analyst.feeds_shown import checks_context, line_of
from havre.entrypoints.analyst.feeds_words import called
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.veils import veiled
from havre.errors import HavreError, Invalid, Refused
from havre.flows.feed_entries import propose
from havre.flows.feed_shown import propose_named, read_lists
from havre.units.models import RoleName


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def media_lists(visit: Visit, number: int) -> HttpResponse:
    """The medium, veiled, with its lists; what is sent proposes it for one."""
    if visit.request.method != "POST":
        return _shown(visit, number)
    named = propose_named(visit.acting(), number)
    try:
        propose(visit.home, visit.acting(), named, text(visit, "list"))
    except (Invalid, Refused) as error:
        return _shown(visit, number, error)
    messages.success(visit.request, _("Proposed: somebody else confirms it."))
    return redirect("media_lists", number)


def _shown(visit: Visit, number: int, problem: HavreError | None = None) -> HttpResponse:
    found = read_lists(visit.home, visit.acting(), number)
    veils, checked = veiled(visit.home, visit.person.unit, [found.medium]), found.checked
    on = {each.listed.name for each in found.entries if each.state != "retracted"}
    told = [(each.listed, checks_context(checked, each)) for each in checked.lists] if checked is not None else []
    offered = [
        {"name": listed.name, "called": called(listed), "checks": checks}
        for listed, checks in told
        if listed.name not in on
    ]
    context = {
        "medium": found.medium,
        "veil": veils[found.medium.pk],
        "entries": [line_of(each, visit.person.pk) for each in found.entries],
        "checks": told[0][1] if told else None,
        "offered": offered,
        "problem": sentence(problem) if problem else "",
    }
    return visit.show("media_lists.html", context, status=status_of(problem) if problem else 200)


ADDRESSES = [path("media/<int:number>/lists", media_lists, name="media_lists")]
