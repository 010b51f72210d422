"""Another's list asked over the network: through the egress proxy alone, https alone, to no redirection."""

import base64
import http.client
import ssl
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.utils.translation import gettext as _

from havre.errors import Invalid, Refused, Unavailable
from havre.flows.mail import SECONDS
from havre.flows.notice_hands import must_be_outside, target_of
from havre.hashlists.told import MOST_BYTES
from havre.settings import Egress

Fetch = Callable[[str], bytes]
"""What is answered at an address. Raises Invalid where the address is refused, Unavailable where nothing comes."""

TOKEN = "access_token"  # noqa: S105 - the name of a parameter
WRONG_QUESTION = (400, 404, 410, 416)
"""Answers that say: not this page; a stretch that was begun long ago is then begun anew."""


def shown(kind: str, secret: str) -> Mapping[str, str]:
    """How the secret of a list is shown in headers; ThreatExchange's stands in the address. Raises Invalid."""
    if not secret.isascii() or not secret.isprintable():
        raise Invalid(_("a token is one line of plain letters"))
    if kind == "ncmec":
        return {"Authorization": "Basic " + base64.b64encode(secret.encode()).decode()}
    if kind == "stopncii":
        function, _comma, subscription = secret.partition(",")
        return {"x-functions-key": function, "Ocp-Apim-Subscription-Key": subscription or function}
    return {"Authorization": f"Bearer {secret}"} if kind == "hma" and secret else {}


def with_token(address: str, secret: str) -> str:
    """An address with the token of ThreatExchange."""
    parts = urlsplit(address)
    return parts._replace(query=urlencode([*parse_qsl(parts.query), (TOKEN, secret)])).geturl()


def without_token(address: str) -> str:
    """An address as it may be kept."""
    parts = urlsplit(address)
    pairs = [(name, value) for name, value in parse_qsl(parts.query) if name != TOKEN]
    return parts._replace(query=urlencode(pairs)).geturl()


def through(egress: Egress | None, headers: Mapping[str, str]) -> Fetch:
    """Ask through this proxy. Raises Unavailable where the node has none."""
    if egress is None:
        raise Unavailable(_("this node has no proxy for what goes out: HAVRE_EGRESS says where it is"))

    def fetch(address: str) -> bytes:
        to = urlsplit(address)
        if to.scheme != "https" or not to.hostname:
            raise Refused(_("a list is asked over https"))
        must_be_outside(to.hostname)
        context = ssl.create_default_context(cafile=egress.authorities or None)
        line = http.client.HTTPSConnection(egress.host, egress.port, timeout=SECONDS, context=context)
        try:
            line.set_tunnel(to.hostname, to.port or 443)
            line.request("GET", target_of(address), headers={"Accept-Encoding": "identity", **headers})
            answer = line.getresponse()
            body = answer.read(MOST_BYTES + 1)
        except (OSError, http.client.HTTPException, ValueError) as error:
            said = _("nothing came from the list (%(error)s): run this again, it goes on from there")
            raise Unavailable(said % {"error": type(error).__name__}) from None
        finally:
            line.close()
        return _taken(answer, body)

    return fetch


def _taken(answer: http.client.HTTPResponse, body: bytes) -> bytes:
    if answer.status in WRONG_QUESTION:
        raise Invalid(_("the list answered %(status)s: it has no such page") % {"status": answer.status})
    if answer.status in (401, 403):
        raise Refused(_("the list does not let us in (%(status)s): give another token") % {"status": answer.status})
    if answer.status != 200:
        wait = "".join(char for char in answer.headers.get("Retry-After", "") if char.isdigit())[:6] or "60"
        said = _("the list answered %(status)s: run this again in %(wait)s seconds, it goes on from there")
        raise Unavailable(said % {"status": answer.status, "wait": wait})
    if len(body) > MOST_BYTES:
        raise Invalid(_("the list answered more than is read at once"))
    return body
