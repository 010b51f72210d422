"""Judge files in the order of paths: gather the evidence, decide, and keep what the decision rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from havre.fingerprints import audio, video
from havre.fingerprints.pdq import MATCH_DISTANCE, MIN_QUALITY
from havre.matches.beyond import Beyond, beyond, once, pertinent_first
from havre.matches.digests import Named, named
from havre.matches.finds import Asker
from havre.matches.marks import Mark
from havre.matches.models import Knowledge, Match, MatchKind
from havre.matches.read_once import Together
from havre.matches.rules import Evidence, Verdict, decide
from havre.matches.shelves import Shelf
from havre.matches.stock import Stock
from havre.matching import film_chance
from havre.matching.reference import Hit
from havre.media.models import Fingerprint, Medium
from havre.restrictions.visible import owned_by
from havre.units.models import Unit

KEPT_MATCHES = 50
"""Matches kept for one item, nearest first; further ones add nothing that a person would look at."""


@dataclass(frozen=True, slots=True)
class Print:
    """One fingerprint of a file that is being judged; `key` is its row, once it has one."""

    key: int | None
    orientations: bytes
    quality: int
    partial: bool = False

    @property
    def usable(self) -> bool:
        """Whether it may be matched on PDQ at all."""
        return self.quality >= MIN_QUALITY

    @property
    def founding(self) -> bool:
        """Whether it may found or join a stack."""
        return self.usable and not self.partial


@dataclass(frozen=True, slots=True)
class Candidate:
    """One file with everything that was found out about it before it is compared."""

    name: Named
    prints: tuple[Print, ...] = ()
    marks: tuple[Mark, ...] = ()
    """What it is found by beyond PDQ."""
    family: str = "picture"
    size: tuple[int, int] | None = None
    """Width and height in pixels."""
    medium: int | None = None
    held_before: bool = False
    """Whether an earlier item already brought the same bytes."""
    refusal: str = ""
    quarantine: str = ""
    damage: str = ""
    unfingerprinted: str = ""
    twin: int | None = None
    """A held medium of the same bytes, where the file itself was only listed and has none."""
    listed_before: bool = False
    """Whether an earlier list named the same, and nobody has the bytes."""
    again: int | None = None
    """The item that is judged again: only what had been found before it was held then."""

    @property
    def own(self) -> int | None:
        """The medium that is this file."""
        return self.medium if self.medium is not None else self.twin

    @property
    def fingerprinted(self) -> bool:
        """Whether there is anything by which it could be found again, of whatever quality."""
        return bool(self.prints) or self._telling

    @property
    def founding(self) -> bool:
        """Whether it may found or join a stack: a picture by its PDQ, a film by its runs, a sound by its items."""
        return any(each.founding for each in self.prints) or (self._telling and not self.damage)

    @property
    def _telling(self) -> bool:
        return self.family != "picture" and any(each.method in (video.METHOD, audio.METHOD) for each in self.marks)


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict and the matches it rests on (without their item), the decisive ones first."""

    verdict: Verdict
    matches: list[Match] = field(default_factory=list)


class Bench:
    """Judges one batch of files of one unit; what is new in the batch is seen by what follows in it."""

    def __init__(
        self, unit: Unit, known: Shelf, held: Shelf, candidates: Sequence[Candidate], stock: Stock | None = None
    ) -> None:
        self.unit, self.known, self.held, self.stock = unit, known, held, stock
        asking = {candidate.own for candidate in candidates if candidate.own is not None}
        self._together = Together(unit, asking, [mark for candidate in candidates for mark in candidate.marks])
        self._judgements = self._together.known.of({candidate.name for candidate in candidates})
        self._media: dict[int, Medium] = {}
        self._owners: dict[int, int] = {
            key: candidate.medium
            for candidate in candidates
            for each in candidate.prints
            if (key := each.key) is not None and candidate.medium is not None
        }

    def judge(self, candidate: Candidate) -> Judged:
        """What this file is, given everything before it."""
        if candidate.refusal or candidate.quarantine:
            return Judged(decide(Evidence(refusal=candidate.refusal, quarantine=candidate.quarantine)))
        equal = [known for known in self._judgements[candidate.name] if known.pertinent is not None]
        if equal:
            matches = [_equal(known) for known in pertinent_first(equal)]
            return Judged(decide(Evidence(digest_judged=True, damage=candidate.damage)), matches[:KEPT_MATCHES])
        return self._compared(candidate)

    def _compared(self, candidate: Candidate) -> Judged:
        near, harmless, alike = self._near_known(candidate)
        held_near, held_harmless, held_alike = self._near_held(candidate)
        further = self._beyond(candidate)
        near = once(_nearest(near + held_near) + further.near)
        harmless = once(_nearest(harmless + held_harmless) + further.harmless)
        same = once(_same_bytes(candidate) + _nearest(alike + held_alike) + further.alike)
        verdict = decide(
            Evidence(
                near_pertinent=bool(near),
                near_harmless=bool(harmless),
                held=_how_held(candidate, held_alike) or further.held,
                damage=candidate.damage,
                fingerprinted=candidate.fingerprinted,
                founding=candidate.founding,
                unfingerprinted=candidate.unfingerprinted,
            )
        )
        matches = near + same + harmless
        return Judged(verdict, (matches + _elsewhere(once(further.places), matches))[:KEPT_MATCHES])

    def _beyond(self, candidate: Candidate) -> Beyond:
        if self.stock is None:
            return Beyond()
        asker = Asker(candidate.marks, candidate.size, candidate.own, candidate.again)
        return beyond(self.stock, asker, founding=candidate.founding, together=self._together)

    def _near_known(self, candidate: Candidate) -> "Sorted":
        """What knowledge the fingerprints are near to: pertinent, not pertinent, unjudged."""
        hits = _hits(self.known, candidate.prints)
        if not hits:
            return [], [], []
        rows = owned_by(self.unit, Knowledge.objects).filter(id__in=hits, source__withdrawn_at=None)
        nearest: dict[int, tuple[Seen, Knowledge]] = {}
        for row in rows.select_related("whole"):
            seen, known = hits[row.pk], row.whole or row
            if known.pk not in nearest or seen.hit.distance < nearest[known.pk][0].hit.distance:
                nearest[known.pk] = seen, known
        sorted_: Sorted = ([], [], [])
        for seen, known in nearest.values():
            sorted_[_pile(known.pertinent)].append(_near(seen, knowledge=known))
        return sorted_

    def _near_held(self, candidate: Candidate) -> "Sorted":
        """What held media the fingerprints are near to, by what is judged of those media."""
        hits = _hits(self.held, candidate.prints)
        nearest = self._by_medium(hits)
        nearest.pop(candidate.own or 0, None)
        if not nearest:
            return [], [], []
        sorted_: Sorted = ([], [], [])
        media = self._then_held(nearest, candidate.again)
        judgements = self._together.known.of({named(medium) for medium in media})
        for medium in media:
            judged = pertinent_first([k for k in judgements[named(medium)] if k.pertinent is not None])
            pertinent = judged[0].pertinent if judged else None
            match = _near(nearest[medium.pk], knowledge=judged[0] if judged else None, medium=medium)
            # A damaged picture may be found near something judged; it joins no stack of unjudged ones.
            if pertinent is not None or candidate.founding:
                sorted_[_pile(pertinent)].append(match)
        return sorted_

    def _then_held(self, media: Mapping[int, "Seen"], item: int | None) -> list[Medium]:
        """Those of the media that were held when this item was judged first; items are numbered as they are judged."""
        rows = owned_by(self.unit, Medium.objects)
        if item is not None:
            return list(rows.filter(id__in=media, exhibits__item__lt=item).distinct())
        if not self._media.keys() >= media.keys():
            asked = {*media, *self._together.asking} - self._media.keys()
            self._media |= {row.pk: row for row in rows.filter(id__in=asked)}
        return [self._media[key] for key in sorted(media) if key in self._media]

    def _by_medium(self, hits: Mapping[int, "Seen"]) -> dict[int, "Seen"]:
        """The nearest fingerprint of each medium hit."""
        unknown = [key for key in hits if key not in self._owners]
        if unknown:
            rows = owned_by(self.unit, Fingerprint.objects, "medium__unit").filter(id__in=unknown)
            self._owners |= dict(rows.values_list("id", "medium_id"))
        nearest: dict[int, Seen] = {}
        for key, seen in hits.items():
            medium = self._owners.get(key)
            if medium is not None and (medium not in nearest or seen.hit.distance < nearest[medium].hit.distance):
                nearest[medium] = seen
        return nearest


@dataclass(frozen=True, slots=True)
class Seen:
    """A hit and the quality of the fingerprint that asked."""

    hit: Hit
    quality: int
    expected_false: float = 0.0


Sorted = tuple[list[Match], list[Match], list[Match]]
"""Matches with something pertinent, something not pertinent, something unjudged."""


def _hits(shelf: Shelf, prints: Sequence[Print]) -> dict[int, Seen]:
    """The nearest hit of each record, over all frames that may ask."""
    nearest: dict[int, Seen] = {}
    entries = shelf.index.status().entries
    for each in prints:
        if not each.usable:
            continue
        for hit in shelf.index.search_oriented(each.orientations, MATCH_DISTANCE):
            if hit.record not in nearest or hit.distance < nearest[hit.record].hit.distance:
                nearest[hit.record] = Seen(hit, each.quality, film_chance.of_pictures(hit.distance, entries))
    return nearest


def _elsewhere(places: list[Match], matches: list[Match]) -> list[Match]:
    """Places in what is not told already: that it is the same place needs no telling then."""
    media, known = ({getattr(match, name) for match in matches} - {None} for name in ("medium_id", "knowledge_id"))
    return [place for place in places if place.medium_id not in media and place.knowledge_id not in known]


def _pile(pertinent: bool | None) -> int:
    return 2 if pertinent is None else 0 if pertinent else 1


def _equal(known: Knowledge) -> Match:
    return Match(kind=MatchKind.IDENTICAL, knowledge=known, distance=0)


def _near(seen: Seen, knowledge: Knowledge | None = None, medium: Medium | None = None) -> Match:
    hit = seen.hit
    return Match(
        kind=MatchKind.NEAR,
        knowledge=knowledge,
        medium=medium,
        distance=hit.distance,
        quality=seen.quality,
        orientation=hit.orientation,
        expected_false=seen.expected_false,
    )


def _nearest(matches: list[Match]) -> list[Match]:
    """Nearest first; what is known of a medium and held as well is one match, its nearest."""
    found: list[Match] = []
    said: set[int] = set()
    for match in sorted(matches, key=lambda match: (match.distance, match.knowledge_id or 0, match.medium_id or 0)):
        if match.knowledge_id is None or match.knowledge_id not in said:
            found.append(match)
        if match.knowledge_id is not None:
            said.add(match.knowledge_id)
    return found


def _same_bytes(candidate: Candidate) -> list[Match]:
    if not candidate.held_before or candidate.own is None:
        return []
    return [Match(kind=MatchKind.IDENTICAL, medium_id=candidate.own, distance=0)]


def _how_held(candidate: Candidate, alike: list[Match]) -> str:
    if candidate.held_before:
        return "the same bytes are held already"
    if candidate.listed_before:
        return "the same was listed already, without its bytes"
    return "visually the same as something held" if alike else ""
