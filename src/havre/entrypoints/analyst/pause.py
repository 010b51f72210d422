"""A pause: a plain page with the time left and no pictures."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from havre.care.models import Why
from havre.care.queries import limits_of, spent_by, standing_pauses
from havre.entrypoints.analyst.care import LONG, figures, left, pause_sentence
from havre.entrypoints.analyst.pages import Visit, page
from havre.flows.care import end_pause, pause
from havre.units.models import Person, RoleName


@page(*RoleName)
def pausing(visit: Visit) -> HttpResponse:
    """How long the pause still is; or the way to take one, or to go on."""
    if visit.request.method == "POST":
        _change(visit)
        return redirect("pause")
    return visit.show("pause.html", _shown(visit.person, visit.acting().now()))


def _change(visit: Visit) -> None:
    if visit.request.POST.get("act") == "go-on":
        end_pause(visit.acting())
    else:
        pause(visit.acting())


def _shown(person: Person, at: datetime) -> dict[str, object]:
    limits = limits_of(person)
    spent = spent_by(person, at, limits)
    standing = next(iter(standing_pauses(person, at, spent, limits)), None)
    begun = standing is not None and standing.began_at <= at
    shown: dict[str, object] = {"bar": figures(person, at), "length": left(limits.pause)}
    shown |= {"begun": begun, "long_from": LONG}
    if standing is not None:
        shown |= {
            "sentence": pause_sentence(standing),
            "seconds": int(((standing.until if begun else standing.began_at) - at).total_seconds()),
            "left": left((standing.until - at).total_seconds()),
            "own": standing.why == Why.TAKEN,
            "long": standing.why == Why.DAY,
        }
    return shown


ADDRESSES = [path("pause", pausing, name="pause")]
