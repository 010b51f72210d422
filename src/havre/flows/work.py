"""Do what intakes left for later: films and sounds are decoded, features made, and what that changes is judged again.

Any number of processes take units of work under leases. Each medium is written with everything it changes in one
transaction, so that a process killed at any moment leaves work undone, and never half done.
"""

import fcntl
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, BinaryIO, cast

from havre.cases.models import Item
from havre.errors import HavreError
from havre.flows.alerts import answer_alerts
from havre.flows.ask_standing import answer_standing
from havre.flows.holding import LOCKS, held, nobody_at, store_shared
from havre.flows.home import Home, durable, log, seal_log
from havre.flows.lanes import in_order
from havre.flows.look_further import look_further
from havre.flows.publish_again import publish_again
from havre.flows.rejudging import Indexes, judge_again, open_indexes
from havre.flows.series import propose_after
from havre.flows.taking import batches, is_film_or_sound
from havre.matches.digests import DIGESTS
from havre.matches.finds import Asker, finds
from havre.matches.marks import Mark, keep_imprints
from havre.media.decode.pool import Worker
from havre.media.keep import complete, kept
from havre.media.kinds import KINDS
from havre.media.look import Looked, said
from havre.media.models import Exhibit, Medium, SealedFile, WorkUnit
from havre.media.sources import Found
from havre.media.store import Kept
from havre.media.unsealed import Unsealed
from havre.media.veils import Veils
from havre.media.work import TRIES, claim, give_back, still_mine, waiting
from havre.restrictions.visible import owned_by
from havre.units.acting import Acting
from havre.units.models import RoleName, Unit

Tell = Callable[[int, int], None]
"""Told (done, all that waited when it began)."""


@dataclass(frozen=True, slots=True)
class Done:
    """A unit of work with what came of it: what the sandbox said, or why nobody could ask it."""

    work: WorkUnit
    looked: Looked
    error: str = ""


def work(
    home: Home,
    acting: Acting,
    *,
    limit: int | None = None,
    workers: int = 1,
    enough: Callable[[], bool] = lambda: False,
    tell: Tell = lambda _done, _total: None,
) -> dict[str, Any]:
    """Work until nothing waits, `limit` media were tried or it is `enough`: how many, what failed, what still waits."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="work on what was left for later")
    token = secrets.token_hex(8)
    with held(home, f"work-{token}", fcntl.LOCK_EX, "another process has this very name"), store_shared(home):
        shift = Shift(home, acting, token, waiting(acting.unit).count(), tell, enough)
        try:
            shift.work(limit, workers)
        finally:
            (home.settings.home / LOCKS / f"work-{token}").unlink(missing_ok=True)
    seal_log(home, acting)
    propose_after(home, acting)
    answer_standing(home, acting)
    look_further(home, acting, enough)
    answer_alerts(home, acting)
    return {**shift.counts, "waiting": waiting(acting.unit).count()}


@dataclass
class Shift:
    """One process at work."""

    home: Home
    acting: Acting
    token: str
    total: int
    tell: Tell
    enough: Callable[[], bool] = lambda: False
    counts: dict[str, int] = field(default_factory=lambda: {"done": 0, "failed": 0, "judged_again": 0, "changed": 0})

    def work(self, limit: int | None, workers: int) -> None:
        """Take units of work, in the order in which the media came, and write what comes of them."""
        self.home.sandbox.begin()
        indexes = open_indexes(self.home, self.acting.unit)
        desks = Desks(self.home, self.acting.unit)
        trouble = ""
        with ThreadPoolExecutor(workers, "desk") as pool:
            try:
                with closing(in_order(self._claimed(limit), desks.done, pool, workers, ahead=1)) as done:
                    for batch in batches(done, lambda each: is_film_or_sound(each.looked)):
                        self._commit(batch, indexes)
            except Exception as error:
                # What nobody foresaw counts as a try, so that it does not stand in the way of all others for ever.
                trouble = "" if isinstance(error, HavreError) else f"it ended the work: {error}"
                raise
            finally:
                self._give_back(trouble)
                desks.close()
        indexes.held.put_away()
        indexes.stock.put_away()

    def _claimed(self, limit: int | None) -> Iterator["Claimed"]:
        last, count = 0, 0
        while (limit is None or count < limit) and not self.enough():
            found = claim(self.acting.unit, self.token, self.acting.now(), self._gone, last)
            if found is None:
                return
            last, count = found.pk, count + 1
            yield Claimed(found, kept(_original(found.medium)))

    def _gone(self, holder: str) -> bool:
        """Whether the process of this name has ended: it held a lock of this home, which ended with it."""
        if holder == self.token:
            return False
        if not (self.home.settings.home / LOCKS / f"work-{holder}").exists():
            return not self.home.settings.database  # of another machine nothing is known
        return nobody_at(self.home, f"work-{holder}")

    def _give_back(self, trouble: str) -> None:
        """What was claimed and not done may be done by others, at once; of trouble the first in line was the reason."""
        for left in waiting(self.acting.unit).filter(holder=self.token, leased_until__gt=self.acting.now()):
            give_back(left, trouble)
            trouble = ""

    # ---- writing ----

    def _commit(self, batch: Sequence[Done], indexes: Indexes) -> None:
        self.home.store.settle()
        superfluous: list[Kept] = []
        with durable():
            Unit.objects.select_for_update(no_key=True).get(pk=self.acting.unit.pk)
            indexes.catch_up()
            mine = []
            for each in batch:
                if not still_mine(each.work):
                    superfluous += each.looked.sealed
                elif each.error and each.work.tries < TRIES:
                    give_back(each.work, each.error)
                    self.counts["failed"] += 1
                else:
                    mine.append(each)
            self._write(mine, indexes)
        for file in superfluous:
            self.home.store.forget(file.blob)
        for shelf in (indexes.held, indexes.stock):
            shelf.settle()
        self.tell(self.counts["done"] + self.counts["failed"], self.total)

    def _write(self, batch: Sequence[Done], indexes: Indexes) -> None:
        """What was found out, and the items it changes; called inside a transaction that holds the unit."""
        looks, touched = indexes.stock.looks, set[int]()
        for each in batch:
            medium = each.work.medium
            complete(medium, each.looked)
            decoded = each.looked.decoded
            marks = keep_imprints(looks, [(medium, decoded)] if decoded is not None else []).get(medium.pk, [])
            each.work.delete()
            indexes.stock.take(marks)
            touched |= self._touched(medium, marks, indexes)
            self.counts["done"] += 1
        publish_again(self.home, self.acting, [each.work.medium_id for each in batch])
        if not touched:
            return
        items = list(
            owned_by(self.acting.unit, Item.objects, "intake__case__unit").filter(id__in=touched).order_by("id")
        )
        moved = judge_again(self.acting.unit, items, indexes)
        changed = sum(count for way, count in moved.items() if len(set(way.split(" → "))) == 2)
        self.counts["judged_again"] += len(items)
        self.counts["changed"] += changed
        detail = {"act": "worked on", "media": len(batch), "judged again": dict(moved)}
        log(self.home, self.acting, "change", "work", detail)

    def _touched(self, medium: Medium, marks: Sequence[Mark], indexes: Indexes) -> set[int]:
        """The items of a medium, and later ones of media that it shares something with."""
        own = list(Exhibit.objects.filter(medium=medium).order_by("item").values_list("item", flat=True))
        size = (medium.width, medium.height) if medium.width and medium.height else None
        found = finds(indexes.stock, Asker(marks, size, medium.pk))
        others = [key for find in found for where, key in [find.other] if where == "held"]
        if not own:
            return set()
        later = Exhibit.objects.filter(medium__in=others, item__gt=own[0]).values_list("item", flat=True)
        return {*own, *later, *self._listed([medium.pk, *others], own[0])}

    def _listed(self, media: Sequence[int], first: int) -> Iterator[int]:
        """Later items of lists that name the same bytes as one of these media: they are judged by its imprints."""
        items = owned_by(self.acting.unit, Item.objects, "intake__case__unit").filter(bytes__isnull=True, id__gt=first)
        rows = Medium.objects.filter(id__in=media)
        for kind in DIGESTS:
            yield from items.filter(**{f"{kind}__in": rows.values(kind)}).values_list("id", flat=True)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A unit of work and where the bytes of its medium lie."""

    work: WorkUnit
    original: Kept


def _original(medium: Medium) -> SealedFile:
    return SealedFile.objects.select_related("medium").get(medium=medium, purpose="original")


class Desks:
    """Threads that each own a sandboxed worker; they read, decode and seal, and leave the database alone."""

    def __init__(self, home: Home, unit: Unit) -> None:
        self.home, self.unit, self.key = home, unit, home.keys.unit(str(unit.pk))
        self._store, self._own = home.store, threading.local()
        self._veils = Veils(str(unit.pk), self.key)
        self._workers: list[Worker] = []

    def done(self, claimed: Claimed) -> Done:
        """What is found out about one medium."""
        medium = claimed.work.medium
        looked = Looked(Found("", b""), medium.bytes, kind=KINDS[medium.kind])
        if claimed.work.tries > TRIES:
            return Done(claimed.work, replace(looked, quarantine=f"whoever worked on it ended early, {TRIES} times"))
        try:
            looked = self._said(claimed, looked)
            veil = self._veils.sealed(looked.decoded.veil, bytes(medium.sha256)) if looked.decoded is not None else b""
            return Done(claimed.work, replace(looked, sealed=self._preview(medium, looked), veil=veil))
        except HavreError as error:
            reason = f"{TRIES} times it could not be read: {error}"
            return Done(claimed.work, replace(looked, quarantine=reason), str(error))

    def _said(self, claimed: Claimed, looked: Looked) -> Looked:
        if KINDS[claimed.work.medium.kind].family == "picture":
            return said(self._worker(), looked, self._store.read(claimed.original, self.key))
        with closing(Unsealed(self._store, claimed.original, self.key)) as content:
            return said(self._worker(), looked, cast(BinaryIO, content))

    def _preview(self, medium: Medium, looked: Looked) -> tuple[Kept, ...]:
        """The contact sheet of a film, sealed; a picture has its preview already."""
        preview = looked.decoded.preview if looked.decoded is not None and medium.width is None else None
        if not preview:
            return ()
        digest = sha256(preview).digest()
        unit = str(self.unit.pk)
        return (self._store.keep(preview, digest, unit=unit, unit_key=self.key, purpose="preview"),)

    def _worker(self) -> Worker:
        if not hasattr(self._own, "worker"):
            self._own.worker = self.home.worker()
            self._workers.append(self._own.worker)
        worker: Worker = self._own.worker
        return worker

    def close(self) -> None:
        """End every worker."""
        for worker in self._workers:
            worker.close()
