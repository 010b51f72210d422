"""How providers answer: the registers of the unit, and what one of them says of each provider."""

from typing import Any

from django.http import HttpResponse
from django.urls import path

from havre.entrypoints.analyst.pages import Visit, page
from havre.flows.register import list_registers, show_register
from havre.platforms.queries import edition_keyed, editions_of
from havre.units.models import RoleName

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)


@page(*WORKING)
def registers(visit: Visit) -> HttpResponse:
    """The registers, the newest first."""
    list_registers(visit.home, visit.acting())  # written down
    return visit.show("registers.html", {"editions": list(editions_of(visit.person))})


@page(*WORKING)
def register(visit: Visit, number: int) -> HttpResponse:
    """One register, provider by provider, with what stands behind it."""
    edition = edition_keyed(visit.person, number)
    fields = show_register(visit.home, visit.acting(), edition.number)
    context = {"edition": edition, "providers": [_line(each) for each in fields["providers"]]}
    return visit.show("register.html", context)


def _line(record: dict[str, Any]) -> dict[str, Any]:
    figures = record["figures"]
    return record | {
        "answered": _percent(figures.get("answered_share")),
        "silent": _percent(figures.get("silent_share")),
        "silences": [each["reference"] for each in record["sources"] if each.get("silent")],
    }


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share * 100:.1f} %"


ADDRESSES = [
    path("registers", registers, name="registers"),
    path("registers/<int:number>", register, name="register"),
]
