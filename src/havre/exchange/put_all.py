"""Many things of other nodes put on the board at once: what `put` does one by one, which is the truth beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.exchange.board import next_number, print_anew, printed_of, series_ref_in
from havre.exchange.bodies import seal_in
from havre.exchange.imprint_shape import Given, as_kept
from havre.exchange.imprinted import keep_imprints
from havre.exchange.models import BodyKey, Counter, Kind, Shared, SharedPrint
from havre.restrictions.keep import keep
from havre.restrictions.model import Owner, Restriction, digest
from havre.restrictions.models import Condition

PIECE = 500
"""Rows that are written at a time."""

CHANGED = (
    "unit",
    "country",
    "series_ref",
    "sealed",
    "condition",
    "version",
    "changed",
    "at",
    "withdrawn_at",
    "destroyed_at",
)


@dataclass(frozen=True, slots=True)
class Coming:
    """What a source of another node says of a thing."""

    origin: Owner
    kind: str
    ref: UUID
    body: Mapping[str, Any]
    restriction: Restriction


@transaction.atomic
def put_all(things: Sequence[Coming], version: int, at: datetime) -> list[Shared]:
    """Put these, of one node and each once, in this version; the rows that stand there now, in their order.

    Raises Invalid where one of them could not be put alone; then none is.
    """
    held = _held(things)
    newer = [each for each in things if each.ref not in held or held[each.ref].version < version]
    last = _numbers(len(newer))
    conditions: dict[str, Condition] = {}
    prints: list[tuple[Shared, list[SharedPrint]]] = []
    imprints: list[tuple[Shared, list[Given]]] = []
    keys: list[tuple[Shared, bytes]] = []
    new: list[Shared] = []
    changed: list[Shared] = []
    for number, each in enumerate(newer, start=last - len(newer) + 1):
        row = held.get(each.ref)
        (new if row is None else changed).append(row := row or Shared(node=each.origin.node, ref=each.ref))
        _say(row, each, conditions)
        row.version, row.changed, row.at = version, number, at
        row.withdrawn_at = row.destroyed_at = None
        keys.append((row, seal_in(row, as_kept(each.body))))
        held[each.ref] = row
        by, found = printed_of(each.kind, each.body)
        prints.append((row, by))
        imprints.append((row, found))
    Shared.objects.bulk_create(new, batch_size=PIECE)
    Shared.objects.bulk_update(changed, CHANGED, batch_size=PIECE)
    BodyKey.objects.bulk_create([BodyKey(shared=row, key=key) for row, key in keys if key], batch_size=PIECE)
    print_anew(prints)
    keep_imprints(imprints)
    return [held[each.ref] for each in things]


def _held(things: Sequence[Coming]) -> dict[UUID, Shared]:
    nodes = {each.origin.node for each in things}
    if "" in nodes or len(nodes) > 1:
        raise Invalid("things that come together are of one other node")
    rows = Shared.objects.select_for_update(of=("self",)).filter(node__in=nodes, ref__in=[each.ref for each in things])
    return {row.ref: row for row in rows}


def _numbers(count: int) -> int:
    """The last of so many numbers of changes."""
    if not count:
        return 0
    first = next_number()
    Counter.objects.filter(pk=1).update(last=F("last") + count - 1)
    return first + count - 1


def _say(row: Shared, each: Coming, conditions: dict[str, Condition]) -> None:
    if each.kind not in Kind.values:
        raise Invalid(_("%(kind)s is nothing that is shared") % {"kind": each.kind})
    if row.kind and row.kind != each.kind:
        raise Invalid(_("what is shared stays of its kind"))
    row.kind, row.unit, row.country = each.kind, each.origin.unit, each.origin.country
    row.series_ref = series_ref_in(each.body)
    named = digest(each.restriction)
    if named not in conditions:
        conditions[named] = keep(each.restriction)
    row.condition = conditions[named]
