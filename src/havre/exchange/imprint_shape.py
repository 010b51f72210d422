"""What is told of a shared medium beyond digests and PDQ: its imprints and its camera, read and refused."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypeGuard

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.linking.stated import telling
from havre.matching.lighter import readable
from havre.sealing.statement import canonical

MOST_IMPRINTS = 40
"""Of one medium: a film has up to 32 views, and one film and one sound."""
MOST_CHARACTERS = 800_000
"""Of the imprints of one medium, in base64: with all else that is told it fits in a message of a million."""
MOST_BAD = 100
"""Imprints of one medium that are read in vain; what follows them is not read at all."""
MOST_NAMED = 20
"""Refused imprints that are named, each with why; the others are counted."""
LATEST = 2**31
"""Seconds into a film, and 68 years."""
LONGEST = 10
"""Characters of a method and of a version."""
LONGEST_NAME = 250
"""Characters of a camera's model and of its serial number, as havre.linking.stated compares them."""
FEWEST_DIGITS = 4
"""Digits of a serial number that tell one camera from others of its model."""


@dataclass(frozen=True, slots=True)
class Given:
    """One imprint, as it is told."""

    method: str
    version: str
    at: float | None
    data: bytes
    known: bool
    """Whether it is compared here; others are kept."""

    @property
    def digest(self) -> bytes:
        """By which it is told from others of its medium."""
        head = canonical([self.method, self.version, self.at])
        return sha256(head.encode() + b"\n" + self.data).digest()


@dataclass(slots=True)
class Unfit:
    """Imprints that cannot be kept: how many they are, and why the first of them cannot."""

    count: int = 0
    named: list[str] = field(default_factory=list)

    def add(self, why: str, count: int = 1) -> None:
        """So many more for one reason."""
        self.count += count
        self.named += [why][: MOST_NAMED - len(self.named)]

    def gather(self, others: "Unfit") -> None:
        """Those of another medium too."""
        self.count += others.count
        self.named += others.named[: MOST_NAMED - len(self.named)]


def told(method: str, version: str, at: float | None, data: bytes) -> dict[str, Any]:
    """An imprint as it is told."""
    return {"method": method, "version": version, "at": at, "data": base64.b64encode(data).decode("ascii")}


def imprints_in(body: Mapping[str, object]) -> list[Given]:
    """The imprints that are told of a medium. Raises Invalid."""
    given = body.get("imprints", [])
    if not isinstance(given, list) or len(given) > MOST_IMPRINTS:
        raise _wrong()
    found = [_imprint(each) for each in given]
    if sum(len(each.data) for each in found) * 4 > MOST_CHARACTERS * 3:
        raise Invalid(_("the imprints of one medium have at most %(most)s characters") % {"most": MOST_CHARACTERS})
    return list({each.digest: each for each in found}.values())


def fit_imprints(body: Mapping[str, Any]) -> tuple[Mapping[str, Any], Unfit]:
    """The same with those of its imprints that can be kept, and why each of the others cannot: what lies badly costs
    the rest of the medium nothing. Once there is no room for more, or MOST_BAD are bad, what follows is counted and
    not read."""
    given, unfit = body.get("imprints", []), Unfit()
    if not isinstance(given, list):
        unfit.add(f"imprints: {_wrong()}")
        return {name: value for name, value in body.items() if name != "imprints"}, unfit
    good, left, unread = list[object](), MOST_CHARACTERS * 3 // 4, len(given)
    for place, each in enumerate(given):
        if len(good) == MOST_IMPRINTS or unfit.count == MOST_BAD:
            why = str(_no_room()) if unfit.count < MOST_BAD else "too many are bad: the rest are not read"
            unfit.add(f"imprint {place}: {why}", unread)
            break
        unread -= 1
        try:
            left = _fits(each, left)
            good.append(each)
        except Invalid as error:
            unfit.add(f"imprint {place}: {error}")
    return ({**body, "imprints": good} if unfit.count else body), unfit


def _fits(given: object, left: int) -> int:
    """The bytes that are left beside this one. Raises Invalid, before it is read where there is no room for it."""
    data = given.get("data") if isinstance(given, Mapping) else None
    size = len(data) // 4 * 3 - data[-2:].count("=") if isinstance(data, str) else 0
    if size > left:
        raise _no_room()
    return left - len(_imprint(given).data)


def _no_room() -> Invalid:
    return Invalid(_("a medium has no room for more imprints"))


def _wrong() -> Invalid:
    return Invalid(_("the imprints told of a medium are not shaped as imprints are"))


def _imprint(given: object) -> Given:
    if not isinstance(given, Mapping):
        raise _wrong()
    method, version, at, data = given.get("method"), given.get("version"), given.get("at"), given.get("data")
    if not (_word(method) and _word(version) and _moment(at) and isinstance(data, str)):
        raise _wrong()
    read = _bytes(data)
    return Given(method, version, None if at is None else float(at), read, readable(method, version, read))


def _word(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and 0 < len(value) <= LONGEST and value.isprintable()


def _moment(value: object) -> TypeGuard[float | None]:
    """Seconds into a film, or nothing."""
    if value is None:
        return True
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < LATEST


def _bytes(data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise _wrong() from None


def as_kept(body: Mapping[str, Any]) -> dict[str, Any]:
    """What lies in the body of a row: a digest in the place of imprints, which are rows of their own."""
    imprints = body.get("imprints")
    rest = {name: value for name, value in body.items() if name != "imprints"}
    return rest | ({"imprints": sha256(canonical(imprints).encode()).hexdigest()} if imprints else {})


# ---- cameras ----


def camera_in(body: Mapping[str, object]) -> bytes | None:
    """By what a camera is found: its model and serial number; nothing where they tell none from others."""
    given = body.get("camera")
    if given is None:
        return None
    named = (given.get("model", ""), given.get("serial")) if isinstance(given, Mapping) else (None, None)
    model, serial = named
    if not (isinstance(model, str) and isinstance(serial, str) and max(len(model), len(serial)) <= LONGEST_NAME):
        raise Invalid(_("a camera is told by its model and serial number"))
    return camera(model, serial)


def camera(model: str, serial: str) -> bytes | None:
    """The same of what a file states."""
    if telling(serial) < FEWEST_DIGITS:
        return None
    return sha256(f"{model}\n{serial}".encode("utf-8", "surrogatepass")).digest()
