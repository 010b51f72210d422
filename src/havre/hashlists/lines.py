"""Entries as lines of JSON, the form in which Havre's own feeds carry them: one object a line, keys in order."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from havre.errors import Invalid
from havre.hashlists.entry import Entry, Kind, Signal

LONGEST_LINE = 200_000
"""Bytes of one entry."""

_KNOWN = {
    *("number", "version", "signals", "kind", "labels", "categories", "baseline", "generated", "reviewed"),
    *("confirmed", "disputed", "added", "changed", "retracted"),
}
_KINDS = {str(kind): kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that is no entry, counted from 1, and why."""

    line: int
    why: str


def line_of(entry: Entry) -> bytes:
    """An entry as its line, the end of the line included; the same entry always as the same bytes."""
    return (json.dumps(fields(entry), ensure_ascii=True, sort_keys=True, separators=(",", ":")) + "\n").encode("ascii")


def fields(entry: Entry) -> dict[str, object]:
    """An entry as the fields of its line."""
    return {
        "number": entry.number,
        "version": entry.version,
        "signals": [[each.method, each.version, each.value] for each in entry.signals],
        "kind": str(entry.kind),
        "labels": list(entry.labels),
        "categories": dict(entry.categories),
        "baseline": entry.baseline,
        "generated": entry.generated,
        "reviewed": entry.reviewed,
        "confirmed": entry.confirmed,
        "disputed": entry.disputed,
        "added": entry.added,
        "changed": entry.changed,
        "retracted": entry.retracted,
    }


def entry_of(line: bytes) -> Entry:
    """The entry of a line. Raises Invalid where it is none; what it says beyond what is known here is passed over."""
    if len(line) > LONGEST_LINE:
        raise Invalid("an entry has at most %(most)s bytes", most=LONGEST_LINE)
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Invalid("this line is no JSON") from error
    if not isinstance(said, dict) or not said.keys() >= _KNOWN:
        raise Invalid("this is no entry of a feed: %(missing)s", missing=_lacks(said))
    return _entry(said)


def read(lines: Iterable[bytes]) -> Iterator[Entry | Bad]:
    """Entries of lines, in their order; what is none comes back in its place, with the reason."""
    for number, line in enumerate(lines, start=1):
        try:
            yield entry_of(line)
        except Invalid as error:
            yield Bad(number, str(error))


def _lacks(said: object) -> str:
    if not isinstance(said, dict):
        return "it is no object"
    return "it lacks " + ", ".join(sorted(_KNOWN - said.keys()))


def _entry(said: Mapping[str, Any]) -> Entry:
    return Entry(
        number=_number(said, "number"),
        version=_number(said, "version"),
        signals=tuple(_signal(each) for each in _list(said, "signals")),
        kind=_kind(said["kind"]),
        labels=tuple(_words(said, "labels")),
        categories=_categories(said["categories"]),
        confirmed=_number(said, "confirmed"),
        added=_number(said, "added"),
        changed=_number(said, "changed"),
        **{name: _truth(said, name) for name in ("baseline", "generated", "reviewed", "disputed", "retracted")},
    )


def _number(said: Mapping[str, Any], name: str) -> int:
    value = said[name]
    if type(value) is not int:
        raise Invalid("%(name)s of an entry is a whole number", name=name)
    return value


def _truth(said: Mapping[str, Any], name: str) -> bool:
    if not isinstance(said[name], bool):
        raise Invalid("%(name)s of an entry is true or false", name=name)
    return bool(said[name])


def _list(said: Mapping[str, Any], name: str) -> list[Any]:
    if not isinstance(said[name], list):
        raise Invalid("%(name)s of an entry are a list", name=name)
    return list(said[name])


def _words(said: Mapping[str, Any], name: str) -> list[str]:
    if not all(isinstance(each, str) for each in _list(said, name)):
        raise Invalid("%(name)s of an entry are words", name=name)
    return list(said[name])


def _signal(said: object) -> Signal:
    if not isinstance(said, list) or len(said) != 3 or not all(isinstance(each, str) for each in said):
        raise Invalid("a signal is a method, its version and a value")
    method, version, value = said
    return Signal(method, value, version)


def _kind(said: object) -> Kind:
    kind = _KINDS.get(said) if isinstance(said, str) else None
    if kind is None:
        raise Invalid("the kind of an entry is one of: %(kinds)s", kinds=", ".join(Kind))
    return kind


def _categories(said: object) -> dict[str, str]:
    if not isinstance(said, dict) or not all(isinstance(each, str) for each in said.values()):
        raise Invalid("the categories of an entry are words by country")
    return dict(said)
