"""The cases of the unit: list them, open one with its legal basis."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _

from havre.entrypoints.analyst.answers import sentence
from havre.entrypoints.analyst.asked import number, text
from havre.entrypoints.analyst.keys import Key
from havre.entrypoints.analyst.pages import Visit, page
from havre.errors import Invalid
from havre.flows.dossier import open_dossier
from havre.flows.intake_shown import list_cases
from havre.units.models import RoleName

KEYS: tuple[Key, ...] = ()
FIELDS = ("reference", "basis", "purpose")


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def cases(visit: Visit) -> HttpResponse:
    """Cases, newest first, and the form that opens one."""
    if visit.request.method == "POST":
        return _opened(visit)
    return _listed(visit)


def _opened(visit: Visit) -> HttpResponse:
    typed = {name: text(visit, name) for name in FIELDS}
    if not typed["purpose"]:
        return _listed(visit, typed, _("A case needs its purpose: what the material is looked at for."))
    try:
        case = open_dossier(visit.home, visit.acting(), typed["reference"], typed["basis"], typed["purpose"])
    except Invalid as error:
        return _listed(visit, typed, sentence(error))
    messages.success(visit.request, _("Case %(case)s is open.") % {"case": case.reference})
    return redirect("intake_new", permanent=False)


def _listed(visit: Visit, typed: dict[str, str] | None = None, problem: str = "") -> HttpResponse:
    found = list_cases(visit.home, visit.acting(), number(visit, "before"))
    context = {"cases": found, "typed": typed or {}, "problem": problem, "keys": KEYS}
    template = "cases_piece.html" if visit.partial else "cases.html"
    return visit.show(template, context, status=400 if problem else 200)


ADDRESSES = [path("cases", cases, name="cases")]
