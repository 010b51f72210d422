"""Secrets of people that lie in the database, sealed with a key made of the node's: whoever reads the tables can't use
them."""

import base64
import os
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.translation import gettext as _

from havre.errors import Broken
from havre.flows.home import Home
from havre.sealing.envelope import Random

PURPOSE = b"havre: secrets of people 1"
"""What the key is for; part of everything sealed with it."""

NONCE_BYTES = 12


def seal_text(home: Home, text: str, random: Random = os.urandom) -> str:
    """The text sealed, as base64."""
    nonce = random(NONCE_BYTES)
    return base64.b64encode(nonce + _cipher(home).encrypt(nonce, text.encode(), PURPOSE)).decode("ascii")


def open_text(home: Home, sealed: str) -> str:
    """The text. Raises Broken where it was altered, or sealed by another node."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        return _cipher(home).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], PURPOSE).decode()
    except (InvalidTag, ValueError):
        raise Broken(_("a secret of a person was altered, or sealed by another node: restore the node's key")) from None


def _cipher(home: Home) -> AESGCM:
    # Ed25519 signs the same text always the same way: whoever has no private key can't make this one.
    return AESGCM(sha256(home.signer.sign(PURPOSE)).digest())
