"""Whether a report is one that the schema takes: every value, how often each stands, and what holds across fields."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from typing import Any

from havre.cybertip.files import FileDetails, ReportDoneResponse, ReportResponse
from havre.cybertip.incidents import InternetDetails
from havre.cybertip.report import Report
from havre.cybertip.table import Part, is_choice, parts_of
from havre.cybertip.values import Kind, why_not
from havre.errors import Invalid

Document = Report | FileDetails | ReportResponse | ReportDoneResponse

ROOTS: Mapping[str, type[Document]] = {
    "report": Report,
    "fileDetails": FileDetails,
    "reportResponse": ReportResponse,
    "reportDoneResponse": ReportDoneResponse,
}
"""The documents of the service, by their root element."""

SHOWN = 5
"""Problems that one sentence names."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where."""

    place: str
    why: str

    def __str__(self) -> str:
        return f"{self.place} {self.why}"

    def to_json(self) -> dict[str, str]:
        """The fields of the command line."""
        return {"place": self.place, "reason": self.why}


def root_of(document: Document) -> str:
    """The root element of a document."""
    return next(name for name, cls in ROOTS.items() if type(document) is cls)


def problems_of(document: Document) -> list[Problem]:
    """All that is wrong with a document; nothing where the schema takes it."""
    return list(problems(document, root_of(document)))


def must_be_right(document: Document) -> None:
    """Raises Invalid with the first problems."""
    refuse(problems_of(document))


def refuse(found: list[Problem]) -> None:
    """Raises Invalid with the first problems, where there are any."""
    if found:
        more = f" (and {len(found) - SHOWN} more)" if len(found) > SHOWN else ""
        raise Invalid("%(problems)s%(more)s", problems="; ".join(map(str, found[:SHOWN])), more=more)


def problems(thing: Any, place: str) -> Iterator[Problem]:
    """All that is wrong with an object of the schema, and inside it."""
    for part in parts_of(type(thing)):
        yield from _of_part(part, getattr(thing, part.name), f"{place}/{part.shown}")
    yield from across(thing, place)


def across(thing: Any, place: str) -> Iterator[Problem]:
    """What is wrong across the fields of one object, whatever each holds."""
    if is_choice(type(thing)):
        there = sum(getattr(thing, part.name) is not None for part in parts_of(type(thing)))
        if there != 1:
            yield Problem(place, f"has {there} kinds of incident, and needs exactly one")
    for where, why in RULES.get(type(thing), _none)(thing):
        yield Problem(f"{place}/{where}", why)


def _of_part(part: Part, value: Any, place: str) -> Iterator[Problem]:
    if part.many:
        if not isinstance(value, tuple):
            yield Problem(place, "is no list")
            return
        if len(value) < part.least:
            yield Problem(place, "is missing")
        for number, each in enumerate(value, start=1):
            yield from _of_one(part.kind, each, f"{place}[{number}]")
    elif value is not None:
        yield from _of_one(part.kind, value, place)
    elif part.least:
        yield Problem(place, "is missing")


def _of_one(kind: Kind | type, value: Any, place: str) -> Iterator[Problem]:
    if isinstance(kind, Kind):
        if why := why_not(kind, value):
            yield Problem(place, why)
    elif is_dataclass(value) and type(value) is kind:
        yield from problems(value, place)
    else:
        yield Problem(place, f"is no {kind.__name__}")


# ---- across fields ----

Found = Iterator[tuple[str, str]]


def _none(_thing: Any) -> Found:
    return iter(())


def _of_file(file: FileDetails) -> Found:
    """Only what is reported has a class or may be a meme, and a file is marked in one of the two ways."""
    if file.potential_meme is not None and file.file_annotations is not None:
        yield "potentialMeme", "stands beside fileAnnotations: give one of the two"
    if file.file_relevance != "Supplemental Reported":
        return
    if file.industry_classification is not None:
        yield "industryClassification", "is given of a file that is not Reported"
    if file.potential_meme or (file.file_annotations is not None and file.file_annotations.potential_meme):
        yield "potentialMeme", "is given of a file that is not Reported"


RULES: Mapping[type, Callable[[Any], Found]] = {FileDetails: _of_file, InternetDetails: _none}
