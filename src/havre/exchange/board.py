"""The board: things are put there and withdrawn by their sources; what each recipient may be told is decided anew.

Sources here do it in the transaction of the change; what peers say is put here by applying their messages.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.exchange.bodies import destroy_body, keep_body
from havre.exchange.gone import take_out_prints
from havre.exchange.imprint_shape import Given, as_kept, camera_in, imprints_in
from havre.exchange.imprinted import keep_imprints, with_imprints, without_imprints
from havre.exchange.models import Counter, Kind, Shared, SharedPrint
from havre.media.models import Medium
from havre.restrictions.keep import keep
from havre.restrictions.model import Action, Actor, Owner, Restriction, may, told
from havre.series.models import Series
from havre.units.models import Unit

DIGESTS = {"md5": 16, "sha1": 20, "sha256": 32}
"""Bytes of each."""
PDQ_BYTES = 32
MOST_PRINTS = 5_000
"""PDQ fingerprints of one medium: a film has one for each of its views."""

SOME = 10_000
"""Conditions that are asked about at a time."""


@dataclass(frozen=True, slots=True)
class Here:
    """What a thing is on this node."""

    series: Series | None = None
    medium: Medium | None = None
    key: int | None = None


@transaction.atomic
def put(
    origin: Owner,
    kind: str,
    ref: UUID,
    body: Mapping[str, Any],
    restriction: Restriction,
    version: int,
    at: datetime,
    here: Here | None = None,
) -> Shared:
    """What a source lets others know of a thing, instead of what it said before.

    A version that is not higher than the one held changes nothing. `body["series"]` is the series that the thing is
    about; `md5`, `sha1`, `sha256` (hex), `pdq` (a list of hex) and `quality` of media are what it is found by.
    Raises Invalid.
    """
    if kind not in Kind.values:
        raise Invalid(_("%(kind)s is nothing that is shared") % {"kind": kind})
    found = _held(origin, ref)
    if found is not None and found.version >= version:
        return found
    if found is not None and found.kind != kind:
        raise Invalid(_("what is shared stays of its kind"))
    prints, imprints = printed_of(kind, body)
    row = found or Shared(node=origin.node, ref=ref, kind=kind, owner=_owner(origin))
    row.unit, row.country = origin.unit, origin.country
    row.series_ref = series_ref_in(body)
    row.condition, row.version, row.at = keep(restriction), version, at
    row.withdrawn_at = row.destroyed_at = None
    if here is not None:
        row.series, row.medium, row.key = here.series, here.medium, here.key
    row.changed = next_number()
    keep_body(row, as_kept(body))
    print_anew([(row, prints)])
    keep_imprints([(row, imprints)])
    return row


@transaction.atomic
def withdraw(origin: Owner, ref: UUID, version: int, at: datetime) -> Shared | None:
    """Nobody may know of this thing any more: what was told of it is gone, that it was there stays for the proof.

    None where it is not held; a version that is not higher than the one held changes nothing.
    """
    row = _held(origin, ref)
    if row is None or row.version >= version:
        return row
    row.version, row.withdrawn_at = version, at
    row.changed = next_number()
    destroy_body(row)
    return row


@transaction.atomic
def let_go(row: Shared, at: datetime) -> str:
    """The time of a thing is over: it stays for the proof alone; what the log keeps of what was told of it."""
    row.withdrawn_at, row.destroyed_at = row.withdrawn_at or at, at
    row.changed = next_number()
    return destroy_body(row)


def changed_after(number: int) -> QuerySet[Shared]:
    """What sources of this node changed after this number, the oldest change first; iterate with `.iterator()`."""
    return Shared.objects.filter(node="", changed__gt=number).select_related("condition").order_by("changed")


def told_to(actor: Actor, row: Shared, at: datetime) -> dict[str, Any] | None:
    """What this recipient may be told of this thing at this moment; None where it must not know that there is one.

    A peer's node is the actor with its id and no unit. To other nodes nothing goes at level `hit`, and nothing of a
    third: None then, also for what is withdrawn. Whoever told it something earlier tells it that it is withdrawn.
    """
    value = row.condition.value
    if row.withdrawn_at is not None or not may(actor, row.source, value, Action.KNOW, at):
        return None
    if may(actor, row.source, value, Action.SEE, at):
        return _as_it_is(row, value, actor) if actor.node in ("", row.node) or not row.node else None
    return None if actor.node else _hit(row)


def _as_it_is(row: Shared, value: Restriction, actor: Actor) -> dict[str, Any]:
    source = {"unit": row.unit, "country": row.country}
    body = with_imprints(row, row.body) if actor.node else without_imprints(row.body)
    return _named(row) | source | {"version": row.version, "restriction": told(value), "body": body}


def _hit(row: Shared) -> dict[str, Any]:
    contact = row.body.get("contact", "")
    return {"kind": row.kind, "unit": row.unit, "country": row.country, "contact": contact, "level": "hit"}


def _named(row: Shared) -> dict[str, Any]:
    return {"kind": row.kind, "ref": str(row.ref), "series": str(row.series_ref) if row.series_ref else None}


def next_number() -> int:
    """The number of the next change; whoever else changes something waits until this one is whole."""
    if not Counter.objects.filter(pk=1).update(last=F("last") + 1):
        Counter.objects.get_or_create(pk=1)
        Counter.objects.filter(pk=1).update(last=F("last") + 1)
    return Counter.objects.values_list("last", flat=True).get(pk=1)


def renumber(conditions: Iterable[int]) -> int:
    """What is under these conditions counts as changed: who may know of it is another. How many things.

    Called in the transaction of that change. Others who change something wait meanwhile: it is a few questions,
    however many things there are.
    """
    asked, done = iter(conditions), 0
    while some := list(islice(asked, SOME)):
        done += _renumber(Shared.objects.filter(condition__in=some, destroyed_at=None))
    return done


def _renumber(rows: "QuerySet[Shared]") -> int:
    if not rows.exists():
        return 0
    first = next_number()  # from here on nobody else changes any of them
    count = rows.count()
    Counter.objects.filter(pk=1).update(last=F("last") + count - 1)
    placed = rows.annotate(thing=F("pk"), place=Window(RowNumber(), order_by="changed")).values_list("thing", "place")
    asked, values = placed.query.sql_with_params()
    table = Shared._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET changed = %s + o.place FROM ({asked}) AS o WHERE {table}.id = o.thing",  # noqa: S608
            [first - 1, *values],
        )
    return count


def _held(origin: Owner, ref: UUID) -> Shared | None:
    row = Shared.objects.select_for_update(of=("self",)).filter(node=origin.node, ref=ref).first()
    if row is not None and not origin.node and row.unit != origin.unit:
        raise Invalid(_("that thing is another unit's"))
    return row


def _owner(origin: Owner) -> Unit | None:
    return None if origin.node else Unit.objects.get(name=origin.unit)


def series_ref_in(body: Mapping[str, Any]) -> UUID | None:
    """The series that something is about. Raises Invalid."""
    given = body.get("series")
    try:
        return UUID(given) if given else None
    except (ValueError, AttributeError, TypeError):
        raise Invalid(_("a series is named by its UUID")) from None


def printed_of(kind: str, body: Mapping[str, Any]) -> tuple[list[SharedPrint], list[Given]]:
    """What a shared medium is found by; of other things nothing. Raises Invalid."""
    return (list(_prints(body)), imprints_in(body)) if kind == Kind.MEDIA else ([], [])


def print_again(row: Shared) -> None:
    """What a shared medium is found by, made again of what is told of it."""
    print_anew([(row, list(_prints(row.body)) if row.kind == Kind.MEDIA else [])])


def print_anew(given: Sequence[tuple[Shared, Sequence[SharedPrint]]]) -> None:
    """By these each of these rows is found from now on, and by nothing else.

    Where they are the same as before they stay: their numbers, of which an index has so many, are used up only by what
    is new, however often a source tells the same.
    """
    held: dict[int, list[SharedPrint]] = {}
    for each in SharedPrint.objects.filter(shared__in=[row.pk for row, _new in given]).order_by("pk"):
        held.setdefault(each.shared_id, []).append(each)
    other = [(row, new) for row, new in given if not _alike(held.get(row.pk, []), new)]
    take_out_prints(SharedPrint.objects.filter(shared__in=[row.pk for row, _new in other if row.pk in held]))
    for row, new in other:
        for each in new:
            each.shared = row
    SharedPrint.objects.bulk_create([each for _row, new in other for each in new], batch_size=500)


def _alike(some: Sequence[SharedPrint], others: Sequence[SharedPrint]) -> bool:
    return list(map(_found_by, some)) == list(map(_found_by, others))


def _found_by(each: SharedPrint) -> tuple[object, ...]:
    values = (each.md5, each.sha1, each.sha256, each.pdq, each.camera)
    return each.quality, *(bytes(value) if value is not None else None for value in values)


def _prints(body: Mapping[str, Any]) -> Iterator[SharedPrint]:
    """One row with the digests, the camera and the first PDQ; one more for each further PDQ."""
    digests = {name: _bytes(body.get(name), length) for name, length in DIGESTS.items()}
    given, quality = body.get("pdq", []), body.get("quality", 0)
    if not isinstance(given, list) or len(given) > MOST_PRINTS or not isinstance(quality, int):
        raise Invalid(_("fingerprints are a list of hex, their quality a number"))
    pdqs = [_bytes(each, PDQ_BYTES) for each in given]
    quality, camera = max(0, min(quality, 100)), camera_in(body)
    if any(digests.values()) or pdqs or camera:
        yield SharedPrint(**digests, pdq=pdqs[0] if pdqs else None, quality=quality, camera=camera)
    yield from (SharedPrint(pdq=pdq, quality=quality) for pdq in pdqs[1:])


def _bytes(given: object, length: int) -> bytes | None:
    if given is None:
        return None
    try:
        found = bytes.fromhex(given) if isinstance(given, str) else b""
    except ValueError:
        found = b""
    if len(found) != length:
        raise Invalid(_("a digest of %(length)s bytes is written in hex") % {"length": length})
    return found
