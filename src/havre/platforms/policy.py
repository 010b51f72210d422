"""By which policy providers are measured and how long things wait: a file that the operator may replace."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from havre.errors import Invalid

FILE = "answering.toml"
FOLDER = "policies"
LONGEST = 100_000
MOST = 4_000
"""Days or hours; about eleven years of days."""

NUMBERS = {
    "requests": ("preserve", "disclose", "remove", "inform", "kept", "erase_replies"),
    "register": ("fewest", "silent", "days_to_contest"),
    "corrections": ("erase_after", "remind_after", "reminders"),
    "mail": ("erase_waiting",),
}


@dataclass(frozen=True, slots=True)
class Answering:
    """What the file says."""

    version: str
    deadlines: Mapping[str, int]
    """Days until an answer is due, by what is asked."""
    kept: int
    erase_replies: int
    reminders: tuple[int, ...]
    fewest: int
    silent: int
    days_to_contest: int
    erase_after: int
    remind_after: int
    remind_times: int
    erase_waiting: int


def answering(home: Path | None = None) -> Answering:
    """The policy of this home, else as shipped. Raises Invalid, in one sentence, where the file has a fault."""
    own = home / FOLDER / FILE if home is not None else None
    try:
        text = own.read_text("utf-8") if own is not None and own.is_file() else _shipped()
        read = tomllib.loads(text[:LONGEST])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        why = str(error).splitlines()[0]
        raise Invalid(_("%(file)s can't be read: %(error)s") % {"file": FILE, "error": why}) from None
    return _answering(read)


def _shipped() -> str:
    return files("havre.platforms").joinpath(FILE).read_text("utf-8")


def _answering(read: Mapping[str, Any]) -> Answering:
    tables = {name: read.get(name, {}) for name in NUMBERS}
    numbers = {f"{name}.{key}": _number(tables[name], name, key) for name, keys in NUMBERS.items() for key in keys}
    days = tables["requests"].get("reminders")
    if not isinstance(days, list) or not days or not all(type(day) is int and 0 < day <= MOST for day in days):
        raise Invalid(_("%(file)s: %(key)s must be a list of days") % {"file": FILE, "key": "requests.reminders"})
    version = read.get("version")
    if not isinstance(version, str) or not 0 < len(version) <= 40:
        raise Invalid(_("%(file)s: say which version it is") % {"file": FILE})
    return Answering(
        version,
        MappingProxyType({key: numbers[f"requests.{key}"] for key in ("preserve", "disclose", "remove", "inform")}),
        numbers["requests.kept"],
        numbers["requests.erase_replies"],
        tuple(sorted(days, reverse=True)),
        *(numbers[f"register.{key}"] for key in NUMBERS["register"]),
        *(numbers[f"corrections.{key}"] for key in NUMBERS["corrections"]),
        *(numbers[f"mail.{key}"] for key in NUMBERS["mail"]),
    )


def _number(table: Any, name: str, key: str) -> int:
    value = table.get(key) if isinstance(table, dict) else None
    if type(value) is not int or not 0 < value <= MOST:
        raise Invalid(
            _("%(file)s: %(key)s must be a number from 1 to %(most)s")
            % {"file": FILE, "key": f"{name}.{key}", "most": MOST}
        )
    return value
