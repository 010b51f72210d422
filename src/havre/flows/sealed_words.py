"""Words that a unit alone reads again: sealed to its own key, and bound to what they belong to."""

import os

from django.utils.translation import gettext as _

from havre.errors import Broken
from havre.flows.home import Home
from havre.sealing.door import door_opener
from havre.sealing.envelope import Random
from havre.sealing.secret import seal_to, unseal_from
from havre.units.models import Unit


def seal_words(home: Home, unit: Unit, words: str, bound: str, random: Random = os.urandom) -> bytes:
    """The words, sealed to the unit; `bound` names what they belong to, and must be known to open them."""
    public = door_opener(home.keys.unit(str(unit.pk))).public_key().public_bytes_raw()
    return seal_to(public, words.encode("utf-8", "replace"), _bound(bound), random)


def open_words(home: Home, unit: Unit, sealed: bytes, bound: str) -> str:
    """The words. Raises Refused where they were altered or belong to something else, Broken where they are none."""
    plain = unseal_from(door_opener(home.keys.unit(str(unit.pk))), sealed, _bound(bound))
    try:
        return plain.decode()
    except UnicodeDecodeError:
        raise Broken(_("what was sealed here is no text: look at the backup")) from None


def _bound(what: str) -> bytes:
    return f"havre words 1\n{what}".encode()
