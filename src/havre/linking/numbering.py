"""What a file's name says: the number a camera gave it, the time an app wrote into it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

ROLLS_OVER = 9_999
"""The last number before a camera begins again at 0001 in its next folder (DCF 2.0, section 3.3: 0001 to 9999)."""

COPIED = re.compile(r"(?:[ _-]*(?:\(\d{1,3}\)|copy|copie|kopie|kopia|copia|edited|edit)|~\d)+$")
"""What programs put behind the name of a copy or an edited version, in names in small letters."""

NUMBERED = re.compile(r"([a-z]*)[_ -]?(\d{0,8}?)(\d{4})$")
"""A camera's name: letters, digits of a folder where it writes them (P1010001), and four digits."""

CHAT = re.compile(r"(?:img|vid|aud|ptt|stk)-(\d{8})-wa(\d{4,5})$")
"""WhatsApp's names on Android: the day it came, and its number that day."""

TIMED = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[-._]?(\d\d)[-._]?(\d\d)"
    r"(?:[ t_.-]{0,3}(?:at|a|um|om)?[ _-]?)(\d\d)[-.:_h]?(\d\d)[-.:_m]?(\d\d)"
)
"""A time in a name: 20240105_143015, 2024-01-05 at 14.30.15, Screenshot_2024-01-05-14-30-15."""

IN_UTC = ("pxl_",)
"""Names whose time is UTC (Google's camera), others are local."""

EDITED_PHONE = re.compile(r"^img_e(?=\d{4}$)")
"""An iPhone's name of what was edited there: IMG_E0412 is IMG_0412."""

EPOCH = datetime(1970, 1, 1)

LONGEST_NAME = 255
"""Bytes of a file name on every system in use; what is longer was not given by a camera."""


MOST_NUMBERS = 20
"""Numbers kept of a medium that lies in many places: two that each lie in thousands are compared all the same."""


@dataclass(frozen=True, slots=True, order=True)
class Numbered:
    """The place of a file in a row of files: the row's name, the number as written, and where that is in the row."""

    row: str
    written: str
    at: int


@dataclass(frozen=True, slots=True)
class Named:
    """All that the names of one medium say. Times are seconds since 1970, `local` on the clock of wherever it was."""

    numbers: tuple[Numbered, ...] = ()
    days: tuple[Numbered, ...] = ()
    """Numbers that count from the start of a day, the day in the row's name."""
    local: float | None = None
    instant: float | None = None


def named(paths: Iterable[str]) -> Named:
    """What these paths say of the medium that lies at each; anything else in them is passed over."""
    stems = sorted({_stem(path) for path in paths})
    days = tuple(sorted({number for stem in stems for number in _of_a_day(stem)}))
    times = [(stem.startswith(IN_UTC), time) for stem in stems if (time := _time(stem)) is not None]
    plain = [stem for stem in stems if CHAT.search(stem) is None and TIMED.search(stem) is None]
    return Named(
        tuple(sorted({number for stem in plain for number in _of_a_camera(stem)}))[:MOST_NUMBERS],
        days[:MOST_NUMBERS],
        next((time for utc, time in times if not utc), None),
        next((time for utc, time in times if utc), None),
    )


def gap(one: Numbered, other: Numbered) -> int | None:
    """How many files apart two lie in their row, over its end too: 0001 follows 9999. None if they are of two rows."""
    if one.row != other.row:
        return None
    apart = abs(one.at - other.at)
    return min(apart, abs(ROLLS_OVER - apart)) if max(one.at, other.at) <= ROLLS_OVER else apart


def _stem(path: str) -> str:
    """The file's name without folders, ending and what copying added, in small letters."""
    name = path.replace("\\", "/").rpartition("/")[2][-LONGEST_NAME:].lower()
    stem = name.rpartition(".")[0] or name
    return EDITED_PHONE.sub("img_", COPIED.sub("", stem).strip())


def _of_a_camera(stem: str) -> Iterator[Numbered]:
    found = NUMBERED.search(stem)
    if found is None or not stem.isascii():
        return
    letters, folder, number = found.groups()
    yield Numbered(letters, folder + number, int(folder or 0) * ROLLS_OVER + int(number))


def _of_a_day(stem: str) -> Iterator[Numbered]:
    found = CHAT.search(stem)
    if found is not None and stem.isascii():
        yield Numbered(f"whatsapp {found[1]}", found[2], int(found[2]))


def _time(stem: str) -> float | None:
    found = TIMED.search(stem)
    if found is None or not stem.isascii():
        return None
    try:
        return (datetime(*map(int, found.groups())) - EPOCH).total_seconds()  # type: ignore[arg-type]
    except ValueError:
        return None
