"""Whether the unit holds a picture whose owner asked to be told if it is found: a person looks, and answers them.

Only hashes whose owner lets the hotline look are looked for, and nothing is said to anybody by itself.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from havre.fingerprints.pdq import MATCH_DISTANCE
from havre.fingerprints.pdq_turned import turned
from havre.flows.at_page import WORKING
from havre.flows.home import Home, consulted
from havre.matches.digests import Named, held_of
from havre.matches.shelves import Shelf
from havre.media.models import Fingerprint, Medium
from havre.restrictions.visible import visible_to
from havre.selfservice.models import Protected, State
from havre.units.acting import Acting
from havre.units.models import Person


def find_submitted(home: Home, acting: Acting) -> list[dict[str, Any]]:
    """What of it the unit holds: the same bytes, or within the distance of the same picture; the reading is logged."""
    acting.must_be(*WORKING, to="look for what people sent")
    looked, found = _looked(home, acting)
    consulted(home, acting, "submissions", {"looked": looked, "found": len(found)})
    return found


def count_found(home: Home, acting: Acting) -> Counter[int]:
    """How often anything of each submission is found, by its number; whoever asks writes down that they did."""
    _count, found = _looked(home, acting)
    return Counter(each["submission"] for each in found)


def _looked(home: Home, acting: Acting) -> tuple[int, list[dict[str, Any]]]:
    shelf, looked, found = home.shelf(acting.unit, "held"), 0, list[dict[str, Any]]()
    for file in _to_tell(acting.person):
        looked += 1
        found += [_fields(file, medium, distance) for medium, distance in _held(acting, shelf, file)]
    return looked, found


def _to_tell(viewer: Person) -> "QuerySet[Protected]":
    rows = visible_to(viewer, Protected.objects, "submission__unit").exclude(state=State.WITHDRAWN)
    return rows.filter(submission__tell=True).select_related("submission").order_by("pk")


def _held(acting: Acting, shelf: Shelf, file: Protected) -> Iterator[tuple[Medium, int | None]]:
    """Each medium once, the same bytes first; of a picture that is near, by how many bits."""
    named = Named(md5=bytes.fromhex(file.md5), sha256=bytes.fromhex(file.sha256))
    same = [each for media in held_of(acting.unit, [named]).values() for each in media]
    yield from ((each, None) for each in same)
    near = _near(acting.person, shelf, [value for _quality, value in file.prints])
    there = {each.pk for each in same}
    yield from ((medium, distance) for medium, distance in near.values() if medium.pk not in there)


def _near(viewer: Person, shelf: Shelf, values: Sequence[str]) -> dict[int, tuple[Medium, int]]:
    hits: dict[int, int] = {}
    for value in values:
        for hit in shelf.index.search_oriented(turned(bytes.fromhex(value)), MATCH_DISTANCE):
            hits[hit.record] = min(hit.distance, hits.get(hit.record, hit.distance))
    rows = visible_to(viewer, Fingerprint.objects, "medium__unit").filter(pk__in=hits).select_related("medium")
    found: dict[int, tuple[Medium, int]] = {}
    for row in sorted(rows, key=lambda each: -hits[each.pk]):
        found[row.medium_id] = row.medium, hits[row.pk]
    return found


def _fields(file: Protected, medium: Medium, distance: int | None) -> dict[str, Any]:
    return {
        "submission": file.submission.number,
        "sha256": file.sha256,
        "medium": bytes(medium.sha256).hex(),
        "same_bytes": distance is None,
        "distance": distance,
    }
