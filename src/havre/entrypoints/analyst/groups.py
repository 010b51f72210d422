"""Task forces: who is in them, what members opened to them, and what they say there."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _

from havre.entrypoints.analyst.answers import sentence, status_of
from havre.entrypoints.analyst.others import KINDS
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.series_words import CHIPS, LIVES
from havre.errors import HavreError, Invalid, Refused
from havre.flows import group as task_force
from havre.flows.crops_told import crop_in
from havre.units.models import RoleName

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)


@page(*WORKING)
def group_list(visit: Visit) -> HttpResponse:
    """The groups of the unit."""
    found = [_timed(each) for each in task_force.list_groups(visit.home, visit.acting())]
    return visit.show("groups.html", {"groups": found})


@page(*WORKING)
def one_group(visit: Visit, code: str) -> HttpResponse:
    """The board of a group; what is written there goes to all members."""
    if visit.request.method != "POST":
        return _shown(visit, code)
    given = visit.request.POST
    asks = given.get("asks") == "yes"
    try:
        task_force.say_to_group(visit.home, visit.acting(), code, given.get("text", ""), asks=asks)
    except (Invalid, Refused) as error:
        return _shown(visit, code, error)
    messages.success(visit.request, _("All members see it."))
    return redirect("one_group", code)


def _shown(visit: Visit, code: str, problem: HavreError | None = None) -> HttpResponse:
    board = task_force.open_board(visit.home, visit.acting(), code)
    context: dict[str, object] = {
        "group": _timed(task_force.shown(board.group)),
        "series": [_series(each) for each in board.series],
        "clues": [{**each, "crop": crop_in(each["body"])} for each in board.clues],
        "words": [{**each, "word": KINDS.get(each["kind"], "")} for each in board.words],
        "own": {"unit": visit.person.unit.name, "country": visit.person.unit.country},
        "problem": sentence(problem) if problem is not None else "",
        "typed": visit.request.POST.get("text", "") if problem is not None else "",
    }
    return visit.show("group.html", context, status=status_of(problem) if problem is not None else 200)


def _series(told: dict[str, Any]) -> dict[str, Any]:
    life = told["body"].get("life", "")
    return {**told, "life": LIVES.get(life, life), "chip": CHIPS.get(life, "")}


def _timed(group: dict[str, Any]) -> dict[str, Any]:
    return group | {"until": datetime.fromisoformat(group["until"])}


ADDRESSES = [
    path("groups", group_list, name="groups"),
    path("groups/<slug:code>", one_group, name="one_group"),
]
