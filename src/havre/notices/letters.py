"""What a letter says, complete under Art. 16(2) of the Digital Services Act: reasons, exact addresses, statement.

Facts come in, text and JSON go out. No picture is ever in a letter, and a hash only for whoever is entitled to it.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.notices.models import Act, Kind, Letter

LANGUAGES = ("en", "fr", "nl")
FORMAT = "havre notice 1"

Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that one letter is made from."""

    letter: Letter
    reference: str
    number: int
    """Which letter on this notice it is, from 1."""
    kind: Kind
    act: Act
    language: str
    recipient: str
    addresses: tuple[str, ...]
    at: datetime
    """When it is written."""
    reported: date
    judged: date
    people: int
    """How many judged the page."""
    sender: str = ""
    """The unit and its country, with a comma between; empty where it is not named."""
    preserve: bool = False
    basis: str = ""
    age: str = ""
    visible: tuple[str, ...] = ()
    produced: str = ""
    first: date | None = None
    """When the first letter left; None in the first."""
    hashes: tuple[str, ...] = field(default=())
    """SHA-256 in hex; empty unless the recipient takes hashes."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A letter in words."""

    subject: str
    salutation: str
    opening: tuple[str, ...]
    sections: tuple[Section, ...]
    closing: tuple[str, ...]
    colon: str = ":"

    def text(self) -> str:
        """As an e-mail has it: plain text, a blank line between two parts."""
        parts = [self.salutation, *self.opening]
        parts += ["\n".join([f"{part.heading}{self.colon}", *part.lines]) for part in self.sections]
        return "\n\n".join([*parts, *self.closing]) + "\n"


@cache
def words(language: str) -> Words:
    """What letters say in a language; in English where it is not spoken here."""
    name = language if language in LANGUAGES else LANGUAGES[0]
    return tomllib.loads((files("havre.notices") / "words" / f"{name}.toml").read_text("utf-8"))


def written(told: Told) -> Written:
    """The letter. Raises Invalid where an address, a name or a basis would bring lines or signs of its own."""
    for text in (*told.addresses, told.recipient, told.sender, told.basis, *told.hashes):
        must_be_one_line(text)
    said = words(told.language)
    return _retraction(told, said) if told.letter == Letter.RETRACTION else _notice(told, said)


def must_be_one_line(text: str) -> None:
    """Raises Invalid where a text could begin a line, a header or a command of its own."""
    if not text.isprintable() or "\u2028" in text or "\u2029" in text:
        raise Invalid(_("a letter may not hold control characters: look at %(text)r") % {"text": text[:200]})


def _notice(told: Told, said: Words) -> Written:
    headings = said["headings"]
    asked = [said["ask"][told.kind] if told.act != Act.PRESERVE else said["ask"]["keep"]]
    asked += [said["ask"]["preserve"]] if told.preserve else []
    sections = [
        Section(headings["ask"], tuple(asked)),
        Section(headings["where"], told.addresses),
        Section(headings["why"], tuple(_why(told, said))),
        Section(headings["law"], (told.basis or said["law"][told.act],)),
        Section(headings["faith"], (said["faith"]["text"],)),
        Section(headings["sender"], (_sender(told, said),)),
        *([Section(headings["hashes"], told.hashes)] if told.hashes else []),
    ]
    values = {"reference": told.reference, "number": told.number}
    first = told.first
    subject = said["subject" if first is None else "subject_again"] % values
    opening = () if first is None else (said["again"] % {"number": told.number, "first": day(first)},)
    closing = (said["nothing_attached"], said["answer"] % values, said["signed"])
    return Written(
        subject, said["salutation"] % {"recipient": told.recipient}, opening, tuple(sections), closing, said["colon"]
    )


def _retraction(told: Told, said: Words) -> Written:
    retraction, headings = said["retraction"], said["headings"]
    sections = (
        Section(headings["where"], told.addresses),
        Section(headings["sender"], (_sender(told, said),)),
    )
    closing = (retraction["sorry"], said["signed"])
    subject = said["subject_retraction"] % {"reference": told.reference}
    salutation = said["salutation"] % {"recipient": told.recipient}
    return Written(subject, salutation, (retraction["text"],), sections, closing, said["colon"])


def _why(told: Told, said: Words) -> Iterable[str]:
    why = said["why"]
    yield why["two" if told.people > 1 else "one"] % {"date": day(told.judged)}
    facts = [said["age"].get(told.age), *map(said["visible"].get, told.visible), said["produced"].get(told.produced)]
    yield why["nothing"]
    yield from (fact for fact in facts if fact)
    yield why["first"] % {"date": day(told.reported)}


def _sender(told: Told, said: Words) -> str:
    unit, comma, country = told.sender.rpartition(",")
    if not comma:
        return str(said["sender"]["unnamed"])
    return str(said["sender"]["named"] % {"unit": unit.strip(), "country": country.strip()})


def day(at: date) -> str:
    """A day as machines and people of every country read it."""
    return f"{at:%Y-%m-%d}"


def as_json(told: Told) -> dict[str, Any]:
    """The letter for a machine: the same facts, as values."""
    letter = written(told)
    return {
        "format": FORMAT,
        "letter": str(told.letter),
        "reference": told.reference,
        "number": told.number,
        "at": told.at.isoformat(),
        "recipient": {"name": told.recipient, "kind": str(told.kind)},
        "act": str(told.act),
        "preserve": told.preserve,
        "addresses": list(told.addresses),
        "reasons": [line for part in letter.sections for line in part.lines if part.heading == _heading(told, "why")],
        "facts": {"age": told.age, "visible": list(told.visible), "produced": told.produced, "people": told.people},
        "first_reported": day(told.reported),
        "judged": day(told.judged),
        "legal_basis": told.basis or str(words(told.language)["law"][told.act]),
        "good_faith": str(words(told.language)["faith"]["text"]),
        "sender": told.sender or None,
        "hashes": {"sha256": list(told.hashes)},
        "language": told.language,
        "text": letter.text(),
    }


def _heading(told: Told, name: str) -> str:
    return str(words(told.language)["headings"][name])
