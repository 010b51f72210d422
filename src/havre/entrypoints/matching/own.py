"""Havre's own API: what an upload or a hash is in the lists, one at a time or many."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from havre.entrypoints.matching.asked import FORM, JSON, PARTS, Request
from havre.entrypoints.matching.clients import Client, Scope
from havre.errors import Invalid
from havre.flows.match_uploads import Lists, told
from havre.hashlists.entry import Signal
from havre.subscription.known import Match

MOST_ITEMS = 1_000
MOST_SIGNALS = 20
LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Door:
    """What every answer is made from: the lists, who asks, and the clock by which their minutes are counted."""

    lists: Lists
    client: Client
    now: Callable[[], float]

    def count(self, looks: int) -> None:
        """Count look-ups of this client, which must be allowed to match."""
        self.client.must(Scope.MATCH)
        self.client.take(looks, self.now())

    @property
    def detailed(self) -> bool:
        """Whether it is told by what something matched, and how near."""
        return Scope.DETAIL in self.client.scopes

    def in_order(self, found: Sequence[Match]) -> list[Match]:
        """Nearest first; by their numbers for whoever may not know which is nearest."""
        return list(found) if self.detailed else sorted(found, key=lambda match: (match.list, match.entry.number))


def match(request: Request, door: Door) -> dict[str, Any]:
    """One upload as bytes, or one item's hashes as JSON."""
    if request.kind == JSON:
        return matches_of(request.json(), door)
    if request.kind in {FORM, PARTS}:
        raise Invalid("send the bytes of the upload as they are, or hashes as JSON")
    door.count(1)
    looked = door.lists.match(request.body)
    answer: dict[str, Any] = {"matches": _told(looked.matches, door), "compared": list(looked.compared)}
    return answer | ({"why_not": looked.why_not} if looked.why_not else {})


def matches_of(said: Mapping[str, Any], door: Door) -> dict[str, Any]:
    """One item's hashes."""
    signals = _signals(said)
    door.count(len(signals))
    (found,) = door.lists.match_signals([signals])
    return {"matches": _told(found, door)}


def matches(request: Request, door: Door) -> dict[str, Any]:
    """Many items' hashes; one that is wrong costs no other."""
    items = request.json().get("items")
    if not isinstance(items, list) or not 0 < len(items) <= MOST_ITEMS:
        raise Invalid("`items` is a list of 1 to %(most)s items", most=MOST_ITEMS)
    read = [_read(item) for item in items]
    door.count(sum(1 if isinstance(signals, Invalid) else len(signals) for signals in read))
    found = iter(door.lists.match_signals([signals for signals in read if not isinstance(signals, Invalid)]))
    return {"items": [_answered(item, signals, found, door) for item, signals in zip(items, read, strict=True)]}


def _answered(item: Any, signals: tuple[Signal, ...] | Invalid, found: Any, door: Door) -> dict[str, Any]:
    name = item.get("id") if isinstance(item, dict) else None
    answer: dict[str, Any] = {"id": name} if isinstance(name, str) and len(name) <= LONGEST_ID else {}
    if isinstance(signals, Invalid):
        return answer | {"message": str(signals)}
    return answer | {"matches": _told(next(found), door)}


def lists(_request: Request, door: Door) -> dict[str, Any]:
    """Which lists there are, at which version."""
    door.client.must(Scope.BANKS)
    known = door.lists.known
    shelves = [
        {"list": shelf.name, "version": shelf.version, "entries": shelf.living, "acknowledged": shelf.told}
        for shelf in known.shelves()
    ]
    state = {"trouble": door.lists.trouble, "read_anew": list(door.lists.read_anew)}
    return {"lists": shelves, "hashes": known.hashes(), "checked": known.checked(), **state}


def _read(item: Any) -> tuple[Signal, ...] | Invalid:
    try:
        return _signals(item)
    except Invalid as error:
        return error


def _signals(item: Any) -> tuple[Signal, ...]:
    listed = item.get("signals") if isinstance(item, dict) else None
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_SIGNALS:
        raise Invalid("`signals` is a list of 1 to %(most)s signals", most=MOST_SIGNALS)
    return tuple(dict.fromkeys(_signal(each) for each in listed))


def _signal(said: Any) -> Signal:
    if not isinstance(said, dict) or not isinstance(said.get("value"), str):
        raise Invalid("a signal has a method and a value")
    return signal(str(said.get("method")), said["value"])


def signal(method: str, value: str) -> Signal:
    """A hash as somebody wrote it, in capital letters or small ones."""
    return Signal(method, value.strip().lower() if value.isascii() else "")


def _told(found: Sequence[Match], door: Door) -> list[dict[str, Any]]:
    return [told(match, detailed=door.detailed) for match in door.in_order(found)]
