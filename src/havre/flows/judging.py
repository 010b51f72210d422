"""Write one batch of an intake: media, outcomes, matches and a line of the log, all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from django.utils.translation import gettext as _

from havre.assessments.gather import gather
from havre.cases.counters import move_counters, verdict_of
from havre.cases.models import Intake, Item
from havre.errors import Unavailable
from havre.flows.candidates import candidates_of, usable_pdq
from havre.flows.home import Home, durable, log, seal_log
from havre.matches.judge import Bench, Candidate, Judged
from havre.matches.marks import keep_imprints, marks_of
from havre.matches.models import Match
from havre.matches.shelves import Shelf
from havre.matches.stock import Stock
from havre.media.keep import Batch, keep_media
from havre.media.look import Looked
from havre.media.models import Exhibit, Medium
from havre.media.work import leave_for_later
from havre.restrictions.visible import owned_by
from havre.units.acting import Acting
from havre.units.models import Unit


@dataclass
class Judging:
    """Judges and writes the files of one intake; one batch after the other, one process of the unit at a time."""

    home: Home
    acting: Acting
    intake: Intake
    begun_at: int = 0
    """Place of the first item of this run."""
    later: bool = False
    """Whether what is slow is left for `havre work`."""
    position: int = field(init=False)
    """Place of the next item."""

    def __post_init__(self) -> None:
        self.position = self.begun_at

    @cached_property
    def known(self) -> Shelf:
        """Fingerprints the unit knows."""
        return self.home.shelf(self.acting.unit, "known")

    @cached_property
    def held(self) -> Shelf:
        """Fingerprints of what the unit holds."""
        return self.home.shelf(self.acting.unit, "held")

    @cached_property
    def stock(self) -> Stock:
        """Films, sounds and scenes the unit knows and holds."""
        return self.home.stock(self.acting.unit)

    def commit(self, batch: Sequence[Looked]) -> None:
        """Write a batch. Raises Unavailable where disk or database fail: then nothing of it was written."""
        self.home.store.settle()
        with durable():
            # Whoever judges holds the unit: two intakes at once see each other's media as if one came after the other.
            Unit.objects.select_for_update(no_key=True).get(pk=self.acting.unit.pk)
            self.known.catch_up()
            self.held.catch_up()
            self.stock.catch_up()
            self._must_be_held(batch)
            kept = keep_media(self.acting.unit, batch, self.acting.now())
            if self.later:
                fresh = [m for sha256, m in kept.media.items() if sha256 not in kept.before and not m.quarantine]
                leave_for_later(self.acting.unit, fresh)
            items = self._judge(batch, kept)
            move_counters(map(verdict_of, items))
            self._log(items)
            seal_log(self.home, self.acting)
        self.position += len(batch)
        for file in kept.superfluous:
            self.home.store.forget(file.blob)
        self.held.settle()
        self.stock.settle()

    def _must_be_held(self, batch: Sequence[Looked]) -> None:
        """Raises Unavailable where a case was erased since the lanes looked, with bytes that they passed over."""
        passed = {each.digests.sha256 for each in batch if each.held and each.digests is not None}
        if owned_by(self.acting.unit, Medium.objects).filter(sha256__in=passed).count() < len(passed):
            raise Unavailable(
                _("a case was erased while this intake ran: run the same command again, it goes on from here")
            )

    def _judge(self, batch: Sequence[Looked], kept: Batch) -> list[Item]:
        marks = keep_imprints(self.stock.looks, kept.fresh)
        marks |= marks_of(self.stock.looks, [m.pk for m in kept.media.values() if bytes(m.sha256) in kept.before])
        candidates = candidates_of(self.stock.looks, batch, kept, marks)
        bench = Bench(self.acting.unit, self.known, self.held, candidates, self.stock)
        items: list[Item] = []
        exhibits: list[Exhibit] = []
        matches: list[Match] = []
        for offset, (taken, candidate) in enumerate(zip(batch, candidates, strict=True)):
            judged = bench.judge(candidate)
            self._shelve(candidate)
            item = _item(self.intake, self.position + offset, taken, judged)
            items.append(item)
            if candidate.medium is not None:
                exhibits.append(Exhibit(item=item, medium_id=candidate.medium))
            for match in judged.matches:
                match.item = item
                matches.append(match)
        Item.objects.bulk_create(items)
        Exhibit.objects.bulk_create(exhibits)
        Match.objects.bulk_create(matches)
        gather(self.acting.unit, items)
        return items

    def _shelve(self, candidate: Candidate) -> None:
        """What follows in this batch must see what this file brought."""
        fresh = [p for p in candidate.prints if p.founding and p.key is not None and p.key > self.held.last]
        self.held.take([(p.key, p.orientations[:32]) for p in fresh if p.key is not None])
        self.stock.take(candidate.marks)

    def _log(self, items: Sequence[Item]) -> None:
        """One line for the batch: the places it fills, and a commitment to what was decided for each."""
        commitment = sha256(bytes(self.intake.salt))
        for item in items:
            digest = bytes(item.sha256).hex() if item.sha256 else ""
            commitment.update(f"{item.position}\0{item.path}\0{digest}\0{item.outcome}\0{item.reason}\n".encode())
        detail = {
            "act": "taken in",
            "first": items[0].position,
            "count": len(items),
            "commitment": commitment.hexdigest(),
        }
        log(self.home, self.acting, "change", f"intake {self.intake.pk} of case {self.intake.case.reference}", detail)


def _item(intake: Intake, position: int, taken: Looked, judged: Judged) -> Item:
    verdict, listed = judged.verdict, taken.listed
    named = listed or taken.digests
    return Item(
        intake=intake,
        position=position,
        path=taken.found.path,
        bytes=None if listed else taken.bytes or taken.found.bytes,
        modified_at=taken.found.modified_at,
        accessed_at=taken.found.accessed_at,
        changed_at=taken.found.changed_at,
        md5=named.md5 if named else None,
        sha1=named.sha1 if named else None,
        sha256=named.sha256 if named else None,
        pdq=usable_pdq(listed) if listed else None,
        outcome=verdict.outcome,
        apart=verdict.apart,
        stack=verdict.stack,
        reason=verdict.reason,
        note=taken.note,
    )
