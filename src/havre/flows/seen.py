"""The proof to the source: who outside saw what it shared, when, under which restriction, and where that is logged."""

from collections.abc import Mapping
from dataclasses import dataclass
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
from havre.network.models import Peer
from havre.restrictions.keep import actor
from havre.restrictions.model import Level, told
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
    log: Mapping[str, Any]
    """The newest checkpoint of this node's log, under which those entries stand that are of this node."""

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        return {
            "kind": str(self.thing.kind),
            "thing": self.thing.called,
            "seen": list(self.rows),
            "more": self.more,
            "log": dict(self.log),
        }


def who_saw(home: Home, acting: Acting, kind: str, named: str) -> Seen:
    """Who outside saw a series of the unit with all that stands beside it, or a medium; the oldest first. Logged."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, RoleName.AUDITOR, to="read who saw what was shared")
    if kind not in (Kind.SERIES, Kind.MEDIA):
        raise Invalid(_("who saw it is asked of a series or of media"))
    thing = thing_for(acting, kind, named)
    rows = Sighting.objects.filter(shared__in=_shared(acting, thing)).select_related("shared", "condition")
    names = dict(Peer.objects.values_list("node", "name"))
    found = tuple(_line(row, names) for row in rows.order_by("at", "pk")[:MOST])
    more = max(0, rows.count() - len(found)) if len(found) == MOST else 0
    consulted(home, acting, f"{thing.kind} {thing.called}", {"act": "who saw it", "shown": len(found)})
    newest = newest_checkpoint(home.signer.verifier)
    return Seen(thing, found, more, {"size": newest.size, "root": newest.root.hex()} if newest is not None else {})


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


def enter_seen(home: Home, acting: Acting) -> None:
    """What a page has just told of others stands in the log before it leaves; nothing where all of it does already."""
    if told_without_entry(acting.unit):
        here = actor(acting.unit, acting.now())
        count = unentered(here).count()
        entered(here, consulted(home, acting, "the board", {"act": "told", "things": count}))
