"""Reads of stacks and of what was said of them; the first parameter is who asks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from havre.assessments.models import Act, Assessment, Derived, Stack, Stacked, Tab, Tally
from havre.assessments.tallies import ALL, KNOWN
from havre.cases.models import Intake
from havre.compiled import Most, compiled
from havre.errors import NotFound
from havre.media.models import Exhibit
from havre.restrictions.visible import visible_to
from havre.units.models import Person

Place = tuple[int, int]
"""Where a page ended: a rank and the key of a stack."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many stacks there are, from counters."""

    tabs: Mapping[str, int]
    known: int = 0
    """Files that nobody needs to look at."""


def stacks_for(viewer: Person) -> QuerySet[Stack]:
    """Every stack this viewer may know of."""
    return visible_to(viewer, Stack.objects)


def stacks_after(viewer: Person, tab: str, intake: int | None, after: Place | None, most: int) -> list[Stack]:
    """The next stacks of a tab, in order; of one intake or of all."""
    rank, key = after or (None, None)
    return _with_intakes(viewer, _stacks_after(viewer, str(tab), intake, rank, key, Most(most)))


def stacks_asked_for(viewer: Person, keys: Collection[int], medium: int | None) -> list[Stack]:
    """These stacks, or that of a medium, as those of a tab are read and in order.

    Raises NotFound where this viewer may know of none.
    """
    rows = _of_medium(viewer, medium) if medium is not None else _of_keys(viewer, list(set(keys)))
    if not rows:
        raise NotFound(_("there is no such stack: look at the page again"))
    return _with_intakes(viewer, rows)


@compiled
def _of_medium(viewer: Person, medium: int) -> QuerySet[Stack]:
    return _as_shown(stacks_for(viewer).filter(media__medium=medium))


@compiled
def _of_keys(viewer: Person, keys: Collection[int]) -> QuerySet[Stack]:
    return _as_shown(stacks_for(viewer).filter(pk__in=keys))


def _as_shown(rows: QuerySet[Stack]) -> QuerySet[Stack]:
    return rows.select_related("medium", "item").defer(*UNSHOWN).order_by("rank", "id")


def _with_intakes(viewer: Person, found: list[Stack]) -> list[Stack]:
    intakes = {each.pk: each for each in _intakes(viewer, list({stack.intake_id for stack in found}))}
    for stack in found:
        stack.intake = intakes[stack.intake_id]
    return found


@compiled
def _stacks_after(
    viewer: Person, tab: str, intake: int | None, rank: int | None, key: int | None, most: int
) -> QuerySet[Stack]:
    rows = stacks_for(viewer).filter(tab=tab)
    if intake is not None:
        rows = rows.filter(intake=intake)
    if rank is not None:
        rows = rows.filter(Q(rank__gt=rank) | Q(rank=rank, id__gt=key), rank__gte=rank)
    return _as_shown(rows)[:most]


UNSHOWN = (
    *(f"medium__{name}" for name in ("sha1", "md5", "frames", "damage", "notes", "quarantine", "held_since")),
    *(f"item__{name}" for name in ("modified_at", "accessed_at", "changed_at", "md5", "sha1", "sha256", "pdq", "note")),
)
"""What nobody asks of a stack in a row of them: half of what a row holds."""


@compiled
def _intakes(viewer: Person, keys: Collection[int]) -> QuerySet[Intake]:
    return visible_to(viewer, Intake.objects, "case__unit").filter(id__in=keys)


def came_since(viewer: Person, tab: str, intake: int | None, newest: int, most: int) -> int:
    """How many stacks were found that are newer than the newest on a page, counted to `most`."""
    rows = stacks_for(viewer).filter(tab=tab, id__gt=newest)
    return len((rows if intake is None else rows.filter(intake=intake)).order_by("id").values_list("id")[:most])


def moved_on(viewer: Person, tab: str, keys: Collection[int]) -> dict[int, str]:
    """Which of these stacks have left a tab since, with the label that each is judged, if it is."""
    rows = stacks_for(viewer).filter(id__in=list(keys)).exclude(tab=tab)
    return dict(rows.values_list("id", "label"))


def newest_stack(viewer: Person) -> int:
    """The key of the stack that was found last."""
    return next(iter(_newest(viewer)), 0)


@compiled
def _newest(viewer: Person) -> "QuerySet[Stack, int]":
    return stacks_for(viewer).order_by("-id").values_list("id", flat=True)[:1]


def stacks_named(viewer: Person, keys: Collection[int]) -> list[Stack]:
    """These stacks in the order given. Raises NotFound where this viewer may not know of one."""
    rows = {stack.pk: stack for stack in _stacks_named(viewer, list(set(keys)))}
    if len(rows) < len(set(keys)):
        raise NotFound(_("there is no such stack: look at the page again"))
    return [rows[key] for key in dict.fromkeys(keys)]


@compiled
def _stacks_named(viewer: Person, keys: Collection[int]) -> QuerySet[Stack]:
    return stacks_for(viewer).filter(pk__in=keys).select_related("medium")


def counts_of(viewer: Person, intake: int | None) -> Counts:
    """How many stacks stand in each tab."""
    tabs = dict(_in_tabs(viewer, intake))
    known = tabs.pop(KNOWN, 0)
    return Counts(dict.fromkeys(Tab.values, 0) | tabs, known)


@compiled
def _in_tabs(viewer: Person, intake: int | None) -> "QuerySet[Tally, tuple[str, int]]":
    rows = visible_to(viewer, Tally.objects).filter(heading=ALL)
    if intake is not None:
        rows = rows.filter(intake=intake)
    return rows.values_list("tab").annotate(sum=Sum("count")).order_by()


def under_headings(viewer: Person, intake: int | None, tab: str, headings: Collection[str]) -> dict[str, int]:
    """How many stacks of a tab stand under each of these headings."""
    return dict(_under(viewer, intake, str(tab), list(headings)))


@compiled
def _under(
    viewer: Person, intake: int | None, tab: str, headings: Collection[str]
) -> "QuerySet[Tally, tuple[str, int]]":
    rows = visible_to(viewer, Tally.objects).filter(tab=tab, heading__in=headings)
    if intake is not None:
        rows = rows.filter(intake=intake)
    return rows.values_list("heading").annotate(sum=Sum("count")).order_by()


def words_for(viewer: Person, stacks: Collection[Stack]) -> dict[int, list[Assessment]]:
    """What was said of these stacks and not undone, oldest first, by stack."""
    found: dict[int, list[Assessment]] = {}
    for word in _words(viewer, [stack.pk for stack in stacks]):
        found.setdefault(word.stack_id or 0, []).append(word)
    return found


@compiled
def _words(viewer: Person, stacks: Collection[int]) -> QuerySet[Assessment]:
    rows = visible_to(viewer, Assessment.objects.all(), "stack__unit").filter(stack__in=stacks, undone_at=None)
    return rows.select_related("person").order_by("id")


def history_of(viewer: Person, medium: int) -> list[Assessment]:
    """Everything that was ever said of the stack a medium is in, undone words too, oldest first."""
    return _history(viewer, medium)


@compiled
def _history(viewer: Person, medium: int) -> QuerySet[Assessment]:
    rows = visible_to(viewer, Assessment.objects.all(), "medium__unit")
    # As one value, not as a join: so an index answers, and not every word of the unit is read.
    its = Subquery(Stacked.objects.filter(medium=medium).values("stack")[:1])
    return rows.filter(Q(medium=medium) | Q(stack=its)).select_related("person").order_by("id")


def categories_of(viewer: Person, words: Collection[Assessment]) -> dict[int, dict[str, str]]:
    """The newest category that each mapping made of each word, by word and mapping."""
    found: dict[int, dict[str, str]] = {}
    for each in _derived(viewer, [word.pk for word in words]):
        found.setdefault(each.assessment_id, {})[each.mapping] = each.category
    return found


@compiled
def _derived(viewer: Person, words: Collection[int]) -> QuerySet[Derived]:
    rows = visible_to(viewer, Derived.objects.all(), "assessment__medium__unit")
    return rows.filter(assessment__in=words).order_by("version")


def last_acts(viewer: Person, most: int) -> list[Act]:
    """The last acts of this person, newest first, undone ones too."""
    return _last_acts(viewer, Most(most))


@compiled
def _last_acts(viewer: Person, most: int) -> QuerySet[Act]:
    return visible_to(viewer, Act.objects).filter(person=viewer.pk).order_by("-id")[:most]


def labels_of(viewer: Person, exhibits: QuerySet[Exhibit]) -> dict[int, str]:
    """The key of the label that holds, by item: of the items of these exhibits of which one does."""
    rows = visible_to(viewer, exhibits, "medium__unit").exclude(medium__stacked__stack__label="")
    found = rows.filter(medium__stacked__isnull=False).values_list("item", "medium__stacked__stack__label")
    return dict(found)


def judged_since(viewer: Person, since: datetime) -> int:
    """How many stacks the viewer themself judged from then on."""
    return next(iter(_judged(viewer, since)), 0)


@compiled
def _judged(viewer: Person, since: datetime) -> "QuerySet[Assessment, int]":
    words = Assessment.objects.filter(act__person=viewer.pk, act__at__gte=since, act__undone_at=None)
    counted = words.order_by().values("act__person").annotate(count=Count("stack", distinct=True))
    return counted.values_list("count", flat=True)
