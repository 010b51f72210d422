"""Havre's own API: what an upload or a hash is in the lists, one at a time or many."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from havre.entrypoints.matching.asked import FORM, JSON, PARTS, Request
from havre.entrypoints.matching.clients import Client, Scope
from havre.errors import Invalid
from havre.flows.match_films import film_of_frames
from havre.flows.match_uploads import Lists, Looked, question_of, told
from havre.hashlists.entry import FILM, Signal
from havre.subscription.known import Match, Question

MOST_ITEMS = 1_000
MOST_SIGNALS = 20
MOST_FILMS = 4
LOOKS_A_SECOND = 20
"""Look-ups that a second of decoding a film counts as: a picture takes a twentieth of one."""
LONGEST_ID = 200
VPDQ = "vpdq"
"""How frames of a film are asked for; no list carries such a signal."""


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

    def match(self, content: bytes) -> Looked:
        """What the lists say of an upload, which was counted; a film costs its client what it takes, too."""
        return self.lists.match(content, self.client.name, self._spent)

    def _spent(self, seconds: float) -> None:
        self.client.owe(int(seconds * LOOKS_A_SECOND), self.now())

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
    return found_of(door.match(request.body), door)


def found_of(looked: Looked, door: Door) -> dict[str, Any]:
    """What an upload is in the lists, and by what it was compared."""
    answer: dict[str, Any] = {"matches": _told(looked.matches, door), "compared": list(looked.compared)}
    return answer | ({"why_not": looked.why_not} if looked.why_not else {})


def matches_of(said: Mapping[str, Any], door: Door) -> dict[str, Any]:
    """One item's hashes."""
    asked = _question(said)
    door.count(weight(asked))
    (found,) = door.lists.known.ask([asked])
    return {"matches": _told(found, door)}


def matches(request: Request, door: Door) -> dict[str, Any]:
    """Many items' hashes; one that is wrong costs no other."""
    items = request.json().get("items")
    if not isinstance(items, list) or not 0 < len(items) <= MOST_ITEMS:
        raise Invalid("`items` is a list of 1 to %(most)s items", most=MOST_ITEMS)
    read = [_read(item) for item in items]
    door.count(sum(1 if isinstance(asked, Invalid) else weight(asked) for asked in read))
    found = iter(door.lists.known.ask([asked for asked in read if not isinstance(asked, Invalid)]))
    return {"items": [_answered(item, asked, found, door) for item, asked in zip(items, read, strict=True)]}


def _answered(item: Any, asked: Question | Invalid, found: Any, door: Door) -> dict[str, Any]:
    name = item.get("id") if isinstance(item, dict) else None
    answer: dict[str, Any] = {"id": name} if isinstance(name, str) and len(name) <= LONGEST_ID else {}
    if isinstance(asked, Invalid):
        return answer | {"message": str(asked)}
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


def _read(item: Any) -> Question | Invalid:
    try:
        return _question(item)
    except Invalid as error:
        return error


def _question(item: Any) -> Question:
    listed = item.get("signals") if isinstance(item, dict) else None
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_SIGNALS:
        raise Invalid("`signals` is a list of 1 to %(most)s signals", most=MOST_SIGNALS)
    return question([_pair(each) for each in listed])


def _pair(said: Any) -> tuple[str, str]:
    if not isinstance(said, dict) or not isinstance(said.get("value"), str):
        raise Invalid("a signal has a method and a value")
    return str(said.get("method")), said["value"]


def question(pairs: Sequence[tuple[str, str]]) -> Question:
    """What asks for hashes by their methods; frames of a film are asked for as vPDQ's tools tell them."""
    methods = [method for method, _value in pairs]
    if VPDQ not in methods and FILM not in methods:  # pictures alone, by the thousand
        return Question(tuple(dict.fromkeys([signal(*each) for each in pairs])))
    films = [value for method, value in pairs if method == VPDQ]
    if len(films) > MOST_FILMS:
        raise Invalid("of films, %(most)s are asked for at once", most=MOST_FILMS)
    asked = question_of(tuple(dict.fromkeys(signal(*each) for each in pairs if each[0] != VPDQ)))
    return replace(asked, films=(*asked.films, *map(film_of_frames, films)))


def weight(asked: Question) -> int:
    """The look-ups of a question: its hashes, and of films each look."""
    films = sum(len(film.runs) for film in asked.films) if asked.films else 0
    return max(1, len(asked.signals) + films)


def signal(method: str, value: str) -> Signal:
    """A hash as somebody wrote it, in capital letters or small ones."""
    return Signal(method, value.strip().lower() if value.isascii() else "")


def _told(found: Sequence[Match], door: Door) -> list[dict[str, Any]]:
    return [told(match, detailed=door.detailed) for match in door.in_order(found)]
