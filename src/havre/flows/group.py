"""Task forces: a named group of units of several countries, with an end, and a board of its own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.exchange.board import put, renumber, told_to
from havre.exchange.models import Kind, Shared
from havre.exchange.publish import owner_of
from havre.exchange.rules import reference
from havre.exchange.sight import entered, sighted
from havre.flows.home import Home, consulted, durable, log, seal_log, take_turn
from havre.flows.tell_countries import tell, tell_members
from havre.flows.theirs import read_by
from havre.network.models import Peer, State
from havre.network.outbox import tell as tell_peer
from havre.restrictions import groups
from havre.restrictions.groups import Belongs
from havre.restrictions.keep import actor
from havre.restrictions.model import Level, Restriction
from havre.restrictions.models import Group
from havre.restrictions.rules import complete
from havre.restrictions.visible import seen_by
from havre.series.comments import LONGEST
from havre.units.acting import Acting
from havre.units.models import RoleName, Unit
from havre.victims.record import country

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)

MOST = 500
"""Things that the board of a group shows."""


@dataclass(frozen=True, slots=True)
class Board:
    """What members opened to a group, as far as this unit may see it, and what they say there."""

    group: Group
    series: Sequence[dict[str, Any]]
    clues: Sequence[dict[str, Any]]
    words: Sequence[dict[str, Any]]

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        board = {"series": self.series, "clues": self.clues, "words": self.words}
        told = {what: [each | {"at": each["at"].isoformat()} for each in lines] for what, lines in board.items()}
        return {**shown(self.group), **told}


def list_groups(home: Home, acting: Acting) -> list[dict[str, Any]]:
    """The groups that the unit leads or is in."""
    acting.must_be(*WORKING, to="see groups")
    rows = groups.groups_of(acting.unit, acting.now()).order_by("code")
    found = [shown(each) for each in rows]
    consulted(home, acting, "groups", {"shown": len(found)})
    return found


def shown(group: Group) -> dict[str, Any]:
    """A group and who is in it."""
    members = group.members.order_by("country", "unit", "node")
    return {
        "code": group.code,
        "name": group.name,
        "purpose": group.purpose,
        "experts": group.experts,
        "until": group.until.isoformat(),
        "led_by": group.led_by.name if group.led_by is not None else None,
        "node": group.node or None,
        "members": [
            {"unit": each.unit, "country": each.country, "node": each.node or None, "until": each.until.isoformat()}
            for each in members
        ],
    }


def found_group(
    home: Home, acting: Acting, code: str, name: str, until: datetime, purpose: str = "", *, experts: bool = False
) -> Group:
    """A new group, which the unit leads."""
    acting.must_be(RoleName.SUPERVISOR, to="found groups")
    with _turn():
        made = groups.found(groups.code_of(code), name, purpose, acting.person, acting.now(), until, experts=experts)
        _changed(home, acting, made, {"act": "group founded", "until": until.isoformat(), "experts": experts})
    return made


def add_member(
    home: Home,
    acting: Acting,
    code: str,
    unit: str,
    node: str = "",
    of_country: str = "",
    until: datetime | None = None,
) -> Group:
    """A unit of this node, or of a peer by the name of the node, is in the group from now on."""
    with _turn():
        group = _led(acting, code)
        who = _belongs(unit, node, of_country)
        groups.join(group, who, acting.now(), until)
        _changed(home, acting, group, {"act": "joined", "unit": who.unit, "country": who.country, "node": node})
    return group


def remove_member(home: Home, acting: Acting, code: str, unit: str, node: str = "") -> Group:
    """A unit is in the group no more: what was opened to the group is withdrawn from it at once."""
    with _turn():
        group = _led(acting, code)
        groups.leave(group, Belongs(_node(node), unit, ""))
        _changed(home, acting, group, {"act": "left", "unit": unit, "node": node})
    return group


def end_group(home: Home, acting: Acting, code: str) -> Group:
    """The group is over."""
    with _turn():
        group = _led(acting, code)
        groups.end(group, acting.now())
        _changed(home, acting, group, {"act": "group ended"})
    return group


@contextmanager
def _turn() -> Iterator[None]:
    """One transaction that has the board to itself before it changes who is in a group, as a round of `run_out` has."""
    with durable():
        take_turn()
        yield


def _led(acting: Acting, code: str) -> Group:
    """The group, if the unit leads it. Raises Invalid where another does, or it is over."""
    acting.must_be(RoleName.SUPERVISOR, to="change groups")
    group = groups.group_for(acting.unit, code, acting.now())
    if group.led_by_id != acting.unit.pk or group.until <= acting.now():
        raise Invalid(_("only the unit that leads a group changes it, and only until it ends"))
    return group


def _belongs(unit: str, node: str, of_country: str) -> Belongs:
    if node:
        name = " ".join(unit.split())
        if not name or len(name) > 200 or not name.isprintable():
            raise Invalid(_("name the unit in one line"))
        return Belongs(_node(node), name, country(of_country))
    here = Unit.objects.filter(name=unit).first()
    if here is None:
        raise Invalid(_("there is no unit %(name)s here") % {"name": unit})
    return Belongs("", here.name, here.country)


def _node(name: str) -> str:
    if not name:
        return ""
    peer = Peer.objects.filter(name=name, state=State.ACCEPTED).first()
    if peer is None:
        raise Invalid(_("there is no node %(name)s that is accepted here") % {"name": name})
    return peer.node


def _changed(home: Home, acting: Acting, group: Group, detail: dict[str, object]) -> None:
    """Reach and numbers are as the members are now, other nodes hear it, and it is logged."""
    groups.changed(group)
    conditions = list(groups.conditions_naming([group.code]))
    renumber(conditions)
    tell_members(home, conditions, acting.now())
    log(home, acting, "change", f"group {group.code}", detail)
    told_group(home, group, acting.now())
    seal_log(home, acting)


def told_group(home: Home, group: Group, at: datetime) -> None:
    """Each node of a member, or of one that was, hears who is in the group, so that it lets the right ones know."""
    here = home.node
    body = {
        "code": group.code,
        "name": group.name,
        "purpose": group.purpose,
        "experts": group.experts,
        "version": group.version,
        "until": group.until.isoformat(),
        "members": [
            {"node": each.node or here, "unit": each.unit, "country": each.country, "until": each.until.isoformat()}
            for each in group.members.order_by("pk")
        ],
    }
    inside = set(group.members.exclude(node="").values_list("node", flat=True))
    for peer in Peer.objects.filter(state=State.ACCEPTED):
        knew = peer.outgoing.filter(kind="group", body__code=group.code).exists()
        if peer.node in inside or knew:
            alone = body if peer.node in inside else body | {"members": []}
            tell_peer(peer, "group", alone, at, urgent=True)


# ---- its board ----


def open_board(home: Home, acting: Acting, code: str) -> Board:
    """What members opened to the group and what they say; that it was read is kept for whoever said it."""
    acting.must_be(*WORKING, to="see groups")
    now, here = acting.now(), actor(acting.unit, acting.now())
    with durable():
        group = groups.group_for(acting.unit, code, now)
        rows = list(_opened(acting, group).order_by("-pk")[:MOST])
        told = [(row, found) for row in rows if (found := told_to(here, row, now)) is not None and "body" in found]
        sighted([row for row, _ in told], here, "look", now)
        entered(here, log(home, acting, "consultation", f"group {group.code}", {"shown": len(told)}))
        seal_log(home, acting)
    by_kind = {
        kind: [_line(acting, row, found) for row, found in told if row.kind in kinds]
        for kind, kinds in {
            "series": {Kind.SERIES},
            "clues": {Kind.CLUE},
            "words": {Kind.COMMENT, Kind.QUESTION},
        }.items()
    }
    return Board(group, **by_kind)


def _opened(acting: Acting, group: Group) -> QuerySet[Shared]:
    rows = Shared.objects.filter(withdrawn_at=None, condition__in=groups.conditions_naming([group.code]))
    return seen_by(acting.person, rows.exclude(kind=Kind.MEDIA), acting.now()).select_related("condition")


def _line(acting: Acting, row: Shared, told: dict[str, Any]) -> dict[str, Any]:
    called = reference(row) if row.kind == Kind.SERIES else ""
    return {**told, "reference": called, "at": row.at, "read by": read_by(acting, told)}


def say_to_group(home: Home, acting: Acting, code: str, text: str, *, asks: bool = False) -> Shared:
    """A word or a request to all members, in plain text; its author is told who read it."""
    acting.must_be(*WORKING, to="write to groups")
    said = text.strip()
    if not said or len(said) > LONGEST:
        raise Invalid(_("write something, in at most %(most)s characters") % {"most": LONGEST})
    now = acting.now()
    with durable():
        group = groups.group_for(acting.unit, code, now)
        restriction = complete(Restriction(Level.OPEN, groups=frozenset({group.code})), now)
        kind = Kind.QUESTION if asks else Kind.COMMENT
        body = {"text": said, "contact": str(acting.unit)}
        made = put(owner_of(acting.unit), kind, uuid4(), body, restriction, 1, now)
        log(home, acting, "change", f"group {group.code}", {"act": f"{kind} shared", "ref": str(made.ref)})
        tell(home, [made], now)
        seal_log(home, acting)
    return made
