"""The desk: what needs this person now."""

from django.http import HttpResponse
from django.urls import path

from havre.entrypoints.analyst.pages import Visit, page
from havre.units.models import RoleName


@page(*RoleName)
def desk(visit: Visit) -> HttpResponse:
    """What needs me now."""
    return visit.show("desk.html")


ADDRESSES = [path("desk", desk, name="desk")]
