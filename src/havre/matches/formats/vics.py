"""VICS JSON of Project VIC, 1.1 to 2.0, streamed: `#Media` (a hash set), `#Cases` (seizures with files)."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from havre.matches.formats import clean
from havre.matches.formats.jsonstream import Cursor, Damaged
from havre.matches.formats.labels import DEFAULT_REGION, Scheme, chosen_region, scheme_of_region
from havre.matches.formats.record import JSON, Record, rows_of
from havre.matches.formats.source import Source
from havre.matches.formats.tally import Tally
from havre.matches.formats.vics_fields import CASE, MEDIA, RESERVED
from havre.matches.formats.vics_media import NO_FINGERPRINT, entry_of

_CONTEXT = re.compile(r"DataModels/(\d\.\d)\.xml(?:/([A-Za-z]+))?(?:/\$metadata)?#(\w+)", re.IGNORECASE)
_FIRST_KEYS = re.compile(r'"([^"\\]{1,64})"\s*:')
_MAX_CASES_TOLD = 100
_NOT_MEDIA = frozenset({"MediaFileID", "HashName", "PropertyName", "SegmentIndex", "RepositoryName"})
_IS_CASE = {
    **dict.fromkeys((*MEDIA, *RESERVED), False),
    **dict.fromkeys((*CASE, "Media", "Media@odata.navigationLinkUrl"), True),
    "Identifiers": None,
}


def read(file: BinaryIO, *, region: str | None = None) -> Iterator[Record]:
    """Every Media of the document, then the Summary; never raises for what the document holds.

    `region` (US, UK) says whose categories they are; without it the document's own context, else US.
    Raises Invalid for a region without a scheme.
    """
    reading = Reading(file, chosen_region(region) if region else None)
    yield from reading.document()
    yield reading.tally.summary()


def rows(file: BinaryIO, *, region: str | None = None) -> Iterator[dict[str, JSON]]:
    """`read` as JSON-able rows, for a worker's pipe."""
    return rows_of(read(file, region=region))


class Reading:
    """The walk through one document: where the cursor is, what was counted, whose categories hold."""

    __slots__ = ("chosen", "cursor", "number", "scheme", "tally")

    def __init__(self, file: BinaryIO, chosen: str | None) -> None:
        self.tally = Tally()
        self.cursor = Cursor(Source(file, self.tally))
        self.number = 0
        self.chosen = chosen
        self.scheme: Scheme | None = scheme_of_region(chosen)
        self._tell_region(chosen)

    @staticmethod
    def sound(found: object) -> bool:
        """Whether an object after damage is what the list is of: a Media, and not something inside one."""
        if not isinstance(found, dict) or not _NOT_MEDIA.isdisjoint(found):
            return False
        return "MD5" in found or "SHA1" in found or "MediaID" in found

    def document(self) -> Iterator[Record]:
        first = self.cursor.peek()
        if first == "[":
            self.tally.survived("list without an envelope")
            yield from self.list_of_things()
        elif first == "{":
            yield from self.envelope()
        else:
            yield self.tally.refuse("byte 0", "not a VICS document", self.cursor.text[:200])
            return
        if self.cursor.peek():
            self.tally.survived("something after the end of the document")

    def envelope(self) -> Iterator[Record]:
        for name in self.keys():
            if isinstance(name, Damaged):
                yield from self.damaged(name, then="cases")
            elif name == "value":
                yield from self.things()
            elif name in ("odata.metadata", "@odata.context"):
                self.context(self.small())
            else:
                self.small()

    def context(self, stated: JSON) -> None:
        """What the document says it is; a chosen region outweighs its own."""
        if not isinstance(stated, str):
            return
        self.tally.about["context"] = stated[:300]
        found = _CONTEXT.search(stated)
        if found is None:
            self.tally.survived("context of no known form")
            return
        self.tally.about["version"] = found[1]
        if self.chosen is None and found[2]:
            self.scheme = scheme_of_region(found[2])
            self._tell_region(found[2])

    def _tell_region(self, stated: str | None) -> None:
        self.tally.about["region"] = stated or f"not stated, read as {DEFAULT_REGION}"
        self.tally.about["scheme"] = self.scheme.name if self.scheme is not None else None

    def things(self) -> Iterator[Record]:
        """The value: a list of Media or of cases, or one of them alone."""
        first = self.cursor.peek()
        if first == "[":
            yield from self.list_of_things()
        elif first == "{":
            self.tally.survived("one thing where a list belongs")
            yield from self.case() if self.at_case() else self.media()
        elif first:
            self.small()
            self.tally.survived("value of a wrong type")

    def list_of_things(self, *, of_cases: bool = True) -> Iterator[Record]:
        self.cursor.at += 1
        yield from self.rest_of_list(of_cases=of_cases)

    def rest_of_list(self, *, of_cases: bool) -> Iterator[Record]:
        """From inside a list to behind its end. Cases hold no cases: so the walk is never deep."""
        cursor = self.cursor
        while True:
            first = cursor.peek()
            if first == ",":
                cursor.at += 1
            elif first == "]":
                cursor.at += 1
                return
            elif not first:
                self.ended_early()
                return
            elif first == "{" and of_cases and self.at_case():
                yield from self.case()
            else:
                yield from self.media()

    def at_case(self) -> bool:
        """Whether the object under the cursor is a Case, by its first field that only one of the two has."""
        cursor = self.cursor
        cursor.ensure(1024)
        for found in _FIRST_KEYS.finditer(cursor.text, cursor.at, cursor.at + 1024):
            is_case = _IS_CASE.get(found[1])
            if is_case is not None:
                return is_case
        return False

    def media(self) -> Iterator[Record]:
        self.number += 1
        try:
            found = self.cursor.value()
        except Damaged as damaged:
            yield from self.damaged(damaged)
            return
        if self.cursor.repeated:
            self.tally.survived("one field twice")
        yield from self.element(found, f"entry {self.number}")

    def element(self, found: object, place: str) -> Iterator[Record]:
        """What stood in the list, as an entry, or refused."""
        if not isinstance(found, dict):
            yield self.tally.refuse(place, "not an object", str(found)[:200])
            return
        entry = entry_of(found, place, self.tally, self.scheme)
        yield (
            self.tally.accept(entry)
            if entry is not None
            else self.tally.refuse(place, NO_FINGERPRINT, ", ".join(map(str, found)))
        )

    def case(self) -> Iterator[Record]:
        before, facts = self.number, dict[str, JSON]()
        for name in self.keys():
            if isinstance(name, Damaged):
                yield from self.damaged(name, then="media")
            elif name == "Media" and self.cursor.peek() == "[":
                yield from self.list_of_things(of_cases=False)
            elif name in CASE:
                facts[name] = self.small()
            else:
                self.small()
        self.end_of_case(facts, self.number - before)

    def end_of_case(self, facts: dict[str, JSON], entries: int) -> None:
        stated = clean.whole(facts.get("TotalMediaFiles"), Tally())
        if stated is not None and stated != entries:
            self.tally.survived("TotalMediaFiles disagrees")
        told = self.tally.about.setdefault("cases", [])
        if isinstance(told, list) and len(told) < _MAX_CASES_TOLD:
            told.append({**facts, "entries": entries})

    def keys(self) -> Iterator[str | Damaged]:
        """The fields of the object under the cursor, with the cursor at their values; Damaged where it breaks."""
        cursor = self.cursor
        cursor.at += 1
        while (first := cursor.peek()) != "}":
            if not first:
                self.ended_early()
                return
            if first == ",":
                cursor.at += 1
                continue
            try:
                yield self.key()
            except Damaged as damaged:
                # A field that does not decode is passed; only what cannot be passed ends the object.
                yield damaged
        cursor.at += 1

    def key(self) -> str:
        cursor = self.cursor
        name = cursor.value()
        if not isinstance(name, str) or cursor.peek() != ":":
            raise cursor.damage("a field has no name")
        cursor.at += 1
        cursor.peek()
        return name

    def small(self) -> JSON:
        """A value that is not a list of Media, bounded; None for one that is damaged."""
        try:
            return clean.kept(self.cursor.value(), self.tally) if self.cursor.peek() else None
        except Damaged as damaged:
            if damaged.end is None:
                self.cursor.recover(damaged, self.sound)
            else:
                self.cursor.at = damaged.end
            self.tally.survived("field of the envelope that cannot be read")
            return None

    def damaged(self, damaged: Damaged, *, then: str = "") -> Iterator[Record]:
        """Give the damage back as a value and go on behind it; outside a list, `then` says what a list there holds."""
        if then:
            self.number += 1
        yield self.tally.refuse(f"entry {self.number}, byte {damaged.byte}", damaged.reason, damaged.text)
        if not self.cursor.recover(damaged, self.sound):
            self.ended_early(damaged.byte)
        elif then:
            yield from self.rest_of_list(of_cases=then == "cases")

    def ended_early(self, byte: int | None = None) -> None:
        """The document stops before its end; the first such place is told."""
        if self.tally.ended_early is None:
            self.tally.ended_early = self.cursor.byte() if byte is None else byte
