"""What the log holds, as values: how an entry is written, signed and hashed; pure, with no database.

Specified in docs/protocols/log.md, so that the log can be verified without this program.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from havre.errors import Invalid
from havre.sealing.chain import leaf_hash
from havre.sealing.sign import Signer, Verifier

KINDS = ("consultation", "change", "disclosure", "erasure")
"""What must be logged (Law Enforcement Directive, article 25); a verb is one of these, alone or with an act."""

NOT_GIVEN = "not given"
"""The reason of whoever gave none."""

MAGIC = "havre audit entry 1"


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody did something to a thing: what a flow wants written down."""

    person: str
    unit: str
    verb: str
    thing: str
    reason: str
    at: datetime
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log as it is stored."""

    index: int
    at: str
    person: str
    unit: str
    verb: str
    thing: str
    reason: str
    detail: str
    signature: bytes = b""
    leaf: bytes = b""

    def message(self, origin: str) -> bytes:
        """What is signed: the log's name and all columns, as JSON that only one entry can give."""
        columns = (
            self.index,
            self.at,
            self.person,
            self.unit,
            self.verb,
            self.thing,
            self.reason,
            self.detail,
        )
        return f"{MAGIC}\n{origin}\n{_canonical(columns)}".encode("ascii")

    def hashed(self, origin: str) -> bytes:
        """The entry's leaf in the tree: its message and its signature."""
        return leaf_hash(self.message(origin) + self.signature)


@dataclass(frozen=True, slots=True)
class Seal:
    """A checkpoint as it is stored: the signed note, and the frontier of the tree it speaks of."""

    number: int
    size: int
    frontier: str
    note: str


@dataclass(frozen=True, slots=True)
class End:
    """Where the log says it ends."""

    size: int
    frontier: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A place of the log that holds no entry, checkpoint or end."""

    place: str
    index: int | None = None


Line = Entry | Seal | End | Unreadable
"""One thing the log consists of; seals stand behind the last entry they cover, the end stands last."""


def entry_of(act: Act, index: int, signer: Signer) -> Entry:
    """The act as entry number `index`, signed and hashed. Raises Invalid where it cannot be written."""
    if not act.verb.startswith(KINDS):
        raise Invalid(f"the log knows {', '.join(KINDS)}, not {act.verb!r}")
    if act.at.tzinfo is None:
        raise Invalid("the log needs a time with its zone")
    unsigned = Entry(
        index=index,
        at=act.at.astimezone(UTC).isoformat(timespec="microseconds"),
        person=_storable(act.person),
        unit=_storable(act.unit),
        verb=_storable(act.verb),
        thing=_storable(act.thing),
        reason=_storable(act.reason.strip()) or NOT_GIVEN,
        detail=_canonical(act.detail),
    )
    signed = replace(unsigned, signature=signer.sign(unsigned.message(signer.verifier.name)))
    return replace(signed, leaf=signed.hashed(signer.verifier.name))


def wrong_with(entry: Entry, verifier: Verifier) -> str:
    """What is wrong with this entry alone; empty where it is what the log signed."""
    genuine = verifier.accepts(entry.message(verifier.name), entry.signature)
    hashed = entry.hashed(verifier.name) == entry.leaf
    if genuine and hashed:
        return ""
    if genuine:
        return "its leaf hash was altered; the entry itself is genuine"
    if hashed:
        return "it was rewritten or inserted, leaf hash included: the log did not sign this"
    return "one of its columns or its signature was altered: it does not match its leaf hash"


def _canonical(value: object) -> str:
    # Sorted keys, no spaces, ASCII alone: one value has one text, in every version of Python.
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise Invalid(f"the log takes JSON: {error}") from None


def _storable(text: str) -> str:
    # Names of files may hold bytes that no database stores as text; a hostile name must not stop the log.
    return text.replace("\x00", "\\x00").encode("utf-8", "backslashreplace").decode("utf-8")
