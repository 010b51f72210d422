"""Mail that belongs to nothing that is known: what it says, and what a person does with it."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _

from havre.entrypoints.analyst.answers import sentence, status_of
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.takedowns import SAID, WORKING
from havre.errors import HavreError, Invalid, NotFound, Refused
from havre.flows.stray_mail import pass_on, place_mail, set_aside, waiting_mail
from havre.notices.models import Answers
from havre.notices.reading_mail import Kind
from havre.platforms.queries import stray_for
from havre.units.queries import has_neighbours

CAME = {
    Kind.RECEIPT: SAID[Answers.RECEIPT],
    Kind.BOUNCE: SAID[Answers.BOUNCE],
    Kind.AUTOMATIC: SAID[Answers.AUTOMATIC],
    Kind.OTHER: SAID[Answers.OTHER],
}


@page(*WORKING)
def stray_mail(visit: Visit) -> HttpResponse:
    """What waits, the oldest first: who reads it is written down."""
    return _list(visit)


def _list(visit: Visit, number: int = 0, problem: HavreError | None = None) -> HttpResponse:
    context: dict[str, object] = {
        "mails": [(each, CAME[Kind(each.kind)]) for each in waiting_mail(visit.home, visit.acting())],
        "kinds": [(str(kind), words) for kind, words in SAID.items() if kind != Answers.BOUNCE],
        "others": has_neighbours(visit.person),
        "number": number,
        "typed": visit.request.POST if problem else {},
        "problem": sentence(problem) if problem else "",
    }
    return visit.show("stray_mail.html", context, status=status_of(problem) if problem else 200)


def _place(visit: Visit, number: int) -> str:
    given = visit.request.POST
    placed = place_mail(visit.home, visit.acting(), number, given.get("reference", ""), given.get("kind", "other"))
    return _("It lies with %(reference)s now.") % {"reference": placed.placed}


def _aside(visit: Visit, number: int) -> str:
    set_aside(visit.home, visit.acting(), number, visit.request.POST.get("because", ""))
    return _("Set aside; what it said is erased.")


def _pass_on(visit: Visit, number: int) -> str:
    pass_on(visit.home, visit.acting(), number, visit.request.POST.get("unit", ""))
    return _("Passed on: it waits there now.")


ACTS: Mapping[str, Callable[[Visit, int], str]] = {"place": _place, "aside": _aside, "pass-on": _pass_on}


@page(*WORKING)
def stray_mail_act(visit: Visit, number: int, act: str) -> HttpResponseBase:
    """Put it where it belongs, pass it on, or set it aside."""
    stray_for(visit.person, number)
    if visit.request.method != "POST":
        return redirect("stray_mail")
    if act not in ACTS:
        raise NotFound(_("there is no mail of that number that waits"))
    try:
        messages.success(visit.request, ACTS[act](visit, number))
    except (Invalid, NotFound, Refused) as error:
        return _list(visit, number, error)
    return redirect("stray_mail")


ADDRESSES = [
    path("takedowns/mail", stray_mail, name="stray_mail"),
    path("takedowns/mail/<int:number>/<slug:act>", stray_mail_act, name="stray_mail_act"),
]
