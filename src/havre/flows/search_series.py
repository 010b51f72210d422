"""Series by what people wrote of them: their names, comments, clues, and pseudonyms of whom they show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from havre.flows.search_texts import around
from havre.restrictions.visible import visible_to
from havre.series.models import Clue, Comment, Series
from havre.units.models import Person
from havre.victims.models import Offender, Victim

MOST = 24
"""Series told at once, the newest: who finds more gives more words."""

Rows = Callable[[Person], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Written:
    """One kind of text: the rows a person may see, the field with the words, and that with the series."""

    rows: Rows
    field: str
    series: str


WRITTEN: Mapping[str, Written] = {
    "name": Written(lambda viewer: visible_to(viewer, Series.objects), "name", "id"),
    "comment": Written(
        lambda viewer: visible_to(viewer, Comment.objects.all(), "series__unit").filter(withdrawn_at=None),
        "text",
        "series",
    ),
    "clue": Written(
        lambda viewer: visible_to(viewer, Clue.objects.all(), "series__unit").filter(withdrawn_at=None),
        "name",
        "series",
    ),
    "victim": Written(lambda viewer: visible_to(viewer, Victim.objects.all()), "pseudonym", "series"),
    "offender": Written(lambda viewer: visible_to(viewer, Offender.objects.all()), "pseudonym", "series"),
}
"""Every kind of text, by how a page calls it; what was withdrawn is found no more."""


@dataclass(frozen=True, slots=True)
class SeriesTold:
    """One series, in which kinds of text the words stand, and what stands around them."""

    series: Series
    why: Sequence[tuple[str, str]]


def series_saying(viewer: Person, words: str) -> list[SeriesTold]:
    """The series of which these words are written, the newest first; each kind of text once."""
    found: dict[int, dict[str, str]] = {}
    for kind, text in WRITTEN.items():
        rows = text.rows(viewer).filter(**{f"{text.field}__icontains": words, f"{text.series}__isnull": False})
        newest = rows.order_by(f"-{text.series}").values_list(text.series, flat=True).distinct()[:MOST]
        here = rows.filter(**{f"{text.series}__in": list(newest)})  # however often a series says it, it is one
        for series, value in here.order_by(f"-{text.series}", "-id").values_list(text.series, text.field):
            found.setdefault(series, {}).setdefault(kind, around(value, words))
    told = visible_to(viewer, Series.objects).filter(id__in=found).order_by("-id")[:MOST]
    return [SeriesTold(series, list(found[series.pk].items())) for series in told]
