"""Hash sharing v2, as NCMEC's interface has it: XML by pages of a stretch of time, one element an entry.

Clients remember only the moment up to which they asked. What may still change before that moment is therefore not
answered yet, and what has changed is given however long the reading takes: an entry that changes leaves the stretch
and is in a later one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, SubElement, tostring  # written only; others' XML is read by defusedxml

from havre.errors import Invalid
from havre.hashlists.asked import AFTER, Answer, Query, cursor_of, moment, not_yet, number, position, size, written
from havre.hashlists.changes import Between, Changes, position_of
from havre.hashlists.entry import Entry, Kind

NAMESPACE = "https://hashsharing.ncmec.org/hashsharing/v2"
XML = "application/xml; charset=utf-8"

MOST = 1_000
"""Entries a page: what the interface gives, and its clients reckon with."""

SOON = 600
"""Seconds that the clock of a client may be ahead: so long it is told to wait."""

METHODS = ("md5", "sha1", "pdq")
"""Fingerprints that the format has a place for."""

INDUSTRY = frozenset({"A1", "A2", "B1", "B2"})
GROUPS = ((Kind.PICTURE, "images", "image", "deletedImage"), (Kind.FILM, "videos", "video", "deletedVideo"))

REASONS: Mapping[str, str] = {
    "6a4f7c1e-30f1-4d1b-9a51-0d7b3f0c2a01": "Not what the list says it is",
    "6a4f7c1e-30f1-4d1b-9a51-0d7b3f0c2a02": "Matches content that is harmless",
    "6a4f7c1e-30f1-4d1b-9a51-0d7b3f0c2a03": "Finds too much: the content is too flat or too common",
    "6a4f7c1e-30f1-4d1b-9a51-0d7b3f0c2a04": "Lawful where it was found",
}
"""Why a platform votes an entry down, by the identifier that stands in its vote."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who takes part, by the number that entries and votes name."""

    number: int
    name: str


def entries(changes: Changes, query: Query, member: Member, settled: int, now: int = 0) -> Answer:
    """A page of what changed from `from` on and before `to`; everything that changed before `settled` can be read."""
    since = moment(query["from"]) if query.get("from") else 0
    until = moment(query["to"]) if query.get("to") else settled
    if until > max(settled, now) + SOON:
        raise Invalid("this asks up to a moment that is yet to come: the clock of whoever asks may be wrong")
    if until > settled:
        return not_yet(min(until - settled, SOON))
    most = size(query, "size", MOST, MOST)
    page = list(changes.page(position(query), most + 1, Between(since, until)))
    given = page[:most]
    paging = ""
    if len(page) > most:
        first = number(query, "start", 1) + len(given)
        start = {"start": first, "size": most, "max": first + most - 1}
        stretch = {"from": written(since), "to": written(until)}
        paging = f"/v2/entries?{urlencode({**stretch, AFTER: cursor_of(position_of(given[-1])), **start})}"
    return _answer(result(given, member, paging))


def result(page: Iterable[Entry], member: Member, paging: str = "") -> Element:
    """Entries as the element that carries them, and how they are gone on with."""
    page = list(page)
    root = _root("queryResult")
    for kind, group, living, deleted in GROUPS:
        if those := [entry for entry in page if entry.kind == kind]:
            newest = written(max(entry.changed for entry in those))
            within = SubElement(root, group, count=str(len(those)), maxTimestamp=newest)
            for entry in those:
                _add(within, deleted if entry.retracted else living, entry, member)
    if paging:
        SubElement(SubElement(root, "paging"), "next").text = paging
    return root


def _add(within: Element, tag: str, entry: Entry, member: Member) -> None:
    """An entry; of a retracted one only what it was called, for its readers delete by that."""
    element = SubElement(within, tag)
    _add_member(element, member)
    SubElement(element, "timestamp").text = written(entry.changed)
    SubElement(element, "id").text = str(entry.number)
    if entry.retracted:
        return
    if classification := class_of(entry):
        SubElement(element, "classification").text = classification
    fingerprints = SubElement(element, "fingerprints")
    for signal in entry.signals:
        if signal.method in METHODS:
            SubElement(fingerprints, signal.method).text = signal.value
    _add_feedback(element, entry, member)


def class_of(entry: Entry) -> str:
    """The class that the industry's scheme gives it where a country uses that; otherwise what each country calls it."""
    industry = sorted(INDUSTRY & set(entry.categories.values()))
    return industry[0] if industry else "; ".join(f"{country} {name}" for country, name in entry.categories.items())


def _add_feedback(element: Element, entry: Entry, member: Member) -> None:
    """Whoever publishes it says so for what was confirmed, and against what is being judged anew."""
    methods = sorted({signal.method for signal in entry.signals} & set(METHODS))
    feedback = SubElement(element, "feedback") if entry.confirmed or entry.disputed else None
    if feedback is None:
        return
    for method in methods:
        if entry.confirmed:
            those = SubElement(feedback, "affirmativeFeedback", type=method)
            _add_member(SubElement(those, "members"), member)
        if entry.disputed:
            reasons = SubElement(SubElement(feedback, "negativeFeedback", type=method), "reasons")
            guid, name = next(iter(REASONS.items()))
            SubElement(reasons, "reason", guid=guid, name=name, type=method)
            _add_member(SubElement(reasons, "members"), member)


def status(member: Member, user: str, address: str) -> Answer:
    """Who asks, as the interface knows them."""
    root = _root("status")
    SubElement(root, "ipAddress").text = address
    SubElement(root, "username").text = user
    _add_member(root, member)
    return _answer(root)


def members(known: Iterable[Member]) -> Answer:
    """Everybody whose entries can be read."""
    root = _root("members")
    for member in known:
        _add_member(root, member)
    return _answer(root)


def reasons(method: str) -> Answer:
    """Why a fingerprint may be voted down."""
    root = _root("feedbackReasons")
    # The package reads a child of this name, whatever it stands in.
    available = SubElement(root, "availableFeedbackReasons")
    for guid, name in REASONS.items():
        SubElement(available, "reason", guid=guid, name=name, type=method)
    return _answer(root)


def taken() -> Answer:
    """A vote was taken."""
    return _answer(_root("submissionResult"))


def _root(tag: str) -> Element:
    return Element(tag, xmlns=NAMESPACE)


def _add_member(element: Element, member: Member) -> None:
    SubElement(element, "member", id=str(member.number)).text = member.name


def _answer(root: Element) -> Answer:
    return Answer(200, XML, tostring(root, encoding="utf-8", xml_declaration=True))
