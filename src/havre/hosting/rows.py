"""What the readers give: facts as values, and rows that say none, each with its line and the reason."""

from dataclasses import dataclass
from datetime import datetime

LONGEST_TEXT = 300
"""Letters that are kept of a name."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something of a block of numbers or networks."""

    key: bytes
    country: str = ""
    system: int | None = None
    holder: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """Something of a name; `at` None where the file does not say when."""

    name: str
    type: str
    value: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """With whom a domain is registered."""

    name: str
    registrar: str
    nameservers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passed:
    """A row that is in order and says nothing that is kept."""


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that could not be used."""

    line: int
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What one row of a file comes to."""

    facts: tuple[Said | Answered | Registered, ...]
    line: int = 1


Row = Kept | Passed | Bad


def text_of(value: object) -> str:
    """A text fit to be kept and shown: no control characters, blanks once, not too long; empty where it is none."""
    if not isinstance(value, str):
        return ""
    cut = value[: 4 * LONGEST_TEXT]
    shown = cut if cut.isprintable() else "".join(letter if letter.isprintable() else " " for letter in cut)
    return " ".join(shown.split())[:LONGEST_TEXT]


def country_of(value: object) -> str:
    """Two letters of a country in capitals; empty where it is none. Which country exists is asked when it is used."""
    said = value.strip().upper() if isinstance(value, str) else ""
    return said if len(said) == 2 and said.isascii() and said.isalpha() else ""
