"""One-time links: with one a person chooses how they sign in, for the first time or because they lost everything."""

import base64
from datetime import datetime, timedelta
from hashlib import sha256

from django.utils.translation import gettext as _

from havre.errors import NotFound
from havre.sealing.envelope import Random
from havre.units.models import Person, Welcome

VALID_FOR = timedelta(hours=72)
"""How long a link waits for its person."""

SECRET_BYTES = 32


def invite(person: Person, at: datetime, random: Random) -> str:
    """The secret of a new link of this person; every earlier one stops working. It is kept nowhere."""
    secret = base64.urlsafe_b64encode(random(SECRET_BYTES)).rstrip(b"=").decode("ascii")
    Welcome.objects.filter(person=person, used_at=None).delete()
    Welcome.objects.create(person=person, digest=_digest(secret), made_at=at, until=at + VALID_FOR)
    return secret


def guest(secret: str, at: datetime) -> Person:
    """Whose link this is. Raises NotFound where it is unknown, used or too old, or the person has left."""
    return _open(secret, at).person


def use_link(secret: str, at: datetime) -> Person:
    """Whose link this is; from now on it does not work. Raises NotFound as `guest` does."""
    welcome = _open(secret, at)
    if not Welcome.objects.filter(pk=welcome.pk, used_at=None).update(used_at=at):
        raise gone()
    return welcome.person


def gone() -> NotFound:
    """What is said of every link that does not work, so that nobody learns which there are."""
    return NotFound(_("this link does not work any more: ask an administrator of your unit for a new one"))


def _open(secret: str, at: datetime) -> Welcome:
    found = Welcome.objects.select_related("person__unit").filter(
        digest=_digest(secret), used_at=None, until__gt=at, person__left_at=None
    )
    welcome = found.first()
    if welcome is None:
        raise gone()
    return welcome


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
