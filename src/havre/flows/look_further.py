"""Do others hold parts of our films and sounds, the same places, pictures of the same camera? In both directions.

It takes long, and is done in the background: piece by piece, so that what is killed goes on where it was. A unit's new
imprints ask everything on the board that it may know of; what came to the board since asks everything that it holds,
as a standing question does.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from django.db.models import QuerySet

from havre.errors import Broken, Invalid
from havre.exchange.board_stock import BoardOwners, BoardStock, open_board_stock
from havre.exchange.cameras import By, held_with, own_cameras, shared_with
from havre.exchange.compared import last_change, of_others, own_imprints, something_left, stating
from havre.exchange.due import pass_over
from havre.exchange.find import Agrees
from havre.exchange.models import Checked, PassedOver, Shared
from havre.flows.agreeing import keep
from havre.flows.check import at_check, say_found
from havre.flows.holding import at_work
from havre.flows.home import Home, durable, seal_log
from havre.flows.source import holding
from havre.flows.taking_from import said_of
from havre.matches.finds import Asker, Find, finds, finds_in
from havre.matches.marks import Looks, Mark, marks_of
from havre.matches.models import MatchKind
from havre.matches.read_once import R
from havre.matches.stock import Stock
from havre.matching.hashes import Records
from havre.matching.place_index import NO_LOOK
from havre.matching.reference import HASH_BITS
from havre.media.decode.outcomes import Imprint as Made
from havre.units.acting import Acting
from havre.units.models import Unit

PIECE = 20
"""Media that ask before the mark moves: two seconds or so."""

STATED = 500
"""Serial numbers that ask at a time."""

UNFIT = (Invalid, Broken, ValueError)
"""What comparing with values that a peer chose may bring about: that one is passed over, and the next asks."""

Enough = Callable[[], bool]
Opens = Callable[[], BoardStock]
T = TypeVar("T")


@dataclass
class Further:
    """What was compared, and what came of it."""

    own: int = 0
    """Media of the unit that asked the board."""
    came: int = 0
    """Media of others that asked the unit."""
    new: int = 0
    """Pairs of media that were not known to agree, or not as surely."""
    unfit: int = 0
    """Media of either that could not be compared, and were passed over."""


def seconds(some: float) -> Enough:
    """It is enough after so many seconds."""
    until = time.monotonic() + some
    return lambda: time.monotonic() > until


def look_further(
    home: Home, acting: Acting, enough: Enough = lambda: False, open_board: Opens | None = None
) -> Further:
    """Compare what was not compared yet, until it is enough; whoever is concerned hears of what agrees.

    `open_board` gives what may be kept from one unit to the next.
    """
    opens = open_board or (lambda: open_board_stock(home.settings.index))
    found = Further()
    if not something_left(acting.unit):
        return found
    with at_work(home, at_check(acting.unit)):
        mark, _new = Checked.objects.get_or_create(unit=acting.unit)
        _Looking(home, acting, mark, found, enough, opens).run()
        with holding(acting.unit):
            said = say_found(home, acting)
    if said:
        seal_log(home, acting)
    return found


@dataclass
class _Looking:
    home: Home
    acting: Acting
    mark: Checked
    found: Further
    enough: Enough
    open_board: Opens
    hidden: dict[str, Records] = field(default_factory=dict)

    @property
    def unit(self) -> Unit:
        return self.acting.unit

    @cached_property
    def board(self) -> BoardStock:
        board = self.open_board()
        board.catch_up()
        return board

    def run(self) -> None:
        """The unit's cameras, then its imprints, then what came.

        Where more came than the unit has, or it never asked, its own ask all of the board instead: but only after they
        asked once, or what keeps coming would let them begin again and never end.
        """
        until = last_change()
        if not self.mark.further:
            self._again(until)
        if not self._own_ask():
            return
        if self._more_came(until):
            self._again(until)
            if not self._own_ask():
                return
        if self._others_ask(until):
            self.mark.further = until
            self._moved()

    def _more_came(self, until: int) -> bool:
        never = Checked()
        media = own_imprints(self.unit, never).values("medium").distinct().count()
        came = of_others(self.unit, self.mark.further, until, self.acting.now()).count()
        return came > media + stating(self.unit, never).count()

    def _again(self, until: int) -> None:
        self.mark.imprint, self.mark.fact, self.mark.further = 0, 0, until
        self._moved()

    def _moved(self) -> None:
        with durable():
            self.mark.save(update_fields=["imprint", "fact", "further"])

    def _keep(self, agrees: Iterable[Agrees], asked: Sequence[PassedOver] = ()) -> None:
        """Of those that asked is kept why they could not be compared, where that is so."""
        self.found.new += keep(self.acting, agrees)
        with holding(self.unit):
            self.found.unfit += pass_over(self.unit, asked)
            self._moved()

    def _so_far(
        self, asking: Iterable[T], agrees: Callable[[T], Iterable[Agrees]], which: Callable[[T], PassedOver]
    ) -> tuple[list[PassedOver], list[Agrees]]:
        """Those of these that asked until it was enough, one at least, and what they agree with.

        What cannot be compared is passed over and told: it must not stand in the way of all that comes after it.
        """
        done, found = list[PassedOver](), list[Agrees]()
        for each in asking:
            done.append(which(each))
            try:
                found += agrees(each)
            except UNFIT as error:
                done[-1].why = said_of(error, "it cannot be compared")
            if self.enough():
                break
        return done, found

    def _asked(self, **which: int) -> PassedOver:
        return PassedOver(unit=self.unit, at=self.acting.now(), **which)

    # ---- the unit's own ask the board ----

    def _own_ask(self) -> bool:
        """Whether all have asked."""
        return self._by_camera() and self._by_imprints()

    def _by_imprints(self) -> bool:
        while rows := list(own_imprints(self.unit, self.mark).order_by("id").values_list("id", "medium")[:PIECE]):
            first = {medium: key for key, medium in reversed(rows) if medium is not None}
            media = sorted(first, key=lambda medium: first[medium])
            asked, found = self._so_far(media, self._asking_board(media), lambda medium: self._asked(medium_id=medium))
            done = len(asked)
            self.mark.imprint = first[media[done]] - 1 if done < len(media) else rows[-1][0]
            self._keep(found, asked)
            self.found.own += done
            if self.enough():
                return False
        return True

    def _asking_board(self, media: Sequence[int]) -> Callable[[int], list[Agrees]]:
        board, owners = self.board, BoardOwners(self.unit, self.acting.now(), self.hidden)
        marks = marks_of(self._looks, media)

        def ask(medium: int) -> list[Agrees]:
            found = finds_in(board, Asker([mark for mark in marks.get(medium, []) if not mark.partial]), owners)
            return [Agrees(percent(find), find.kind.value, medium, find.row.shared_id) for find in found]

        return ask

    @cached_property
    def _looks(self) -> Looks:
        return Looks(self.unit, self.home.keys.unit(str(self.unit.pk)))

    def _by_camera(self) -> bool:
        while rows := list(stating(self.unit, self.mark).order_by("id").values_list("id", "medium")[:STATED]):
            self.mark.fact = rows[-1][0]
            self._keep(shared_with(self.unit, {medium for _, medium in rows}, self.acting.now()))
            if self.enough():
                return False
        return True

    # ---- what came asks the unit ----

    @cached_property
    def stock(self) -> Stock:
        return self.home.stock(self.unit)

    @cached_property
    def _cameras(self) -> By:
        return own_cameras(self.unit)

    def _others_ask(self, until: int) -> bool:
        """Whether all have asked."""
        while rows := list(self._next(until).order_by("changed")[:PIECE]):
            asked, found = self._so_far(rows, self._asking_unit(self.stock), lambda row: self._asked(theirs_id=row.pk))
            some = rows[: len(asked)]
            self.mark.further = some[-1].changed
            self._keep([*found, *held_with(self.unit, some, lambda: self._cameras)], asked)
            self.found.came += len(some)
            if self.enough():
                return False
        return True

    def _next(self, until: int) -> QuerySet[Shared]:
        return of_others(self.unit, self.mark.further, until, self.acting.now())

    def _asking_unit(self, stock: Stock) -> Callable[[Shared], list[Agrees]]:
        def ask(row: Shared) -> list[Agrees]:
            imprints = row.imprints.filter(known=True).order_by("id").select_related("shared__body_key")
            marks = [Mark(Made(each.method, each.version, each.at, each.data, NO_LOOK)) for each in imprints]
            held = [find for find in finds(stock, Asker(marks)) if find.other[0] == "held"]
            return [Agrees(percent(find), find.kind.value, find.other[1], row.pk) for find in held]

        return ask


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
