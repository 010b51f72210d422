"""Of two claims at the same moment one stays; both know, the other's is given back; one that is handed makes room."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from havre.entrypoints.command.notice_words import line
from havre.errors import Invalid, Refused
from havre.exchange.board import put
from havre.exchange.models import About, Heard, Kind, Notice, Shared
from havre.exchange.publish import owner_of
from havre.exchange.rules import reference
from havre.flows.begin import add_unit
from havre.flows.claim import hand_over, take
from havre.flows.notices import acknowledge, list_notices
from havre.flows.restrict import restrict
from havre.flows.tell_countries import tell
from havre.flows.theirs import claim_theirs, hand_theirs
from havre.network.models import Peer
from havre.restrictions.model import Owner, also
from havre.series.claims import RUNS_OUT_AFTER
from havre.series.models import Claim
from havre.units.found import add_person
from havre.units.models import RoleName
from tests.cast import NOON, Node, acting
from tests.exchange.shared import held_too, open_to, shared

PEER = Owner("ee" * 8, "Peer", "FR")


def its() -> Shared:
    """Belgium's series as it stands on the board."""
    return Shared.objects.get(kind=Kind.SERIES, country="BE")


def claimed_by_peer(here: Node, ref: UUID, since: datetime = NOON, version: int = 1, by: Owner = PEER) -> Shared:
    """A claim of another node on Belgium's series, which comes now."""
    body = {"series": str(its().ref), "since": since.isoformat(), "until": (NOON + RUNS_OUT_AFTER).isoformat()}
    row = put(by, Kind.CLAIM, ref, body, also(its().condition.value, its().source), version, NOON)
    tell(here.home, [row], NOON)
    return row


HOUR = timedelta(hours=1)
LOW, HIGH = UUID(int=1), UUID(int=(1 << 128) - 1)


@pytest.mark.parametrize(("ref", "won"), [(HIGH, True), (LOW, False)], ids=["ours wins", "theirs wins"])
def test_of_two_at_the_same_moment_one_stays_and_both_know(begun: Node, ref: UUID, won: bool) -> None:
    shared(begun, "IT", "FR")
    own = claim_theirs(begun.home, begun.chiara, reference(its()))
    claimed_by_peer(begun, ref)
    own.refresh_from_db()
    assert (own.withdrawn_at is None) is won
    told = Notice.objects.get(about=About.CONTESTED, unit=begun.chiara.unit).told
    assert (told["won"], told["by"], told["reference"]) == (won, "Peer", reference(its()))


@pytest.mark.parametrize(("ref", "won"), [(HIGH, True), (LOW, False)], ids=["ours wins", "theirs wins"])
def test_the_source_gives_back_its_own_claim_too(begun: Node, ref: UUID, won: bool) -> None:
    series, _done = shared(begun, "IT", "FR")
    take(begun.home, begun.anke, series.reference)
    claimed_by_peer(begun, ref)
    assert (Claim.objects.get().released_at is None) is won
    assert Shared.objects.filter(kind=Kind.CLAIM, node="", withdrawn_at=None).exists() is won


def test_who_holds_the_same_as_their_own_series_contends_too(begun: Node) -> None:
    series, _done = shared(begun, "IT", "FR")
    own = held_too(begun, series)
    restrict(begun.home, begun.chiara, "series", own.reference, open_to("BE", "FR"))
    take(begun.home, begun.chiara, own.reference)
    claimed_by_peer(begun, LOW)
    assert Claim.objects.get(series=own).released_at is not None


def rivals(here: Node) -> list[tuple[str, bool]]:
    """Who else claims Belgium's series, as it was told, and whether somebody there has read that."""
    rows = Notice.objects.filter(about=About.CONTESTED, unit=here.anke.unit, closed_at=None).order_by("pk")
    return [(row.told["by"], row.read_at is not None) for row in rows]


def test_each_of_several_whose_claims_give_way_is_told_and_stays_so(begun: Node) -> None:
    series, _done = shared(begun, "IT", "FR", "AU")
    take(begun.home, begun.anke, series.reference)
    claimed_by_peer(begun, HIGH, NOON + HOUR)
    first = Notice.objects.get(about=About.CONTESTED, unit=begun.anke.unit)
    acknowledge(begun.home, begun.anke, first.pk)
    claimed_by_peer(begun, LOW, NOON + HOUR, by=Owner("aa" * 8, "Other", "AU"))
    assert rivals(begun) == [("Peer", True), ("Other", False)]
    restrict(begun.home, begun.anke, "series", "S1", open_to("IT", "FR"))
    assert rivals(begun) == [("Peer", True)]  # the other may not see the series any more


def test_each_unit_here_that_is_refused_hears_it_and_whoever_works_on_it_hears_of_each(begun: Node) -> None:
    france = add_unit(begun.home, begun.anke, "Police nationale", "FR")
    flore = acting(add_person("flore", france, NOON, [RoleName.ANALYST]))
    series, _done = shared(begun, "IT", "FR")
    take(begun.home, begun.anke, series.reference)
    for refused in (begun.chiara, flore, begun.chiara):
        with pytest.raises(Refused, match=r"Federal Police \(BE\) works on BE-"):
            claim_theirs(begun.home, refused, reference(its()))
    assert rivals(begun) == [("Polizia Postale", False), ("Police nationale", False)]
    told = {each["told"]["by"]: line(each) for each in list_notices(begun.home, begun.anke)}
    assert told["Police nationale"].endswith(
        f"two claims: {reference(its())} of Police nationale (FR), as your S1; your claim came first and holds"
    )


def test_a_series_of_which_the_loser_may_not_know_is_not_named(begun: Node) -> None:
    shared(begun, "IT", "FR")
    own = claim_theirs(begun.home, begun.chiara, reference(its()))
    restrict(begun.home, begun.anke, "series", "S1", open_to("FR"))
    body = {"series": str(own.series_ref), "since": NOON.isoformat(), "until": (NOON + RUNS_OUT_AFTER).isoformat()}
    tell(begun.home, [put(PEER, Kind.CLAIM, LOW, body, open_to("IT", "BE"), 1, NOON)], NOON)
    told = Notice.objects.get(about=About.CONTESTED, unit=begun.chiara.unit).told
    assert (told["won"], told["reference"]) == (False, "")


def test_nobody_hears_of_a_claim_of_which_they_may_not_know(begun: Node) -> None:
    shared(begun, "IT")
    own = claim_theirs(begun.home, begun.chiara, reference(its()))
    body = {"series": str(its().ref), "since": NOON.isoformat(), "until": (NOON + RUNS_OUT_AFTER).isoformat()}
    from havre.restrictions.model import Level, Restriction

    row = put(PEER, Kind.CLAIM, LOW, body, Restriction(Level.OPEN, countries=frozenset({"BE"})), 1, NOON)
    tell(begun.home, [row], NOON)
    own.refresh_from_db()
    assert own.withdrawn_at is None
    assert not Notice.objects.filter(about=About.CONTESTED, unit=begun.chiara.unit).exists()


@pytest.mark.parametrize("days", [1, 2])
def test_no_claim_of_another_node_began_long_before_it_came(begun: Node, days: int) -> None:
    series, _done = shared(begun, "IT", "FR")
    take(begun.home, begun.anke, series.reference)
    claimed_by_peer(begun, HIGH, NOON - timedelta(days=days))
    assert (Claim.objects.get().released_at is None) is (days == 2)
    assert Heard.objects.get().at == NOON


def test_who_may_not_see_the_series_takes_no_claim_on_it(begun: Node) -> None:
    series, _done = shared(begun, "IT")
    take(begun.home, begun.anke, series.reference)
    made = {"serial": 1, "generation": 1, "introduced_by": begun.anke.person, "introduced_at": NOON}
    Peer.objects.create(node=PEER.node, name="Peer", country="FR", **made)
    body = {"series": str(its().ref), "since": (NOON - HOUR).isoformat(), "until": (NOON + HOUR).isoformat()}
    for number, country in enumerate(("FR", "IT")):  # the node is in France whatever it says of its units
        origin = Owner(PEER.node, "Peer", country)
        tell(begun.home, [put(origin, Kind.CLAIM, LOW, body, open_to("BE", "IT"), number + 1, NOON)], NOON)
        assert Claim.objects.get().released_at is None
    take(begun.home, begun.anke, series.reference)  # renewed: it is in nobody's way


def test_whoever_says_that_the_series_is_its_own_takes_no_claim_either(begun: Node) -> None:
    series, _done = shared(begun, "IT")
    take(begun.home, begun.anke, series.reference)
    put(PEER, Kind.SERIES, its().ref, {"name": "x", "life": "unidentified"}, open_to("BE"), 1, NOON)
    body = {"series": str(its().ref), "since": (NOON - HOUR).isoformat(), "until": (NOON + HOUR).isoformat()}
    tell(begun.home, [put(PEER, Kind.CLAIM, LOW, body, open_to("BE"), 1, NOON)], NOON)
    assert Claim.objects.get().released_at is None


def test_the_claim_of_who_may_see_the_series_only_later_counts_from_then_on(begun: Node) -> None:
    series, _done = shared(begun, "IT")
    take(begun.home, begun.anke, series.reference)
    body = {"series": str(its().ref), "since": (NOON - HOUR).isoformat(), "until": (NOON + HOUR).isoformat()}
    tell(begun.home, [put(PEER, Kind.CLAIM, LOW, body, open_to("BE"), 1, NOON)], NOON)
    assert Claim.objects.get().released_at is None
    restrict(begun.home, begun.anke, "series", "S1", open_to("IT", "FR"))
    assert Claim.objects.get().released_at == NOON


def test_a_series_is_handed_over_and_stays_until_the_other_says_so(begun: Node) -> None:
    series, _done = shared(begun, "IT")
    take(begun.home, begun.anke, series.reference)
    hand_over(begun.home, begun.anke, series.reference, "Polizia Postale")
    assert Notice.objects.filter(about=About.HANDED, unit=begun.chiara.unit).exists()
    assert Claim.objects.get().released_at is None
    claim_theirs(begun.home, begun.chiara, reference(its()))
    assert Claim.objects.get().released_at == NOON
    standing = Shared.objects.get(kind=Kind.CLAIM, withdrawn_at=None)
    assert standing.unit == "Polizia Postale"
    hand_theirs(begun.home, begun.chiara, reference(its()), "Federal Police")
    take(begun.home, begun.anke, series.reference)
    assert Shared.objects.get(kind=Kind.CLAIM, withdrawn_at=None).unit == "Federal Police"


def test_it_is_handed_only_to_whom_it_may_be(begun: Node) -> None:
    series, _done = shared(begun, "FR")
    take(begun.home, begun.anke, series.reference)
    acts: tuple[Callable[[], object], ...] = (
        lambda: hand_over(begun.home, begun.anke, series.reference, "Polizia Postale"),
        lambda: hand_over(begun.home, begun.anke, series.reference, "Nobody"),
    )
    for act in acts:
        with pytest.raises(Invalid, match="no unit"):
            act()
    assert owner_of(begun.anke.unit).unit == "Federal Police"
