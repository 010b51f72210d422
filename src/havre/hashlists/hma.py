"""A list as a bank of Hasher-Matcher-Actioner: its contents with their signals, by pages."""

from typing import Any

from havre.errors import Invalid
from havre.hashlists.asked import Answer, Query, cursor_of, position, said, size
from havre.hashlists.changes import Changes, position_of
from havre.hashlists.entry import Entry, Kind
from havre.hashlists.told import PageTold, Told, document, each, listed, signal, whole, word

MOST = 1_000
SIGNALS = {
    (Kind.PICTURE, "pdq"): "pdq",
    (Kind.FILM, "md5"): "video_md5",
    (Kind.FILM, "sha256"): "video_sha256",
}
"""Signals that it knows without extensions."""

READ = {name: (kind, method) for (kind, method), name in SIGNALS.items()}
ENABLED, DISABLED = 1, 0
"""Moments that say always and never, where others say until when a content is not matched."""


def bank(changes: Changes, query: Query) -> Answer:
    """A page of contents. One whose signals the format has no place for is passed over."""
    most = size(query, "limit", MOST, MOST)
    page = list(changes.page(position(query), most + 1))
    given = page[:most]
    contents = [content for entry in given for content in contents_of(entry, changes.name)]
    following = cursor_of(position_of(given[-1])) if len(page) > most else None
    name = bank_name(changes.name)
    return said({"bank": {"name": name, "matching_enabled_ratio": 1.0}, "content": contents, "next": following})


def bank_name(name: str) -> str:
    """A list's name as banks are named: capital letters and underscores."""
    return name.upper().replace("-", "_")


def contents_of(entry: Entry, name: str) -> list[dict[str, object]]:
    """An entry as contents: one, and another of the same number for each further signal of a method.

    One that lost its signals is told by its number, so that whoever keeps contents by that takes it back.
    """
    contents: list[dict[str, str]] = [] if entry.signals else [{}]
    for one in entry.signals:
        signal_type = SIGNALS.get((entry.kind, one.method))
        if signal_type is None:
            continue
        free = next((content for content in contents if signal_type not in content), None)
        if free is None:
            contents.append(free := {})
        free[signal_type] = one.value
    return [
        {
            "id": entry.number,
            "disable_until_ts": DISABLED if entry.retracted else ENABLED,
            "collab_metadata": {name: [str(entry.number)]},
            "original_media_uri": None,
            "signals": signals,
        }
        for signals in contents
    ]


def read(body: bytes) -> PageTold:
    """Contents of a bank, good and bad. Raises Invalid where the whole is none."""
    answer = document(body)
    if "content" not in answer:
        raise Invalid("this is no bank: it has no content")
    following = answer.get("next")
    told = tuple(each(listed(answer, "content"), "content", _told))
    return PageTold(told, following if isinstance(following, str) else "")


def _told(content: dict[str, Any]) -> Told:
    pairs = [(READ[name], value) for name, value in content["signals"].items() if name in READ]
    retracted = content.get("disable_until_ts", ENABLED) == DISABLED
    if retracted and not content["signals"]:
        return Told(word(str(whole(content["id"]))), retracted=True)
    if not pairs:
        raise Invalid("no signal of this content is of a method that is known here")
    signals = tuple(signal(method, value) for (_, method), value in pairs)
    # Several contents may have one number: each signal is corrected by its own name.
    key = ":".join([word(str(whole(content["id"]))), *(one.value for one in signals)])
    kind = pairs[0][0][0]
    return Told(key, signals, kind, retracted=retracted)
