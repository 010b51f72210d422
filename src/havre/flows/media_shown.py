"""One medium as a person reads it: what it is, where it was found, what it matches and why, what was done with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from havre.audit.entry import Entry
from havre.audit.queries import entries_about
from havre.compiled import Most
from havre.flows.home import Home, consulted
from havre.linking import links
from havre.linking.links import Kind, between
from havre.matches.digests import knowledge_of, named
from havre.matches.models import Imprint, Knowledge, Match, MatchWord
from havre.matches.queries import imprints_of_medium, matches_about, words_about
from havre.media.models import Exhibit, Fact, Fingerprint, Medium
from havre.media.queries import exhibits_of, facts_of, first_fingerprints, first_paths, medium_by_id
from havre.series.findings import told_of
from havre.series.models import Link, Series
from havre.series.origins import origins_then
from havre.series.queries import links_about, series_with
from havre.series.weigh import Weighing
from havre.units.acting import Acting
from havre.units.models import Person, RoleName

MOST_SHOWN = 100
"""Places, fingerprints, links and entries of the log that one page has room for."""


SHARES = {"query_share": "one_share", "match_share": "other_share"}
MEASURES = ("items", "agreement", "speed", "views", *SHARES)
"""Evidence of a match that a link does not carry."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that a medium matches, and why."""

    number: int
    how: str
    """Whether `number` is that of a match or of a link."""
    kind: str
    link: links.Link
    """What agrees; the medium that is shown is `one` of it where `asks`, else `other`."""
    medium: Medium | None = None
    knowledge: Knowledge | None = None
    path: str = ""
    """Of what a list named without its bytes; of a medium, where it was found first."""
    word: MatchWord | None = None

    @property
    def expected_false(self) -> float:
        """How many matches as good as this were to be expected by accident."""
        return self.link.expected_false


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything a unit knows of one medium."""

    medium: Medium
    exhibits: Sequence[Exhibit]
    prints: Sequence[Fingerprint]
    imprints: Sequence[Imprint]
    facts: Sequence[Fact]
    judged: Sequence[Knowledge]
    reasons: Sequence[Reason]
    series: Series | None
    history: Sequence[Entry]


def thing_of(medium: Medium) -> str:
    """How the log calls a medium: by its number, for the log names no digest."""
    return f"medium {medium.pk}"


def show_medium(home: Home, acting: Acting, number: int) -> Shown:
    """Everything about the medium of this number; that it was looked at is logged before the answer leaves."""
    may_look(acting)
    viewer, medium = acting.person, medium_by_id(acting.person, number)
    consulted(home, acting, thing_of(medium), {"act": "looked at"})
    exhibits = exhibits_of(viewer, medium.pk, Most(MOST_SHOWN))
    every = [exhibit.item_id for exhibit in exhibits] if len(exhibits) < MOST_SHOWN else None
    return Shown(
        medium,
        exhibits,
        first_fingerprints(viewer, medium.pk, Most(MOST_SHOWN)),
        imprints_of_medium(viewer, medium.pk, Most(MOST_SHOWN)),
        facts_of(viewer, medium.pk),
        knowledge_of(acting.unit, [named(medium)])[named(medium)],
        with_paths(viewer, reasons_of(home, acting, medium, every=every)),
        series_with(viewer, medium),
        entries_about(viewer, [thing_of(medium)], MOST_SHOWN),
    )


def may_look(acting: Acting) -> None:
    """Raises Refused for whoever does not work with media."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="look at media")


def reasons_of(
    home: Home,
    acting: Acting,
    medium: Medium,
    said: Iterable[MatchWord] | None = None,
    every: Sequence[int] | None = None,
) -> list[Reason]:
    """What a medium matches: as it was judged, and as it is linked; each other thing once a kind, the rarest first.

    `said` is what people said of it, `every` the items that show it, the first first: where whoever asks read them.
    """
    words = _last_words(words_about(acting.person, medium.pk) if said is None else said)
    matches = [of_match(match, medium) for match in matches_about(acting.person, medium, every)]
    linked = of_links(home, acting, links_about(acting.person, medium, MOST_SHOWN), medium)
    once: dict[tuple[str, tuple[str, int]], Reason] = {}
    for reason in [*matches, *linked]:
        once.setdefault((reason.kind, other_of(reason)), reason)
    told = [_with_word(reason, words) for reason in once.values()]
    return sorted(told, key=lambda reason: (reason.expected_false, reason.kind, reason.number))


def with_paths(viewer: Person, reasons: Sequence[Reason]) -> list[Reason]:
    """The same, each medium with where it was found: people call it by its file's name, not by a number."""
    paths = first_paths(viewer, {reason.medium.pk for reason in reasons if reason.medium is not None})
    return [replace(each, path=paths.get(each.medium.pk, "")) if each.medium else each for each in reasons]


def other_of(reason: Reason) -> tuple[str, int]:
    """What a reason speaks of beside the medium."""
    if reason.medium is not None:
        return "held", reason.medium.pk
    return ("known", reason.knowledge.pk) if reason.knowledge is not None else ("listed", reason.number)


def of_match(match: Match, medium: Medium) -> Reason:
    """A match as a reason, seen from a medium on either side of it."""
    exhibit = getattr(match.item, "exhibit", None)
    asking: Medium | None = exhibit.medium if exhibit is not None else None
    asks = asking is not None and asking.pk == medium.pk
    other = match.medium if asks else asking
    evidence = told_of(match) | measures_of(match)
    link = between(0, 1, Kind(match.kind), match.expected_false, seen_from(evidence, turned=not asks))
    known = match.knowledge if asks else None
    return Reason(match.pk, "match", match.kind, link, other, known, "" if asks or other else match.item.path)


def measures_of(match: Match) -> dict[str, object]:
    """What else a match measured, by names that say which side it is of; what is of no kind we know is left out."""
    evidence: dict[str, object] = match.evidence if isinstance(match.evidence, dict) else {}
    told = {name: evidence[name] for name in MEASURES if isinstance(evidence.get(name), int | float)}
    told |= {own: told.pop(name) for name, own in SHARES.items() if name in told}
    further = evidence.get("further")
    listed = [each for each in further if isinstance(each, dict)] if isinstance(further, list) else []
    pairs = [(each.get("query_span"), each.get("match_span")) for each in listed]
    spans = [[list(one), list(other)] for one, other in pairs if isinstance(one, list) and isinstance(other, list)]
    return told | ({"further": spans} if spans else {})


def of_links(home: Home, acting: Acting, found: Sequence[Link], medium: Medium) -> list[Reason]:
    """Links as reasons, as they weigh today, seen from a medium on either side of them."""
    if not found:
        return []
    weighing = Weighing(origins_then(acting.unit, home.tally))
    weighed = {(link.one, link.other, str(link.kind)): link for link in weighing.held(found)}
    told: list[Reason] = []
    for row in found:
        link = weighed.get((row.one_id, row.other_id, row.kind))
        if link is not None:
            turned = row.other_id == medium.pk
            seen = between(0, 1, link.kind, link.expected_false, seen_from(link.told, turned=turned))
            told.append(Reason(row.pk, "link", row.kind, seen, row.one if turned else row.other))
    return told


def seen_from(told: "dict[str, links.Value] | dict[str, object]", *, turned: bool) -> dict[str, object]:
    """Evidence with its two sides exchanged where it is `turned`."""
    sides = {"one_": "other_", "other_": "one_"}
    named_anew: dict[str, object] = {}
    for name, value in told.items():
        side = next((each for each in sides if turned and name.startswith(each)), "")
        named_anew[sides[side] + name.removeprefix(side) if side else name] = value
    further = named_anew.get("further")
    if turned and isinstance(further, list):
        named_anew["further"] = [[other, one] for one, other in further]
    return named_anew


def _last_words(words: Iterable[MatchWord]) -> dict[tuple[str, int], MatchWord]:
    """The last word on each other thing."""
    last: dict[tuple[str, int], MatchWord] = {}
    for word in words:
        for key in (("held", word.medium_id), ("held", word.other_id), ("known", word.knowledge_id)):
            if key[1] is not None:
                last.setdefault((key[0], key[1]), word)
    return last


def _with_word(reason: Reason, words: dict[tuple[str, int], MatchWord]) -> Reason:
    word = words.get(other_of(reason))
    if word is None:
        return reason
    return Reason(
        reason.number, reason.how, reason.kind, reason.link, reason.medium, reason.knowledge, reason.path, word
    )
