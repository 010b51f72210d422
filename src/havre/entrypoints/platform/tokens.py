"""How clients of other interfaces show the token of a subscriber: the header of each, an address only where allowed."""

import base64
import binascii

from django.http import HttpRequest

from havre.entrypoints.platform import node
from havre.entrypoints.platform.door import subscriber_by
from havre.errors import NotFound
from havre.feeds.models import Subscriber


def of_basic(request: HttpRequest, ref: str) -> Subscriber:
    """Who shows it as the password of HTTP Basic, whatever the name."""
    kind, _space, shown = request.headers.get("Authorization", "").partition(" ")
    try:
        pair = base64.b64decode(shown, validate=True).decode("utf-8") if kind.lower() == "basic" else ""
    except (binascii.Error, ValueError):
        pair = ""
    return _at(pair.partition(":")[2], ref)


def of_function_key(request: HttpRequest, ref: str) -> Subscriber:
    """Who shows it as StopNCII's clients do."""
    return _at(request.headers.get("x-functions-key", ""), ref)


def of_address(request: HttpRequest, ref: str) -> Subscriber:
    """Who shows it in the address, behind a number. Raises NotFound where the operator does not allow that."""
    if not node.front().tokens_in_addresses:
        raise NotFound("there is nothing at this address")
    return _at(request.GET.get("access_token", "").partition("|")[2], ref)


def _at(token: str, ref: str) -> Subscriber:
    found = subscriber_by(token)
    if found.ref != ref:
        raise NotFound("there is nothing at this address")
    return found
