"""Group media anew around what moved, and write down what became of each series."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Max, Min, QuerySet

from havre.cases.models import Intake
from havre.linking.decisions import Decision, cores
from havre.linking.group import Change, update
from havre.restrictions.model import Restriction
from havre.restrictions.visible import owned_by
from havre.series.decide import decisions_of
from havre.series.models import Member, Moved, Series, Status
from havre.series.moves import absorb
from havre.series.origins import Origins, chunks, size_of
from havre.series.weigh import links_of
from havre.units.models import Unit

LIVE = (Status.PROPOSED, Status.CONFIRMED)
"""A series that has members."""

Narrowed = Callable[[Series, Restriction, Restriction], None]
"""Hears of a series that became narrower by another that is part of it now: what was said of it, and what is."""


def quiet(_series: Series, _was: Restriction, _becomes: Restriction) -> None:
    """Nobody hears it."""


def at_once() -> None:
    """Nobody is waited for."""


def regroup(unit: Unit, at: datetime, narrowed: Narrowed = quiet, turn: Callable[[], None] = at_once) -> Counter[str]:
    """Look again at what hangs together with the media that moved, and at nothing else; how many series became what.

    Called inside a transaction in which nobody else writes what the unit holds; `turn` is called before the first
    series is written.
    """
    _dissolve_empty(unit, turn)
    moved = list(owned_by(unit, Moved.objects).values_list("medium", flat=True))
    if not moved:
        return Counter()
    said = decisions_of(unit)
    origins = Origins(unit, size_of(unit))
    changes = update(moved, members_of, links_of(origins), said, origins.size)
    turn()
    _Writing(unit, at, said, narrowed).write(changes)
    for some in chunks(moved):
        Moved.objects.filter(medium__in=some).delete()
    return Counter(str(change.what) for change in changes)


def members_of(media: Collection[int]) -> dict[int, list[int]]:
    """The series that hold any of these media, by their keys, with all their media."""
    series: set[int] = set()
    for some in chunks(media):
        series |= set(Member.objects.filter(medium__in=some).values_list("series", flat=True))
    held: dict[int, list[int]] = defaultdict(list)
    for some in chunks(series):
        rows = Member.objects.filter(series__in=some).order_by("medium")
        for key, medium in rows.values_list("series", "medium"):
            held[key].append(medium)
    return held


def _dissolve_empty(unit: Unit, turn: Callable[[], None]) -> None:
    """Series whose media were all erased are over."""
    empty = owned_by(unit, Series.objects).filter(status__in=LIVE, members=None)
    if empty.exists():
        turn()
        empty.update(status=Status.DISSOLVED)


@dataclass
class _Writing:
    """Writes what became of the series of one unit."""

    unit: Unit
    at: datetime
    said: Sequence[Decision]
    narrowed: Narrowed
    wanted: dict[int, tuple[int, bool]] = field(default_factory=dict)
    """The series each medium is in from now on, and whether it is confirmed there."""

    def write(self, changes: Iterable[Change]) -> None:
        """All of it; a medium that moves from one series to another leaves the first before it enters."""
        listed = list(changes)
        keys = {key for change in listed for key in _named(change)}
        rows = {row.pk: row for row in owned_by(self.unit, Series.objects).filter(id__in=keys)}
        touched = [self._changed(change, rows) for change in listed]
        Series.objects.bulk_update(rows.values(), ["status", "merged_into"], batch_size=500)
        self._members([*rows, *(series.pk for series in touched)])

    def _changed(self, change: Change, rows: Mapping[int, Series]) -> Series:
        if change.proposal is None:
            assert change.group is not None
            rows[change.group].status = Status.DISSOLVED
            return rows[change.group]
        media = change.proposal.media
        confirmed = self._confirmed(media) if change.proposal.confirmed else set()
        named = [rows[key] for key in _named(change)]
        series = _heir(named, confirmed) if named else self._create()
        for absorbed in named:
            if absorbed is not series:
                absorbed.status, absorbed.merged_into = Status.MERGED, series
                meant = confirmed >= set(absorbed.members.filter(confirmed=True).values_list("medium", flat=True))
                words = absorb(series, absorbed, self.at, meant=meant)
                absorbed.save(update_fields=["status", "merged_into"])  # the next one finds it among the parts
                if words is not None:
                    self.narrowed(series, *words)
        status = Status.CONFIRMED if confirmed else Status.PROPOSED
        if series.status != status:
            series.status = status
            series.save(update_fields=["status"])
        self.wanted |= {medium: (series.pk, medium in confirmed) for medium in media}
        return series

    def _confirmed(self, media: Collection[int]) -> set[int]:
        """The largest of what an analyst confirmed of these media; if it was confirmed as two, the rest is proposed."""
        touching = [decision for decision in self.said if decision.media & set(media)]
        found = [core.media & set(media) for core in cores(touching, media) if core.confirmed]
        return max(found, key=lambda held: (len(held), -min(held, default=0)), default=set())

    def _create(self) -> Series:
        last = owned_by(self.unit, Series.objects).aggregate(last=Max("number"))["last"] or 0
        return Series.objects.create(unit=self.unit, number=last + 1, created_at=self.at)

    def _members(self, keys: Iterable[int]) -> None:
        """Write only what differs."""
        held: dict[int, tuple[int, bool]] = {}
        for some in chunks(set(keys)):
            rows = Member.objects.filter(series__in=some).values_list("medium", "series", "confirmed")
            held |= {medium: (series, confirmed) for medium, series, confirmed in rows}
        for some in chunks([medium for medium, place in held.items() if self.wanted.get(medium) != place]):
            Member.objects.filter(medium__in=some).delete()
        Member.objects.bulk_create(
            [
                Member(series_id=series, medium_id=medium, confirmed=confirmed)
                for medium, (series, confirmed) in sorted(self.wanted.items())
                if held.get(medium) != (series, confirmed)
            ],
            batch_size=500,
        )
        lost = {series for medium, (series, _) in held.items() if self.wanted.get(medium, (0, False))[0] != series}
        for some in chunks(set(keys)):
            time_firsts(Series.objects.filter(pk__in=set(some) - lost))
            time_firsts(Series.objects.filter(pk__in=set(some) & lost), anew=True)


def time_firsts(series: "QuerySet[Series]", *, anew: bool = False) -> None:
    """Write down when the first medium of each of these series was found, and since when it is held.

    What was written stays while nothing earlier is said, for a case that is erased takes no time with it; `anew` where
    media left the series, unless nothing says otherwise any more.
    """
    held = series.filter(members__isnull=False).annotate(
        find=Min("members__medium__exhibits__item__intake__begun_at"), upload=Min("members__medium__held_since")
    )
    rows = list(held.order_by("pk"))
    for row in rows:
        said = [at for at in (row.find, row.found_at) if at is not None]
        row.found_at = said[0] if anew and said else min(said, default=None)
        row.uploaded_at = row.upload
    Series.objects.bulk_update(rows, ["found_at", "uploaded_at"], batch_size=500)


def found_in(intake: Intake) -> None:
    """An intake has ended that may have begun before the series of what was found in it again were found."""
    members = Member.objects.filter(medium__exhibits__item__intake=intake)
    later = Series.objects.filter(pk__in=members.values("series"), found_at__gt=intake.begun_at)
    later.update(found_at=intake.begun_at)


def _named(change: Change) -> list[int]:
    """The series that took part in a change, the one that goes on first."""
    return [*([] if change.group is None else [change.group]), *change.absorbed]


def goes_on_of(into: Series, other: Series) -> Series:
    """Which of the two goes on where an analyst says of the first that the other is the same: that confirms the
    first."""
    sizes = Counter(Member.objects.filter(series__in=[into.pk, other.pk]).values_list("series", flat=True))
    named = sorted((into, other), key=lambda series: (-sizes[series.pk], series.pk))
    return _heir(named, Member.objects.filter(series__in=sizes).values_list("medium", flat=True), sure=into)


def _heir(named: Sequence[Series], confirmed: Collection[int], sure: Series | None = None) -> Series:
    """The series that goes on: one that holds what was confirmed, else the one that most of it comes from."""
    if not confirmed:
        return named[0]
    share = Counter(Member.objects.filter(medium__in=confirmed).values_list("series", flat=True))

    def worth(series: Series) -> tuple[bool, int, int]:
        return series == sure or series.status == Status.CONFIRMED, share[series.pk], -named.index(series)

    return max(named, key=worth)
