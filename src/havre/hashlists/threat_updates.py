"""ThreatExchange's `threat_updates`: JSON by pages in the order of change, one record a signal and who says so."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from havre.errors import Invalid
from havre.hashlists.asked import AFTER, Answer, Query, cursor_of, not_yet, number, position, said, size, written
from havre.hashlists.changes import Between, Position, position_of
from havre.hashlists.entry import FILM as FILM_LOOKS
from havre.hashlists.entry import Entry, Kind
from havre.hashlists.shared import Held, Mark, Shared, fitting, held, marks_of
from havre.hashlists.tags import tags_of
from havre.hashlists.told import PageTold, Told, document, each, listed, signal, whole, word, words

USUAL = 100
MOST = 1_000
SOON = 600
"""Seconds that the clock of a client may be ahead: so long it is told to wait."""

OVERLAP = 60
"""Seconds that are told again: a client that goes on from its own clock, a little ahead of ours, misses nothing."""

MOST_PAGES = 20
"""Pages that are looked through for signals of the types asked for, before the client is told where to go on."""

TYPES = {
    (Kind.PICTURE, "pdq"): "HASH_PDQ",
    (Kind.PICTURE, "md5"): "HASH_MD5",
    (Kind.PICTURE, "sha1"): "HASH_SHA1",
    (Kind.PICTURE, "sha256"): "HASH_SHA256",
    (Kind.FILM, "md5"): "HASH_VIDEO_MD5",
    (Kind.FILM, "sha256"): "HASH_VIDEO_SHA256",
}
FILM = "media_type_video"
"""The tag of a film's signals whose type would be a picture's."""

READ = {name: (kind, method) for (kind, method), name in TYPES.items()}

PUBLISHER, DISPUTER = "1", "2"
"""Whose descriptors these are, and who reacts to those that are disputed: never a unit or a subscriber by name."""


def updates(changes: Shared, query: Query, here: str, settled: int, now: int = 0) -> Answer:
    """A page of what changed; `here` is the address that was asked, with which the next one begins."""
    since, until = number(query, "start_time", 0), number(query, "stop_time", settled)
    if until > max(settled, now) + SOON:
        raise Invalid("this asks up to a moment that is yet to come: the clock of whoever asks may be wrong")
    if until > settled:
        return not_yet(min(until - settled, SOON))
    most = size(query, "limit", USUAL, MOST)
    types = frozenset(filter(None, query.get("types", "").split(",")))
    between = Between(max(0, since - OVERLAP), until)
    records, last = _some(changes, position(query), most, between, types)
    answer: dict[str, object] = {"data": records}
    if last is not None:
        fixed = {"start_time": str(since), "stop_time": str(until), "limit": str(most), AFTER: cursor_of(last)}
        answer["paging"] = {"next": f"{here}?{urlencode({**query, **fixed})}"}
    return said(answer)


def _some(
    changes: Shared, after: Position, most: int, between: Between, types: frozenset[str]
) -> tuple[list[dict[str, object]], Position | None]:
    """Records of the next entries that have any, and behind which entry there are more."""
    for _ in range(MOST_PAGES):
        page = list(changes.page(after, most + 1, between))
        given = fitting(page[:most], most, lambda entry: sum(_wanted(mark, types) for mark in marks_of(entry)))
        more = len(page) > len(given)
        after = position_of(given[-1]) if given else after
        records = [_record(each) for each in held(changes, given, lambda mark: _wanted(mark, types))]
        if records or not more:
            return records, after if more else None
    return [], after


def _wanted(mark: Mark, types: frozenset[str]) -> bool:
    return mark.method != FILM_LOOKS and (not types or type_of(mark) in types)


def type_of(mark: Mark) -> str:
    """What ThreatExchange calls such a signal; for looks of films it has no word."""
    return TYPES.get((mark.kind, mark.method)) or TYPES[Kind.PICTURE, mark.method]


def name_of(mark: Mark) -> str:
    """The number of an indicator: the same type and value always have the same."""
    return str(int.from_bytes(sha256(f"{type_of(mark)}:{mark.value}".encode()).digest()[:8]) >> 1)


def _record(of: Held) -> dict[str, object]:
    record: dict[str, object] = {
        "id": name_of(of.mark),
        "indicator": of.mark.value,
        "type": type_of(of.mark),
        "creation_time": of.because.added,
        "last_updated": of.because.changed,
        "should_delete": not of.living,
    }
    if of.living:
        record["descriptors"] = {"data": [_descriptor(of.mark, entry) for entry in of.living]}
    return record


def _descriptor(mark: Mark, entry: Entry) -> dict[str, object]:
    film = [FILM] if mark.kind == Kind.FILM else []
    return {
        "id": str(entry.number),
        "raw_indicator": mark.value,
        "type": type_of(mark),
        "owner": {"id": PUBLISHER},
        "status": "MALICIOUS" if entry.reviewed and entry.confirmed else "UNKNOWN",
        "tags": {"data": [{"text": tag} for tag in [*tags_of(entry), *film]]},
        "added_on": written(entry.added).replace("Z", "+0000"),
        "reactions": [{"key": "DISAGREE_WITH_TAGS", "value": DISPUTER}] if entry.disputed else [],
        "my_reactions": [],
    }


def read(body: bytes) -> PageTold:
    """A page of updates, good and bad. Raises Invalid where the whole is no answer of this interface."""
    answer = document(body)
    if "data" not in answer:
        raise Invalid("this is no answer of threat_updates: it has no data")
    paging = answer.get("paging")
    following = paging.get("next", "") if isinstance(paging, dict) else ""
    told = tuple(each(listed(answer, "data"), "update", _told))
    newest = max((one.changed for one in told if isinstance(one, Told)), default=0)
    return PageTold(told, following if isinstance(following, str) else "", newest)


def _told(record: dict[str, Any]) -> Told:
    name = word(record["type"])
    if name not in READ:
        raise Invalid("an indicator of the type %(type)s is not known here", type=name)
    kind, method = READ[name]
    descriptors = _descriptors(record)
    tags = words([tag for each in descriptors for tag in _tags(each)])
    found = signal(method, record["indicator"])
    return Told(
        key=word(str(record.get("id") or f"{name}:{found.value}")),
        signals=(found,),
        kind=Kind.FILM if FILM in tags else kind,
        tags=tags,
        agree=_owners(descriptors, "MALICIOUS", "HELPFUL"),
        disagree=_owners(descriptors, "NON_MALICIOUS", "DISAGREE_WITH_TAGS"),
        changed=whole(record.get("last_updated", 0)),
        # Whoever says that it is harmless, or that they do not know, teaches nobody that it is not.
        retracted=record.get("should_delete") is True
        or not any(each.get("status") == "MALICIOUS" for each in descriptors),
    )


def _descriptors(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Those whose owner can be seen: of the others nothing can be said."""
    held = record.get("descriptors")
    those = listed(held, "data") if isinstance(held, dict) else []
    return [each for each in those if isinstance(each, dict) and isinstance(each.get("owner"), dict)]


def _tags(descriptor: dict[str, Any]) -> Iterator[object]:
    """Tags as a list of words, or as the interface nests them."""
    tags = descriptor.get("tags")
    for tag in listed(tags, "data") if isinstance(tags, dict) else tags or ():
        yield tag["text"] if isinstance(tag, dict) else tag


def _owners(descriptors: list[dict[str, Any]], status: str, reaction: str) -> int:
    """How many say so, by a descriptor of their own or by reacting to another's."""
    owners = {word(each["owner"]["id"]) for each in descriptors if each.get("status") == status}
    reactions = [one for each in descriptors for one in listed(each, "reactions") if one["key"] == reaction]
    return len(owners | {owner for one in reactions for owner in word(one["value"]).split(",")})
