"""Words of analysts on series: written once, kept, and handed to whoever groups."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

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
    parts: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    rows = owned_by(unit, Part.objects.all(), "decision__unit")
    for decision, part, medium in rows.values_list("decision", "part", "medium"):
        parts[decision][part].add(medium)
    said = dict(owned_by(unit, Decision.objects).filter(id__in=list(parts)).values_list("id", "said"))
    return [_decision(number, said[number], list(parts[number].values())) for number in sorted(parts)]


def _decision(number: int, said: str, parts: Sequence[Collection[int]]) -> decisions.Decision:
    if said == Word.SPLIT:
        return decisions.split(number, parts)
    media = {medium for part in parts for medium in part}
    return decisions.confirmed(number, media) if said == Word.CONFIRMED else decisions.rejected(number, media)
