"""What a file's imprints say of it: near to something judged, a part of something held, or only listed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from havre.matches.digests import Named, named
from havre.matches.finds import Asker, Find, finds
from havre.matches.models import Imprint, Knowledge, Match, MatchKind
from havre.matches.read_once import Together
from havre.matches.stock import Stock

WORDS = {
    MatchKind.NEAR: "shows the same as something held",
    MatchKind.SEGMENT: "part of it is part of something held",
    MatchKind.SOUND: "part of its sound is in something held",
}
"""How something held is the same, by what was found; what is not here changes no outcome."""


@dataclass(slots=True)
class Beyond:
    """Matches by what is judged of the other; those of one pile in the order of finding, the surest first."""

    near: list[Match] = field(default_factory=list)
    harmless: list[Match] = field(default_factory=list)
    alike: list[Match] = field(default_factory=list)
    places: list[Match] = field(default_factory=list)
    held: str = ""
    """How something held and not judged is the same, if it is."""


def beyond(stock: Stock, asker: Asker, *, founding: bool, together: Together | None = None) -> Beyond:
    """What the imprints of a file say. What is `founding` is a repeat of something held where it shares a part."""
    told, asked = Beyond(), together or Together(stock.unit)
    found = finds(stock, asker, asked)
    judged = _judgements(asked, found)
    near = {find.other for find in found if find.kind in WORDS}
    for find in found:
        if find.kind not in WORDS and find.other in near:
            continue  # that it is the same place needs no telling
        known = judged.get(find.other)
        match = _match(find, known)
        if find.kind not in WORDS:
            told.places.append(match)
        elif known is not None and known.pertinent is not None:
            (told.near if known.pertinent else told.harmless).append(match)
        else:
            told.alike.append(match)
            if founding and find.row.medium_id is not None and not find.row.partial:
                told.held = told.held or WORDS[find.kind]
    return told


def _judgements(asked: Together, found: Sequence[Find[Imprint]]) -> dict[tuple[str, int], Knowledge]:
    """What is known of each of the others: the entry itself, or what judges the bytes of a held medium."""
    judged: dict[tuple[str, int], Knowledge] = {}
    media: dict[int, Named] = {}
    for find in found:
        known, medium = find.row.knowledge, find.row.medium
        if known is not None:
            judged[find.other] = known.whole or known
        elif medium is not None:
            media[medium.pk] = named(medium)
    entries = asked.known.of(set(media.values()))
    for key, name in media.items():
        first = pertinent_first([each for each in entries[name] if each.pertinent is not None])
        if first:
            judged["held", key] = first[0]
    return judged


def _match(find: Find[Imprint], known: Knowledge | None) -> Match:
    return Match(
        kind=find.kind,
        knowledge=known,
        medium=find.row.medium,
        distance=find.distance,
        quality=find.quality,
        orientation=find.orientation,
        expected_false=find.expected_false,
        evidence=find.evidence,
    )


def once(matches: Iterable[Match]) -> list[Match]:
    """One match of a kind with each other, the first; what later ones can show is added to it."""
    kept: dict[tuple[str, str, int], Match] = {}
    for match in matches:
        other = ("known", match.knowledge_id) if match.knowledge_id else ("held", match.medium_id or 0)
        first = kept.setdefault((match.kind, *other), match)
        if first is not match:
            first.evidence = first.evidence or match.evidence
    return list(kept.values())


def pertinent_first(known: Iterable[Knowledge]) -> list[Knowledge]:
    """Entries in the order in which they weigh."""
    return sorted(known, key=lambda one: (not one.pertinent, one.pk))
