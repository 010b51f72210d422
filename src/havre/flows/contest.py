"""Of two claims on the same series one stays, everywhere the same; both units know, and the other's is given back."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from havre.audit.record import record
from havre.exchange.board import withdraw
from havre.exchange.models import About, Kind, Notice, SameMedium, Shared
from havre.exchange.notify import Concerned, holders, may_know, notify
from havre.exchange.publish import owner_of, publish
from havre.exchange.rules import SAME, handed, reference, stands
from havre.flows.claim_refused import tell_refused
from havre.flows.contenders import counts, holding
from havre.flows.crops_told import crops_told
from havre.flows.home import Home
from havre.restrictions.keep import actor
from havre.restrictions.model import Action, Owner, Restriction, may
from havre.units.acting import Acting
from havre.units.models import Unit

BOARD = "the board"
"""How the log calls who acts where no person of the unit does."""


def log_for(home: Home, unit: Unit, verb: str, thing: str, at: datetime, detail: Mapping[str, object]) -> None:
    """One line of the log for a unit to which something happened."""
    record(home.signer, person=BOARD, unit=unit.name, verb=verb, thing=thing, reason="", at=at, detail=detail)


def one_wins(home: Home, row: Shared, at: datetime) -> None:
    """This claim came or changed: against each other one on the same series, as far as the two may know of another."""
    for other in _rivals(row, at):
        won = holding([row, other], at)
        if won is not None and stands(row, at) and stands(other, at):
            _settle(home, won, other if won is row else row, at)


def wanted_too(acting: Acting, under: Restriction, held: Shared) -> None:
    """A unit was refused what another one of this node works on: that one hears it, where it may know of what the unit
    says under this restriction."""
    at, by = acting.now(), owner_of(acting.unit)
    if held.owner is None or not may(actor(held.owner, at), by, under, Action.KNOW, at):
        return
    named = {"by": by.unit, "country": by.country, "reference": called_for(held.owner, held, at)}
    _contested(held.owner, held, by, named | {"won": True}, at)


def _rivals(row: Shared, at: datetime) -> list[Shared]:
    refs = {row.series_ref, *_same_series(row, at)} - {None}
    claims = Shared.objects.filter(kind=Kind.CLAIM, series_ref__in=refs, withdrawn_at=None).exclude(pk=row.pk)
    others = claims.select_related("condition", "owner", "series__unit").order_by("pk")
    return [each for each in others if (each.node, each.unit) != (row.node, row.unit)]


def _same_series(row: Shared, at: datetime) -> Iterable[UUID]:
    """How units here call the series that is the same as the claimed one, and as others call one of theirs."""
    held = [each.series.pk for each in holders(row, at) if each.series is not None and each.same]
    yield from Shared.objects.filter(kind=Kind.SERIES, series__in=held, node="").values_list("ref", flat=True)
    if row.series_id is not None:
        agrees = SameMedium.objects.filter(
            medium__member__series=row.series_id, medium__member__confirmed=True, kind__in=SAME
        )
        same = agrees.exclude(theirs__series_ref=None).exclude(said=False)
        yield from (ref for ref in same.values_list("theirs__series_ref", flat=True).distinct() if ref is not None)


def _settle(home: Home, won: Shared, lost: Shared, at: datetime) -> None:
    if won.owner is not None and counts(lost, at) and may_know(won.owner, lost, at):
        _contested(won.owner, won, lost.source, _told(won.owner, lost, won, at), at)
    tell_refused(lost, won, at)
    if lost.owner is None or not may_know(lost.owner, won, at):
        return
    notify(Concerned(lost.owner, lost.series), About.CONTESTED, won, _told(lost.owner, won, won, at), at)
    act = "handed over" if handed(lost, won.source) else "lost the claim"
    _release(home, lost, at)
    log_for(
        home, lost.owner, "change", _thing(lost.owner, lost, at), at, {"act": act, "to": f"{won.unit} ({won.country})"}
    )


def give_way(home: Home, lost: Shared, series: Shared, at: datetime) -> None:
    """Whose series it is refuses a claim of a unit here, for one of which this node knows nothing: it is given back."""
    if lost.owner is None:
        return
    named = {"by": series.unit, "country": series.country, "reference": called_for(lost.owner, lost, at)}
    told = {"won": False, "another": True, "since": str(lost.body.get("since"))}
    notify(Concerned(lost.owner, lost.series), About.CONTESTED, series, named | told, at)
    detail = {"act": "lost the claim", "told by": f"{series.unit} ({series.country})"}
    _release(home, lost, at)
    log_for(home, lost.owner, "change", _thing(lost.owner, lost, at), at, detail)


def _contested(unit: Unit, held: Shared, rival: Owner, told: Mapping[str, object], at: datetime) -> None:
    """Whoever works on it hears of each unit that wanted to, one beside another."""
    name = "@".join(part for part in reversed(rival.name) if part)
    notify(Concerned(unit, held.series), About.CONTESTED, held, told, at, rival=f"{rival.country} {name}")


def _told(unit: Unit, other: Shared, won: Shared, at: datetime) -> dict[str, object]:
    called = called_for(unit, won, at)
    return {"by": other.unit, "country": other.country, "reference": called, "won": other is not won}


def called_for(unit: Unit, row: Shared, at: datetime) -> str:
    """How a unit calls the series that something is about; nothing where it may not know of that series."""
    if row.series_ref is None:
        return ""
    held = Shared.objects.filter(kind=Kind.SERIES, ref=row.series_ref, withdrawn_at=None).order_by("pk")
    found = held.select_related("condition", "owner")
    return next((reference(each) for each in found if may_know(unit, each, at)), "")


def _thing(unit: Unit, claim: Shared, at: datetime) -> str:
    return f"series {claim.series.reference if claim.series is not None else called_for(unit, claim, at)}"


def _release(home: Home, lost: Shared, at: datetime) -> None:
    """What told of it is gone as whatever is withdrawn; a claim on the unit's own series is given back there too."""
    Notice.objects.filter(shared=lost).exclude(about=About.CONTESTED).update(closed_at=at)
    if lost.series is None:
        withdraw(lost.source, lost.ref, lost.version + 1, at)
        return
    lost.series.claims.filter(released_at=None).update(released_at=at)
    publish(lost.series, at, media=False, crop_of=crops_told(home, lost.series))
