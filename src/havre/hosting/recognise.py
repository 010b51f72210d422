"""What a file says, by how it begins."""

from dataclasses import dataclass
from datetime import datetime

from havre.errors import Invalid
from havre.hosting.models import Kind
from havre.hosting.readers import answers, delegations, records, tables

HEAD = records.LARGEST + 1
"""Bytes of a file that are looked at: all of an answer of RDAP, the first lines of any other file."""
LINES = 64_000
"""Letters in which a first line must stand."""


@dataclass(frozen=True, slots=True)
class About:
    """The kind of a file, about what it is, and since when it holds, where it says so."""

    kind: str
    scope: str = ""
    as_of: datetime | None = None


def recognise(head: bytes, kind: str = "") -> About:
    """What a file is about, by its first bytes; `kind` where somebody says it. Raises Invalid for what it can't be."""
    if kind not in ("", *Kind):
        raise Invalid("there is no such kind: take one of %(kinds)s", kinds=", ".join(Kind))
    if head.lstrip().startswith(b"{") and (found := _record(head)):
        return found
    text = head[:LINES].decode("utf-8-sig", "replace")
    if kind in ("", Kind.DELEGATIONS) and (registry := delegations.scope_of(text)):
        return About(Kind.DELEGATIONS, *registry)
    line = next((line for line in text.splitlines() if line.strip() and line.lstrip()[0] not in "#;"), "").strip()
    found_kind = kind or (Kind.ANSWERS if answers.is_answer(line) else tables.table_of(line))
    if not found_kind or found_kind in (Kind.DELEGATIONS, Kind.RECORDS):
        raise Invalid("that file is none that says where something is hosted: --kind says what it is")
    return About(found_kind)


def _record(head: bytes) -> About | None:
    try:
        told = records.told_of(head)
    except ValueError:
        return None
    try:
        return About(Kind.RECORDS, *records.scope_of(told))
    except (ValueError, Invalid) as error:
        raise Invalid("this answer of RDAP says nothing that is understood: %(why)s", why=str(error)[:200]) from None
