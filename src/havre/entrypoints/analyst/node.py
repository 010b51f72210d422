"""The home that this process serves: set once when it starts to serve, asked by every page."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings as django_conf
from django.utils.translation import gettext as _

from havre.errors import Unavailable

if TYPE_CHECKING:
    from havre.flows.home import Home

_served: "list[Home]" = []


def serve(home: "Home") -> None:
    """From now on this process answers for this home, and signs cookies with a secret made of its node's key."""
    _served[:] = [home]
    django_conf.SECRET_KEY = sha256(home.signer.sign(b"havre: what pages are signed with")).hexdigest()


def served() -> "Home":
    """The home this process answers for. Raises Unavailable where none was named."""
    if not _served:
        raise Unavailable(_("no home is served by this process: start it with `havre serve`"))
    return _served[0]


def now() -> datetime:
    """The time in UTC: pages hand it to flows."""
    return datetime.now(UTC)
