"""What the media of one unit state about their origin, and how common it is: indexed, counted, looked up again."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import Count, QuerySet

from havre.compiled import compiled
from havre.linking import stated
from havre.linking.keys import CAMERA, FEW, Counts, Key, Row, lookups, model, rows, worth
from havre.media.models import Fact, Medium
from havre.restrictions.visible import owned_by
from havre.series.models import Bookmark, Stated
from havre.series.tally import State, Tally
from havre.units.models import Unit

CHUNK = 500
"""Values in one question to the database; SQLite takes 32,766 at most."""

Value = TypeVar("Value")


def chunks(values: Iterable[Value]) -> Iterator[list[Value]]:
    """The values in pieces that one question may name."""
    listed = list(values)
    return (listed[at : at + CHUNK] for at in range(0, len(listed), CHUNK))


def size_of(unit: Unit) -> int:
    """How many media the unit holds."""
    return owned_by(unit, Medium.objects).count()


def index(unit: Unit, found: Iterable[stated.Stated]) -> list[int]:
    """Index what these media state, in place of what was indexed of them; those of which that is something new."""
    now = {one.medium: set(rows(one)) for one in found}
    before = _indexed(now)
    moved = [medium for medium, held in now.items() if held != before.get(medium, set())]
    forget(moved)
    Stated.objects.bulk_create(
        [
            Stated(unit=unit, medium_id=medium, name=row.key.name, value=row.key.value, model=row.model)
            for medium in moved
            for row in sorted(now[medium])
        ],
        batch_size=CHUNK,
    )
    return moved


def _indexed(media: Iterable[int]) -> dict[int, set[Row]]:
    held: dict[int, set[Row]] = defaultdict(set)
    for some in chunks(media):
        fields = Stated.objects.filter(medium__in=some).values_list("medium", "name", "value", "model")
        for medium, name, value, of_model in fields:
            held[medium].add(Row(Key(name, value), of_model))
    return held


def forget(media: Iterable[int]) -> None:
    """Nothing is indexed of what these media state."""
    for some in chunks(media):
        Stated.objects.filter(medium__in=some).delete()


@dataclass
class Origins:
    """One unit's media while `size` of them are held; each thing is read once, when first asked for."""

    unit: Unit
    size: int
    _stated: dict[int, stated.Stated] = field(default_factory=dict)
    _models: dict[Key, Counter[str]] = field(default_factory=dict)
    known_stating: int | None = None
    """How many media state a camera, where that was counted before."""
    state: State | None = None
    """What was read when `tally` counted; None where everything is counted anew."""
    tally: Tally = field(default_factory=Tally)

    def of(self, media: Iterable[int]) -> dict[int, stated.Stated]:
        """What these media state, as far as the unit holds them."""
        wanted = set(media)
        for some in chunks(sorted(wanted - self._stated.keys())):
            self._stated |= _read(self.unit, some)
        return {medium: self._stated[medium] for medium in sorted(wanted) if medium in self._stated}

    def counted(self, asking: Iterable[stated.Stated]) -> None:
        """Count what these state, all in a few questions; `counts` then asks nothing more."""
        self._count({key for one in asking for key in _asked(one)})

    def _count(self, keys: set[Key]) -> None:
        wanted = keys - self._models.keys()
        known = self.tally.known(self.state, wanted) if self.state else {}
        fresh = self._fresh(wanted - known.keys())
        if self.state and fresh:
            self.tally.keep(self.state, fresh)
        self._models |= known | fresh

    def counts(self, asking: stated.Stated) -> Counts:
        """How common what this medium states is."""
        keys = _asked(asking)
        self._count(keys)
        found = {key: self._models[key] for key in keys}
        return Counts(
            self.size,
            self.stating(),
            {key: held.total() for key, held in found.items()},
            {key: held[model(asking, key.name)] for key, held in found.items()},
        )

    def candidates(self, asking: Sequence[stated.Stated]) -> dict[int, set[int]]:
        """The media that are worth comparing with each of these, by the key they share."""
        self.counted(asking)
        followed = {one.medium: [key for key in lookups(one) if self._worth(key)] for one in asking}
        under = self._under({key for found in followed.values() for key in found})
        return {
            medium: {other for key in found for other in under.get(key, ())} - {medium}
            for medium, found in followed.items()
        }

    def _fresh(self, wanted: Iterable[Key]) -> dict[Key, Counter[str]]:
        """How many media state each of these, as the database counts them now."""
        counted = {key: Counter[str]() for key in wanted}
        for name, values in _by_name(counted).items():
            for some in chunks(sorted(values)):
                for value, of_model, number in _numbers(self.unit, name, some):
                    counted[Key(name, value)][of_model] = number
        return counted

    def stating(self) -> int:
        """How many media state a camera."""
        if self.known_stating is None:
            self.known_stating = owned_by(self.unit, Stated.objects).filter(name=CAMERA).count()
        return self.known_stating

    def _worth(self, key: Key) -> int:
        return worth(key, self._models[key].total())

    def _under(self, found: Iterable[Key]) -> dict[Key, list[int]]:
        """The media under each key, the last few where there are too many."""
        few, many = set[Key](), set[Key]()
        for key in found:
            (few if self._models[key].total() <= FEW else many).add(key)
        held: dict[Key, list[int]] = defaultdict(list)
        for name, values in _by_name(few).items():
            for some in chunks(sorted(values)):
                lying = owned_by(self.unit, Stated.objects).filter(name=name, value__in=some)
                for value, medium in lying.values_list("value", "medium"):
                    held[Key(name, value)].append(medium)
        for key in many:
            lying = owned_by(self.unit, Stated.objects).filter(name=key.name, value=key.value)
            held[key] = list(lying.order_by("-medium").values_list("medium", flat=True)[: self._worth(key)])
        return held


def _asked(one: stated.Stated) -> set[Key]:
    """The keys that are counted for a medium."""
    return {*lookups(one), *([Key(CAMERA, one.camera)] if one.camera else [])}


def _by_name(found: Iterable[Key]) -> dict[str, set[str]]:
    named: dict[str, set[str]] = defaultdict(set)
    for key in found:
        named[key.name].add(key.value)
    return named


def _read(unit: Unit, media: Collection[int]) -> dict[int, stated.Stated]:
    """What these media state, from their facts and every path they were found at."""
    paths: dict[int, list[str]] = {}
    for medium, path in _owned_at(unit, list(media)):
        paths.setdefault(medium, []).extend([path] if path is not None else [])
    facts: dict[int, list[stated.Fact]] = {medium: [] for medium in paths}
    for medium, name, value in _told(list(facts)):
        facts[medium].append((name, value))
    return {medium: stated.stated(medium, facts[medium], paths[medium]) for medium in facts}


@compiled
def _owned_at(unit: Unit, media: Collection[int]) -> "QuerySet[Medium, tuple[int, str | None]]":
    """Those of these media that are the unit's, with each path they were found at; None where they lie at none."""
    return owned_by(unit, Medium.objects).filter(id__in=media).values_list("id", "exhibits__item__path")


@compiled
def _told(media: Collection[int]) -> "QuerySet[Fact, tuple[int, str, str]]":
    told = Fact.objects.filter(medium__in=media, name__in=stated.FACTS).order_by("id")
    return told.values_list("medium", "name", "value")


@compiled
def _numbers(unit: Unit, name: str, values: Collection[str]) -> "QuerySet[Stated, tuple[str, str, int]]":
    held = owned_by(unit, Stated.objects).filter(name=name, value__in=values)
    return held.values_list("value", "model").annotate(number=Count("id"))


def origins_then(unit: Unit, tally: Tally) -> Origins:
    """One unit's media, as many as there were when they were last read for series: a page counts none of them."""
    mark = next(iter(_mark(unit)), None)
    if mark is None or mark.media is None:
        return Origins(unit, size_of(unit))
    return Origins(unit, mark.media, known_stating=mark.stating, state=(unit.pk, mark.pk), tally=tally)


def turn(unit: Unit) -> None:
    """The bookmark becomes another row with the same in it: what was counted before is no longer what is held.

    Called in the transaction in which that changes.
    """
    mark = owned_by(unit, Bookmark.objects).first()
    if mark is not None:
        mark.delete()  # its number goes with it, and is never given again
        mark.save(force_insert=True)


@compiled
def _mark(unit: Unit) -> "QuerySet[Bookmark]":
    return owned_by(unit, Bookmark.objects)
