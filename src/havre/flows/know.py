"""Judge what a folder holds: every file of it is digested and fingerprinted, and known by that from now on.

Originals are not kept: there is no case. Killed and run again, the folder is known once.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from havre.errors import Invalid
from havre.fingerprints.pdq import MIN_QUALITY
from havre.flows.archives import Piece, Unpacking
from havre.flows.brought import look_over, pieces_of
from havre.flows.home import Home, consulted
from havre.flows.known_since import know_held
from havre.flows.source import FOLDER, Offer, alone, begin, finish, holding, may_teach, thing_of
from havre.flows.taking import Lanes, Looking, Progress, Tell, batches, flat
from havre.matches.formats import labels
from havre.matches.learn import learn_files
from havre.matches.marks import Looks, keep_imprints
from havre.matches.models import Knowledge, Source
from havre.media.decode.outcomes import Decoded
from havre.media.decode.pool import Worker
from havre.media.look import Looked, look
from havre.media.sources import files_of, shown
from havre.units.acting import Acting

TOLD_BAD = 100
"""Files that could not be judged and are named in the answer; all of them are counted."""


def know(
    home: Home, acting: Acting, path: str, label: str, *, scheme: str = "", workers: int, tell: Tell = lambda _: None
) -> dict[str, Any]:
    """Judge a folder or file, and what its archives hold; what is known then, counted, and what could not be judged.

    An unfinished judgement goes on; a finished one of an unchanged folder is only told again.
    """
    may_teach(acting)
    judged = judgement(label, scheme)  # (1) is the label one
    survey = look_over(files_of(path))  # (2) is the folder there, has it changed
    offer = Offer(shown(path), FOLDER, scheme, judged.name, survey.listing)
    source, goes_on = begin(home, acting, offer)  # (3) a new source, or the one to continue
    if not goes_on:
        consulted(home, acting, thing_of(source))
        return dict(source.told)
    with alone(home, source):
        folder = Folder(home, acting, source, path, judged, survey.files, tell)
        folder.work(workers)  # (4) files -> fingerprints -> knowledge
        told = folder.told()
        know_held(home, acting, source)  # (5) what lies here already and is the same is known
        finish(home, acting, source, offer, told)  # (6) the index and the log know it
    return told


def judgement(label: str, scheme: str = "") -> labels.Label:
    """The label of this name, or of this category of the scheme.

    Raises Invalid for one that does not exist, naming those that do, and for one that judges nothing.
    """
    named = labels.scheme(scheme).by_category.get(label.strip()) if scheme else None
    found = named or labels.label(label)
    if found.pertinent is None:
        raise Invalid(f"{found.name} is no judgement: take pertinent, not-pertinent or another label that says which")
    if scheme and found not in labels.scheme(scheme).by_category.values():
        names = ", ".join(each.name for each in labels.scheme(scheme).by_category.values())
        raise Invalid(f"{label} is no label of {scheme}: take one of {names}")
    return found


@dataclass
class Folder:
    """One process judging one folder."""

    home: Home
    acting: Acting
    source: Source
    path: str
    """As the file system knows it; the source has it as it can be shown."""
    label: labels.Label
    total: int
    tell: Tell
    counts: Counter[str] = field(default_factory=Counter)
    bad: list[dict[str, str]] = field(default_factory=list)

    def work(self, workers: int) -> None:
        """Judge every file; those that an earlier run has judged are only digested again."""
        with ExitStack() as stack:
            lanes = Lanes(self.home, workers, self._looking())
            stack.callback(lanes.close)
            unpacking = Unpacking(self.home.waiting, self.home.worker)
            stack.callback(unpacking.close)
            for batch in batches(flat(lanes, unpacking, pieces_of(self.path), Counter())):
                self._learn(batch)
                done = self.counts.total()
                self.tell(Progress(done, max(self.total, done), done))

    def told(self) -> dict[str, Any]:
        """The answer: found is the sum of added, repeated, refused and quarantined."""
        counts = {name: self.counts[name] for name in ("added", "repeated", "refused", "quarantined")}
        return {
            "source": self.source.pk,
            "path": self.source.path,
            "label": self.label.name,
            "pertinent": self.label.pertinent,
            "found": self.counts.total(),
            **counts,
            "bad": self.bad,
        }

    def _looking(self) -> Looking:
        entries = Knowledge.objects.filter(source=self.source, unit=self.source.unit_id)

        def known(sha256: bytes) -> bool:
            return entries.filter(sha256=sha256).exists()

        def of(worker: Worker) -> Callable[[Piece], Looked]:
            return lambda piece: look(worker, piece.found, piece.opened, known)

        return of

    def _learn(self, batch: list[Looked]) -> None:
        with holding(self.acting.unit):
            rows = list(self._rows(batch))
            learn_files((whole, further) for whole, further, _ in rows)
            unit = self.acting.unit
            looks = Looks(unit, self.home.keys.unit(str(unit.pk)))
            keep_imprints(looks, [(whole, decoded) for whole, _, decoded in rows if decoded is not None])

    def _rows(self, batch: list[Looked]) -> Iterator[tuple[Knowledge, list[Knowledge], Decoded | None]]:
        """The rows of what this source does not know yet, and what it is found by; everything else is counted."""
        paths = self._known_paths(batch)
        for looked in batch:
            outcome = "refused" if looked.refusal else "quarantined" if looked.quarantine else ""
            if outcome or looked.digests is None:
                self._count_bad(outcome or "refused", looked)
                continue
            sha256 = looked.digests.sha256
            if sha256 in paths:
                # The path tells what an earlier run has added from what lies in the folder twice.
                self.counts["added" if paths[sha256] == looked.found.path else "repeated"] += 1
                continue
            paths[sha256] = looked.found.path
            self.counts["added"] += 1
            yield *self._entry(looked), _found_again(looked)

    def _known_paths(self, batch: list[Looked]) -> dict[bytes, str]:
        wanted = [looked.digests.sha256 for looked in batch if looked.digests is not None]
        rows = Knowledge.objects.filter(source=self.source, unit=self.source.unit_id, sha256__in=wanted)
        return {bytes(sha256 or b""): path for sha256, path in rows.values_list("sha256", "path")}

    def _count_bad(self, outcome: str, looked: Looked) -> None:
        self.counts[outcome] += 1
        if len(self.bad) < TOLD_BAD:
            reason = looked.refusal or looked.quarantine
            self.bad.append({"path": looked.found.path, "outcome": outcome, "reason": reason})

    def _entry(self, looked: Looked) -> tuple[Knowledge, list[Knowledge]]:
        """The row of the file with its first frame, and rows of the further frames that can be matched."""
        digests, decoded = looked.digests, looked.decoded
        assert digests is not None
        # A partial fingerprint never enters a list: a damaged picture is known by its digests alone.
        frames = decoded.frames if decoded is not None and not decoded.damage else ()
        first = frames[0] if frames else None
        whole = self._row(
            md5=digests.md5,
            sha1=digests.sha1,
            sha256=digests.sha256,
            pdq=first.pdq if first else None,
            pdq_quality=first.quality if first else None,
            path=looked.found.path,
            facts=_facts(looked),
        )
        further = [
            self._row(pdq=frame.pdq, pdq_quality=frame.quality, path=looked.found.path, whole=whole)
            for frame in frames[1:]
            if frame.quality >= MIN_QUALITY
        ]
        return whole, further

    def _row(self, **values: Any) -> Knowledge:
        return Knowledge(
            source=self.source,
            unit=self.acting.unit,
            label=self.label.name,
            pertinent=self.label.pertinent,
            category=self.label.category,
            **values,
        )


def _found_again(looked: Looked) -> Decoded | None:
    """What is found of it beyond its PDQ: of a damaged picture nothing, of a damaged film what could be read."""
    decoded = looked.decoded
    if decoded is None or (decoded.damage and looked.kind is not None and looked.kind.family == "picture"):
        return None
    return decoded


def _facts(looked: Looked) -> dict[str, Any]:
    facts: dict[str, Any] = {"size": looked.bytes}
    if looked.kind is not None:
        facts["mime"] = looked.kind.mime
    if looked.decoded is not None and looked.decoded.damage:
        facts["damage"] = looked.decoded.damage
    if looked.decoded is not None and looked.decoded.width:
        facts |= {"width": looked.decoded.width, "height": looked.decoded.height}
    return facts
