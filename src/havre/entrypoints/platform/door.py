"""Who asks: a subscriber, by the token it shows; of tokens this node holds digests alone."""

from hashlib import sha256

from django.http import HttpRequest

from havre.entrypoints.platform.answers import Stranger
from havre.errors import NotFound
from havre.feeds.models import Subscriber

LONGEST = 200


def bearer(request: HttpRequest) -> str:
    """The token in the header that says who asks; empty where there is none."""
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def subscriber_by(token: str) -> Subscriber:
    """Whose token this is. Raises Stranger where it is nobody's, or of one whose subscription ended."""
    digest = sha256(token.encode("utf-8", "replace")).digest()
    rows = Subscriber.objects.filter(token=digest, ended_at=None).select_related("feed__unit")
    found = rows.first() if 0 < len(token) <= LONGEST else None
    if found is None:
        raise Stranger("show the token that you were given, as `Authorization: Bearer TOKEN`")
    return found


def subscriber_at(request: HttpRequest, ref: str) -> Subscriber:
    """Who asks at their own address. Raises Stranger, or NotFound at anybody else's."""
    found = subscriber_by(bearer(request))
    if found.ref != ref:
        raise NotFound("there is nothing at this address")
    return found
