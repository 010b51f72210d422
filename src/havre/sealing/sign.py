"""Checkpoints of the log as signed notes: Ed25519 over a text that anybody can read and verify.

The texts follow the C2SP specifications signed-note and tlog-checkpoint; number, time and previous are
extension lines, so tools made for transparency logs verify them too.
"""

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from havre.errors import Broken, Invalid

ED25519 = b"\x01"
"""The signature type of Ed25519 in a key (signed-note)."""

KEY_ID_BYTES = 4
DASH = "\N{EM DASH}"
NO_PREVIOUS = bytes(32)
"""What the first checkpoint names as its predecessor."""

BODY = re.compile(
    r"(?P<origin>[^\s+]+)\n(?P<size>0|[1-9][0-9]{0,18})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"number (?P<number>0|[1-9][0-9]{0,18})\ntime (?P<time>[0-9T:.+-]{32})\n"
    r"previous (?P<previous>[A-Za-z0-9+/]{43}=)\n"
)

SIGNATURE = re.compile(rf"{DASH} ([^\s+]+) ([A-Za-z0-9+/]+={{0,2}})\n")
SIGNATURES = re.compile(rf"(?:{SIGNATURE.pattern})+")
"""The lines below the text: the log's own, and those of witnesses."""


_public_key = lru_cache(maxsize=64)(Ed25519PublicKey.from_public_bytes)


@dataclass(frozen=True, slots=True)
class Verifier:
    """What tells genuine texts of one log from others: the log's name and its public key of 32 bytes."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell which key made a signature (signed-note)."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:KEY_ID_BYTES]

    def text(self) -> str:
        """The key on one line, as signed-note writes it: name+id+key."""
        return f"{self.name}+{self.key_id.hex()}+{_base64(ED25519 + self.public)}"

    def accepts(self, message: bytes, signature: bytes) -> bool:
        """Whether the log's key made this signature over this message."""
        try:
            _public_key(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


def verifier_of(text: str) -> Verifier:
    """The verifier written on this line. Raises Invalid where it is none."""
    parts = text.strip().split("+", 2)
    try:
        name, key_id, key = parts[0], bytes.fromhex(parts[1]), base64.b64decode(parts[2], validate=True)
    except (IndexError, ValueError):
        raise Invalid("a public key is written name+id+base64") from None
    found = Verifier(name, key[1:])
    if key[:1] != ED25519 or len(found.public) != 32 or found.key_id != key_id:
        raise Invalid("this is not a public Ed25519 key: its id or length is wrong")
    return found


class Signer:
    """What signs a log: an Ed25519 key from a seed of 32 bytes. The log is named after its key."""

    __slots__ = ("_private", "verifier")

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.verifier = Verifier(f"havre/{sha256(public).hexdigest()[:16]}", public)

    def sign(self, message: bytes) -> bytes:
        """The signature, 64 bytes; the same for the same message."""
        return self._private.sign(message)

    def __repr__(self) -> str:
        return f"Signer({self.verifier.name})"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log at one moment: how long it is and the root of its tree."""

    origin: str
    size: int
    root: bytes
    number: int
    at: datetime
    previous: bytes
    """SHA-256 of the signed text of the checkpoint before; 32 zero bytes in the first."""

    def body(self) -> str:
        """The text that is signed, its last newline included."""
        time = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        return (
            f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"
            f"number {self.number}\ntime {time}\nprevious {_base64(self.previous)}\n"
        )


def signed_note(checkpoint: Checkpoint, signer: Signer) -> str:
    """The checkpoint's text with the log's signature below it."""
    body, verifier = checkpoint.body(), signer.verifier
    return f"{body}\n{DASH} {verifier.name} {_base64(verifier.key_id + signer.sign(body.encode()))}\n"


@lru_cache(maxsize=64)  # the same note says the same each time: the newest is read again and again
def read_note(note: str, verifier: Verifier) -> Checkpoint:
    """The checkpoint in a signed note, once the signature is proven.

    Raises Broken where the note is damaged, belongs to another log or is not signed by this log's key.
    """
    body, separator, signatures = note.partition("\n\n")  # (1) the text ends before the first blank line
    if not separator:
        raise Broken("the checkpoint has no signature")
    text = body + "\n"
    signature = _signature(signatures, verifier)  # (2) one line below is by this key
    if not verifier.accepts(text.encode(), signature):  # (3) and signs this text
        raise Broken(f"the checkpoint is not signed by the key of {verifier.name}")
    checkpoint = parsed_body(text)  # (4) only a genuine text is read
    if checkpoint.origin != verifier.name:  # (5) it speaks about this log
        raise Broken(f"the checkpoint is one of {checkpoint.origin}, not of {verifier.name}")
    return checkpoint


def parsed_body(text: str) -> Checkpoint:
    """The checkpoint written in this text, unproven. Raises Broken where it is none."""
    fields = BODY.fullmatch(text)
    if fields is None:
        raise Broken("the text is not that of a checkpoint")
    try:
        at = datetime.fromisoformat(fields["time"])
        root, previous = (base64.b64decode(fields[name], validate=True) for name in ("root", "previous"))
    except ValueError:
        raise Broken("the text is not that of a checkpoint: its time or root cannot be read") from None
    found = Checkpoint(fields["origin"], int(fields["size"]), root, int(fields["number"]), at, previous)
    if found.body() != text:  # one state has one text
        raise Broken("the text is not written as checkpoints are")
    return found


def note_digest(note: str) -> bytes:
    """What the next checkpoint names as its predecessor."""
    return sha256(note.encode()).digest()


def _signature(lines: str, verifier: Verifier) -> bytes:
    if not SIGNATURES.fullmatch(lines):
        raise Broken("what stands below the checkpoint is no signature")
    for name, text in SIGNATURE.findall(lines):
        value = _decoded(text)
        if name == verifier.name and value[:KEY_ID_BYTES] == verifier.key_id:
            return value[KEY_ID_BYTES:]
    raise Broken(f"the checkpoint carries no signature by {verifier.name}")


def _decoded(text: str) -> bytes:
    """Bytes from base64; none where the text is not the one text of these bytes, so that no letter can be changed."""
    try:
        value = base64.b64decode(text, validate=True)
    except ValueError:
        return b""
    return value if _base64(value) == text else b""


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
