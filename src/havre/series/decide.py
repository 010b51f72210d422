"""Words of analysts on series: written once, kept, and handed to whoever groups."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import QuerySet

from havre.compiled import compiled
from havre.linking import decisions
from havre.restrictions.visible import owned_by
from havre.series.models import Decision, Part, Series, Status, Word
from havre.units.models import Person, Unit

CLOSES = {Word.CONFIRMED: Status.CONFIRMED, Word.REJECTED: Status.REJECTED}
"""What a series is after a word; a split one is what its parts make of it."""


def decide(
    series: Series, said: Word, parts: Sequence[Collection[int]], by: Person, at: datetime, reason: str
) -> Decision:
    """Write down what an analyst said of a series and of which media."""
    decision = Decision.objects.create(unit_id=series.unit_id, series=series, said=said, by=by, at=at, reason=reason)
    Part.objects.bulk_create(
        [
            Part(decision=decision, medium_id=medium, part=number)
            for number, part in enumerate(parts)
            for medium in sorted(part)
        ],
        batch_size=500,
    )
    series.status = CLOSES.get(said, Status(series.status))
    series.decided_by, series.decided_at = by, at
    series.save(update_fields=["status", "decided_by", "decided_at"])
    return decision


def decisions_of(unit: Unit) -> list[decisions.Decision]:
    """Everything the unit's analysts decided, in order, of the media that are still held."""
    rows = owned_by(unit, Part.objects.all(), "decision__unit")
    return _decisions(rows.values_list("decision", "part", "medium", "decision__said"))


def decisions_about(unit: Unit, media: Collection[int]) -> list[decisions.Decision]:
    """Those of them that speak of any of these media."""
    return _decisions(_parts(unit, _deciding(unit, list(media))))


@compiled
def _deciding(unit: Unit, media: Collection[int]) -> "QuerySet[Part, int]":
    rows = owned_by(unit, Part.objects.all(), "decision__unit").filter(medium__in=media)
    return rows.values_list("decision", flat=True).distinct()


@compiled
def _parts(unit: Unit, found: Collection[int]) -> "QuerySet[Part, tuple[int, int, int, str]]":
    rows = owned_by(unit, Part.objects.all(), "decision__unit").filter(decision__in=found)
    return rows.values_list("decision", "part", "medium", "decision__said")


def _decisions(rows: Iterable[tuple[int, int, int, str]]) -> list[decisions.Decision]:
    parts: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    said: dict[int, str] = {}
    for decision, part, medium, word in rows:
        parts[decision][part].add(medium)
        said[decision] = word
    return [_decision(number, said[number], list(parts[number].values())) for number in sorted(parts)]


def _decision(number: int, said: str, parts: Sequence[Collection[int]]) -> decisions.Decision:
    if said == Word.SPLIT:
        return decisions.split(number, parts)
    media = {medium for part in parts for medium in part}
    return decisions.confirmed(number, media) if said == Word.CONFIRMED else decisions.rejected(number, media)
