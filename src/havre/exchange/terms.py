"""Under which restriction each thing of a unit goes on the board: what was said of it, and of what it is in.

Nothing goes there of which nobody said anything: sharing is always somebody's word.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace

from havre.media.models import Exhibit
from havre.restrictions.keep import said
from havre.restrictions.model import CLOSED, Level, Restriction, narrower, narrowest
from havre.restrictions.models import Group, Kind
from havre.series.models import Clue, Member, Series, Status


def of_series(series: Series) -> Restriction | None:
    """What was said of a confirmed series; None where nothing was, or where nobody else may know of it."""
    found = said(Kind.SERIES, [series.pk]).get(series.pk)
    return found if found is not None and found.most and series.status == Status.CONFIRMED else None


def of_media(media: Collection[int]) -> dict[int, Restriction]:
    """What holds for each medium: its own word, that of its series, and of every case in which it was found."""
    own, series = said(Kind.MEDIA, media), _by_series(media)
    shared = {key: [words[key] for words in (own, series) if key in words] for key in {*own, *series}}
    cases = _by_cases(shared)
    found = {key: narrowest([*words, *cases[key]]) for key, words in shared.items()}
    return {key: value for key, value in found.items() if value.most}


def of_clues(series: Restriction, clues: Collection[Clue]) -> dict[int, Restriction]:
    """What holds for each clue that others may see: that of its series, its own word where it has one, and what was
    said of its file and of that one's cases, for a crop is a part of the file. What was drawn in a series that became
    part of this one is bounded by what was said of that, and closed where nothing was, until somebody says something
    of the clue itself."""
    own, parts = said(Kind.CLUE, [clue.pk for clue in clues]), _of_parts({clue.series_id for clue in clues})
    drawn_on = {clue.medium_id for clue in clues}
    media, cases = said(Kind.MEDIA, drawn_on), _by_cases(drawn_on)
    found = {}
    for clue in clues:
        words = [own.get(clue.pk, parts.get(clue.series_id)), media.get(clue.medium_id), *cases[clue.medium_id]]
        found[clue.pk] = narrowest([series, *(word for word in words if word is not None)])
    return {key: value for key, value in found.items() if value.most is Level.OPEN}


def _of_parts(series: Collection[int]) -> dict[int, Restriction]:
    """Those of these that are part of another now, with what was said of each; closed where nothing was."""
    over = list(Series.objects.filter(pk__in=series, merged_into__isnull=False).values_list("pk", flat=True))
    words = said(Kind.SERIES, over) if over else {}
    return {key: words.get(key, CLOSED) for key in over}


def of_comments(series: Restriction, comments: Collection[int]) -> dict[int, Restriction]:
    """What holds for each comment that others may read: its own word, within that of its series. Without a word of its
    own nobody else reads it."""
    own = said(Kind.COMMENT, comments)
    found = {key: narrower(series, value) for key, value in own.items()}
    return {key: value for key, value in found.items() if value.most is Level.OPEN}


def without_experts(restriction: Restriction) -> Restriction:
    """The same without groups that get clues and crops alone."""
    named = {code for part in restriction.parts for code in part.groups}
    experts = set(Group.objects.filter(code__in=named, experts=True).values_list("code", flat=True)) if named else set()
    if not experts:
        return restriction
    head, *further = (replace(part, groups=part.groups - experts) for part in restriction.parts)
    return replace(head, within=frozenset(further))


def _by_series(media: Collection[int]) -> dict[int, Restriction]:
    rows = Member.objects.filter(medium__in=media, confirmed=True, series__status=Status.CONFIRMED)
    held = dict(rows.values_list("medium", "series"))
    words = said(Kind.SERIES, set(held.values()))
    return {medium: words[series] for medium, series in held.items() if series in words}


def _by_cases(media: Collection[int]) -> dict[int, list[Restriction]]:
    pairs = Exhibit.objects.filter(medium__in=list(media)).values_list("medium", "item__intake__case").distinct()
    cases: dict[int, set[int]] = defaultdict(set)
    for medium, case in pairs:
        cases[medium].add(case)
    words = said(Kind.CASE, {case for held in cases.values() for case in held})
    return {medium: [words[case] for case in sorted(cases[medium]) if case in words] for medium in media}
