"""The proof to the source: who outside saw what it shared, when, under which restriction, and where that is logged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from havre.audit.record import newest_checkpoint
from havre.errors import Invalid
from havre.exchange.models import Shared, Sighting
from havre.exchange.rules import reference
from havre.exchange.sight import entered, told_without_entry, unentered
from havre.flows.home import Home, consulted
from havre.flows.restrict import Thing, thing_for
from havre.network.models import Peer, Receipt, Told
from havre.restrictions.keep import actor
from havre.restrictions.keep import peer as actor_of
from havre.restrictions.model import Action, Level, may, told
from havre.restrictions.models import Kind
from havre.restrictions.visible import visible_to
from havre.units.acting import Acting
from havre.units.models import RoleName

MOST = 10_000
"""Lines of one proof; more are counted."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Everybody outside who was told of a thing or of what is in it."""

    thing: Thing
    rows: tuple[dict[str, Any], ...]
    more: int
    withdrawn: tuple[dict[str, Any], ...]
    """What other nodes were told and may not know any more, each with the receipt that its node signed."""
    further: int
    """So many more of these are not told."""
    log: Mapping[str, Any]
    """The newest checkpoint of this node's log, under which those entries stand that are of this node."""

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        return {
            "kind": str(self.thing.kind),
            "thing": self.thing.called,
            "seen": list(self.rows),
            "more": self.more,
            "withdrawn": list(self.withdrawn),
            "withdrawn_more": self.further,
            "log": dict(self.log),
        }


def who_saw(home: Home, acting: Acting, kind: str, named: str) -> Seen:
    """Who outside saw a series of the unit with all that stands beside it, or a medium; the oldest first. Logged."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, RoleName.AUDITOR, to="read who saw what was shared")
    if kind not in (Kind.SERIES, Kind.MEDIA):
        raise Invalid(_("who saw it is asked of a series or of media"))
    thing = thing_for(acting, kind, named)
    shared = _shared(acting, thing)
    rows = Sighting.objects.filter(shared__in=shared).select_related("shared", "condition")
    names = dict(Peer.objects.values_list("node", "name"))
    found = tuple(_line(row, names) for row in rows.order_by("at", "pk")[:MOST])
    more = max(0, rows.count() - len(found)) if len(found) == MOST else 0
    consulted(home, acting, f"{thing.kind} {thing.called}", {"act": "who saw it", "shown": len(found)})
    newest = newest_checkpoint(home.signer.verifier)
    signed = {"size": newest.size, "root": newest.root.hex()} if newest is not None else {}
    withdrawn, further = withdrawn_from(shared, acting.now())
    return Seen(thing, found, more, withdrawn, further, signed)


def _shared(acting: Acting, thing: Thing) -> QuerySet[Shared]:
    """What the unit put on the board of it, also what is withdrawn since."""
    own = visible_to(acting.person, Shared.objects.filter(node=""), "owner")
    if thing.kind == Kind.MEDIA:
        return own.filter(medium=thing.key)
    refs = own.filter(series=thing.key, kind=Kind.SERIES).values("ref")
    return own.filter(Q(ref__in=refs) | Q(series_ref__in=refs) | Q(series=thing.key))


def _line(row: Sighting, names: Mapping[str, str]) -> dict[str, Any]:
    shared = row.shared
    return {
        "unit": row.unit,
        "country": row.country,
        "node": names.get(row.node, row.node),
        "at": row.at.isoformat(),
        "what": shared.kind,
        "called": reference(shared),
        "level": Level(row.level).name.lower(),
        "version": row.version,
        "restriction": told(row.condition.value),
        "how": row.why,
        "entry": row.entry,
    }


def withdrawn_from(shared: QuerySet[Shared], at: datetime) -> tuple[tuple[dict[str, Any], ...], int]:
    """What each other node was told of these and may not know any more, and how much more there is.

    Without a receipt a node may have it still.
    """
    rows = {row.ref: row for row in shared.select_related("condition")}
    conditions = {row.condition_id: row.condition.value for row in rows.values()}
    told_of = Told.objects.filter(ref__in=shared.values("ref")).select_related("peer").order_by("peer__name", "pk")
    actors = {peer.pk: actor_of(peer.node, peer.country, at) for peer in Peer.objects.all()}
    receipts = Receipt.objects.filter(ref__in=shared.values("ref")).order_by("pk")
    newest = {(each.peer_id, each.ref): each for each in receipts}
    gone: list[tuple[Told, Shared, Receipt | None]] = []
    for each in told_of:
        row = rows[each.ref]
        allowed = may(actors[each.peer_id], row.source, conditions[row.condition_id], Action.SEE, at)
        if row.withdrawn_at is not None or not allowed:
            gone.append((each, row, newest.get((each.peer_id, each.ref)) if each.withdrawn_at else None))
    # What nobody signed for comes first: of a list that is cut, that is what must not be missing.
    gone.sort(key=lambda each: each[2] is not None)
    return tuple(_gone(*each) for each in gone[:MOST]), max(0, len(gone) - MOST)


def _gone(told_of: Told, row: Shared, receipt: Receipt | None) -> dict[str, Any]:
    return {
        "node": told_of.peer.name,
        "country": told_of.peer.country,
        "what": row.kind,
        "called": reference(row),
        "ref": str(row.ref),
        "receipt": receipt.at.isoformat() if receipt is not None else None,
        "number": receipt.number if receipt is not None else None,
        "digest": receipt.digest if receipt is not None else None,
        "statement": receipt.answer if receipt is not None else None,
    }


def enter_seen(home: Home, acting: Acting) -> None:
    """What a page has just told of others stands in the log before it leaves; nothing where all of it does already."""
    if told_without_entry(acting.unit):
        here = actor(acting.unit, acting.now())
        count = unentered(here).count()
        entered(here, consulted(home, acting, "the board", {"act": "told", "things": count}))
