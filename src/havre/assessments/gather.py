"""Gather files into stacks as they come: what repeats a medium is judged with it.

Every verb here is called inside a transaction in which nobody else writes what the unit holds.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet

from havre.assessments.models import Assessment, InSeries, SeriesIs, Stack, Stacked, Tab
from havre.assessments.rank import heading_of, rank_of
from havre.assessments.tallies import Counting, count_known
from havre.cases.models import Item, Outcome
from havre.matches.digests import knowledge_of, named
from havre.matches.models import Match, MatchKind
from havre.media.models import Exhibit, Medium
from havre.restrictions.visible import owned_by
from havre.units.models import Unit

SHOWN = (Outcome.NEW, Outcome.NEAR, Outcome.REPEAT)
"""What a person is to look at; known is known, and the rest can't be looked at."""

OPEN = (Tab.NEW, Tab.NEAR)

WHOLE = 0.9
"""Share of both that a common part must have for a film or sound to be the same as a whole: one key must never judge
an hour because a minute of it was seen."""

NO_SERIES = (SeriesIs.OPEN, None)

CHUNK = 500
"""Rows asked for by their keys at a time."""


def gather(unit: Unit, items: Sequence[Item]) -> None:
    """Put files that have just been found into stacks, in the order of their keys. Files without bytes are left out."""
    count_known(unit, Counter(item.intake_id for item in items if item.outcome == Outcome.KNOWN))
    _stack(unit, items)


def _stack(unit: Unit, items: Sequence[Item], keys: Mapping[int, int] | None = None) -> None:
    looked_at = sorted((item for item in items if item.outcome in SHOWN), key=lambda item: item.pk)
    if looked_at:
        _Gathering(unit, looked_at, keys or {}).work()


def gather_again(unit: Unit, items: Iterable[Item]) -> None:
    """The same of files that turned out to be something else; stacks that somebody judged stay as they are.

    A stack that is founded again by the same file keeps its key: whoever has it on the screen judges it all the same.
    """
    exhibits = Exhibit.objects.filter(item__in=[item.pk for item in items])
    media = set(exhibits.values_list("medium", flat=True))
    freed, keys = _dissolved(unit, media)
    _stack(unit, _unstacked(unit, media | freed), keys)
    _count_again(unit, media)


def gather_orphans(unit: Unit, media: Collection[int]) -> None:
    """Media that lost the founder of their stack found another, unless they are judged already."""
    stacked = set(Stacked.objects.filter(medium__in=media).values_list("medium", flat=True))
    left = list(owned_by(unit, Medium.objects).filter(id__in=set(media) - stacked))
    judged = knowledge_of(unit, [named(medium) for medium in left])
    open_ = {medium.pk for medium in left if all(known.pertinent is None for known in judged[named(medium)])}
    _stack(unit, _unstacked(unit, open_))


def _dissolved(unit: Unit, media: Collection[int]) -> tuple[set[int], dict[int, int]]:
    """All media of the stacks that these are in and nobody said a word of; those stacks are no more.

    With them, the key of each stack by the item that founded it.
    """
    counting = Counting(unit)
    stacks = owned_by(unit, Stack.objects).filter(media__medium__in=media, tab__in=OPEN).distinct()
    untouched = [stack for stack in stacks if not Assessment.objects.filter(stack=stack).exists()]
    freed = set(Stacked.objects.filter(stack__in=untouched).values_list("medium", flat=True))
    keys = {stack.item_id: stack.pk for stack in untouched}
    for stack in untouched:
        counting.went(stack)
    Stack.objects.filter(id__in=[stack.pk for stack in untouched]).delete()
    counting.write()
    return freed, keys


def _count_again(unit: Unit, media: Collection[int]) -> None:
    """How many files lie in the stacks of these media now."""
    counting = Counting(unit)
    stacks = list(owned_by(unit, Stack.objects).filter(media__medium__in=media).distinct())
    shown = Item.objects.filter(exhibit__medium__stacked__stack__in=stacks, outcome__in=SHOWN)
    counted = dict(shown.values_list("exhibit__medium__stacked__stack").annotate(files=Count("id")).order_by())
    for stack in stacks:
        _moved(stack, counting, files=counted.get(stack.pk, 0))
    Stack.objects.bulk_update(stacks, ["files", "heading", "rank"], batch_size=CHUNK)
    counting.write()


def _unstacked(unit: Unit, media: Collection[int]) -> list[Item]:
    free = set(media) - set(Stacked.objects.filter(medium__in=media).values_list("medium", flat=True))
    return list(owned_by(unit, Item.objects, "intake__case__unit").filter(exhibit__medium__in=free).order_by("id"))


def in_series(
    unit: Unit, series: Mapping[int, InSeries], among: "QuerySet[Stacked, Mapping[str, object]] | None" = None
) -> None:
    """Say which series media are in, by medium: of all media that are in one, or of all in the stacks `among` which
    they lie. Stacks move to their place; near several series, to that of the one that says most."""
    counting, wanted = Counting(unit), _series_by_stack(unit, series)
    own = owned_by(unit, Stack.objects)
    standing = own.filter(series__isnull=False) if among is None else own.filter(pk__in=among)
    stacks = {stack.pk: stack for stack in standing}
    stacks |= own.in_bulk(list(set(wanted) - set(stacks)))
    moved = [stack for key, stack in stacks.items() if (stack.series_is, stack.series) != wanted.get(key, NO_SERIES)]
    for stack in moved:
        come_to, number = wanted.get(stack.pk, NO_SERIES)
        _moved(stack, counting, series_is=come_to, series=number)
    Stack.objects.bulk_update(moved, ["series_is", "series", "heading", "rank"], batch_size=CHUNK)
    counting.write()


def _series_by_stack(unit: Unit, series: Mapping[int, InSeries]) -> dict[int, InSeries]:
    wanted: dict[int, InSeries] = {}
    for some in _chunks(sorted(series)):
        rows = Stacked.objects.filter(medium__in=some, stack__unit=unit).values_list("stack", "medium")
        for stack, medium in rows:
            wanted[stack] = min(series[medium], wanted.get(stack, series[medium]))
    return wanted


def _moved(stack: Stack, counting: Counting, **values: int | None) -> None:
    """A stack with other values, at its new place; one that somebody judged stays where it is."""
    counting.went(stack)
    for name, value in values.items():
        setattr(stack, name, value)
    if stack.tab in OPEN:
        stack.heading = heading_of(stack)
        stack.rank = rank_of(stack)
    counting.came(stack)


def _chunks(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    return (keys[at : at + CHUNK] for at in range(0, len(keys), CHUNK))


def whole(match: Match, sounds: Collection[int]) -> bool:
    """Whether what an item was found to be like is the same as a whole; `sounds` are items of which nothing is seen."""
    if match.kind in (MatchKind.SEGMENT, MatchKind.SOUND):
        shares = [match.evidence.get(name) or 0.0 for name in ("query_share", "match_share")]
        return min(shares) >= WHOLE and (match.kind == MatchKind.SEGMENT or match.item_id in sounds)
    return match.kind in (MatchKind.IDENTICAL, MatchKind.NEAR)


@dataclass
class _Gathering:
    """One batch of files on its way into stacks."""

    unit: Unit
    items: Sequence[Item]
    keys: Mapping[int, int]
    """The key that a stack had, by the item that founds it."""
    media: dict[int, int] = field(default_factory=dict)
    """The medium of each item."""
    alike: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Media that an item was found to repeat, the nearest first."""
    places: set[int] = field(default_factory=set)
    """Items of which the place is seen elsewhere."""
    stacks: dict[int, Stack] = field(default_factory=dict)
    """The stack of each medium."""
    founded: list[Stack] = field(default_factory=list)
    joined: list[Stacked] = field(default_factory=list)

    def work(self) -> None:
        self._read()
        grown: dict[int, Stack] = {}
        counting = Counting(self.unit)
        for item in self.items:
            if item.pk not in self.media:
                continue
            stack = self._stack_of(item)
            if stack.pk is not None and stack.pk not in grown:
                counting.went(stack)
                grown[stack.pk] = stack
            stack.files += 1
        self._write(list(grown.values()), counting)

    def _read(self) -> None:
        keys = [item.pk for item in self.items]
        exhibits = Exhibit.objects.filter(item__in=keys).select_related("medium").only("item", "medium__family")
        self.media = {each.item_id: each.medium_id for each in exhibits}
        sounds = {each.item_id for each in exhibits if each.medium.family == "audio"}
        for match in Match.objects.filter(item__in=keys).order_by("id"):
            if match.kind == MatchKind.PLACE:
                self.places.add(match.item_id)
            elif match.medium_id is not None and match.knowledge_id is None and whole(match, sounds):
                self.alike[match.item_id].append(match.medium_id)
        asked = set(self.media.values()).union(*self.alike.values())
        for stacked in Stacked.objects.filter(medium__in=asked).select_related("stack"):
            # Media of one stack share its object, so that what grows it grows it once.
            self.stacks[stacked.medium_id] = self._once(stacked.stack)

    def _once(self, stack: Stack) -> Stack:
        return next((known for known in self.stacks.values() if known.pk == stack.pk), stack)

    def _stack_of(self, item: Item) -> Stack:
        medium = self.media[item.pk]
        stack = self.stacks.get(medium)
        if stack is None:
            stack = self._repeated(item) or self._found(item, medium)
            self.stacks[medium] = stack
            self.joined.append(Stacked(medium_id=medium, stack=stack))
        return stack

    def _repeated(self, item: Item) -> Stack | None:
        """The stack that it repeats; what is judged is judged: nothing joins it afterwards."""
        if item.outcome == Outcome.NEW:
            return None
        wanted = Tab.NEAR if item.outcome == Outcome.NEAR else None
        found = (self.stacks.get(medium) for medium in self.alike[item.pk])
        return next((s for s in found if s and s.tab != Tab.JUDGED and wanted in (None, s.found)), None)

    def _found(self, item: Item, medium: int) -> Stack:
        tab = Tab.NEAR if item.outcome == Outcome.NEAR else Tab.NEW
        stack = Stack(unit=self.unit, intake_id=item.intake_id, item=item, medium_id=medium, tab=tab, found=tab)
        stack.apart, stack.place = bool(item.apart), item.pk in self.places
        self.founded.append(stack)
        return stack

    def _write(self, grown: list[Stack], counting: Counting) -> None:
        for stack in [*grown, *self.founded]:
            if stack.tab in OPEN:
                stack.heading = heading_of(stack)
                stack.rank = rank_of(stack)
            counting.came(stack)
        Stack.objects.bulk_update(grown, ["files", "heading", "rank"])
        for stack in self.founded:
            stack.pk = self.keys.get(stack.item_id)
        Stack.objects.bulk_create(self.founded)
        Stacked.objects.bulk_create(self.joined)
        counting.write()
