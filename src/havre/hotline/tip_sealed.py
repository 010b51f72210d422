"""What the database keeps of a platform's file: its name, digests and key, sealed to the unit that gets the report."""

import json
import os
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.utils.translation import gettext as _

from havre.errors import Broken
from havre.media.store import Kept
from havre.sealing.envelope import Context, Random, wrap_key
from havre.sealing.secret import seal_to, unseal_from

PURPOSE = "tip"
"""What these files are sealed for."""
LONGEST_NAME = 2_056
"""Characters of a name, as the schema has them."""


@dataclass(frozen=True, slots=True)
class Came:
    """A file that came whole."""

    blob: str
    key: bytes
    bytes: int
    md5: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Stated:
    """What is known of a file once it is opened: by its sender its name, by its bytes the rest."""

    name: str
    md5: str
    sha256: str
    key: bytes


def sealed_statement(door: bytes, file_id: str, came: Came, name: str, random: Random = os.urandom) -> bytes:
    """What the database keeps of a file: only the unit opens it."""
    # A name can hold what no text can; it is shown, never used as one.
    shown = name.encode("utf-8", "replace").decode()[:LONGEST_NAME]
    said = {"name": shown, "md5": came.md5, "sha256": came.sha256, "key": came.key.hex()}
    return seal_to(door, json.dumps(said).encode(), _bound("file", file_id), random)


def opened_statement(opener: X25519PrivateKey, file_id: str, sealed: bytes) -> Stated:
    """The same, opened. Raises Refused or Broken where it was altered."""
    try:
        said = json.loads(unseal_from(opener, sealed, _bound("file", file_id)))
        return Stated(said["name"], said["md5"], said["sha256"], bytes.fromhex(said["key"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Broken(_("what was kept of a platform's file was altered")) from error


def sealed_words(door: bytes, file_id: str, lines: tuple[str, ...], random: Random = os.urandom) -> bytes:
    """What the platform says of a file, sealed to the unit."""
    return seal_to(door, json.dumps(lines).encode(), _bound("said", file_id), random)


def opened_words(opener: X25519PrivateKey, file_id: str, sealed: bytes) -> list[str]:
    """The same, opened."""
    return [str(line) for line in json.loads(unseal_from(opener, sealed, _bound("said", file_id)))]


def kept_as(unit: str, unit_key: bytes, blob: str, stated: Stated, random: Random = os.urandom) -> Kept:
    """What a store needs to open the file: its key, wrapped by the unit's as that of any other."""
    context = context_of(unit, blob)
    return Kept(blob, wrap_key(stated.key, unit_key, context, random), unit, context.sha256, PURPOSE)


def context_of(unit: str, blob: str) -> Context:
    """What a file is bound to."""
    # Its digest is not known before all of it came: the name, drawn at random, is what it is bound to.
    return Context(unit, sha256(blob.encode()).digest(), PURPOSE)


def _bound(what: str, file_id: str) -> bytes:
    return f"havre tip {what} 1\n{file_id}".encode()
