"""Series by what people wrote of them: their names, comments, clues, and pseudonyms of whom they show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from havre.compiled import Most, Words, compiled
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
        newest = _newest(viewer, text, Words(words), Most(MOST))
        for series, value in _texts(viewer, text, Words(words), newest) if newest else ():
            found.setdefault(series, {}).setdefault(kind, around(value, words))
    told = _series(viewer, list(found), Most(MOST)) if found else []
    return [SeriesTold(series, list(found[series.pk].items())) for series in told]


def _containing(viewer: Person, text: Written, words: Words) -> QuerySet[Any]:
    return text.rows(viewer).filter(**{f"{text.field}__icontains": words, f"{text.series}__isnull": False})


@compiled
def _newest(viewer: Person, text: Written, words: Words, most: Most) -> "QuerySet[Any, int]":
    rows = _containing(viewer, text, words).order_by(f"-{text.series}")
    return rows.values_list(text.series, flat=True).distinct()[:most]


@compiled
def _texts(viewer: Person, text: Written, words: Words, series: Sequence[int]) -> "QuerySet[Any, tuple[int, str]]":
    """What contains the words, however often a series says it."""
    rows = _containing(viewer, text, words).filter(**{f"{text.series}__in": series})
    return rows.order_by(f"-{text.series}", "-id").values_list(text.series, text.field)


@compiled
def _series(viewer: Person, which: Sequence[int], most: Most) -> QuerySet[Series]:
    return visible_to(viewer, Series.objects).filter(id__in=which).order_by("-id")[:most]
