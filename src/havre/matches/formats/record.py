"""What every reader gives back: entries, bad entries, and one summary at the end whose totals add up."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import TypeAlias

from havre.errors import Invalid

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"

HEX_DIGITS = {"md5": 32, "sha1": 40, "sha256": 64, "pdq": 64}
"""Length of each fingerprint as hexadecimal text."""

_DIGEST = {kind: re.compile(rf"[0-9a-f]{{{digits}}}") for kind, digits in HEX_DIGITS.items()}
_EXCERPT = 80


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that somebody knows about a medium. Digests are lower-case hex; `label` None is unjudged.

    `paths` are every name the medium had, '/' between folders; `facts["file"]` alone says where its bytes lie
    beside the document. `category` is what the file stated, unmapped.
    """

    place: str
    md5: str | None = None
    sha1: str | None = None
    sha256: str | None = None
    pdq: str | None = None
    pdq_quality: int | None = None
    label: str | None = None
    category: str | None = None
    paths: tuple[str, ...] = ()
    facts: dict[str, JSON] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BadEntry:
    """An entry that cannot be used: where it is, why, and how it begins (short, escaped)."""

    place: str
    reason: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """The last record of every reading: read = good + sum of `bad`; `defects` were survived, by name.

    `about` holds what the document says of itself (context, version, region, scheme, cases);
    `ended_early` is the byte where a cut-off document stops.
    """

    read: int
    good: int
    bad: dict[str, int]
    defects: dict[str, int]
    about: dict[str, JSON] = field(default_factory=dict)
    ended_early: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a writer did: entries written, and those its format has no place for, by reason."""

    written: int
    left_out: dict[str, int]


Record: TypeAlias = Entry | BadEntry | Summary

_KINDS: dict[str, type[Entry] | type[BadEntry] | type[Summary]] = {
    "entry": Entry,
    "bad": BadEntry,
    "summary": Summary,
}
_NAMES = {of: name for name, of in _KINDS.items()}
_FIELDS = {kind: frozenset(known.name for known in fields(kind)) for kind in _NAMES}


def to_json(record: Record) -> dict[str, JSON]:
    """The record as a JSON-able dict; `from_json` is its inverse."""
    if type(record) is Entry:
        return {
            "kind": "entry",
            "place": record.place,
            "md5": record.md5,
            "sha1": record.sha1,
            "sha256": record.sha256,
            "pdq": record.pdq,
            "pdq_quality": record.pdq_quality,
            "label": record.label,
            "category": record.category,
            "paths": list(record.paths),
            "facts": record.facts,
        }
    return {"kind": _NAMES[type(record)], **asdict(record)}


def from_json(row: Mapping[str, object]) -> Record:
    """The record of a row out of a worker; raises Invalid for any row that `to_json` does not make."""
    values = dict(row)
    kind = _KINDS.get(str(values.pop("kind", None)))
    if kind is None or not values.keys() <= _FIELDS[kind]:
        raise Invalid("a row from the reader is not an entry, a bad entry or a summary")
    check = _CHECKS[kind]
    if not check(values):
        raise Invalid(f"a row from the reader has a {_NAMES[kind]} with values of the wrong kind")
    if kind is Entry:
        paths = values.get("paths")
        values["paths"] = tuple(paths) if isinstance(paths, list) else ()
    return kind(**values)  # type: ignore[arg-type]


def excerpt(text: str) -> str:
    """The first 80 characters, the unprintable escaped: a hostile file cannot draw on a terminal."""
    short = text[:_EXCERPT]
    shown = short if short.isascii() and short.isprintable() else ascii(short)[1:-1]
    return shown + ("…" if len(text) > _EXCERPT else "")


def rows_of(records: Iterable[Record]) -> Iterator[dict[str, JSON]]:
    """The records as rows for a pipe."""
    return map(to_json, records)


def _entry_is_sound(values: Mapping[str, object]) -> bool:
    quality, facts, paths = values.get("pdq_quality"), values.get("facts", {}), values.get("paths", [])
    return (
        isinstance(values.get("place"), str)
        and all(_is_digest(kind, text) for kind in HEX_DIGITS if (text := values.get(kind)) is not None)
        and (quality is None or (type(quality) is int and 0 <= quality <= 100))
        and all(_is_text_or_none(values.get(name)) for name in ("label", "category"))
        and isinstance(paths, list)
        and all(isinstance(path, str) for path in paths)
        and isinstance(facts, dict)
    )


def _bad_is_sound(values: Mapping[str, object]) -> bool:
    return len(values) == 3 and all(isinstance(text, str) for text in values.values())


def _summary_is_sound(values: Mapping[str, object]) -> bool:
    read, good, ended = values.get("read"), values.get("good"), values.get("ended_early")
    bad, defects = values.get("bad"), values.get("defects")
    if not (_are_counts(bad) and _are_counts(defects) and isinstance(values.get("about", {}), dict)):
        return False
    return type(read) is int and type(good) is int and (ended is None or type(ended) is int)


def _are_counts(counts: object) -> bool:
    return isinstance(counts, dict) and all(type(count) is int for count in counts.values())


def _is_digest(kind: str, text: object) -> bool:
    return isinstance(text, str) and _DIGEST[kind].fullmatch(text) is not None


def _is_text_or_none(text: object) -> bool:
    return text is None or isinstance(text, str)


_CHECKS = {Entry: _entry_is_sound, BadEntry: _bad_is_sound, Summary: _summary_is_sound}
