"""What is harmless, from collections that the operator loaded: nothing equal or near to it is ever on a list.

Whoever wants a harmless picture blocked everywhere makes an illegal one that collides with it (collision poisoning).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from havre.errors import Refused
from havre.feeds.models import Benign, Feed
from havre.fingerprints.pdq import BYTES, ORIENTATIONS
from havre.matches.formats.record import Entry
from havre.matches.shelves import Rows, Shelf
from havre.matching.index import Index
from havre.matching.reference import MATCH_DISTANCE

CHUNK = 2_000
DIGESTS = ("md5", "sha1", "sha256")


def shelf_of(root: Path, feed: Feed) -> Shelf:
    """The index of what is harmless, caught up with the database."""
    folder = root / str(feed.unit_id) / "benign"
    shelf = Shelf("benign", Index.open(folder) if folder.is_dir() else Index.create(folder), _rows(feed.pk))
    shelf.catch_up()
    return shelf


def _rows(feed: int) -> Callable[[int], Rows]:
    def after(record: int) -> Iterator[tuple[int, bytes]]:
        rows = Benign.objects.filter(feed=feed, id__gt=record, pdq__isnull=False).order_by("id")
        return ((key, bytes(pdq)) for key, pdq in rows.values_list("id", "pdq").iterator(CHUNK) if pdq is not None)

    return after


def keep_benign(feed: Feed, source: str, entries: Iterable[Entry]) -> int:
    """Keep what of a collection has any hash; how many. Inside a transaction."""
    rows = [
        Benign(feed=feed, source=source, **{name: _bytes(getattr(entry, name)) for name in ("pdq", *DIGESTS)})
        for entry in entries
    ]
    some = [row for row in rows if any(getattr(row, name) is not None for name in ("pdq", *DIGESTS))]
    Benign.objects.bulk_create(some, batch_size=CHUNK)
    return len(some)


def _bytes(digits: str | None) -> bytes | None:
    return bytes.fromhex(digits) if digits is not None else None


def must_not_collide(shelf: Shelf, feed: Feed, orientations: Sequence[bytes], digests: dict[str, bytes]) -> None:
    """Raises Refused where a content is harmless by its bytes, or any of its pictures near a harmless one.

    `orientations` are eight fingerprints of 32 bytes for each of its pictures.
    """
    for name, value in digests.items():
        if Benign.objects.filter(feed=feed, **{name: value}).exists():
            raise Refused(_("these very bytes are in the collection of what is harmless: they are on no list"))
    for each in orientations:
        assert len(each) == BYTES * len(ORIENTATIONS)
        found = shelf.index.search_oriented(each, MATCH_DISTANCE)
        if found:
            raise Refused(
                _("this is within %(distance)s bits of a harmless picture: on a list it would block that one too")
                % {"distance": found[0].distance}
            )
