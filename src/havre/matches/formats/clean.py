"""Values of other people's files brought into one form each; what cannot be is dropped and counted.

Every function takes the value as the document had it, and the tally; it gives None for "says nothing".
"""

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from havre.matches.formats.record import HEX_DIGITS, JSON
from havre.matches.formats.tally import Tally

MAX_TEXT = 1 << 16
MAX_ITEMS = 10_000
MAX_DEPTH = 8
_MAX_INTEGER = (1 << 63) - 1

PHOTODNA_BYTES = 144
"""A PhotoDNA fingerprint: 192 characters of base64, or 288 of hex."""

_HEX = re.compile(r"[0-9a-f]+")
_UNHOLDABLE = re.compile("[\0\ud800-\udfff]")
_MS_DATE = re.compile(r"/?\\?/?Date\((-?\d{1,15})(?:([+-])(\d\d)(\d\d))?\)\\?/?")
_NUMBER = re.compile(r"-?\d{9,14}(?:\.\d+)?")
_LOOSE_TIME = re.compile(r"(\d{4})[/.:-](\d\d)[/.:-](\d\d)[ T](\d\d:\d\d:\d\d.*)")
_FALSE = frozenset({"false", "f", "n", "no", "0"})
_TRUE = frozenset({"true", "t", "y", "yes", "1"})
_OF_NOTHING = frozenset(
    {
        "d41d8cd98f00b204e9800998ecf8427e",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }
)


def text(value: object, tally: Tally) -> str | None:
    """Words, without what neither UTF-8 nor a database can hold; numbers as their digits."""
    if not isinstance(value, str):
        if value is None or isinstance(value, (dict, list)):
            _wrong_type(value, tally)
            return None
        value = str(value)
    if len(value) > MAX_TEXT:
        tally.survived(f"text cut at {MAX_TEXT} characters")
        value = value[:MAX_TEXT]
    if not (value.isascii() and "\0" not in value) and _UNHOLDABLE.search(value):
        tally.survived("null byte" if "\0" in value else "invalid UTF-8")
        value = _UNHOLDABLE.sub("\ufffd", value.replace("\0", ""))
    return value.strip() or None


def _wrong_type(value: object, tally: Tally) -> None:
    if value is not None:
        tally.survived("value of a wrong type")


def digest(kind: str, value: object, tally: Tally) -> str | None:
    """A digest or PDQ as lower-case hex; of a wrong length, of zeros or of an empty file it is dropped."""
    if not value:
        return None
    if not isinstance(value, str):
        tally.survived(f"{kind} of a wrong type")
        return None
    if len(value) != HEX_DIGITS[kind] or not value.islower():
        value = _trimmed(kind, value, tally)
    if len(value) != HEX_DIGITS[kind]:
        if value:
            tally.survived(f"{kind} of {len(value)} characters" if len(value) <= 128 else f"{kind} of a wrong length")
        return None
    if not _HEX.fullmatch(value):
        tally.survived(f"{kind} with other than hex digits")
        return None
    if value in _OF_NOTHING or value.count(value[0]) == len(value):
        tally.survived(f"{kind} of an empty file or of nothing")
        return None
    return value


def _trimmed(kind: str, value: str, tally: Tally) -> str:
    short = value.strip().strip("\0\"'")
    lower = short.lower()
    if lower != short:
        tally.survived(f"uppercase {kind}")
    return lower


def flag(value: object, tally: Tally) -> bool | None:
    """True, false, or None; also written as text or as 0 and 1."""
    if isinstance(value, bool):
        return value
    if value is None or value == "":
        return None
    word = str(value).strip().lower() if isinstance(value, (str, int, float)) else ""
    if word in _TRUE or word in _FALSE:
        tally.survived("boolean as text")
        return word in _TRUE
    tally.survived("value of a wrong type")
    return None


def whole(value: object, tally: Tally) -> int | None:
    """A whole number that fits 64 bits; also written as text."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        # Unicode digits are not digits here: int() would take them.
        if not (value.isascii() and value.strip().lstrip("-").isdigit() and len(value) <= 20):
            tally.survived("value of a wrong type")
            return None
        tally.survived("number as text")
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _MAX_INTEGER:
        tally.survived("value of a wrong type")
        return None
    return value


def percent(value: object, tally: Tally) -> int | None:
    """A whole number from 0 to 100, also written as text."""
    if value is None or value == "":
        return None
    number = whole(value, Tally())
    if number is None or not 0 <= number <= 100:
        tally.survived("quality not from 0 to 100")
        return None
    return number


def moment(value: object, tally: Tally) -> str | None:
    """A time as ISO 8601: with Z where the zone is known, without where not; unknown forms stay text."""
    if value is None or value == "":
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _epoch(float(value), tally)
    words = text(value, tally)
    if words is None or words.startswith("0001-01-01"):  # .NET's "no time"
        return None
    try:
        # 8 digits alone are a date to Python, and a MediaID to everybody else.
        return _iso(datetime.fromisoformat(words)) if "-" in words[:5] else _other_time(words, tally)
    except (ValueError, OverflowError):
        return _other_time(words, tally)


def _other_time(words: str, tally: Tally) -> str | None:
    if found := _MS_DATE.fullmatch(words):
        tally.survived("time as /Date(ms)/")
        return _epoch(float(found[1]), tally, milliseconds=True)
    if _NUMBER.fullmatch(words):
        return _epoch(float(words), tally)
    if found := _LOOSE_TIME.fullmatch(words):
        try:
            stamp = datetime.fromisoformat(f"{found[1]}-{found[2]}-{found[3]}T{found[4].strip()}")
        except ValueError:
            pass
        else:
            tally.survived("time of another form")
            return _iso(stamp)
    tally.survived("time of unknown form, kept as text")
    return words[:100]


def _epoch(number: float, tally: Tally, *, milliseconds: bool | None = None) -> str | None:
    if milliseconds is None:
        tally.survived("time as a number")
        milliseconds = abs(number) > 1e11
    try:
        since = timedelta(milliseconds=number) if milliseconds else timedelta(seconds=number)
        return _iso(datetime(1970, 1, 1, tzinfo=UTC) + since)
    except (OverflowError, ValueError):
        tally.survived("time out of range")
        return None


def _iso(stamp: datetime) -> str:
    if stamp.tzinfo is None:
        return stamp.isoformat()
    return stamp.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def words_list(value: object, tally: Tally) -> list[JSON] | None:
    """Tags: a list, or one text with commas or semicolons between them."""
    if isinstance(value, str):
        parts: list[object] = list(re.split(r"[,;|]", value))
    elif isinstance(value, list):
        parts = value
    else:
        _wrong_type(value, tally)
        return None
    if not isinstance(value, list) and len(parts) > 1:
        tally.survived("tags as one text")
    found: list[JSON] = [word for part in parts[:MAX_ITEMS] if (word := text(_named(part), tally))]
    return found or None


def series(value: object, tally: Tally) -> str | None:
    """A series' name: a text, a number, an object that carries one, or a list of such (joined by "; ")."""
    if isinstance(value, list):
        tally.survived("series as a list")
        names = [name for one in bounded(value, tally) if (name := text(_named(one), tally))]
        return "; ".join(names)[:MAX_TEXT] or None
    if isinstance(value, dict):
        tally.survived("series as an object")
    return text(_named(value), tally)


def _named(value: object) -> object:
    if not isinstance(value, dict):
        return value
    folded = {str(key).lower(): inner for key, inner in value.items()}
    for key in ("seriesname", "name", "tagname", "tag", "series", "value", "seriesid", "id"):
        if isinstance(folded.get(key), (str, int)):
            return folded[key]
    return None


def path(value: object, tally: Tally) -> str | None:
    """A path as the document wrote it, with '/' between folders."""
    words = text(value, tally)
    if words is None or "\\" not in words:
        return words
    tally.survived("backslash path")
    return words.replace("\\", "/")


def file_beside(value: str, tally: Tally) -> str | None:
    """Where the bytes lie, relative to the document; None for a path that would leave its folder."""
    parts = [part for part in value.split("/") if part not in ("", ".")]
    if value.startswith("/") or ".." in parts or (parts and ":" in parts[0]):
        tally.survived("path that leaves the folder")
        return None
    return "/".join(parts) or None


def photodna(value: object, tally: Tally) -> str | None:
    """A PhotoDNA fingerprint as 288 lower-case hex digits, from hex or base64."""
    if not value:
        return None
    words = value.strip() if isinstance(value, str) else ""
    try:
        data = bytes.fromhex(words) if len(words) == 2 * PHOTODNA_BYTES else base64.b64decode(words, validate=True)
    except (ValueError, binascii.Error):
        data = b""
    if len(data) != PHOTODNA_BYTES:
        tally.survived("PhotoDNA not understood")
        return None
    return data.hex()


def kept(value: object, tally: Tally, depth: int = 0) -> JSON:
    """Any JSON value, kept for the way back: bounded in depth, length and number, and fit for a database."""
    if isinstance(value, str):
        return text(value, tally)
    if isinstance(value, float) and not abs(value) < float("inf"):
        tally.survived("NaN or infinity")
        return None
    if value is None or isinstance(value, (bool, float)):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _MAX_INTEGER else text(value, tally)
    if depth >= MAX_DEPTH:
        tally.survived("nested too deeply")
        return None
    if isinstance(value, list):
        return [kept(inner, tally, depth + 1) for inner in bounded(value, tally)]
    if isinstance(value, dict):
        pairs = bounded(list(value.items()), tally)
        return {text(key, tally) or "": kept(inner, tally, depth + 1) for key, inner in pairs}
    return None


def bounded(items: list[Any], tally: Tally) -> list[Any]:
    """The first 10,000 of a list; the rest is cut and counted."""
    if len(items) > MAX_ITEMS:
        tally.survived(f"list cut at {MAX_ITEMS} items")
    return items[:MAX_ITEMS]
