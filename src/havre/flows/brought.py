"""What an intake takes in: something on a disk of this machine, or files that were sent to an order."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from django.utils.translation import gettext as _

from havre.cases.models import Chunk, Order
from havre.cases.upload import in_order
from havre.errors import Invalid
from havre.flows.archives import Piece
from havre.flows.home import Home
from havre.flows.listed import list_format, listed_pieces
from havre.media.sent import Sent
from havre.media.sources import Found, files_of, opener, shown
from havre.media.store import Kept

PURPOSE = "upload"
"""What pieces of uploads are sealed for."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first look at a source says, before anything is read."""

    files: int
    listing: bytes


class Brought(Protocol):
    """A source: how it is called, a first look at it, and its files in order."""

    @property
    def name(self) -> str:
        """What the intake is called by: an unfinished one of the same name goes on."""
        ...

    def survey(self, home: Home) -> Survey:
        """How many files there are, and what tells whether any changed since."""
        ...

    def pieces(self, home: Home, stack: ExitStack) -> Iterator[Piece]:
        """Every file, ready to be opened; what it needs meanwhile is closed with the stack."""
        ...


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A file, folder, archive or list on this machine."""

    path: str
    """As the file system knows it."""

    @property
    def name(self) -> str:
        """The path as it is shown."""
        return shown(self.path)

    def survey(self, home: Home) -> Survey:
        """A first look; of a list, at every file that it names too. Raises Invalid where the database lies in it."""
        _must_not_hold(self.path, home)
        kind = list_format(self.path)
        if not kind:
            return look_over(files_of(self.path))
        with home.worker() as worker:
            named = (piece.found for piece in listed_pieces(worker, self.path, kind))
            survey = look_over(chain(files_of(self.path), named))
        # The list itself is no item: it counts as what it names.
        return replace(survey, files=survey.files - 1)

    def pieces(self, home: Home, stack: ExitStack) -> Iterator[Piece]:
        """The files of a folder, archive or file; or what a list names, where the source is a list."""
        kind = list_format(self.path)
        if not kind:
            return pieces_of(self.path)
        worker = home.worker()
        stack.callback(worker.close)
        return listed_pieces(worker, self.path, kind)


@dataclass(frozen=True, slots=True)
class Parcel:
    """The files that were sent to an order."""

    order: Order

    @property
    def name(self) -> str:
        """No path: nothing of it lies on a disk of this machine under a name."""
        return f"upload {self.order.pk}"

    def survey(self, home: Home) -> Survey:
        """A first look at names and sizes."""
        return look_over(piece.found for piece in self.pieces(home, ExitStack()))

    def pieces(self, home: Home, stack: ExitStack) -> Iterator[Piece]:  # noqa: ARG002 - nothing is to be closed
        """Each file by the way that the browser told, read from its sealed pieces."""
        for upload, chunks in in_order(self.order):
            found = Found(upload.name, b"", upload.size, upload.modified_at)
            yield Piece(found, partial(opened, home, self.order, chunks))


def _must_not_hold(path: str, home: Home) -> None:
    """Whoever opens a database of SQLite as a file and closes it again gives up this process's locks on it."""
    database = home.settings.sqlite
    if not home.settings.database and database.exists() and Path(path).resolve() in database.resolve().parents:
        raise Invalid(
            _("%(path)s holds this node's own database, which can't be taken in: name the folder beside it")
            % {"path": shown(path)}
        )


def opened(home: Home, order: Order, chunks: list[Chunk]) -> BinaryIO:
    """The plain bytes of an upload."""
    unit = str(order.case.unit_id)
    pieces = [(chunk.bytes, kept(chunk, unit)) for chunk in chunks]
    return cast(BinaryIO, Sent(home.spool, pieces, home.keys.unit(unit)))


def kept(chunk: Chunk, unit: str) -> Kept:
    """What the spool needs to open a piece."""
    return Kept(chunk.blob, bytes(chunk.wrapped_key), unit, bytes(chunk.sha256), PURPOSE)


def look_over(source: Iterable[Found]) -> Survey:
    """Count files and digest their listing: names, sizes, times."""
    listing, files = sha256(), 0
    for found in source:
        files += 1
        modified = found.modified_at.isoformat() if found.modified_at else ""
        listing.update(f"{found.path}\0{found.bytes}\0{modified}\0{found.refusal}\n".encode())
    return Survey(files, listing.digest())


def pieces_of(path: str) -> Iterator[Piece]:
    """The files below a path, each ready to be opened."""
    return (Piece(found, opener(found)) for found in files_of(path))
