"""Uploads: what is announced, what is safe of it, and where its pieces lie."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import blake2b

from django.db.models import F
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from havre.cases.models import Chunk, Order, Upload
from havre.errors import Invalid

LARGEST = 10 << 30
"""Bytes of the largest file that can be sent (issue 4: 10 GiB)."""

CHUNK = 8 << 20
"""Bytes sent at a time at most: what a cut connection costs."""

LONGEST_NAME = 4096
"""Characters of a way to a file (Linux' PATH_MAX)."""


def digest_of(name: str) -> bytes:
    """What tells names apart, short enough for an index."""
    return blake2b(name.encode(), digest_size=16).digest()


def announce(order: Order, name: str, size: int, modified_at: datetime | None, at: datetime) -> Upload:
    """The upload of this name, as far as it has come; a new one where there is none.

    Raises Invalid where the name or size can't be, or another file was announced under the name.
    """
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(
            _("a file needs a name of at most %(most)s characters")
            % {"most": number_format(LONGEST_NAME, force_grouping=True)}
        )
    if not 0 <= size <= LARGEST:
        raise Invalid(
            _("%(name)s is larger than %(most)s GiB: copy it to the server and take it in from there")
            % {"name": name, "most": LARGEST >> 30}
        )
    found, made = Upload.objects.get_or_create(
        order=order,
        name_digest=digest_of(name),
        defaults={"name": name, "size": size, "modified_at": modified_at, "begun_at": at},
    )
    if not made and found.size != size:
        raise Invalid(_("another file called %(name)s was sent already: give this one another name") % {"name": name})
    return found


def advance(upload: Upload, chunk: Chunk) -> bool:
    """Note a piece that is safe, if the upload still ends where it begins; called inside a transaction."""
    mine = Upload.objects.filter(pk=upload.pk, received=chunk.offset)
    if not mine.update(received=F("received") + chunk.bytes):
        return False
    chunk.save(force_insert=True)
    return True


def in_order(order: Order) -> Iterator[tuple[Upload, list[Chunk]]]:
    """Every upload of an order, by the bytes of its name, with its pieces; a few hundred in memory at a time."""
    names = order.uploads.order_by().values_list("name", "pk").iterator()
    keys = [key for _, key in sorted(names, key=lambda each: each[0].encode())]
    for start in range(0, len(keys), 200):
        some = keys[start : start + 200]
        uploads = Upload.objects.in_bulk(some)
        pieces = pieces_of(some)
        for key in some:
            yield uploads[key], pieces[key]


def pieces_of(uploads: Sequence[int]) -> dict[int, list[Chunk]]:
    """The pieces of uploads, in order."""
    found: dict[int, list[Chunk]] = {key: [] for key in uploads}
    for chunk in Chunk.objects.filter(upload__in=uploads).order_by("upload", "offset"):
        found[chunk.upload_id].append(chunk)
    return found
