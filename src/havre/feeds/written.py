"""The files of a list: its parts, its changes and its head, for all who read it, and apart for whom a canary is in.

Done again, nothing is written twice: what is there by its name stays.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Length

from havre.feeds.lay import Laid, lay_bytes, lay_lines
from havre.feeds.models import Delta, Feed, File, HashList, Published, Subscriber, Version
from havre.feeds.places import content_at
from havre.feeds.queries import published_to
from havre.feeds.signed import Served
from havre.hashlists.changes import Position
from havre.hashlists.digest import EMPTY, moved

PART = 99_000
"""Entries of a part that are for everybody: canaries come to it, and consumers take 100,000."""
LARGEST = 1 << 28
"""Characters of the lines of one file; a part is cut where it would have more. Consumers take files up to 2 GiB."""
CHUNK = 2_000
HEAD = "head.json"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a list in its order: one file."""

    name: str
    after: Position
    until: Position | None = None
    """The last that is in it; none where it goes to the end."""

    @property
    def entries(self) -> Q:
        """What is in it."""
        behind = Q(version=self.after.version, number__gt=self.after.number) | Q(version__gt=self.after.version)
        if self.until is None:
            return behind
        upto = Q(version=self.until.version, number__lte=self.until.number) | Q(version__lt=self.until.version)
        return behind & upto


def write_list(root: Path, listed: HashList, readers: Sequence[Subscriber], at: datetime) -> None:
    """Everything of a list as it is now lies on disk, and the tables know it."""
    current = File.objects.filter(listed=listed, ended_at=None)
    whole = f"whole-{listed.whole}-"
    if listed.whole == listed.version and not current.filter(name__startswith=whole).exists():
        made = [_laid(root, listed, each, readers) for each in _parts(listed)]
        _replace(current.filter(name__startswith="whole-"), [row for rows in made for row in rows], at)
    names = {_delta_name(each): each for each in Delta.objects.filter(listed=listed)}
    old = current.filter(name__startswith="delta-").exclude(name__in=names)
    there = set(current.filter(name__in=names).values_list("name", flat=True))
    fresh = [_laid(root, listed, _changes(name, each), readers) for name, each in names.items() if name not in there]
    _replace(old, [row for rows in fresh for row in rows], at)
    unsaid = _unsaid(listed, readers)
    counts = _counts(listed, unsaid)
    for reader in unsaid:
        _write_head(root, listed, reader, counts[reader.pk], at)


def mend(root: Path, feed: Feed) -> int:
    """Lists of which a file is gone from the disk, as after a restore, are to be written whole again; how many.

    The rows have everything: one change from the beginning to the newest version takes the place of all others.
    """
    rows = File.objects.filter(listed__feed=feed, ended_at=None).values_list("listed", "sha256")
    lost = {listed for listed, digest in rows if not content_at(root, feed.pk, digest).is_file()}
    for listed in HashList.objects.filter(pk__in=lost):
        with transaction.atomic():
            File.objects.filter(listed=listed).delete()
            Delta.objects.filter(listed=listed).delete()
            if listed.version and fits(listed, 0):
                Delta.objects.create(listed=listed, first=0, last=listed.version)
            HashList.objects.filter(pk=listed.pk).update(whole=listed.version)
    return len(lost)


def fits(listed: HashList, after: int) -> bool:
    """Whether what changed behind a version may be one file."""
    rows = published_to(None, listed.pk).filter(version__gt=after)
    return (rows.aggregate(size=Sum(Length("line")))["size"] or 0) <= LARGEST


def served(listed: HashList, reader: Subscriber) -> Iterator[Served]:
    """The files of a list as they are for a reader."""
    for name, row in _files(listed, reader).items():
        yield Served(f"{listed.name}/{name}", row.sha256, row.bytes)


def _parts(listed: HashList) -> list[Stretch]:
    found, after = list[Stretch](), Position()
    count = size = 0
    rows = published_to(None, listed.pk).order_by("version", "number").values_list("version", "number", Length("line"))
    for version, number, length in rows.iterator(CHUNK):
        count, size = count + 1, size + length
        if count == PART or size >= LARGEST:
            found.append(Stretch(_part_name(listed, len(found) + 1), after, Position(version, number)))
            after, count, size = Position(version, number), 0, 0
    return [*found, Stretch(_part_name(listed, len(found) + 1), after)]


def _part_name(listed: HashList, number: int) -> str:
    return f"whole-{listed.whole}-{number:04}.jsonl.zst"


def _delta_name(delta: Delta) -> str:
    return f"delta-{delta.first}-{delta.last}.jsonl.zst"


def _changes(name: str, delta: Delta) -> Stretch:
    return Stretch(name, Position(delta.first, _LAST), Position(delta.last, _LAST))


_LAST = 2**62
"""Behind every number of a version."""


def _laid(root: Path, listed: HashList, stretch: Stretch, readers: Sequence[Subscriber]) -> list[File]:
    """One file for all, and one for each reader who has a canary in it."""
    alone = Published.objects.filter(stretch.entries, listed=listed, subscriber__in=readers)
    marked = set(alone.values_list("subscriber", flat=True))
    whom = [None, *(each.pk for each in readers if each.pk in marked)]
    return [
        _file(listed, each, stretch.name, lay_lines(root, listed.feed_id, _lines(listed, each, stretch)))
        for each in whom
    ]


def _lines(listed: HashList, reader: int | None, stretch: Stretch) -> Iterator[str]:
    rows = published_to(reader, listed.pk).filter(stretch.entries).order_by("version", "number")
    return rows.values_list("line", flat=True).iterator(CHUNK)


def _file(listed: HashList, reader: int | None, name: str, laid: Laid) -> File:
    values = {"sha256": laid.sha256, "bytes": laid.bytes, "entries": laid.entries}
    return File(listed=listed, subscriber_id=reader, name=name, **values)


def _replace(old: QuerySet[File], fresh: Sequence[File], at: datetime) -> None:
    """All of these rows, or none: whoever is killed before begins anew."""
    with transaction.atomic():
        if fresh or old.exists():
            old.exclude(name__in={each.name for each in fresh}).update(ended_at=at)
            File.objects.bulk_create(fresh)


def _unsaid(listed: HashList, readers: Sequence[Subscriber]) -> list[Subscriber]:
    """Readers whose head of the list is older than any of its files: a head names files, and changes with them."""
    files = File.objects.filter(listed=listed, ended_at=None)
    newest = files.exclude(name=HEAD).aggregate(last=Max("pk"))["last"] or 0
    said = set(files.filter(name=HEAD, pk__gt=newest).values_list("subscriber", flat=True))
    return [each for each in readers if each.pk not in said]


@dataclass(frozen=True, slots=True)
class Said:
    """What a list says of itself to one reader."""

    living: int
    retracted: int
    digest: str

    def with_own(self, gone: bool, line: bytes) -> "Said":
        """The same with one more entry, that this reader alone has."""
        return Said(self.living + (not gone), self.retracted + gone, moved(self.digest, [line]))


def _counts(listed: HashList, readers: Sequence[Subscriber]) -> Mapping[int, Said]:
    """What each reader has of a list: what all have is counted once, however many they are."""
    if not readers:
        return {}
    shared = dict(_by_state(published_to(None, listed.pk)))
    own = {each.pk: Said(shared.get(False, 0), shared.get(True, 0), _digest(listed)) for each in readers}
    rows = Published.objects.filter(listed=listed, subscriber__in=readers).order_by("pk")
    for reader, gone, line in rows.values_list("subscriber", "retracted", "line"):
        assert reader is not None
        own[reader] = own[reader].with_own(gone, line.encode())
    return own


def _digest(listed: HashList) -> str:
    """Kept with the list; reckoned from its rows once, where a Havre published it that kept none."""
    if not listed.digest:
        lines = published_to(None, listed.pk).values_list("line", flat=True)
        listed.digest = moved(EMPTY, (line.encode() for line in lines.iterator(CHUNK)))
        listed.save(update_fields=["digest"])
    return listed.digest


def _by_state(rows: QuerySet[Published]) -> Iterator[tuple[bool, int]]:
    yield from rows.order_by().values_list("retracted").annotate(count=Count("pk"))


def _write_head(root: Path, listed: HashList, reader: Subscriber, counts: Said, at: datetime) -> None:
    said = json.dumps(_head(listed, reader, counts), sort_keys=True).encode("ascii")
    laid = lay_bytes(root, listed.feed_id, said)
    with transaction.atomic():
        was = File.objects.filter(listed=listed, subscriber=reader, name=HEAD, ended_at=None)
        if not was.filter(sha256=laid.sha256).exists():
            was.update(ended_at=at)
            _file(listed, reader.pk, HEAD, laid).save()


def _head(listed: HashList, reader: Subscriber, counts: Said) -> Mapping[str, object]:
    version = Version.objects.filter(feed=listed.feed_id, number=listed.version).first()
    files = _files(listed, reader)
    deltas = Delta.objects.filter(listed=listed).order_by("last")
    return {
        "list": listed.name,
        "version": listed.version,
        "at": int(version.at.timestamp()) if version is not None else 0,
        "entries": counts.living,
        "retracted": counts.retracted,
        "digest": counts.digest,
        "parts": [_told(listed, files[name]) for name in sorted(files) if name.startswith("whole-")],
        "deltas": [_told(listed, files[_delta_name(each)]) | {"from": each.first, "to": each.last} for each in deltas],
    }


def _told(listed: HashList, row: File) -> dict[str, object]:
    return {"path": f"{listed.name}/{row.name}", "entries": row.entries}


def _files(listed: HashList, reader: Subscriber) -> dict[str, File]:
    """The files of a list by name: of the reader alone where there is one, of all otherwise."""
    rows = File.objects.filter(Q(subscriber=None) | Q(subscriber=reader), listed=listed, ended_at=None)
    shared = {row.name: row for row in rows if row.subscriber_id is None}
    return shared | {row.name: row for row in rows if row.subscriber_id is not None}
