"""A list's head: which version it is at, how much it holds, and which files bring somebody there."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from havre.errors import Invalid
from havre.hashlists.digest import DIGITS
from havre.hashlists.entry import LARGEST

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
LONGEST_NAME = 64
WHOLE = re.compile(r"(?P<list>[a-z0-9-]+)/whole-(?P<version>[0-9]{1,16})-(?P<part>[0-9]{4,6})\.jsonl\.zst", re.ASCII)
MOST_IN_A_PART = 100_000
MOST_PIECES = 100_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of entries, whose versions are all in (after, upto]."""

    path: str
    entries: int
    after: int
    upto: int


def _any(_path: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Head:
    """What a list says of itself, and found not to contradict itself."""

    name: str
    version: int
    at: int
    entries: int
    retracted: int
    parts: tuple[Piece, ...]
    deltas: tuple[Piece, ...]
    digest: str = ""
    """Of all its entries (havre.hashlists.digest); empty where it says none."""

    def reading(self, held: int, fits: Callable[[str], bool] = _any) -> tuple[tuple[Piece, ...], bool]:
        """What brings somebody who holds a version to this one, and whether it is the whole list. Nobody holds 0.

        Deltas of which one does not fit are passed over for the parts.
        """
        if held == self.version and held:
            return (), False
        after = [delta for delta in self.deltas if delta.after >= held]
        if held and after and after[0].after == held and all(fits(delta.path) for delta in after):
            return tuple(after), False
        whole = self.parts[0].upto if self.parts else self.version
        return (*self.parts, *(delta for delta in self.deltas if delta.after >= whole)), True


def head_of(text: bytes, name: str) -> Head:
    """The head of a list. Raises Invalid where it is none, or says what cannot be."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refused(name, "it is no JSON") from error
    if not isinstance(said, dict) or said.get("list") != name or len(name) > LONGEST_NAME or not NAME.fullmatch(name):
        raise _refused(name, "it is of another list")
    version, at, entries, retracted = (
        _number(name, said, field) for field in ("version", "at", "entries", "retracted")
    )
    parts, deltas = _parts(name, said.get("parts")), _deltas(name, said.get("deltas"))
    digest = said.get("digest", "")
    if digest != "" and (not isinstance(digest, str) or not DIGITS.fullmatch(digest)):
        raise _refused(name, "its digest is none")
    head = Head(name, version, at, entries, retracted, parts, deltas, digest)
    _must_lead_there(head)
    return head


def _must_lead_there(head: Head) -> None:
    """The deltas are a chain that ends at the version, and the parts lie on it."""
    for one, other in pairwise(head.deltas):
        if one.upto != other.after:
            raise _refused(head.name, "its deltas are no chain")
    if head.deltas and head.deltas[-1].upto != head.version:
        raise _refused(head.name, "its deltas do not lead to its version")
    whole = head.parts[0].upto if head.parts else head.version
    if whole != head.version and whole not in {delta.after for delta in head.deltas}:
        raise _refused(head.name, "nothing leads from its parts to its version")
    if not head.parts and head.entries + head.retracted:
        raise _refused(head.name, "it has entries and no parts")


def _parts(name: str, said: object) -> tuple[Piece, ...]:
    found = []
    for number, part in enumerate(_objects(name, said), start=1):
        path = WHOLE.fullmatch(str(part.get("path")))
        if path is None or path["list"] != name or int(path["part"]) != number:
            raise _refused(name, "a part has a name that it can't have")
        found.append(Piece(path[0], _number(name, part, "entries"), 0, int(path["version"])))
    if len({part.upto for part in found}) > 1 or any(part.entries > MOST_IN_A_PART for part in found):
        raise _refused(name, "its parts do not belong together, or are too large")
    return tuple(found)


def _deltas(name: str, said: object) -> tuple[Piece, ...]:
    found = []
    for delta in _objects(name, said):
        after, upto = _number(name, delta, "from"), _number(name, delta, "to")
        path = f"{name}/delta-{after}-{upto}.jsonl.zst"
        if after >= upto or delta.get("path") != path:
            raise _refused(name, "a delta has a name or versions that it can't have")
        found.append(Piece(path, _number(name, delta, "entries"), after, upto))
    return tuple(found)


def _objects(name: str, said: object) -> list[Mapping[str, Any]]:
    if not isinstance(said, list) or len(said) > MOST_PIECES or not all(isinstance(each, dict) for each in said):
        raise _refused(name, "its parts and deltas are no lists of files")
    return said


def _number(name: str, said: Mapping[str, Any], field: str) -> int:
    value = said.get(field)
    if type(value) is not int or not 0 <= value <= LARGEST:
        raise _refused(name, f"{field} is no number that it can be")
    return value


def _refused(name: str, why: str) -> Invalid:
    return Invalid("the feed is refused: the head of %(name)s is wrong, %(why)s", name=name, why=why)
