"""One message from a node to another: a header, what is sealed to the recipient, and a signature over both. Pure.

Messages of a sender to a recipient are numbered from 1 and each names the one before, so that none can be left out,
moved, repeated or put under another name. Who relays one reads the header alone.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from havre.errors import Invalid, Refused
from havre.sealing.secret import Random, Secrets, seal_to, unseal_from
from havre.sealing.sign import Verifier
from havre.sealing.statement import canonical, covered, decoded, encoded

KIND = "message"
NOTHING = "0" * 64
"""What the first message names as the one before it."""

MOST_BYTES = 12 << 20
"""Characters of a message."""
MOST_BODY = MOST_BYTES // 4 * 3 - 64
"""Characters of a body whose sealed part, in base64, is no longer than a message may be."""

DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands between two nodes: its number, and the digest of its text."""

    number: int = 0
    digest: str = NOTHING


@dataclass(frozen=True, slots=True)
class Header:
    """What stands outside of the sealed part."""

    protocol: int
    sender: str
    recipient: str
    key: str
    """Which key of the sender signs."""
    number: int
    previous: str
    """The digest of the message before."""
    kind: str
    made_at: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it travels: three lines."""

    header: str
    sealed: str
    signature: str

    @property
    def digest(self) -> str:
        """What the next message names as the one before."""
        return digest_of(self.header, self.seal)

    @property
    def seal(self) -> str:
        """The digest of the sealed part: with it the signature is proven by who does not have that part."""
        return sha256(self.sealed.encode()).hexdigest()

    def text(self) -> str:
        """The three lines."""
        return f"{self.header}\n{self.sealed}\n{self.signature}\n"

    def shown(self) -> dict[str, str]:
        """What proves that its sender signed it, without the sealed part."""
        return {"header": self.header, "seal": self.seal, "signature": self.signature}


def digest_of(header: str, seal: str) -> str:
    """The digest of a message with this header, and a sealed part of this digest."""
    return sha256(f"{header}\n{seal}".encode()).hexdigest()


def written(header: Header, body: Mapping[str, object], to: bytes, secrets: Secrets, random: Random) -> Message:
    """The message with this body, sealed to the recipient's public key `to` and signed."""
    line = canonical({name: getattr(header, name) for name in Header.__slots__})
    sealed = encoded(seal_to(to, canonical(body).encode(), line.encode(), random))
    seal = sha256(sealed.encode()).hexdigest()
    return Message(line, sealed, encoded(secrets.signer.sign(_covered(line, seal))))


def _covered(header: str, seal: str) -> bytes:
    return covered(KIND, f"{header}\n{seal}")


def header_of(line: str) -> Header:
    """The header in this line, unproven; fields that nobody knows are left alone. Raises Invalid where it is none."""
    try:
        read = json.loads(line)
        found = Header(**{name: read[name] for name in Header.__slots__})
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Invalid("this is not the header of a message between nodes") from None
    texts = (found.sender, found.recipient, found.key, found.previous, found.kind, found.made_at)
    counts = (found.protocol, found.number)
    if not all(isinstance(each, str) for each in texts) or not all(type(each) is int for each in counts):
        raise Invalid("the header of this message is not of its kind")
    if not 0 < found.number < 1 << 62 or not DIGEST.fullmatch(found.previous) or not _is_kind(found.kind):
        raise Invalid("the header of this message is not of its kind")
    return found


def _is_kind(text: str) -> bool:
    return 0 < len(text) <= 40 and text.isprintable() and text.isascii()


@dataclass(frozen=True, slots=True)
class Expected:
    """What the recipient expects of the next message of a sender."""

    recipient: str
    sender: str
    keys: Collection[Verifier]
    """The sender's keys that hold now."""
    after: Place
    """The last message of theirs."""
    protocols: Collection[int]
    any_next: bool = False
    """Whether the chain is taken up anew."""


def proven(message: Message, expected: Expected) -> Header:
    """The header, once it is proven that the sender made this message for this recipient, and that it is the next.

    Raises Refused where it is not, with the reason; Invalid where it is no message.
    """
    header = header_of(message.header)  # (1) it is a header
    if header.sender != expected.sender:  # (2) of the sender
        raise Refused("misaddressed: it is of another sender")
    if header.recipient != expected.recipient:  # (3) for this node
        raise Refused("misaddressed: it is for another node")
    must_be_signed(message.header, message.seal, message.signature, header.key, expected.keys)  # (4), (5)
    if header.protocol not in expected.protocols:  # (6) in words that are understood
        raise Refused("this node does not speak that version of the protocol")
    if header.number <= expected.after.number:  # (7) not one that was there
        again = message.digest == expected.after.digest
        raise Refused("replayed: it was taken already" if again else "replayed: another has its number")
    if header.number > expected.after.number + 1:  # (8) none is missing before it
        raise Refused("a gap: messages before it are missing")
    if header.previous != expected.after.digest and not expected.any_next:  # (9) it continues what was taken
        raise Refused("it does not continue what was taken before")
    return header


def must_be_signed(header: str, seal: str, signature: str, key: str, keys: Collection[Verifier]) -> None:
    """Raises Refused unless the key of this name is among these and signed a message of this header and seal."""
    verifier = next((each for each in keys if each.name == key), None)
    if verifier is None:
        raise Refused("an unknown key signed it, or one that no longer counts")
    if not verifier.accepts(_covered(header, seal), decoded(signature, 64)):
        raise Refused("altered: the signature is not over this")


def opened(message: Message, opener: X25519PrivateKey) -> dict[str, Any]:
    """What is sealed in a proven message. Raises Refused where it does not open, Invalid where it is no object."""
    plain = unseal_from(opener, decoded(message.sealed), message.header.encode())
    try:
        body = json.loads(plain)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise Invalid("what is sealed in this message is no JSON object")
    return body
