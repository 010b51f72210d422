"""Write one batch of an intake: media, outcomes, matches and a line of the log, all of it or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from havre.cases.models import Intake, Item
from havre.flows.home import Home, durable, log, seal_log
from havre.matches.digests import Named
from havre.matches.judge import Bench, Candidate, Judged, Print
from havre.matches.models import Match
from havre.matches.shelves import Shelf
from havre.media.keep import Batch, keep_media
from havre.media.models import Exhibit, Fingerprint, Medium
from havre.media.sources import Found
from havre.media.take import Taken
from havre.units.acting import Acting
from havre.units.models import Unit


@dataclass
class Judging:
    """Judges and writes the files of one intake; one batch after the other, one process of the unit at a time."""

    home: Home
    acting: Acting
    intake: Intake
    position: int = 0
    """Place of the next item."""
    _shelves: list[Shelf] = field(default_factory=list)

    @cached_property
    def known(self) -> Shelf:
        """Fingerprints the unit knows."""
        return self.home.shelf(self.acting.unit, "known")

    @cached_property
    def held(self) -> Shelf:
        """Fingerprints of what the unit holds."""
        return self.home.shelf(self.acting.unit, "held")

    def commit(self, batch: Sequence[Taken], take_anew: Callable[[Found], Taken]) -> None:
        """Write a batch. Raises Unavailable where disk or database fail: then nothing of it was written."""
        self.home.store.settle()
        with durable():
            # Whoever judges holds the unit: two intakes at once see each other's media as if one came after the other.
            Unit.objects.select_for_update().get(pk=self.acting.unit.pk)
            self.known.catch_up()
            self.held.catch_up()
            batch = self._present(batch, take_anew)
            kept = keep_media(self.acting.unit, batch, self.acting.now())
            items = self._judge(batch, kept)
            self._log(items)
        self.position += len(batch)
        for file in kept.superfluous:
            self.home.store.forget(file.blob)
        self.held.settle()
        seal_log(self.home, self.acting)

    def _present(self, batch: Sequence[Taken], take_anew: Callable[[Found], Taken]) -> list[Taken]:
        """The batch, with those taken again whose medium was erased since their lane looked."""
        digests = [each.digests.sha256 for each in batch if each.held and each.digests is not None]
        there = {bytes(d) for d in Medium.objects.filter(sha256__in=digests).values_list("sha256", flat=True)}
        return [
            take_anew(each.found) if each.held and each.digests and each.digests.sha256 not in there else each
            for each in batch
        ]

    def _judge(self, batch: Sequence[Taken], kept: Batch) -> list[Item]:
        seen = set(kept.before)
        candidates = [_candidate(taken, kept, seen) for taken in batch]
        bench = Bench(self.acting.unit, self.known, self.held, candidates)
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
        return items

    def _shelve(self, candidate: Candidate) -> None:
        """What follows in this batch must see what this file brought."""
        fresh = [p for p in candidate.prints if p.founding and p.key is not None and p.key > self.held.last]
        self.held.take([(p.key, p.orientations[:32]) for p in fresh if p.key is not None])

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
        log(self.acting, "change", f"intake {self.intake.pk} of case {self.intake.case.reference}", detail)


def _candidate(taken: Taken, kept: Batch, seen: set[bytes]) -> Candidate:
    digests = taken.digests
    name = Named(digests.md5, digests.sha1, digests.sha256) if digests else Named()
    medium = kept.media.get(digests.sha256) if digests and not taken.refusal else None
    if medium is None or digests is None:
        return Candidate(name, refusal=taken.refusal, quarantine=taken.quarantine)
    held_before = digests.sha256 in seen
    seen.add(digests.sha256)
    return Candidate(
        name=name,
        prints=tuple(_print(each) for each in kept.fingerprints.get(medium.pk, [])),
        medium=medium.pk,
        held_before=held_before,
        quarantine=medium.quarantine,
        damage=medium.damage,
        unfingerprinted="" if medium.family == "picture" else f"a {medium.family}: it has no fingerprint yet",
    )


def _print(each: Fingerprint) -> Print:
    return Print(each.pk, bytes(each.orientations), each.quality, each.partial)


def _item(intake: Intake, position: int, taken: Taken, judged: Judged) -> Item:
    digests, verdict = taken.digests, judged.verdict
    return Item(
        intake=intake,
        position=position,
        path=taken.found.path,
        bytes=taken.bytes or taken.found.bytes,
        modified_at=taken.found.modified_at,
        md5=digests.md5 if digests else None,
        sha1=digests.sha1 if digests else None,
        sha256=digests.sha256 if digests else None,
        outcome=verdict.outcome,
        apart=verdict.apart,
        stack=verdict.stack,
        reason=verdict.reason,
    )
