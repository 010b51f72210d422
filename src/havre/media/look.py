"""Look at one file: read it, digest it, type it by content, and let the sandbox say what it shows."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import BinaryIO, Protocol

from havre.errors import Invalid
from havre.fingerprints.exact import Digests, digest_of
from havre.media.decode.outcomes import Broke, Decoded, Exceeded, NotMedia
from havre.media.kinds import HEAD_BYTES, Kind, kind_of
from havre.media.sources import Found, opener
from havre.media.store import Kept

IN_MEMORY = 256 << 20
"""Bytes up to which a file is read at once; beyond, it is read again for each step."""

CHUNK = 1 << 20

Sealed = bytes

TRIES = 3
"""A file that broke the decoder so often is quarantined."""


class Decoder(Protocol):
    """The sandboxed worker that a file is handed to."""

    def decode(self, content: bytes | BinaryIO, kind: str) -> Decoded | None:
        """What the file shows and says, None where that is left for later; raises Broke, Exceeded or NotMedia.

        A picture is given as bytes.
        """
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list states of a file: its digests and PDQ, whichever it has, and in which entry."""

    place: str
    md5: bytes | None = None
    sha1: bytes | None = None
    sha256: bytes | None = None
    pdq: bytes | None = None
    pdq_quality: int | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found out about one file."""

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
    """The original and the preview, where they were to be kept; durable once the store has settled."""
    veil: Sealed = b""
    """The sealed veil, where there is one."""
    listed: Listed | None = None
    """All there is, where a list named a file without its bytes."""
    note: str = ""
    """What else a person should know of it, whatever it turns out to be."""


Content = bytes | BinaryIO
Opened = Callable[[], BinaryIO]
Held = Callable[[bytes], bool]
Keep = Callable[[Content, Looked], tuple[Kept, ...]]


def look(
    decoder: Decoder,
    found: Found,
    opened: Opened | None = None,
    held: Held = lambda _: False,
    keep: Keep = lambda _content, _looked: (),
) -> Looked:
    """Everything about one file, whatever it is; an unreadable one comes back refused, an archive only typed.

    `held` says whether a SHA-256 needs no second look; `keep` is handed the content once everything is known.
    """
    if found.refusal:
        return Looked(found, refusal=found.refusal)
    try:
        with closing((opened or opener(found))()) as file:
            return _look_into(decoder, found, file, held, keep)
    except OSError as error:
        return Looked(found, refusal=f"can't be read: {error.strerror or error}")
    except Invalid as error:
        # The store found another content than the one digested: the file changed under our hands.
        return Looked(found, refusal=str(error))


def _look_into(decoder: Decoder, found: Found, file: BinaryIO, held: Held, keep: Keep) -> Looked:
    head = _start(file, found.bytes)
    if not head:
        return Looked(found, refusal="empty: the file has no bytes")
    kind = kind_of(head[:HEAD_BYTES])
    if kind is not None and kind.family == "archive":
        return Looked(found, found.bytes, kind=kind)
    whole = len(head) < IN_MEMORY
    digests, length = _digested(head, file)
    looked = Looked(found, length, digests, kind)
    if kind is None:
        return replace(looked, refusal="not media: the content is of no kind that is examined")
    if held(digests.sha256):
        return replace(looked, held=True)
    looked = said(decoder, looked, head if whole else file)
    if looked.refusal:
        return looked
    file.seek(0)
    return replace(looked, sealed=keep(head if whole else file, looked))


def _start(file: BinaryIO, expected: int) -> bytes:
    """The file up to IN_MEMORY bytes; the size it was listed with only saves room."""
    parts: list[bytes] = []
    left = IN_MEMORY
    wanted = min(left, max(expected, 0) + 1)
    while left and (part := file.read(wanted)):
        parts.append(part)
        left -= len(part)
        wanted = min(left, CHUNK)
    return parts[0] if len(parts) == 1 else b"".join(parts)


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


def said(decoder: Decoder, looked: Looked, content: Content) -> Looked:
    """The same with what the sandbox says of it, or why it is refused or quarantined."""
    if looked.kind is None:
        return looked
    if looked.kind.family == "picture" and not isinstance(content, bytes):
        return replace(looked, quarantine=f"larger than {IN_MEMORY >> 20} MiB: too large a picture to decode")
    broken = ""
    for _ in range(TRIES):
        try:
            return replace(looked, decoded=decoder.decode(content, looked.kind.name))
        except NotMedia as error:
            return replace(looked, refusal=str(error))
        except Exceeded as error:
            return replace(looked, quarantine=str(error))
        except Broke as error:
            broken = str(error)
    return replace(looked, quarantine=f"broke the decoder {TRIES} times: {broken}")
