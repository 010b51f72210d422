"""What one lane of an intake does with one file: read it, digest it, type it, decode it, seal it.

A lane holds the unit's key but never decodes: the bytes go to its sandboxed worker and come back as fingerprints,
facts and a preview. A lane asks the database one question, whether the unit holds these bytes already.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import BinaryIO, Protocol

from havre.errors import Invalid
from havre.fingerprints.exact import Digests, digest_of
from havre.media.decode.outcomes import Broke, Decoded, Exceeded, NotMedia
from havre.media.kinds import HEAD_BYTES, Kind, kind_of
from havre.media.sources import Found
from havre.media.store import Kept, Store

IN_MEMORY = 256 << 20
"""Bytes up to which a file is read at once; beyond, it is read again for each step."""

CHUNK = 1 << 20

TRIES = 3
"""A file that broke the decoder so often is quarantined."""


class Decoder(Protocol):
    """The sandboxed worker of a lane."""

    def decode(self, data: bytes, kind: str) -> Decoded:
        """What the picture shows and says; raises Broke, Exceeded or NotMedia."""
        ...


@dataclass(frozen=True, slots=True)
class Taken:
    """What a lane found out about one file."""

    found: Found
    bytes: int = 0
    digests: Digests | None = None
    kind: Kind | None = None
    refusal: str = ""
    quarantine: str = ""
    held: bool = False
    """The unit holds these bytes already: nothing was decoded or sealed again."""
    decoded: Decoded | None = None
    sealed: tuple[Kept, ...] = ()
    """The original and the preview, durable once the store has settled."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Everything a lane works with."""

    decoder: Decoder
    store: Store
    unit: str
    unit_key: bytes
    held: Callable[[bytes], bool]
    """Whether the unit holds the bytes with this SHA-256."""


def take(lane: Lane, found: Found, opened: Callable[[], BinaryIO]) -> Taken:
    """Everything about one file, whatever it is; an unreadable one comes back refused."""
    if found.refusal:
        return Taken(found, refusal=found.refusal)
    try:
        with closing(opened()) as file:
            return _take_open(lane, found, file)
    except OSError as error:
        return Taken(found, refusal=f"can't be read: {error.strerror or error}")
    except Invalid as error:
        # The store found another content than the one digested: the file changed under our hands.
        return Taken(found, refusal=str(error))


def _take_open(lane: Lane, found: Found, file: BinaryIO) -> Taken:
    head = file.read(IN_MEMORY)
    if not head:
        return Taken(found, refusal="empty: the file has no bytes")
    kind = kind_of(head[:HEAD_BYTES])
    if kind is not None and kind.family == "archive":
        return Taken(found, bytes=found.bytes, kind=kind)
    whole = len(head) < IN_MEMORY
    digests, length = _digested(head, file)
    if kind is None:
        return Taken(found, length, digests, refusal="not media: the content is of no kind that is examined")
    if lane.held(digests.sha256):
        return Taken(found, length, digests, kind, held=True)
    taken = Taken(found, length, digests, kind)
    return _examined(lane, taken, digests, head if whole else None, file)


def _digested(head: bytes, rest: BinaryIO) -> tuple[Digests, int]:
    length = 0

    def counted() -> Iterator[bytes]:
        nonlocal length
        for chunk in _chunks(head, rest):
            length += len(chunk)
            yield chunk

    return digest_of(counted()), length


def _chunks(head: bytes, rest: BinaryIO) -> Iterator[bytes]:
    yield head
    if len(head) == IN_MEMORY:
        while chunk := rest.read(CHUNK):
            yield chunk


def _examined(lane: Lane, taken: Taken, digests: Digests, data: bytes | None, file: BinaryIO) -> Taken:
    """Decode what is a picture, then seal the original and the preview."""
    decoded, quarantine = None, ""
    if taken.kind is not None and taken.kind.family == "picture":
        decoded, quarantine, refusal = _decoded(lane.decoder, data, taken.kind.name)
        if refusal:
            return replace(taken, refusal=refusal)
    file.seek(0)
    sealed = [_seal(lane, "original", data if data is not None else file, digests.sha256)]
    if decoded is not None and decoded.preview:
        sealed.append(_seal(lane, "preview", decoded.preview, sha256(decoded.preview).digest()))
    return replace(taken, quarantine=quarantine, decoded=decoded, sealed=tuple(sealed))


def _decoded(decoder: Decoder, data: bytes | None, kind: str) -> tuple[Decoded | None, str, str]:
    """The picture, or why it is quarantined, or why it is refused."""
    if data is None:
        return None, f"larger than {IN_MEMORY >> 20} MiB: too large a picture to decode", ""
    broken = ""
    for _ in range(TRIES):
        try:
            return decoder.decode(data, kind), "", ""
        except NotMedia as error:
            return None, "", str(error)
        except Exceeded as error:
            return None, str(error), ""
        except Broke as error:
            broken = str(error)
    return None, f"broke the decoder {TRIES} times: {broken}", ""


def _seal(lane: Lane, purpose: str, content: bytes | BinaryIO, digest: bytes) -> Kept:
    return lane.store.keep(content, digest, unit=lane.unit, unit_key=lane.unit_key, purpose=purpose)
