"""Pages that only tell: the start, danger now, and what happens with what somebody sends."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from havre.entrypoints.public import node
from havre.hotline.models import Door

OF = {
    "receipt": "report",
    "under": "follow",
    "withdrawn": "follow",
    "own": "record",
    "protected": "choose",
    "mine": "follow",
}
"""Answers to a form that have no address of their own: in another language one begins with the form again."""


def first(_request: HttpRequest) -> HttpResponse:
    """To the start, in the language that the browser asks for."""
    response = HttpResponseRedirect(reverse("start", args=[get_language()]))
    response.headers["Vary"] = "Accept-Language"
    return response


def start(request: HttpRequest, _language: str) -> HttpResponse:
    """Whom to call, then what can be done here."""
    return shown(request, "start", node.door())


def danger(request: HttpRequest, _language: str) -> HttpResponse:
    """A child is in danger now: whom to call."""
    return shown(request, "danger", node.door())


def about(request: HttpRequest, _language: str) -> HttpResponse:
    """What happens with what somebody sends."""
    return shown(request, "about", node.door())


def shown(request: HttpRequest, name: str, door: Door, status: int = 200, **said: object) -> HttpResponse:
    """A page of this door; `page` says which it is in another language, where that is not its own name."""
    around = {"unit": door.unit.name, "page": OF.get(name, name), "problems": ()}
    return render(request, f"public/{name}.html", around | calling() | said, status=status)


def calling() -> dict[str, object]:
    """Whom to call and where to leave to, as every page shows it."""
    found = node.lines()
    return {"emergency": found.emergency, "lines": found.spoken(get_language() or ""), "leave": found.leave}
