"""Write down links, and which media they make worth looking at again."""

from bisect import bisect_right
from collections.abc import Collection, Iterable

from havre.linking.links import Link as Found
from havre.media.models import Medium
from havre.restrictions.visible import owned_by
from havre.series.findings import Finding
from havre.series.models import Link, Member, Moved
from havre.series.origins import chunks, forget, turn
from havre.series.weigh import COUNTED
from havre.units.models import Unit

Place = tuple[int, int, str]
"""One of the two media, the other, and the kind: there is one link a place."""


def keep(unit: Unit, found: Iterable[Finding], size: int) -> int:
    """Write down what was found while the unit held `size` media, the surest of each place; how many are new.

    A link that a held medium bears out stands before one that rests on somebody's word, then the rarer before the
    others.
    """
    rows = _surest(_row(unit, finding) for finding in found)
    _date(unit, rows.values(), size)
    held = _held(rows)
    fresh = [row for place, row in rows.items() if place not in held]
    better = [_replaced(held[place], row) for place, row in rows.items() if _is_better(row, held.get(place))]
    Link.objects.bulk_create(fresh, batch_size=500)
    Link.objects.bulk_update(better, ["expected_false", "media_then", "evidence", "knowledge"], batch_size=500)
    move(unit, {end for row in [*fresh, *better] for end in (row.one_id, row.other_id)})
    return len(fresh)


def _row(unit: Unit, finding: Finding) -> Link:
    link: Found = finding.link
    return Link(
        unit=unit,
        one_id=link.one,
        other_id=link.other,
        kind=str(link.kind),
        expected_false=link.expected_false,
        evidence={} if str(link.kind) in COUNTED else link.told,
        knowledge_id=finding.knowledge,
    )


def _surest(rows: Iterable[Link]) -> dict[Place, Link]:
    found: dict[Place, Link] = {}
    for row in rows:
        standing = found.get(_place(row))
        if standing is None or (row.knowledge_id is not None, row.expected_false) < (
            standing.knowledge_id is not None,
            standing.expected_false,
        ):
            found[_place(row)] = row
    return found


def _place(row: Link) -> Place:
    return row.one_id, row.other_id, row.kind


def _date(unit: Unit, rows: Collection[Link], size: int) -> None:
    """Say of each in how large a database it was found: of a match, when the later medium had come."""
    then = sizes_then(unit, {row.other_id for row in rows if row.kind not in COUNTED})
    for row in rows:
        row.media_then = then.get(row.other_id, size) if row.kind not in COUNTED else size


def sizes_then(unit: Unit, media: Collection[int]) -> dict[int, int]:
    """How many media the unit held once each of these had come, of those that it still holds."""
    if not media:
        return {}
    rows = owned_by(unit, Medium.objects)
    before = rows.filter(id__lt=min(media)).count()
    since = list(rows.filter(id__range=(min(media), max(media))).order_by("id").values_list("id", flat=True))
    return {medium: before + bisect_right(since, medium) for medium in media}


def _held(rows: Iterable[Place]) -> dict[Place, Link]:
    wanted = set(rows)
    found: dict[Place, Link] = {}
    for some in chunks({one for one, _, _ in wanted}):
        found |= {_place(row): row for row in Link.objects.filter(one__in=some) if _place(row) in wanted}
    return found


def _is_better(row: Link, held: Link | None) -> bool:
    """Facts are compared again each time: of these one link is as good as another."""
    return held is not None and row.kind not in COUNTED and _rank(row) < _rank(held)


def _rank(row: Link) -> tuple[bool, float]:
    return row.knowledge_id is not None, row.expected_false / max(row.media_then, 1)


def _replaced(held: Link, row: Link) -> Link:
    held.expected_false, held.media_then = row.expected_false, row.media_then
    held.evidence, held.knowledge_id = row.evidence, row.knowledge_id
    return held


# ---- what is to be looked at again ----


def move(unit: Unit, media: Iterable[int], unread: bool = False) -> None:
    """Links of these media came or went; `unread` ones have their facts read again first."""
    rows = [Moved(unit=unit, medium_id=medium, unread=unread) for medium in sorted(set(media))]
    if unread:
        Moved.objects.bulk_create(rows, 500, update_conflicts=True, unique_fields=["medium"], update_fields=["unread"])
    else:
        Moved.objects.bulk_create(rows, 500, ignore_conflicts=True)


def drop_withdrawn(unit: Unit) -> None:
    """Links that rest on a withdrawn source go; what they held together is looked at again."""
    gone = owned_by(unit, Link.objects).filter(knowledge__source__withdrawn_at__isnull=False)
    found = list(gone.values_list("id", "one", "other"))
    for some in chunks([key for key, _, _ in found]):
        Link.objects.filter(id__in=some).delete()
    move(unit, {end for _, one, other in found for end in (one, other)})


def forget_media(unit: Unit, gone: Collection[int], staying: Collection[int]) -> None:
    """Some media are about to be erased, others lose a place where they were found: what rested on either goes.

    Called before the rows go, in their transaction.
    """
    around: set[int] = set()
    for some in chunks([*gone, *staying]):
        series = Member.objects.filter(medium__in=some).values("series")
        around |= set(Member.objects.filter(series__in=series).values_list("medium", flat=True))
        around |= set(Link.objects.filter(one__in=some).values_list("other", flat=True))
        around |= set(Link.objects.filter(other__in=some).values_list("one", flat=True))
    move(unit, around - set(gone))
    forget(staying)
    move(unit, staying, unread=True)
    turn(unit)
