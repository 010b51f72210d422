"""`POST U/receipts` and `POST U/votes`: what subscribers say of what they were given."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from havre.entrypoints.platform import node
from havre.entrypoints.platform.door import subscriber_at
from havre.errors import Invalid
from havre.feeds.receipts import acknowledge
from havre.feeds.votes import vote

VOTES = {"up": True, "down": False}


@csrf_exempt
@require_POST
def receipts(request: HttpRequest, ref: str) -> HttpResponse:
    """A version of a list is in use there, with everything that it takes back."""
    subscriber = subscriber_at(request, ref)
    told = _object(request, "list", "version")
    acknowledge(subscriber, _text(told["list"], "list"), _number(told["version"], "version"), node.now())
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
def votes(request: HttpRequest, ref: str) -> HttpResponse:
    """An entry is right, or wrong and why."""
    subscriber = subscriber_at(request, ref)
    told = _object(request, "list", "number", "vote")
    about = _text(told["list"], "list"), _number(told["number"], "number")
    vote(subscriber, *about, up_of(told["vote"]), _text(told.get("reason", ""), "reason"), node.now())
    return HttpResponse(status=204)


def up_of(value: object) -> bool:
    """Whether a vote is for an entry. Raises Invalid where it is none."""
    if not isinstance(value, str) or value not in VOTES:
        raise Invalid("a vote is up or down")
    return VOTES[value]


def _object(request: HttpRequest, *names: str) -> dict[str, Any]:
    try:
        told = json.loads(request.body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or not set(names) <= told.keys():
        raise Invalid("send an object of JSON with %(names)s", names=", ".join(names))
    return told


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise Invalid("%(name)s is a text", name=name)
    return value


def _number(value: object, name: str) -> int:
    if type(value) is not int or not 0 < value < 2**53:
        raise Invalid("%(name)s is a whole number above 0", name=name)
    return value
