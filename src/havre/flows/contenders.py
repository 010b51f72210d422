"""Which claims on a series count against one another, and since when those of other nodes do."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from havre.exchange.models import Heard, Kind, Shared
from havre.exchange.rules import time_told, winner
from havre.network.models import Peer
from havre.restrictions.keep import elsewhere, peer
from havre.restrictions.model import Action, Owner, may


def hear(claim: Shared, at: datetime) -> None:
    """A claim of another node came: unless it was known as it is, it is heard of now."""
    since = time_told(claim.body.get("since"))
    known = Heard.objects.filter(shared=claim).first()
    if not claim.node or since is None or (known and (known.series_ref, known.since) == (claim.series_ref, since)):
        return
    values = {"series_ref": claim.series_ref, "since": since, "at": at}
    Heard.objects.update_or_create(shared=claim, defaults=values)
    claim.refresh_from_db(fields=["heard"])


def forget(claim: Shared) -> None:
    """It is withdrawn: made again, it is another one."""
    Heard.objects.filter(shared=claim).delete()


def holding(claims: Iterable[Shared], at: datetime) -> Shared | None:
    """The claim that holds, of those that count."""
    return winner((claim for claim in claims if counts(claim, at)), at)


def counts(claim: Shared, at: datetime) -> bool:
    """Whether it is the claim of a unit whose series it is, or that may see that series."""
    series = series_claimed(claim.series_ref)
    return series is not None and may_see(claim.source, series, at)


def may_see(unit: Owner, row: Shared, at: datetime) -> bool:
    """Whether a unit, here or of another node, may see a thing, by the reference rule.

    Where a unit is, is its node's word: what its node as a whole may not see, it may not either.
    """
    known = Peer.objects.filter(node=unit.node).values_list("country", flat=True).first() if unit.node else None
    actors = [elsewhere(unit.node, unit.unit, unit.country, at)]
    actors += [peer(unit.node, known, at)] if known is not None and unit.name != row.source.name else []
    return all(may(each, row.source, row.condition.value, Action.SEE, at) for each in actors)


def series_claimed(ref: UUID | None) -> Shared | None:
    """The series of this reference; where two nodes say it is theirs, that of this one, or the first that came."""
    if ref is None:
        return None
    rows = Shared.objects.filter(kind=Kind.SERIES, ref=ref, withdrawn_at=None).select_related("condition")
    return min(rows, key=lambda row: (bool(row.node), row.pk), default=None)
