"""Every address for other nodes."""

import http
import ssl
from datetime import UTC, datetime

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from havre.entrypoints.peer.node import home
from havre.errors import Broken, HavreError, Invalid, NotFound, Refused, Unavailable
from havre.flows.receive import NOBODY, receive
from havre.flows.relay import relay
from havre.network.carry import who_shows
from havre.sealing.bundle import MOST_REQUEST
from havre.sealing.certificate import Shown

STATUS: dict[type[HavreError], int] = {Invalid: 400, Refused: 403, NotFound: 404, Broken: 503, Unavailable: 503}
"""A node that is broken is not there for others; its own people are told why."""

DOOR = "havre.door"
"""Where a server that is not gunicorn says who showed a certificate."""


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


def shown(request: HttpRequest) -> Shown:
    """Who showed a certificate at the door. Raises NotFound for whoever is no accepted peer."""
    line = request.META.get("gunicorn.socket")
    certificate = line.getpeercert(binary_form=True) if isinstance(line, ssl.SSLSocket) else request.META.get(DOOR)
    found = who_shows(certificate)
    if found is None:
        raise NotFound(NOBODY)
    return found


def text(request: HttpRequest) -> str:
    """What was posted. Raises Invalid where it is too much, or no text."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_REQUEST:
        raise Invalid("a request has at most %(most)s bytes", most=MOST_REQUEST)
    try:
        return request.read(MOST_REQUEST + 1).decode("ascii")
    except UnicodeDecodeError:
        raise Invalid("a request is ASCII text") from None


@csrf_exempt
@require_POST
def messages(request: HttpRequest) -> HttpResponse:
    """A request of another node, and this node's answer."""
    try:
        return said(receive(home(), now, text(request), shown(request)))
    except (HavreError, DatabaseError) as error:
        return failed(error)


@csrf_exempt
@require_POST
def relayed(request: HttpRequest, node: str) -> HttpResponse:
    """A request for a node that is reached through this one; neither it nor the answer can be read here."""
    try:
        return said(relay(home(), node, text(request), shown(request)))
    except (HavreError, DatabaseError) as error:
        return failed(error)


def said(answer: str) -> HttpResponse:
    """An answer as it travels."""
    return HttpResponse(answer, content_type="text/plain; charset=utf-8")


def failed(error: HavreError | DatabaseError) -> HttpResponse:
    """One sentence for the people who run the other node; of this node's own trouble nothing."""
    status = STATUS.get(type(error), 503) if isinstance(error, HavreError) else 503
    sentence = str(error) if status < http.HTTPStatus.INTERNAL_SERVER_ERROR else "this node cannot answer now"
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")


urlpatterns = [
    path("peer/1/messages", messages),
    path("peer/1/relay/<str:node>", relayed),
]
