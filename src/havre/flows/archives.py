"""Look into archives without trusting them: members come out of the sandbox one by one, under one budget."""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO, UnsupportedOperation
from pathlib import Path
from typing import BinaryIO

from havre.media.decode.outcomes import Broke, Budget, Exceeded, Member, NotMedia, Report
from havre.media.decode.pool import Worker
from havre.media.look import Listed, Opened
from havre.media.sources import Found
from havre.media.spool import Spool

SMALL = 8 << 20
"""Bytes up to which a member stays in memory; larger ones wait sealed on disk."""

EXPANSION = 100
"""How many times its own size an archive may unpack to: pictures hardly shrink in one, text up to twentyfold."""

FLOOR = 256 << 20
"""Bytes that even the smallest archive may unpack to."""

NESTED = 1 << 30
"""Bytes up to which an archive inside an archive is opened."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One file to be taken, how it is opened, and how many archives it lies in."""

    found: Found
    opened: Opened
    depth: int = 0
    quarantine: str = ""
    """Why it may not be looked at, where that is already plain."""
    listed: Listed | None = None
    """What a list states of a file without bytes."""
    stated: Listed | None = None
    """What a list states of the file that lies beside it."""
    length: int = 0
    """Bytes of a member, as they came out of the archive."""
    share: Budget | None = None
    """What the archive of the source in which it lies may still unpack to."""

    def fits(self) -> bool:
        """Take this file from what its archive may unpack to; whether it was still allowed.

        Asked in the order of paths, not in that of reading ahead: what is left out must not depend on the lanes.
        """
        if self.share is None:
            return True
        try:
            self.share.take_file()
            self.share.take_bytes(self.length)
        except Exceeded:
            return False
        return True


@dataclass
class Unpacking:
    """What one intake needs to look into archives: a budget for the whole root and a worker a level."""

    folder: Path
    """Where large members wait, sealed."""
    new_worker: Callable[[], Worker]
    budget: Budget = field(default_factory=Budget)
    workers: list[Worker] = field(default_factory=list)

    def members(self, piece: Piece, kind: str) -> Iterator[Piece]:
        """The members of an archive, then the archive itself if something was wrong with it."""
        # No archive may unpack to more than an honest one of its size would, with everything nested in it.
        share = piece.share or self.budget.share(max(FLOOR, EXPANSION * piece.found.bytes))
        for member in self._members(piece, kind):
            yield replace(member, share=share)

    def rest_of(self, piece: Piece) -> Piece:
        """An archive of which nothing more is looked at, because it holds more than it may."""
        return self._trouble(piece, "", "limit: it unpacks to more than an archive of its size may; the rest was left")

    def _members(self, piece: Piece, kind: str) -> Iterator[Piece]:
        if piece.depth >= self.budget.depth:
            yield self._trouble(piece, "", f"limit: archives nested more than {self.budget.depth} deep are not opened")
            return
        seen = 0
        trouble = ""
        try:
            with closing(self._unpacked(piece, kind)) as unpacked:
                for part in unpacked:
                    if isinstance(part, Report):
                        trouble = part.trouble or ""
                    else:
                        seen += 1
                        yield self._member(piece, part)
        except (Broke, Exceeded) as error:
            yield self._trouble(piece, "", f"could not be unpacked further: {error}")
            return
        except NotMedia as error:
            trouble = str(error)
        if trouble or not seen:
            yield self._trouble(piece, trouble or "an archive without files", "")

    def close(self) -> None:
        """End the workers."""
        for worker in self.workers:
            worker.close()
        self.workers.clear()

    def _unpacked(self, piece: Piece, kind: str) -> Generator[Member | Report, None, None]:
        while len(self.workers) <= piece.depth:
            self.workers.append(self.new_worker())
        with _archive(piece) as archive:
            yield from self.workers[piece.depth].unpack(archive, kind, Budget())

    def _member(self, archive: Piece, member: Member) -> Piece:
        content, length = _held(member, self.folder)
        found = Found(
            path=f"{archive.found.path}!/{member.name or _inner(archive.found.path)}",
            location=archive.found.location,
            bytes=member.size or 0,
            modified_at=_time(member.modified),
        )
        piece = Piece(found, content, archive.depth + 1, length=length)
        if member.trouble is None:
            return piece
        if member.trouble.startswith(("expansion", "limit", "budget")):
            return self._trouble(piece, "", member.trouble)
        return self._trouble(piece, member.trouble, "")

    @staticmethod
    def _trouble(piece: Piece, refusal: str, quarantine: str) -> Piece:
        return replace(piece, found=replace(piece.found, refusal=refusal), quarantine=quarantine)


@contextmanager
def _archive(piece: Piece) -> Iterator[int | BinaryIO]:
    """What the sandbox may read: the file by its number, a copy in memory, or what is unsealed as it is asked for."""
    with closing(piece.opened()) as file:
        if piece.depth == 0 and not _has_number(file):
            yield file
            return
        descriptor = os.dup(file.fileno()) if piece.depth == 0 else _in_memory(file)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _has_number(file: BinaryIO) -> bool:
    try:
        file.fileno()
    except UnsupportedOperation:
        return False
    return True


def _in_memory(file: BinaryIO) -> int:
    length = file.seek(0, os.SEEK_END)
    if length > NESTED:
        raise Exceeded("nested", f"an archive of {length} bytes inside an archive is too large to open")
    file.seek(0)
    descriptor = os.memfd_create("nested archive", os.MFD_CLOEXEC)
    with os.fdopen(os.dup(descriptor), "wb") as copy:
        while chunk := file.read(1 << 20):
            copy.write(chunk)
    return descriptor


def _held(member: Member, folder: Path) -> tuple[Opened, int]:
    """The bytes of a member, ready to be opened once, and their number; large ones wait sealed on disk."""
    chunks = iter(member.chunks)
    start = bytearray()
    for chunk in chunks:
        start += chunk
        if len(start) > SMALL:
            return _waiting(Spool(_chain(bytes(start), chunks), folder))
    data = bytes(start)
    return (lambda: BytesIO(data)), len(data)


def _waiting(spool: Spool) -> tuple[Opened, int]:
    return (lambda: spool), spool.length  # type: ignore[return-value]


def _chain(start: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield start
    yield from rest


def _time(text: str | None) -> datetime | None:
    """The time an archive states; one without a zone is taken as UTC, and an impossible one as none."""
    try:
        found = datetime.fromisoformat(text) if text else None
        return found and (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _inner(path: str) -> str:
    """What the one file of a compressed file is called, where it does not say: the name without its ending."""
    name = path.rpartition("/")[2]
    return name.rpartition(".")[0] or name
