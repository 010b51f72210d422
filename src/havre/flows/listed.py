"""Take in a list: a VICS export with its files beside it, or digests and fingerprints alone.

Every entry is one item: the file that lies beside the document, or what is stated of one that does not. What the list
judges does not become knowledge by being taken in; `havre known import` is for that.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from havre.flows.archives import Piece
from havre.matches.formats.recognise import HEAD, recognise
from havre.matches.formats.record import BadEntry, Entry, Summary, from_json
from havre.media.decode.outcomes import Broke, Exceeded, NotMedia
from havre.media.decode.pool import Worker
from havre.media.kinds import kind_of
from havre.media.look import Listed, Looked
from havre.media.sources import Found, found_at, opener, shown

NO_BYTES = "listed without its bytes"
"""Why an item of a list has no fingerprint of its own."""


def list_format(path: str) -> str:
    """The format of the list that this path is, by its content; empty for a folder and for anything else."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return ""
        with Path(path).open("rb") as file:
            head = file.read(HEAD)
    except OSError:
        return ""
    return "" if kind_of(head) is not None else recognise(head) or ""


def listed_pieces(worker: Worker, path: str, kind: str) -> Iterator[Piece]:
    """What each entry of a list names, in its order; entries that can't be used come back refused."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    named: set[bytes] = set()
    try:
        for row in worker.stream(kind, descriptor):
            for piece in _pieces(path, from_json(row)):
                if _first(piece, named):
                    yield piece
    except (Broke, Exceeded, NotMedia) as error:
        yield Piece(_inside(path, "rest"), _nothing, quarantine=f"the list could not be read further: {error}")
    finally:
        os.close(descriptor)


def _first(piece: Piece, named: set[bytes]) -> bool:
    """Whether no earlier entry named the same file: a file is one item, by however many entries it is named."""
    if piece.stated is None:
        return True
    key = blake2b(piece.found.path.encode(), digest_size=16).digest()
    first = key not in named
    named.add(key)
    return first


def _pieces(path: str, record: Entry | BadEntry | Summary) -> Iterator[Piece]:
    match record:
        case Entry():
            yield _piece(path, record)
        case BadEntry():
            yield Piece(_inside(path, record.place, refusal=f"{record.place}: {record.reason}"), _nothing)
        case Summary(ended_early=byte) if byte is not None:
            yield Piece(_inside(path, "rest", refusal=f"the list is cut off at byte {byte}"), _nothing)


def _piece(path: str, entry: Entry) -> Piece:
    stated = listed_of(entry)
    outside = entry.facts.get("outside")
    if isinstance(outside, str):
        refusal = f"{entry.place} names a file outside the folder of the list: {shown(outside)}"
        return Piece(_inside(path, entry.place, refusal=refusal), _nothing)
    beside = entry.facts.get("file")
    if isinstance(beside, str):
        found = file_beside(path, beside, entry.place)
        return Piece(found, opener(found), stated=stated)
    return Piece(_inside(path, entry.place), _nothing, listed=stated)


def listed_of(entry: Entry) -> Listed:
    """What an entry states of a file."""
    digests = {kind: bytes.fromhex(text) for kind in ("md5", "sha1", "sha256", "pdq") if (text := getattr(entry, kind))}
    return Listed(entry.place, **digests, pdq_quality=entry.pdq_quality)


def file_beside(path: str, way: str, place: str) -> Found:
    """The file at this way from the folder of the document; refused where the way leaves it or there is none.

    The document is not trusted, nor is the process that read it: the way is checked here again.
    """
    folder = os.path.dirname(path)  # noqa: PTH120 - paths are shown as they were given
    location = os.fsencode(folder or ".")
    found = Found(path=shown(os.path.join(folder, way)), location=location)  # noqa: PTH118
    parts = way.split("/")
    if way.startswith("/") or "\0" in way or not {"", ".", ".."}.isdisjoint(parts):
        return replace(found, refusal=f"{place} names a file outside the folder of the list")
    for depth, part in enumerate(parts, start=1):
        location = os.path.join(location, part.encode("utf-8", "surrogateescape"))  # noqa: PTH118
        try:
            status = os.lstat(location)
        except OSError:
            return replace(found, refusal=f"named by {place} but missing")
        if stat.S_ISLNK(status.st_mode):
            return replace(found, refusal=f"{place} leads to a link: links are never followed")
        if depth == len(parts):
            return replace(found_at(location, status), path=found.path)
    return found


def contradicted(piece: Piece, looked: Looked) -> Looked:
    """The file as it was found, with a note where the list states other digests for it."""
    stated, real = piece.stated, looked.digests
    if stated is None or real is None:
        return looked
    wrong = [
        name
        for kind, name in (("md5", "MD5"), ("sha1", "SHA-1"), ("sha256", "SHA-256"))
        if getattr(stated, kind) not in (None, getattr(real, kind))
    ]
    return replace(looked, note=f"{stated.place} states another {' and '.join(wrong)}") if wrong else looked


def _inside(path: str, place: str, refusal: str = "") -> Found:
    return Found(path=f"{shown(path)}!/{place}", location=os.fsencode(path), refusal=refusal)


def _nothing() -> BinaryIO:
    raise FileNotFoundError("a list names it, but its bytes are not here")
