"""Do others hold parts of our films and sounds, the same places, pictures of the same camera? In both directions.

It takes long, and is done in the background: piece by piece, so that what is killed goes on where it was. A unit's new
imprints ask everything on the board that it may know of; what came to the board since asks everything that it holds,
as a standing question does.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import QuerySet

from havre.exchange.board_stock import BoardOwners, BoardStock, open_board_stock
from havre.exchange.cameras import held_with, shared_with
from havre.exchange.compared import last_change, of_others, own_imprints, something_left, stating
from havre.exchange.find import Agrees
from havre.exchange.models import Checked, Shared
from havre.flows.agreeing import keep
from havre.flows.check import say_found
from havre.flows.home import Home, durable, seal_log
from havre.matches.finds import Asker, Find, finds, finds_in
from havre.matches.marks import Looks, Mark, marks_of
from havre.matches.models import MatchKind
from havre.matches.owners import R
from havre.matches.stock import Stock
from havre.matching.hashes import Records
from havre.matching.place_index import NO_LOOK
from havre.matching.reference import HASH_BITS
from havre.media.decode.outcomes import Imprint as Made
from havre.units.acting import Acting
from havre.units.models import Unit

PIECE = 20
"""Media that ask before the mark moves: two seconds or so."""

STATED = 2_000
"""Serial numbers that ask at a time."""

Enough = Callable[[], bool]


@dataclass
class Further:
    """What was compared, and what came of it."""

    own: int = 0
    """Media of the unit that asked the board."""
    came: int = 0
    """Media of others that asked the unit."""
    new: int = 0
    """Pairs of media that were not known to agree, or not as surely."""


def seconds(some: float) -> Enough:
    """It is enough after so many seconds."""
    until = time.monotonic() + some
    return lambda: time.monotonic() > until


def look_further(home: Home, acting: Acting, enough: Enough = lambda: False) -> Further:
    """Compare what was not compared yet, until it is enough; whoever is concerned hears of what agrees."""
    found = Further()
    if something_left(acting.unit):
        mark, _new = Checked.objects.get_or_create(unit=acting.unit)
        _Looking(home, acting, mark, found).run(enough)
    if found.new:
        with durable():
            say_found(home, acting, found.new)
        seal_log(home, acting)
    return found


@dataclass
class _Looking:
    home: Home
    acting: Acting
    mark: Checked
    found: Further
    hidden: dict[str, Records] = field(default_factory=dict)

    @property
    def unit(self) -> Unit:
        return self.acting.unit

    @cached_property
    def board(self) -> BoardStock:
        return open_board_stock(self.home.settings.index)

    def run(self, enough: Enough) -> None:
        """The unit's cameras, then its imprints, then what came."""
        self._begin(until := last_change())
        self._by_camera()
        for media in self._own_media():
            owners = BoardOwners(self.unit, self.acting.now(), self.hidden)
            marks = marks_of(self._looks, media)
            self._keep([each for medium in media for each in self._of_board(medium, marks.get(medium, []), owners)])
            self.found.own += len(media)
            if enough():
                return
        for rows in self._came(until):
            self._keep([*(each for row in rows for each in self._of_unit(row)), *held_with(self.unit, rows)])
            self.found.came += len(rows)
            if enough():
                return
        self.mark.further = until
        self._moved()

    def _begin(self, until: int) -> None:
        """Where more came than the unit has, or it never asked, its own ask all of the board instead."""
        now = self.acting.now()
        all_own = own_imprints(self.unit, Checked()).values("medium").distinct().count()
        if not self.mark.imprint or of_others(self.unit, self.mark.further, until, now).count() > all_own:
            self.mark.imprint, self.mark.fact, self.mark.further = 0, 0, until
            self._moved()

    def _moved(self) -> None:
        with durable():
            self.mark.save(update_fields=["imprint", "fact", "further"])

    def _keep(self, agrees: Iterable[Agrees]) -> None:
        self.found.new += keep(self.acting, agrees)
        self._moved()

    # ---- the unit's own ask the board ----

    def _own_media(self) -> Iterator[list[int]]:
        while rows := list(own_imprints(self.unit, self.mark).order_by("id").values_list("id", "medium")[:PIECE]):
            self.mark.imprint = rows[-1][0]
            yield sorted({medium for _, medium in rows if medium is not None})

    def _of_board(self, medium: int, marks: Sequence[Mark], owners: BoardOwners) -> Iterator[Agrees]:
        for find in finds_in(self.board, Asker([mark for mark in marks if not mark.partial]), owners):
            yield Agrees(percent(find), find.kind.value, medium, find.row.shared_id)

    @cached_property
    def _looks(self) -> Looks:
        return Looks(self.unit, self.home.keys.unit(str(self.unit.pk)))

    def _by_camera(self) -> None:
        while rows := list(stating(self.unit, self.mark).order_by("id").values_list("id", "medium")[:STATED]):
            self.mark.fact = rows[-1][0]
            self._keep(shared_with(self.unit, {medium for _, medium in rows}, self.acting.now()))

    # ---- what came asks the unit ----

    @cached_property
    def stock(self) -> Stock:
        return self.home.stock(self.unit)

    def _came(self, until: int) -> Iterator[list[Shared]]:
        while rows := list(self._next(until).order_by("changed")[:PIECE]):
            self.mark.further = rows[-1].changed
            yield rows

    def _next(self, until: int) -> QuerySet[Shared]:
        return of_others(self.unit, self.mark.further, until, self.acting.now())

    def _of_unit(self, row: Shared) -> Iterator[Agrees]:
        imprints = row.imprints.filter(known=True).order_by("id").select_related("shared__body_key")
        marks = [Mark(Made(each.method, each.version, each.at, each.data, NO_LOOK)) for each in imprints]
        for find in finds(self.stock, Asker(marks)):
            where, medium = find.other
            if where == "held":
                yield Agrees(percent(find), find.kind.value, medium, row.pk)


# ---- how much ----


def percent(find: Find[R]) -> int:
    """Of the same picture, how many bits agree; of films and sounds, how much of the shorter one is in the other.

    Where neither is known, how sure it is that it is none by chance.
    """
    shares: list[float] = [find.evidence[name] for name in ("query_share", "match_share") if name in find.evidence]
    if find.kind == MatchKind.NEAR and find.distance is not None:
        return round(100 * (HASH_BITS - find.distance) / HASH_BITS)
    if shares:
        return max(1, min(100, round(100 * max(shares))))
    return max(1, min(99, int(100 * (1 - find.expected_false))))
