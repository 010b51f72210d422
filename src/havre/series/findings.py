"""From what was found of media, matches and facts, to the links between them."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from havre.fingerprints.pdq import ORIENTATIONS
from havre.linking import camera, links
from havre.linking.camera import USELESS
from havre.linking.links import RAREST, Kind, between
from havre.matches.digests import Named, held_of
from havre.matches.models import Knowledge, Match, MatchKind
from havre.media.models import Exhibit
from havre.restrictions.visible import owned_by
from havre.series.origins import Origins, chunks
from havre.units.models import Unit

MOST_LINKS = 50
"""Links of a kind that a medium brings with it, the rarest first: no more are followed from it (LINKS_A_MEDIUM)."""

SIDES = {
    "query_region": "one_region",
    "match_region": "other_region",
    "query_size": "one_size",
    "match_size": "other_size",
    "query_span": "one_span",
    "match_span": "other_span",
    "replaced_picture": "pictures_differ",
}
"""What a match calls its evidence, and what a link does: the item asks, so it is the one."""
ALIKE = ("points", "frames", "verdict")
"""Evidence that both call the same."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A link as it was found, and the knowledge that alone led to it."""

    link: links.Link
    knowledge: int | None = None


# ---- from facts ----


def from_origins(origins: Origins, media: Collection[int]) -> list[Finding]:
    """Links of the same camera and the same session between these media and all others of the unit."""
    asking = [one for _, one in sorted(origins.of(media).items())]
    candidates = origins.candidates(asking)
    told = origins.of({other for others in candidates.values() for other in others})
    found: list[Finding] = []
    for new in asking:
        others = [told[other] for other in sorted(candidates[new.medium]) if other in told]
        found += rarest(Finding(link) for link in camera.links(new, others, origins.counts(new)))
    return found


def rarest(found: Iterable[Finding]) -> Iterator[Finding]:
    """Of the links that one medium brings, the rarest of each kind."""
    ordered = sorted(found, key=lambda each: (each.link.kind, each.link.expected_false, each.link.one, each.link.other))
    for _, alike in groupby(ordered, key=lambda each: each.link.kind):
        yield from list(alike)[:MOST_LINKS]


# ---- from matches ----


def unread_matches(unit: Unit, after: int, most: int) -> list[Match]:
    """The next matches of the unit behind this one."""
    rows = owned_by(unit, Match.objects.all(), "item__intake__case__unit").filter(id__gt=after)
    return list(rows.select_related("knowledge").order_by("id")[:most])


def from_matches(unit: Unit, matches: Sequence[Match]) -> list[Finding]:
    """Links between held media that these matches tell of; equal bytes are one medium and need none."""
    asking = _asking(matches)
    paired = [
        *_with_held(matches, asking),
        *_through_knowledge(unit, matches, asking),
        *_with_newly_held(matches, asking),
    ]
    found: dict[int, list[Finding]] = defaultdict(list)
    for one in paired:
        link = _link(one)
        if link is not None:
            found[one.asking].append(Finding(link, one.knowledge))
    return [finding for brought in found.values() for finding in rarest(brought)]


@dataclass(frozen=True, slots=True)
class Paired:
    """A match between two media that the unit holds; the one of the item that was judged is asking."""

    match: Match
    asking: int
    other: int
    knowledge: int | None = None


def _asking(matches: Iterable[Match]) -> dict[int, int]:
    """The medium of each item that was judged; an item without bytes has none."""
    held: dict[int, int] = {}
    for some in chunks({match.item_id for match in matches}):
        held |= dict(Exhibit.objects.filter(item__in=some).values_list("item", "medium"))
    return held


def _with_held(matches: Iterable[Match], asking: Mapping[int, int]) -> Iterator[Paired]:
    for match in matches:
        medium = asking.get(match.item_id)
        if medium is not None and match.medium_id not in (None, medium) and match.kind != MatchKind.IDENTICAL:
            yield Paired(match, medium, match.medium_id)


def _through_knowledge(unit: Unit, matches: Iterable[Match], asking: Mapping[int, int]) -> Iterator[Paired]:
    """What is near to something known is near to the held medium that has its bytes."""
    known = [(match, match.knowledge) for match in matches if _by_word_alone(match)]
    held = _held_bytes(unit, [knowledge for _, knowledge in known if knowledge is not None])
    for match, knowledge in known:
        medium, other = asking.get(match.item_id), held.get(knowledge.pk if knowledge else 0)
        if medium is not None and other is not None and medium != other:
            yield Paired(match, medium, other, match.knowledge_id)


def _by_word_alone(match: Match) -> bool:
    return match.medium_id is None and match.knowledge_id is not None and match.kind != MatchKind.IDENTICAL


def _held_bytes(unit: Unit, known: Iterable[Knowledge]) -> dict[int, int]:
    """The held medium that is the same bytes as each entry."""
    names = {one.pk: Named(*(_bytes(getattr(one, kind)) for kind in ("md5", "sha1", "sha256"))) for one in known}
    held = held_of(unit, set(names.values()))
    return {entry: held[name][0].pk for entry, name in names.items() if held[name]}


def _bytes(digest: bytes | memoryview | None) -> bytes | None:
    return None if digest is None else bytes(digest)


def _with_newly_held(matches: Iterable[Match], asking: Mapping[int, int]) -> Iterator[Paired]:
    """A medium that equals something known may come after what is near to that."""
    equal: dict[int, set[int]] = defaultdict(set)
    for match in matches:
        if match.kind == MatchKind.IDENTICAL and match.knowledge_id is not None and match.item_id in asking:
            equal[match.knowledge_id].add(asking[match.item_id])
    for some in chunks(equal):
        earlier = Match.objects.filter(knowledge__in=some, medium=None).exclude(kind=MatchKind.IDENTICAL)
        near = list(earlier.order_by("expected_false", "distance", "id"))
        theirs = _asking(near)
        for match in near:
            for other in equal[match.knowledge_id or 0]:
                if theirs.get(match.item_id, other) != other:
                    yield Paired(match, theirs[match.item_id], other, match.knowledge_id)


def _link(paired: Paired) -> links.Link | None:
    expected = paired.match.expected_false
    if not 0 <= expected < USELESS:
        return None
    kind, told = Kind(paired.match.kind), told_of(paired.match)
    return between(paired.asking, paired.other, kind, max(expected, RAREST), told)


def told_of(match: Match) -> dict[str, object]:
    """The evidence of a match by the names a link has for it; what is missing or of no kind we know is left out."""
    evidence: Mapping[str, object] = match.evidence if isinstance(match.evidence, dict) else {}
    renamed = {SIDES.get(name, name): value for name, value in evidence.items() if name in (*SIDES, *ALIKE)}
    told = {name: value for name, value in renamed.items() if _sayable(value)}
    if match.distance is not None:
        told["distance"] = match.distance
    orientation = evidence.get("orientation", match.orientation)
    if isinstance(orientation, int) and 0 <= orientation < len(ORIENTATIONS):
        orientation = ORIENTATIONS[orientation]
    return told | ({"orientation": orientation} if isinstance(orientation, str) else {})


def _sayable(value: object) -> bool:
    """Whether it is a finite number, a text or a list of these."""
    if isinstance(value, list):
        return all(_sayable(part) and not isinstance(part, list) for part in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, bool | int | str)
