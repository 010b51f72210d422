"""Whom to call, country by country: data that comes with Havre, or the operator's own file."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from havre.errors import Invalid

USES: Mapping[str, str] = {
    "emergency": gettext_noop("Emergency: police, ambulance, fire"),
    "police": gettext_noop("Police"),
    "deaf": gettext_noop("By text message, if you can't hear or speak"),
    "children": gettext_noop("For children and young people"),
    "hurt": gettext_noop("If a child is being hurt"),
    "missing": gettext_noop("If a child is missing or is being used"),
    "online": gettext_noop("If something bad happens online"),
}
"""What a line is for, as the data says it and as a page does."""

HOURS: Mapping[str, str] = {
    "always": gettext_noop("day and night"),
    "daytime": gettext_noop("not at night"),
    "": "",
}

UNION = frozenset(re.findall("..", "ATBEBGCYCZDEDKEEESFIFRGRHRHUIEITLTLULVMTNLPLPTROSESISK"))
"""Countries of the European Union, where 112, 116 000 and 116 111 hold."""

NUMBER = re.compile(r"[0-9+]{2,20}")
LEAVE = re.compile(r"https://[a-z0-9.-]+/")


@dataclass(frozen=True, slots=True)
class Line:
    """One number to call."""

    number: str
    """As a telephone dials it."""
    shown: str
    use: str
    name: str
    hours: str
    languages: tuple[str, ...]
    """For whom it is; empty means everybody."""

    @property
    def purpose(self) -> str:
        """What it is for, in the language of the page."""
        return _(USES[self.use])

    @property
    def when(self) -> str:
        """When somebody answers; empty where that is not known."""
        return _(HOURS[self.hours]) if self.hours else ""


@dataclass(frozen=True, slots=True)
class Helplines:
    """Whom to call in one country, and the harmless page to which somebody leaves in a hurry."""

    emergency: tuple[Line, ...]
    lines: tuple[Line, ...]
    leave: str
    checked: str
    """When somebody last made sure of the numbers."""

    def spoken(self, language: str) -> tuple[Line, ...]:
        """The lines for whoever speaks this language."""
        return tuple(each for each in self.lines if not each.languages or language in each.languages)


def helplines(country: str, own: Path | None = None) -> Helplines:
    """Those of a country. Raises Invalid where the operator's own file is not of its kind."""
    return _own(own) if own is not None else _shipped(country)


@cache
def _shipped(country: str) -> Helplines:
    folder = files("havre.entrypoints.public") / "countries"
    named = folder / f"{country}.json" if re.fullmatch("[A-Z]{2}", country) else None
    if named is None or not named.is_file():
        named = folder / ("union.json" if country in UNION else "elsewhere.json")
    return read(named.read_text("utf-8"), named.name)


@cache
def _own(file: Path) -> Helplines:
    try:
        return read(file.read_text("utf-8"), file.name)
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"the file of help lines can't be read ({type(error).__name__}): see HAVRE_HELPLINES") from error


def read(text: str, name: str) -> Helplines:
    """What such a file says. Raises Invalid where it is not of its kind."""
    try:
        data = json.loads(text)
        found = Helplines(
            emergency=tuple(_line(each) for each in data["emergency"]),
            lines=tuple(_line(each) for each in data["lines"]),
            leave=str(data["leave"]),
            checked=str(data["checked"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid(f"{name} is not a file of help lines: {error}") from error
    if not found.emergency or not LEAVE.fullmatch(found.leave):
        raise Invalid(
            f"{name} is not a file of help lines: it needs an emergency number and an https:// page to leave to"
        )
    return found


def _line(data: Mapping[str, Any]) -> Line:
    line = Line(
        number=str(data["number"]),
        shown=str(data.get("shown") or data["number"]),
        use=str(data["use"]),
        name=str(data.get("name", "")),
        hours=str(data.get("hours", "")),
        languages=tuple(map(str, data.get("languages", ()))),
    )
    if not NUMBER.fullmatch(line.number) or line.use not in USES or line.hours not in HOURS:
        raise ValueError(f"{line.number} is no number with a use and hours that are known")
    return line
