"""Which claims count: of whoever may see the series as it is here, and not of whoever only says its reference."""

from datetime import timedelta
from uuid import UUID

import pytest

from havre.exchange.board import put, withdraw
from havre.exchange.models import Heard, Kind, Shared
from havre.exchange.publish import owner_of
from havre.flows.contenders import counts, forget, hear, holding, may_see
from havre.restrictions.model import Level, Owner
from tests.cast import NOON, Node
from tests.exchange.shared import open_to, shared

PEER = Owner("ee" * 32, "Peer", "FR")
HOUR = timedelta(hours=1)


def claim(by: Owner, ref: UUID, number: int = 1, since: timedelta = 0 * HOUR, version: int = 1) -> Shared:
    """One of that unit on the series of that reference."""
    begins = NOON + since
    body = {"series": str(ref), "since": begins.isoformat(), "until": (NOON + 9 * HOUR).isoformat()}
    return put(by, Kind.CLAIM, UUID(int=number), body, open_to("BE", "IT", "FR"), version, NOON)


@pytest.mark.parametrize(("opened", "level", "it_counts"), [
    ("FR", Level.OPEN, True), ("FR", Level.HIT, False), ("IT", Level.OPEN, False),
])  # fmt: skip
def test_a_claim_counts_where_its_unit_may_see_the_series(
    begun: Node, opened: str, level: Level, it_counts: bool
) -> None:
    shared(begun, opened, level=level)
    series = Shared.objects.get(kind=Kind.SERIES)
    assert counts(claim(PEER, series.ref), NOON) is it_counts
    assert may_see(PEER, series, NOON) is it_counts
    assert counts(claim(owner_of(begun.anke.unit), series.ref, 2), NOON)
    assert not counts(claim(PEER, UUID(int=77), 3), NOON)  # of what nobody has


def test_the_series_of_a_reference_is_that_of_this_node_whoever_else_says_so(begun: Node) -> None:
    shared(begun, "IT")
    ref = Shared.objects.get(kind=Kind.SERIES).ref
    put(PEER, Kind.SERIES, ref, {"name": "x", "life": "located"}, open_to("BE"), 1, NOON)
    made, own = claim(PEER, ref, since=-HOUR), claim(owner_of(begun.anke.unit), ref, 2)
    assert not counts(made, NOON)
    assert holding([made, own], NOON) == own
    assert holding([made], NOON) is None


def test_the_source_of_a_series_elsewhere_claims_it_and_a_second_source_does_not(begun: Node) -> None:
    second = Owner("dd" * 32, "Second", "DE")
    for source in (PEER, second):
        put(source, Kind.SERIES, UUID(int=7), {"name": "x", "life": "located"}, open_to("BE"), 1, NOON)
    assert counts(claim(PEER, UUID(int=7)), NOON)
    assert not counts(claim(second, UUID(int=7)), NOON)


def test_a_claim_is_heard_anew_where_it_is_not_what_it_was(begun: Node) -> None:
    first = claim(PEER, UUID(int=7), since=-HOUR)
    hear(first, NOON)
    hear(claim(PEER, UUID(int=7), since=-HOUR, version=2), NOON + HOUR)  # renewed
    assert Heard.objects.get().at == NOON
    hear(claim(PEER, UUID(int=7), since=-2 * HOUR, version=3), NOON + HOUR)
    assert Heard.objects.get().at == NOON + HOUR
    hear(claim(PEER, UUID(int=8), since=-2 * HOUR, version=4), NOON + 2 * HOUR)
    assert Heard.objects.get().at == NOON + 2 * HOUR
    gone = withdraw(PEER, first.ref, 5, NOON)
    assert gone is not None
    forget(gone)
    assert not Heard.objects.exists()
    hear(claim(owner_of(begun.anke.unit), UUID(int=7), 2), NOON)
    assert not Heard.objects.exists()  # of this node's own the time is known
