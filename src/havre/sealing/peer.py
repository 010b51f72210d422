"""How nodes introduce themselves: a signed file that is handed over, and a fingerprint that is read aloud. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from havre.errors import Invalid, Refused
from havre.sealing.sign import Signer, Verifier
from havre.sealing.statement import decoded, encoded, stated, statement_of

KIND = "introduction"
PROTOCOLS = (1,)
"""Versions of the protocol that this program speaks."""

KEY_BYTES = 32
MOST_ADDRESSES = 8
LONGEST_NAME = 200
LONGEST_CERTIFICATE = 4096
READ_ALOUD = 40
"""Hex digits that are compared by voice: 160 bits, which nobody makes a second key for."""

COUNTRY = re.compile(r"[A-Z]{2}")
ADDRESS = re.compile(r"https://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
"""A name or a number, and a port: nothing that a person typed beside it."""


@dataclass(frozen=True, slots=True)
class Introduction:
    """A node as it introduces itself."""

    name: str
    country: str
    key: bytes
    """The public key of its log, which signs this and never changes."""
    serial: int
    """Of two introductions the one with the higher counts."""
    generation: int
    sign: bytes
    """The public key that signs its messages."""
    seal: bytes
    """The public key that messages to it are sealed to."""
    certificate: bytes
    """Its own authority (X.509, DER): signs the certificates that it shows in mutual TLS."""
    addresses: tuple[str, ...]
    protocols: tuple[int, ...]
    made_at: str
    hub: str = ""
    """The node through which it is reached, where it is not reached itself."""

    @property
    def node(self) -> str:
        """What the node is called everywhere."""
        return node_of(self.key)

    @property
    def log(self) -> Verifier:
        """What tells genuine checkpoints of its log."""
        return log_of(self.key)


def node_of(key: bytes) -> str:
    """The id of the node whose log this key signs: 64 hex digits."""
    return sha256(key).hexdigest()


def log_of(key: bytes) -> Verifier:
    """What tells genuine checkpoints of the log that this key signs."""
    return Verifier(f"havre/{sha256(key).hexdigest()[:16]}", key)


def fingerprint(node: str) -> str:
    """What two people read to each other: ten groups of four."""
    return " ".join(node[start : start + 4] for start in range(0, READ_ALOUD, 4))


def is_fingerprint(read: str, node: str) -> bool:
    """Whether this is what was read aloud of this node; spaces and capitals do not matter."""
    return "".join(read.split()).lower() == node[:READ_ALOUD]


def introduced(introduction: Introduction, signer: Signer) -> str:
    """The file that is handed over: two lines."""
    fields = {
        "name": introduction.name,
        "country": introduction.country,
        "key": encoded(introduction.key),
        "serial": introduction.serial,
        "generation": introduction.generation,
        "sign": encoded(introduction.sign),
        "seal": encoded(introduction.seal),
        "certificate": encoded(introduction.certificate),
        "addresses": list(introduction.addresses),
        "protocols": list(introduction.protocols),
        "made_at": introduction.made_at,
        "hub": introduction.hub,
    }
    return stated(KIND, fields, signer.sign).text()


def read_introduction(text: str) -> Introduction:
    """The introduction in this file, signed by the key it names.

    Raises Invalid where it is none, Refused where it was altered. Whose key that is, only a voice can tell.
    """
    lines = text.split("\n")
    if len(lines) != 3 or lines[2]:
        raise Invalid("an introduction has two lines: this is none")
    statement = statement_of(lines[0], lines[1])
    found = _from(statement.fields())
    try:
        statement.proven(KIND, found.log.accepts)
    except Refused:
        raise Refused("this introduction was altered: its own key did not sign it") from None
    return found


def _from(fields: dict[str, Any]) -> Introduction:
    try:
        found = Introduction(
            name=_text(fields["name"]),
            country=_text(fields["country"]),
            key=decoded(fields["key"], KEY_BYTES),
            serial=_whole(fields["serial"]),
            generation=_whole(fields["generation"]),
            sign=decoded(fields["sign"], KEY_BYTES),
            seal=decoded(fields["seal"], KEY_BYTES),
            certificate=decoded(fields["certificate"]),
            addresses=tuple(map(address_of, _some(fields["addresses"]))),
            protocols=tuple(map(_whole, _some(fields["protocols"]))),
            made_at=_time(fields["made_at"]),
            hub=fields.get("hub", "") and _node(fields["hub"]),
        )
    except KeyError as error:
        raise Invalid("the introduction does not say its %(field)s", field=error.args[0]) from None
    if not COUNTRY.fullmatch(found.country) or len(found.certificate) > LONGEST_CERTIFICATE:
        raise Invalid("a country is two capital letters, and a certificate a few hundred bytes")
    return found


def address_of(text: object) -> str:
    """An https:// address of a node. Raises Invalid where it is none."""
    said = text.rstrip("/") if isinstance(text, str) and len(text) <= LONGEST_NAME else ""
    try:
        parts = urlsplit(said)
        right = bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if not right or not ADDRESS.fullmatch(said):
        raise Invalid("a node has addresses such as https://havre.example:8443, not %(text)r", text=text)
    return said


def _text(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME or not value.isprintable():
        raise Invalid("an introduction has a name of one line")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 31:
        raise Invalid("an introduction counts in whole numbers")
    return value


def _some(value: object) -> list[object]:
    if not isinstance(value, list) or len(value) > MOST_ADDRESSES:
        raise Invalid("an introduction lists at most %(most)s addresses and versions", most=MOST_ADDRESSES)
    return value


def _time(value: object) -> str:
    try:
        return datetime.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise Invalid("an introduction says when it was made") from None


def _node(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9a-f]{64}", value):
        raise Invalid("a node is called by 64 hex digits")
    return value
