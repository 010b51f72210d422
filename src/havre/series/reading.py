"""Read what came since the last time: facts are indexed, facts and matches become links."""

from collections.abc import Collection
from dataclasses import dataclass

from havre.media.models import Exhibit
from havre.restrictions.visible import owned_by
from havre.series.findings import from_matches, from_origins, unread_matches
from havre.series.keep import keep, move
from havre.series.models import Bookmark, Link, Member, Moved, Stated
from havre.series.origins import Origins, chunks, index, size_of, turn
from havre.units.models import Unit

ROUND = 1000
"""Media, and matches, read in one transaction: intakes of the unit wait that long."""


@dataclass(frozen=True, slots=True)
class Read:
    """What one round read, and how many new links that gave."""

    media: int
    links: int


def read_on(unit: Unit) -> Read | None:
    """Read the next media and matches; None where everything was read.

    Called inside a transaction in which nobody else writes what the unit holds: rows then come in the order of ids.
    """
    mark, _ = Bookmark.objects.get_or_create(unit=unit)
    placed = owned_by(unit, Exhibit.objects.all(), "medium__unit").filter(id__gt=mark.exhibit).order_by("id")
    exhibits = list(placed.values_list("id", "medium")[:ROUND])
    matches = unread_matches(unit, mark.match, ROUND)
    media = {medium for _, medium in exhibits} | _unread(unit)
    if not media and not matches:
        return None
    origins = Origins(unit, size_of(unit))
    moved = index(unit, origins.of(media).values())
    found = from_origins(origins, moved) + from_matches(unit, matches)
    fresh = keep(unit, found, origins.size)
    move(unit, moved)
    _done(media)
    mark.exhibit = exhibits[-1][0] if exhibits else mark.exhibit
    mark.match = matches[-1].pk if matches else mark.match
    mark.media, mark.stating = origins.size, origins.stating()
    mark.save(update_fields=["exhibit", "match", "media", "stating"])
    turn(unit)
    return Read(len(media), fresh)


def start_anew(unit: Unit) -> None:
    """Forget every link and read everything again; what was decided and the numbers of series stay."""
    for table in (Stated, Link, Bookmark):
        owned_by(unit, table._default_manager.all()).delete()
    held = owned_by(unit, Member.objects.all(), "series__unit")
    move(unit, held.values_list("medium", flat=True))


def _unread(unit: Unit) -> set[int]:
    waiting = owned_by(unit, Moved.objects).filter(unread=True)
    return set(waiting.values_list("medium", flat=True)[:ROUND])


def _done(media: Collection[int]) -> None:
    for some in chunks(media):
        Moved.objects.filter(medium__in=some, unread=True).update(unread=False)
