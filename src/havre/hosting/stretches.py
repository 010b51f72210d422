"""What was said of numbers, networks and names over time, put together where one file after another says the same."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from havre.hosting.keys import keys_over, length_of, network_of
from havre.hosting.models import NO_NAME, Answer, Block, Load, Registration

SAME_ANSWER = timedelta(hours=1)
"""Answers of one file about one name so close to another are parts of one answer."""

READ = (
    *("key", "country", "system", "holder", "purpose"),
    *("load__kind", "load__name", "load__sha256", "load__as_of", "load__until"),
)
"""Of a block and its load: one question is asked of every page, and rows of a model cost more than it does."""

Key = tuple[int, int]
"""A number with its family: (4, 3221225985)."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that says something, and the time for which it says it."""

    kind: str
    source: str
    sha256: bytes
    at: datetime
    """When it was last said."""
    since: datetime
    until: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether it is what was known for that time."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What files of one kind say of the block around a number, for as long as they said the same."""

    origin: Origin
    length: int
    block: str
    country: str = ""
    system: int | None = None
    holder: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a name was answered with, for as long as it was."""

    origin: Origin
    type: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Registry:
    """With whom a domain was registered, for as long as it was."""

    origin: Origin
    name: str
    registrar: str
    nameservers: tuple[str, ...]


def stretches(numbers: Collection[Key], at: datetime | None = None) -> Mapping[Key, list[Stretch]]:
    """What is said of each number, oldest first; with `at` what was known for that time, the longest block first."""
    wanted = {number: keys_over(*number) for number in numbers}
    keys = list(dict.fromkeys(key for keys in wanted.values() for key in keys))
    by_key: dict[bytes, list[Stretch]] = {}
    for row in Block.objects.filter(key__in=keys, load__finished_at__isnull=False).order_by("pk").values_list(*READ):
        by_key.setdefault(bytes(row[0]), []).append(_stretch(row))
    found = {number: [each for key in keys for each in by_key.get(key, ())] for number, keys in wanted.items()}
    if at is None:
        return {number: _joined(_longest(said)) for number, said in found.items()}
    held = {number: [each for each in said if each.origin.holds(at)] for number, said in found.items()}
    return {number: sorted(said, key=lambda each: (-each.length, _newest_first(each))) for number, said in held.items()}


def _newest_first(stretch: Stretch) -> float:
    return -stretch.origin.since.timestamp()


def _stretch(row: tuple[Any, ...]) -> Stretch:
    key, country, system, holder, purpose, kind, name, sha256, as_of, until = row
    origin = Origin(kind, name, bytes(sha256), as_of, as_of, until)
    return Stretch(origin, length_of(bytes(key)), network_of(bytes(key)), country, system, holder, purpose)


def _origin(load: Load) -> Origin:
    return Origin(load.kind, load.name, bytes(load.sha256), load.as_of, load.as_of, load.until)


def _longest(said: Iterable[Stretch]) -> list[Stretch]:
    """Of what each file says, what it says of the smallest block."""
    found: dict[tuple[str, datetime, bytes], list[Stretch]] = {}
    for each in sorted(said, key=lambda each: -each.length):
        same = found.setdefault((each.origin.kind, each.origin.since, each.origin.sha256), [])
        if not same or same[0].length == each.length:
            same.append(each)
    return [each for same in found.values() for each in same]


def _joined(said: Iterable[Stretch]) -> list[Stretch]:
    """Stretches that follow one another and say the same, as one."""
    open_: dict[tuple[object, ...], Stretch] = {}
    done: list[Stretch] = []
    for each in sorted(said, key=lambda each: each.origin.since):
        what = (each.origin.kind, each.block, each.country, each.system, each.holder, each.purpose)
        before = open_.get(what)
        if before is not None and before.origin.until == each.origin.since:
            each = replace(each, origin=replace(each.origin, since=before.origin.since))
        elif before is not None:
            done.append(before)
        open_[what] = each
    return sorted([*done, *open_.values()], key=lambda each: (each.origin.since, each.origin.kind))


def resolved(name: str, at: datetime | None = None) -> list[Resolved]:
    """What a name was answered with, oldest first; with `at` the newest of each type until then.

    Of what is said at one moment, that there is no such name counts.
    """
    rows = Answer.objects.filter(name=name, load__finished_at__isnull=False).select_related("load")
    said = sorted(
        rows if at is None else rows.filter(at__lte=at), key=lambda row: (row.at, row.type == NO_NAME, row.pk)
    )
    found = [each for kind in sorted({row.type for row in said}) for each in _answers(kind, said)]
    return [each for each in found if at is None or each.origin.holds(at)]


def _answers(kind: str, said: list[Answer]) -> Iterator[Resolved]:
    """The answers of one type, one after another, those that say the same as one.

    One ends where it is said that there is no such record, or no such name; that there is none ends with any record.
    """
    current: Resolved | None = None
    for group in _together([row for row in said if row.type == kind or NO_NAME in (row.type, kind)]):
        last = group[-1]
        said_so = {row.value for row in group if row.type == kind and (row.value or kind == NO_NAME)}
        values = tuple(sorted(said_so))
        if current is not None and current.values != values:
            yield replace(current, origin=replace(current.origin, until=last.at))
            current = None
        if not values:
            continue
        since = current.origin.since if current is not None else last.at
        origin = Origin(last.load.kind, last.load.name, bytes(last.load.sha256), last.at, since, None)
        current = Resolved(origin, kind, values)
    if current is not None:
        yield current


def _together(rows: list[Answer]) -> Iterator[list[Answer]]:
    """Rows of one type and file within an hour are one answer."""
    group: list[Answer] = []
    for row in rows:
        same = group and (row.load_id, row.type) == (group[0].load_id, group[0].type)
        if group and not (same and row.at - group[0].at <= SAME_ANSWER):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def registered(host: str, at: datetime | None = None) -> list[Registry]:
    """With whom the domain of a host was registered, oldest first; the longest name that is known."""
    labels = host.split(".")
    names = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    rows = Registration.objects.filter(name__in=names, load__finished_at__isnull=False).select_related("load")
    found = [Registry(_origin(row.load), row.name, row.registrar, tuple(row.nameservers)) for row in rows]
    held = [each for each in found if at is None or each.origin.holds(at)]
    longest = max((len(each.name) for each in held), default=0)
    return sorted((each for each in held if len(each.name) == longest), key=lambda each: each.origin.since)
