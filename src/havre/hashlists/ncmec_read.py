"""Hash sharing v2 read: pages of entries, and the votes on them; never entities, never more than is bounded."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError  # names alone: everything is read by defusedxml

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from havre.errors import Invalid
from havre.hashlists.asked import moment
from havre.hashlists.entry import VERSIONS, Kind, Signal
from havre.hashlists.ncmec import METHODS, REASONS
from havre.hashlists.told import MOST_BYTES, BadTold, PageTold, Told, fits, word

KINDS = {"image": Kind.PICTURE, "video": Kind.FILM}
ENTRIES = {"image", "video", "deletedImage", "deletedVideo"}
MOST_VOTE = 20_000
"""Bytes of one vote."""


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody thinks of an entry: that it is right, or why not."""

    up: bool
    reason: str = ""


@dataclass(slots=True)
class _Bounded:
    """Bytes that end where there are too many."""

    source: BinaryIO
    left: int

    def read(self, most: int = -1) -> bytes:
        if self.left <= 0:
            raise Invalid("this is larger than an answer may be")
        read = self.source.read(min(most if most > 0 else 65_536, 65_536))
        self.left -= len(read)
        return read


def read(source: BinaryIO, most_bytes: int = MOST_BYTES) -> PageTold:
    """A page. What stands before a break is given, and the break in its place; raises Invalid only where nothing is."""
    told: list[Told | BadTold] = []
    paging, newest, root = "", 0, ""
    try:
        for element in _elements(source, most_bytes):
            root = root or "read"
            name = _local(element)
            if name in ENTRIES:
                told.append(_told_or_bad(element, f"entry {len(told) + 1}"))
            elif name in {"images", "videos"}:
                newest = max(newest, _newest(element))
            elif name == "next":
                paging = (element.text or "").strip()
            elif name == "queryResult":
                root = name
    except (ParseError, DefusedXmlException, ValueError, LookupError, Invalid) as problem:
        why = str(problem) if isinstance(problem, Invalid) else "here the XML is broken"
        told.append(BadTold(f"entry {len(told) + 1}", why))
    if root != "queryResult" and not any(isinstance(each, Told) for each in told):
        raise Invalid("this is no answer with entries of hash sharing v2")
    return PageTold(tuple(told), paging, newest)


def _elements(source: BinaryIO, most_bytes: int) -> Iterator[Element]:
    """Elements as they end; those of entries are forgotten afterwards."""
    for _, element in iterparse(_Bounded(source, most_bytes), events=("end",), forbid_dtd=True):
        yield element
        if _local(element) in ENTRIES:
            element.clear()


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _newest(group: Element) -> int:
    try:
        return moment(group.get("maxTimestamp", ""))
    except Invalid:
        return 0


def _told_or_bad(element: Element, place: str) -> Told | BadTold:
    try:
        return _told(element)
    except Invalid as wrong:
        return BadTold(place, str(wrong))


def _told(element: Element) -> Told:
    name = _local(element).lower()
    retracted = name.startswith("deleted")
    parts = {_local(part): part for part in element}
    if "id" not in parts or "member" not in parts:
        raise Invalid("an entry says its id and whose it is")
    classification = _text(parts.get("classification"))
    votes = parts.get("feedback")
    signals = () if retracted else _signals(parts.get("fingerprints"))
    return Told(
        key=word(f"{parts['member'].get('id', '')}-{_text(parts['id'])}"),
        signals=signals,
        kind=KINDS[name.removeprefix("deleted")],
        tags=(word(classification),) if classification else (),
        agree=_members(votes, "affirmativeFeedback"),
        disagree=_members(votes, "negativeFeedback"),
        changed=moment(_text(parts["timestamp"])) if "timestamp" in parts else 0,
        retracted=retracted,
    )


def _text(element: Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def _signals(fingerprints: Element | None) -> tuple[Signal, ...]:
    """Fingerprints of methods that feeds have; others are passed over. Raises Invalid where none is left."""
    elements = list(fingerprints) if fingerprints is not None else []
    values = [(_local(each), _text(each).lower()) for each in elements]
    # PhotoDNA, TMK and the like are no methods of ours; a fingerprint of the wrong length costs itself alone.
    those = [(method, value) for method, value in values if method in METHODS and fits(method, value)]
    good = tuple(dict.fromkeys(Signal(method, value, VERSIONS[method]) for method, value in those))
    if not good:
        raise Invalid("no fingerprint of this entry is of a method that is known here")
    return good


def _members(votes: Element | None, side: str) -> int:
    """How many vote so, each once whatever the fingerprint."""
    those = [each for each in (votes if votes is not None else ()) if _local(each) == side]
    return len({part.get("id") for each in those for part in each.iter() if _local(part) == "member"})


def vote(body: bytes) -> Vote:
    """A vote as clients send it. Raises Invalid where it is none, or names a reason that was not offered."""
    if len(body) > MOST_VOTE:
        raise Invalid("a vote has at most %(most)s bytes", most=MOST_VOTE)
    try:
        elements = [(_local(each), _text(each)) for each in _elements(BytesIO(body), MOST_VOTE + 1)]
    except (ParseError, DefusedXmlException, ValueError, LookupError) as problem:
        raise Invalid("this vote is no XML that can be read") from problem
    return _vote(elements)


def _vote(elements: list[tuple[str, str]]) -> Vote:
    sides = [name for name, _ in elements if name in {"affirmative", "negative"}]
    if elements[-1][0] != "feedbackSubmission" or len(sides) != 1:
        raise Invalid("a vote is one feedbackSubmission, affirmative or negative")
    if sides == ["affirmative"]:
        return Vote(up=True)
    chosen = [text for name, text in elements if name == "guid"]
    if not chosen or not set(chosen) <= REASONS.keys():
        raise Invalid("a negative vote names one of the reasons that were offered")
    return Vote(up=False, reason="; ".join(REASONS[each] for each in dict.fromkeys(chosen)))
