"""Pictures on their way to the browser: sealed at any time, the key of one only once it is written down."""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import cast

from django.http import HttpResponse, JsonResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from havre.care.models import Pause
from havre.care.rules import OnPause
from havre.entrypoints.analyst.care import figures, pause_sentence
from havre.entrypoints.analyst.pages import Visit, page
from havre.errors import Invalid
from havre.flows import reveal as flow
from havre.sealing.ticket import TICKET_BYTES, Sealed
from havre.units.models import RoleName

HEAD = struct.Struct(">QI")
"""Before each sealed preview: the medium and how many bytes follow, the ticket's included."""

REASONS = "reasons"
"""Where the session keeps why its person looks, by case."""


@require_GET
@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def sealed(visit: Visit, medium: int) -> HttpResponse:
    """One preview, sealed."""
    return _framed({medium: flow.sealed_preview(visit.home, visit.acting(), _session(visit), medium)})


@require_GET
@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def sealed_ahead(visit: Visit) -> HttpResponse:
    """Several previews, sealed, for keys that are pressed next."""
    listed = visit.request.GET.get("media", "").split(",")
    if not all(each.isascii() and each.isdigit() and len(each) < 19 for each in listed):
        raise Invalid(_("name media by their numbers, with commas between them"))
    return _framed(flow.sealed_previews(visit.home, visit.acting(), _session(visit), [int(each) for each in listed]))


def _framed(previews: Mapping[int, Sealed]) -> HttpResponse:
    parts = [
        HEAD.pack(medium, len(each.ticket) + len(each.body)) + each.ticket + each.body
        for medium, each in previews.items()
    ]
    return HttpResponse(b"".join(parts), content_type="application/octet-stream")


@require_POST
@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def reveal(visit: Visit, medium: int) -> HttpResponse:
    """The key of one preview; 409 where the session must first say why, 403 with the way to the pause."""
    given = visit.request.POST
    if given.get("reason"):
        _keep_reason(visit, medium, given["reason"])
    ticket, hold = _ticket(given.get("ticket", "")), given.get("hold", "")[:64]
    try:
        answer = flow.reveal(
            visit.home, visit.acting(), _session(visit), medium, ticket, hold or ticket.hex(), _reasons(visit)
        )
    except OnPause as error:
        return JsonResponse({"sentence": pause_sentence(error.pause), "pause": reverse("pause")}, status=403)
    if isinstance(answer, flow.Asked):
        return JsonResponse({"ask": "reason", "case": answer.case}, status=409)
    return JsonResponse({"key": urlsafe_b64encode(answer.key).decode(), "soon": _soon(answer.pause)})


@require_POST
@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def veil(visit: Visit, medium: int) -> HttpResponse:
    """A hold is over: what the bar at the top shows from now on."""
    pause = flow.veil(visit.acting(), medium, visit.request.POST.get("hold", "")[:64])
    return JsonResponse({**figures(visit.person, visit.acting().now()), "soon": _soon(pause)})


@require_POST
@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def reason(visit: Visit, medium: int) -> HttpResponse:
    """Why this person looks at the case of this medium, for the rest of the session."""
    _keep_reason(visit, medium, visit.request.POST.get("reason", ""))
    return HttpResponse(status=204)


def _keep_reason(visit: Visit, medium: int, words: str) -> None:
    try:
        key, said = flow.reason_given(visit.acting(), medium, words)
    except Invalid:
        raise Invalid(
            _("say in 3 to %(most)d characters why you look at this case") % {"most": flow.LONGEST_REASON}
        ) from None
    visit.request.session[REASONS] = {**_reasons(visit), key: said}


def _reasons(visit: Visit) -> dict[str, str]:
    return cast("dict[str, str]", visit.request.session.get(REASONS, {}))


def _session(visit: Visit) -> str:
    return visit.request.session.session_key or ""


def _soon(pause: Pause | None) -> str:
    return "" if pause is None else pause_sentence(pause)


def _ticket(text: str) -> bytes:
    try:
        ticket = urlsafe_b64decode(text.encode("ascii") + b"==")
    except ValueError:
        ticket = b""
    if len(ticket) != TICKET_BYTES:
        raise Invalid(_("this picture was prepared for another session: load the page again"))
    return ticket


ADDRESSES = [
    path("sealed", sealed_ahead, name="sealed_ahead"),
    path("media/<int:medium>/sealed", sealed, name="sealed"),
    path("media/<int:medium>/reveal", reveal, name="reveal"),
    path("media/<int:medium>/veil", veil, name="veil"),
    path("media/<int:medium>/reason", reason, name="reason"),
]
