"""What a unit does with a series of another source: look, claim it, put clues and words beside it, identify its child.

Each is a thing of this unit on the board, for the source and for all who may see the series.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _

from havre.errors import Invalid, Refused
from havre.exchange.board import put, told_to, withdraw
from havre.exchange.identified import identified, said_by
from havre.exchange.models import Kind, Shared, Sighting
from havre.exchange.publish import owner_of
from havre.exchange.queries import about_series, theirs_for, theirs_of
from havre.exchange.rules import handed, no_series, reference, stands
from havre.exchange.sight import entered, sighted
from havre.flows.contenders import holding
from havre.flows.contest import wanted_too
from havre.flows.handing import unit_called
from havre.flows.home import Home, consulted, durable, log, seal_log, take_turn
from havre.flows.tell_countries import tell, tell_withdrawn
from havre.linking.countries import Constraint
from havre.restrictions.keep import actor
from havre.restrictions.model import also
from havre.restrictions.visible import visible_to
from havre.series.claims import RUNS_OUT_AFTER
from havre.series.clues import LONGEST_NAME, MOST_CONSTRAINTS
from havre.series.comments import LONGEST
from havre.series.models import ClueKind
from havre.units.acting import Acting
from havre.units.models import RoleName
from havre.victims.record import country

MOST = 200
"""Series listed at a time."""

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Opened:
    """A series of another source with everything beside it that the unit may see."""

    row: Shared
    told: Mapping[str, Any]
    beside: Sequence[Mapping[str, Any]]

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        known = {"identified": identified(said_by(self.beside))}
        return {"reference": reference(self.row), **self.told, "beside": list(self.beside), **known}


def list_theirs(home: Home, acting: Acting) -> list[dict[str, Any]]:
    """The series of other sources that this unit may see, what changed last first; that they were seen is kept."""
    acting.must_be(*WORKING, to="look at series of others")
    now, here = acting.now(), actor(acting.unit, acting.now())
    rows = list(theirs_of(acting.person, now)[:MOST])
    with durable():
        sighted(rows, here, "look", now)
        entered(here, consulted(home, acting, "series of others", {"shown": len(rows)}))
    told = ((row, told_to(here, row, now)) for row in rows)
    return [{"reference": reference(row), **found} for row, found in told if found is not None]


def see(home: Home, acting: Acting, named: str) -> Opened:
    """The series as its source lets this unit see it; that it was seen is logged, and kept for the proof."""
    acting.must_be(*WORKING, to="look at series of others")
    now, here = acting.now(), actor(acting.unit, acting.now())
    with durable():
        row = theirs_for(acting.person, named, now)
        rows = [each for each in about_series(acting.person, [row.ref], now) if each.pk != row.pk]
        own = visible_to(acting.person, Shared.objects, "owner").filter(series_ref=row.ref, withdrawn_at=None)
        beside = sorted([*rows, *own.exclude(kind=Kind.MEDIA).select_related("condition")], key=lambda each: each.pk)
        whole = told_to(here, row, now)
        if whole is None:
            raise no_series()
        sighted([row, *rows], here, "look", now)
        entered(here, log(home, acting, "consultation", thing_of(row), {"beside": len(beside)}))
        seal_log(home, acting)
    told = [(each, found) for each in beside if (found := told_to(here, each, now)) is not None and "body" in found]
    more = [found | {"node": each.node, "read by": read_by(acting, found)} for each, found in told]
    return Opened(row, whole, more)


def read_by(acting: Acting, told: Mapping[str, Any]) -> list[str]:
    """Receipts: who read it, told to its author alone."""
    if told["unit"] != acting.unit.name or told["country"] != acting.unit.country:
        return []
    rows = Sighting.objects.filter(shared__node="", shared__owner=acting.unit, shared__ref=told["ref"]).order_by("at")
    return [f"{row.unit} ({row.country}) {row.at.isoformat(timespec='seconds')}" for row in rows]


def claim_theirs(home: Home, acting: Acting, named: str) -> Shared:
    """This unit works on the series of another source; of two that say so, the first one does."""
    now = acting.now()
    row = _seen(acting, named)
    held = holding((each for each in about_series(acting.person, [row.ref], now) if each.kind == Kind.CLAIM), now)
    if held is not None and not handed(held, owner_of(acting.unit)):
        _refused(home, acting, row, held)
        raise Refused(
            _("%(by)s (%(country)s) works on %(series)s already: ask them")
            % {"by": held.unit, "country": held.country, "series": reference(row)}
        )
    body = {"since": now.isoformat(), "until": (now + RUNS_OUT_AFTER).isoformat()}
    own = _own(acting, row, Kind.CLAIM)
    if own is not None and stands(own, now):
        body["since"] = str(own.body["since"])  # renewed
    return _beside(home, acting, row, Kind.CLAIM, body, own)


def _refused(home: Home, acting: Acting, row: Shared, held: Shared) -> None:
    """Whoever works on it hears who wanted to. The answer tells of that claim: that is kept before it leaves."""
    here = actor(acting.unit, acting.now())
    with durable():
        take_turn()
        wanted_too(acting, also(row.condition.value, row.source), held)
        sighted([held], here, "look", acting.now())
        entered(here, consulted(home, acting, thing_of(row), {"act": "claim refused"}))


def hand_theirs(home: Home, acting: Acting, named: str, to: str) -> Shared:
    """Another unit is to go on with what this one works on: its claim holds once it says so, and this one until then.

    Raises Invalid where this unit does not work on it, or the other may not know of it.
    """
    row = _seen(acting, named)
    own = _own(acting, row, Kind.CLAIM)
    if own is None or not stands(own, acting.now()):
        raise Invalid(_("your unit does not work on it"))
    body = {name: own.body[name] for name in ("since", "until")} | {"hand_to": unit_called(acting, to, row).told()}
    return _beside(home, acting, row, Kind.CLAIM, body, own)


def clue_theirs(home: Home, acting: Acting, named: str, name: str, kind: str, suggests: Sequence[Constraint]) -> Shared:
    """A clue to where a series of another source may be; its countries are weighed with those of the source."""
    said = " ".join(name.split())
    if not said or len(said) > LONGEST_NAME or not said.isprintable():
        raise Invalid(_("name the object in one line of %(most)s characters at most") % {"most": LONGEST_NAME})
    if kind not in ClueKind.values or len(suggests) > MOST_CONSTRAINTS:
        raise Invalid(_("a clue is of one of %(kinds)s") % {"kinds": ", ".join(ClueKind.values)})
    body = {"name": said, "kind": kind, "suggests": [each.told() for each in suggests]}
    return _beside(home, acting, _seen(acting, named), Kind.CLUE, body)


def say_theirs(home: Home, acting: Acting, named: str, text: str, *, asks: bool = False) -> Shared:
    """A word or a request beside a series of another source, in plain text; its author is told who read it."""
    said = text.strip()
    if not said or len(said) > LONGEST:
        raise Invalid(_("write something, in at most %(most)s characters") % {"most": LONGEST})
    return _beside(home, acting, _seen(acting, named), Kind.QUESTION if asks else Kind.COMMENT, {"text": said})


def identify_theirs(
    home: Home, acting: Acting, named: str, by_country: str, safe: bool | None = None, read: int | None = None
) -> Shared:
    """The police of a country know who the child of another's series is: recorded once, told to all who hold it. Said
    again, it corrects what this unit said; since when the child is known stays, and that it is safe does too, unless
    that is taken back. `read` is the version that whoever says it saw, 0 for none; None where nobody looked. Raises
    Refused where a colleague says otherwise by now."""
    row = _seen(acting, named)
    own = _own(acting, row, Kind.IDENTIFICATION)
    before = own.body if own is not None and own.withdrawn_at is None else {}
    now, was_safe = acting.now().isoformat(), before.get("safeguarded_at")
    is_safe = bool(was_safe) if safe is None else safe
    at = {"at": before.get("at") or now, "safeguarded_at": (was_safe or now) if is_safe else None}
    body = {"country": country(by_country), **at}
    if read not in (None, own.version if own is not None and before else 0) and not body.items() <= before.items():
        raise _said_meanwhile(row)
    return _beside(home, acting, row, Kind.IDENTIFICATION, body, own)


def unsay_theirs(home: Home, acting: Acting, named: str, read: int | None = None) -> Shared:
    """What this unit said of who the child of another's series is was wrong: it is withdrawn everywhere. Raises Invalid
    where it said nothing of it, Refused where it is not what was `read`."""
    row = _seen(acting, named)
    own = _own(acting, row, Kind.IDENTIFICATION)
    if own is None or own.withdrawn_at is not None:
        raise Invalid(_("your unit did not say that the child of it is identified"))
    if read not in (None, own.version):
        raise _said_meanwhile(row)
    return take_back(home, acting, str(own.ref))


def _own(acting: Acting, row: Shared, kind: Kind) -> Shared | None:
    """What this unit said of that kind before, which it says otherwise now."""
    own = visible_to(acting.person, Shared.objects, "owner").filter(kind=kind, series_ref=row.ref, key=None)
    return own.order_by("pk").last()


def take_back(home: Home, acting: Acting, ref: str) -> Shared:
    """What this unit put beside a series of another source is withdrawn everywhere."""
    acting.must_be(*WORKING, to="withdraw what stands beside series of others")
    with durable():
        take_turn()
        rows = visible_to(acting.person, Shared.objects, "owner").filter(key=None, withdrawn_at=None)
        row = next((each for each in rows.exclude(kind=Kind.SERIES) if str(each.ref) == ref), None)
        if row is None:
            raise Invalid(_("your unit put nothing of that name on the board"))
        done = withdraw(row.source, row.ref, row.version + 1, acting.now())
        assert done is not None
        log(home, acting, "change", f"{row.kind} {row.ref}", {"act": "withdrawn"})
        tell_withdrawn(home, [done], acting.now())
        seal_log(home, acting)
    return done


def thing_of(row: Shared) -> str:
    """How the log calls a series of another source."""
    return f"series {reference(row)}"


def _seen(acting: Acting, named: str) -> Shared:
    acting.must_be(*WORKING, to="work on series of others")
    return theirs_for(acting.person, named, acting.now())


SAID_ONCE = (Kind.CLAIM, Kind.IDENTIFICATION)
"""What a unit says of a series once; said again, it takes the place of what it said before."""


def _said_meanwhile(row: Shared) -> Refused:
    return Refused(
        _("a colleague said something of %(series)s just now: look at it again") % {"series": reference(row)}
    )


def _version(said: Shared | None) -> int:
    return 0 if said is None else said.version


def _beside(
    home: Home, acting: Acting, row: Shared, kind: Kind, body: Mapping[str, Any], was: Shared | None = None
) -> Shared:
    now, origin = acting.now(), owner_of(acting.unit)
    whole = {"series": str(row.ref), "contact": str(acting.unit), **body}
    ref, version = (was.ref, was.version + 1) if was is not None else (uuid4(), 1)
    with durable():
        take_turn()
        if kind in SAID_ONCE and _version(_own(acting, row, kind)) != _version(was):
            raise _said_meanwhile(row)
        made = put(origin, kind, ref, whole, also(row.condition.value, row.source), version, now)
        log(home, acting, "change", thing_of(row), {"act": f"{kind} shared", "ref": str(made.ref)})
        tell(home, [made], now)
        seal_log(home, acting)
    return made
