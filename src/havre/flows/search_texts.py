"""Where words are looked for: one entry a kind of text. What comes later adds its own to `TEXTS`."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from havre.compiled import Most, Words, WordsOfFew, compiled
from havre.matches.models import MatchWord
from havre.media.models import Exhibit, Fact, Medium
from havre.media.queries import media_for
from havre.restrictions.visible import visible_to
from havre.units.models import Person

Rows = QuerySet[Any]

NEWEST = 200
"""Media among which words are looked for first: common ones stand there as often as they are asked for."""

HOPE = 3
"""So many of the newest with the words let hope for more among those that come next."""


@dataclass(frozen=True, slots=True)
class Text:
    """Texts that belong to media: the rows a person may see, the field with the words, and that with the medium."""

    rows: Callable[[Person], Rows]
    field: str
    medium: str

    def containing(self, viewer: Person, words: str) -> Rows:
        """Those of the rows with these words in them, whatever the letters' size.

        SQLite folds A to Z alone; PostgreSQL folds all letters of its locale.
        """
        return self.rows(viewer).filter(**{f"{self.field}__icontains": words})


TEXTS: dict[str, Text] = {
    "path": Text(lambda viewer: visible_to(viewer, Exhibit.objects.all(), "medium__unit"), "item__path", "medium"),
    "metadata": Text(lambda viewer: visible_to(viewer, Fact.objects.all(), "medium__unit"), "value", "medium"),
    "word": Text(lambda viewer: visible_to(viewer, MatchWord.objects), "reason", "medium"),
}
"""Every kind of text that is searched, by how a page calls it."""


@dataclass(frozen=True, slots=True)
class Found:
    """The newest media in whose texts words stand, and by kind of text those of them where they do."""

    newest: Sequence[int]
    by_kind: Mapping[str, Collection[int]]


def newest_with(viewer: Person, words: str, before: int | None, most: int) -> Found:
    """The media in whose texts these words stand, the newest first; older than `before` where that is given.

    Each kind of text is asked by itself for so many: first among the newest media, and then, unless those were enough,
    among all.
    """
    few, asked = WordsOfFew(words), Most(most)
    by_kind = {kind: set(_among_newest(viewer, text, few, before, Most(NEWEST), asked)) for kind, text in TEXTS.items()}
    if len(set().union(*by_kind.values())) < most and _nth(viewer, before, NEWEST):
        by_kind = {
            kind: found if len(found) == most else _among_all(viewer, TEXTS[kind], words, before, asked, len(found))
            for kind, found in by_kind.items()
        }
    return Found(sorted(set().union(*by_kind.values()), reverse=True)[:most], by_kind)


def _among_all(viewer: Person, text: Text, words: str, before: int | None, most: Most, among_newest: int) -> set[int]:
    """Those of one kind of text, of whose newest media so many have the words.

    Asked for the newest, the database goes through all from the newest on, as if words stood everywhere alike: names
    of one drive stand together, and far back. So it does that as far as the newest let hope for enough, and else finds
    all by its index of words and sorts them.
    """
    anew = Words(words)
    if among_newest >= HOPE:
        far = 2 * NEWEST * most // among_newest
        behind = _nth(viewer, before, 1 << far.bit_length())  # few forms of one question
        found = _in_order(viewer, text, anew, before, behind, most)
        if len(found) == most or not behind:
            return set(found)
    return set(_sorted(viewer, text, anew, before, most))


def _nth(viewer: Person, before: int | None, place: int) -> int:
    """The medium that so many newer ones precede; 0 where there are fewer."""
    return next(iter(_at(viewer, before, Most(place))), 0)


def _asked(viewer: Person, text: Text, words: Words, before: int | None) -> Rows:
    rows = text.containing(viewer, words)
    return rows if before is None else rows.filter(**{f"{text.medium}__lt": before})


@compiled
def _at(viewer: Person, before: int | None, place: Most) -> "QuerySet[Medium, int]":
    return _newest(viewer, before)[place : place + 1]


def _newest(viewer: Person, before: int | None) -> "QuerySet[Medium, int]":
    rows = media_for(viewer) if before is None else media_for(viewer).filter(id__lt=before)
    return rows.order_by("-id").values_list("id", flat=True)


@compiled
def _among_newest(
    viewer: Person, text: Text, words: WordsOfFew, before: int | None, newest: Most, most: Most
) -> "QuerySet[Any, int]":
    own = f"{text.medium}_id"
    rows = text.containing(viewer, words).filter(**{f"{text.medium}__in": _newest(viewer, before)[:newest]})
    return rows.order_by(f"-{own}").values_list(own, flat=True).distinct()[:most]


@compiled
def _in_order(
    viewer: Person, text: Text, words: Words, before: int | None, behind: int, most: Most
) -> "QuerySet[Any, int]":
    own = f"{text.medium}_id"
    rows = _asked(viewer, text, words, before).filter(**{f"{text.medium}__gt": behind})
    return rows.order_by(f"-{own}").values_list(own, flat=True).distinct()[:most]


@compiled
def _sorted(viewer: Person, text: Text, words: Words, before: int | None, most: Most) -> "QuerySet[Any, int]":
    rows = _asked(viewer, text, words, before).annotate(place=F(f"{text.medium}_id") + 0)  # no index is in this order
    found: QuerySet[Any, int] = rows.order_by("-place").values_list("place", flat=True).distinct()[:most]
    return found


AROUND = 60
"""Characters told before and after the words."""


def told(
    viewer: Person, words: str, media: Sequence[int], by_kind: Mapping[str, Collection[int]] | None = None
) -> Mapping[int, list[tuple[str, str]]]:
    """For each of these media, in which kind of text the words stand, with what stands around them.

    A kind of text is looked through of those media alone that `by_kind` names, where that is known.
    """
    found: dict[int, list[tuple[str, str]]] = {}
    for kind, text in TEXTS.items():
        some = media if by_kind is None else [medium for medium in media if medium in by_kind[kind]]
        for medium, value in _saying(viewer, text, WordsOfFew(words), list(some)) if some else ():
            listed = found.setdefault(medium, [])
            if all(each != kind for each, _ in listed):
                listed.append((kind, around(value, words)))
    return found


@compiled
def _saying(viewer: Person, text: Text, words: WordsOfFew, media: Sequence[int]) -> "QuerySet[Any, tuple[int, str]]":
    rows = text.containing(viewer, words).filter(**{f"{text.medium}__in": media}).order_by("id")
    return rows.values_list(text.medium, text.field)


def around(value: str, words: str) -> str:
    """The words where they stand first, with a little before and after."""
    at = max(0, value.casefold().find(words.casefold()))
    begin, end = max(0, at - AROUND), at + len(words) + AROUND
    return ("…" if begin else "") + value[begin:end] + ("…" if end < len(value) else "")
