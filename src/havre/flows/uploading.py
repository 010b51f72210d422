"""Take in files that a person sends piece by piece: a piece is sealed, safe on the disk and noted before it counts.

Nothing plain is written. What was acknowledged survives a cut connection, a killed server and a power cut; what was
not is sent again. Any number of browsers may send to one upload at once: one piece wins, the others are told where
it ends by now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import BinaryIO, cast

from django.db.models import F, Sum
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from havre.cases.models import Case, Chunk, Order, State, Upload
from havre.cases.queries import own_order, upload_for
from havre.cases.upload import CHUNK, advance, announce, pieces_of
from havre.errors import Invalid, Unavailable
from havre.flows.brought import PURPOSE, opened
from havre.flows.home import Home, durable
from havre.media.sources import shown
from havre.units.acting import Acting
from havre.units.models import RoleName

ANNOUNCED = 500
"""Files announced at a time at most."""

RESERVE = 256 << 20
"""Bytes of the disk that uploads leave free for everything else."""

COPIES = 2
"""How often an upload lies on the disk at once: sealed in the spool, then in the evidence store."""

FORGOTTEN = 200
"""Pieces forgotten in one transaction."""

NO_ROOM = gettext_noop(
    "the server's disk has no room for this: nothing that was sent is lost; ask its operator to make room"
)


class ElsewhereError(Invalid):
    """A piece that does not begin where its upload ends."""

    def __init__(self, received: int) -> None:
        super().__init__(
            _("this file goes on at byte %(received)s, not where this piece begins")
            % {"received": number_format(received, force_grouping=True)}
        )
        self.received = received


@dataclass(frozen=True, slots=True)
class File:
    """One file as a browser announces it."""

    name: str
    size: int
    modified: float = 0.0
    """Milliseconds since 1970; 0 where it does not say."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a file as it arrives."""

    offset: int
    length: int
    sha256: bytes
    body: BinaryIO


def announced(home: Home, acting: Acting, number: int, files: Sequence[File]) -> list[Upload | Invalid]:
    """The upload of each file, as far as it has come; or why it can't be sent.

    Raises Unavailable where the disk lacks room for all that is missing, Invalid where the order takes no more files.
    """
    acting.must_be(RoleName.ANALYST, to="take in material")
    order = own_order(acting.person, number)
    if order.state != State.GATHERING:
        raise Invalid(_("this intake takes no more files: ask for another one"))
    if len(files) > ANNOUNCED:
        raise Invalid(_("announce at most %(most)s files at a time") % {"most": ANNOUNCED})
    found = [_announced(order, file, acting.now()) for file in files]
    if not _room(home):
        fresh = [each.pk for each in found if isinstance(each, Upload) and not each.received]
        Upload.objects.filter(pk__in=fresh).delete()
        raise Unavailable(_(NO_ROOM))
    return found


def _announced(order: Order, file: File, at: datetime) -> Upload | Invalid:
    try:
        return announce(order, shown(file.name), file.size, _time(file.modified), at)
    except Invalid as error:
        return error


def _time(milliseconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None
    except (ValueError, OverflowError, OSError):
        return None


def _room(home: Home) -> bool:
    """Whether the disk has room for all that was announced and has not arrived, here and then in the store."""
    open_ones = Upload.objects.filter(order__state=State.GATHERING)
    sums = open_ones.aggregate(size=Sum("size"), received=Sum("received"))
    size, received = sums["size"] or 0, sums["received"] or 0
    return home.free(home.settings.home) >= COPIES * size - received + RESERVE


def take_piece(home: Home, acting: Acting, number: int, piece: Piece) -> Upload:
    """A piece, sealed and safe once this returns; the upload as far as it has come.

    Raises ElsewhereError where it does not begin where the upload ends, Invalid where it is too long or does not have
    the digest it was sent with, Unavailable where the disk is full. Then nothing of it was kept.
    """
    upload = upload_for(acting.person, number)
    _must_fit(upload, piece)
    unit = str(acting.person.unit_id)
    body = cast(BinaryIO, _Counted(piece.body, piece.length))
    try:
        kept = home.spool.keep(body, piece.sha256, unit=unit, unit_key=home.keys.unit(unit), purpose=PURPOSE)
        home.spool.settle()
    except Invalid:
        raise Invalid(_("this piece did not arrive as it was sent: send it again")) from None
    except Unavailable as error:
        raise Unavailable(_(NO_ROOM)) from error
    fields = {"blob": kept.blob, "wrapped_key": kept.wrapped_key, "sha256": piece.sha256}
    chunk = Chunk(upload=upload, offset=piece.offset, bytes=piece.length, **fields)
    try:
        with durable():
            won = advance(upload, chunk)
    except BaseException:
        home.spool.forget(kept.blob)
        raise
    upload = upload_for(acting.person, number)
    if not won:
        home.spool.forget(kept.blob)
        raise ElsewhereError(upload.received)
    return upload


def _must_fit(upload: Upload, piece: Piece) -> None:
    if upload.order.state != State.GATHERING:
        raise Invalid(_("this intake takes no more files: ask for another one"))
    if piece.offset != upload.received:
        raise ElsewhereError(upload.received)
    if not 0 < piece.length <= CHUNK:
        raise Invalid(
            _("a piece has 1 to %(most)s bytes, not %(length)s")
            % {
                "most": number_format(CHUNK, force_grouping=True),
                "length": number_format(piece.length, force_grouping=True),
            }
        )
    if piece.offset + piece.length > upload.size:
        raise Invalid(
            _("this piece goes beyond the end of the file at %(size)s bytes")
            % {"size": number_format(upload.size, force_grouping=True)}
        )
    if len(piece.sha256) != sha256().digest_size:
        raise Invalid(_("a piece comes with its SHA-256"))


class _Counted:
    """The body of a request, no more of it than was announced; one that ends early or breaks off is an OSError."""

    def __init__(self, body: BinaryIO, length: int) -> None:
        self._body, self._left = body, length

    def read(self, count: int) -> bytes:
        data = self._body.read(min(count, self._left)) if self._left else b""
        if self._left and not data:
            raise OSError("the connection was cut")
        self._left -= len(data)
        return data


def first_piece(acting: Acting, upload: Upload) -> Chunk | None:
    """The first piece of an upload: whoever goes on with it compares the file that they have."""
    return upload_for(acting.person, upload.pk).chunks.order_by("offset").first()


def digest_whole(home: Home, order: Order) -> None:
    """The SHA-256 of every file that was sent, read back from the spool; one piece's is known already."""
    for upload in order.uploads.filter(sha256=None, size=F("received")).order_by("id").iterator():
        chunks = pieces_of([upload.pk])[upload.pk]
        digest = bytes(chunks[0].sha256) if len(chunks) == 1 else _digest(home, order, chunks)
        Upload.objects.filter(pk=upload.pk).update(sha256=digest)


def _digest(home: Home, order: Order, chunks: list[Chunk]) -> bytes:
    digest = sha256()
    with opened(home, order, chunks) as file:
        while data := file.read(1 << 20):
            digest.update(data)
    return digest.digest()


def forget_files(home: Home, order: Order) -> None:
    """The pieces that were sent to an order become noise: keys first, then the sealed bytes."""
    chunks = Chunk.objects.filter(upload__order=order).order_by("id")
    while batch := list(chunks.values_list("id", "blob")[:FORGOTTEN]):
        with durable():
            Chunk.objects.filter(id__in=[key for key, _ in batch]).delete()
        _forget(home, (blob for _, blob in batch))


def forget_orders(home: Home, case: Case) -> None:
    """Everything that was sent to a case, with its orders: the case is being erased."""
    for order in case.orders.order_by("id"):
        forget_files(home, order)
    with durable():
        case.orders.all().delete()


def sweep(home: Home, now: datetime) -> int:
    """Destroy pieces that were sealed and never noted, because the server died between the two; how many."""
    home.spool.sweep_temporary(now)
    blobs = Chunk.objects.order_by().values_list("blob", flat=True).iterator()
    strays = list(home.spool.strays(blobs, now))
    _forget(home, strays)
    return len(strays)


def _forget(home: Home, blobs: Iterable[str]) -> None:
    for blob in blobs:
        home.spool.forget(blob)
