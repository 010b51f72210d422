"""What changes on the board reaches whom it concerns, once, and nobody who may not know."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from havre.audit.models import Entry
from havre.errors import Refused
from havre.exchange.board import put, withdraw
from havre.exchange.models import About, Notice, Shared, Sighting
from havre.exchange.publish import owner_of
from havre.exchange.rules import reference
from havre.flows.claim import give_back, take
from havre.flows.identify import record_victim
from havre.flows.restrict import restrict
from havre.flows.series_life import move_series
from havre.flows.tell_countries import bring, bring_all, tell, tell_withdrawn
from havre.flows.theirs import claim_theirs, clue_theirs, identify_theirs, take_back
from havre.linking.countries import constraint
from havre.restrictions.model import Owner
from havre.series.models import Life, Member, Series
from havre.victims.record import Child
from tests.cast import NOON, Node
from tests.exchange.shared import confirmed, held_too, open_to, shared

PEER = Owner("ee" * 32, "Peer", "FR")
SERIES = UUID(int=7 << 100)


def told(node: Node) -> list[str]:
    """What Italy was told, in order."""
    return list(Notice.objects.filter(unit=node.chiara.unit).order_by("pk").values_list("about", flat=True))


def test_a_claim_is_told_to_holders_and_stops_a_second_one(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    own = held_too(begun, series)
    take(begun.home, begun.anke, "S1")
    assert told(begun) == [About.HELD, About.CLAIMED]
    with pytest.raises(Refused, match="works on the same as S1"):
        take(begun.home, begun.chiara, own.reference)
    contested = Notice.objects.filter(unit=begun.anke.unit, about=About.CONTESTED)
    row = Shared.objects.get(kind="series", owner=begun.anke.unit)
    assert not contested.exists()  # Belgium may not know that Italy holds it too
    restrict(begun.home, begun.chiara, "series", own.reference, open_to("BE"))
    for _again in range(2):
        with pytest.raises(Refused, match="works on the same as S1"):
            take(begun.home, begun.chiara, own.reference)
    assert not own.claims.exists()
    assert contested.get().told == {"by": "Polizia Postale", "country": "IT", "reference": reference(row), "won": True}
    entry = Entry.objects.order_by("-index")[0]
    assert entry.detail == '{"act":"claim refused","held by":"Federal Police"}'
    sighted = Sighting.objects.get(shared__kind="claim", unit="Polizia Postale", why="look")
    assert '"claim refused"' in Entry.objects.get(index=sighted.entry or 0).detail
    give_back(begun.home, begun.anke, "S1")
    assert take(begun.home, begun.chiara, own.reference).by == begun.chiara.person


def test_a_claim_on_what_is_only_proposed_for_a_series_stops_nobody(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    own = held_too(begun, series)
    Member.objects.filter(series=own).update(confirmed=False)
    take(begun.home, begun.anke, "S1")
    assert take(begun.home, begun.chiara, own.reference).by == begun.chiara.person


def test_a_claim_of_another_stops_the_source(begun: Node) -> None:
    shared(begun, "IT")
    claim_theirs(begun.home, begun.chiara, reference(Shared.objects.get(kind="series")))
    with pytest.raises(Refused, match="Polizia Postale"):
        take(begun.home, begun.anke, "S1")
    assert Notice.objects.filter(unit=begun.anke.unit, about=About.CLAIMED).exists()


def strangers_claim(ref: UUID) -> Shared:
    """France, of another node, says that it works on the series of that reference, and since before anybody."""
    since, until = NOON - timedelta(hours=9), NOON + timedelta(days=9)
    body = {"series": str(ref), "since": since.isoformat(), "until": until.isoformat(), "contact": "x"}
    return put(PEER, "claim", UUID(int=1), body, open_to("BE", "IT"), 1, NOON)


def test_a_claim_is_news_only_while_its_unit_may_see_the_series(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    held_too(begun, series)
    take(begun.home, begun.anke, "S1")
    claim = strangers_claim(Shared.objects.get(kind="series").ref)
    tell(begun.home, [claim], NOON)
    assert not Notice.objects.filter(shared=claim).exists()
    assert not Notice.objects.filter(about=About.CONTESTED).exists()
    give_back(begun.home, begun.anke, "S1")
    restrict(begun.home, begun.anke, "series", "S1", open_to("IT", "FR"))
    said = Notice.objects.filter(shared=claim, about=About.CLAIMED)
    assert {each.unit for each in said} == {begun.anke.unit, begun.chiara.unit}
    restrict(begun.home, begun.anke, "series", "S1", open_to("IT"))
    assert [(each.told, each.closed_at) for each in said.all()] == [({}, NOON)] * 2


def claim_of(by: Owner, number: int, since: timedelta, until: timedelta = timedelta(days=9)) -> Shared:
    """A claim on Belgium's series, put and not told yet."""
    series = Shared.objects.get(kind="series", country="BE").ref
    body = {"series": str(series), "since": (NOON + since).isoformat(), "until": (NOON + until).isoformat()}
    return put(by, "claim", UUID(int=number), body, open_to("BE", "IT", "FR"), 1, NOON)


def test_a_claim_that_another_ends_as_both_are_looked_at_is_told_to_nobody(begun: Node) -> None:
    shared(begun, "IT", "FR")
    theirs = claim_of(PEER, 1, timedelta(0))
    ours = claim_of(owner_of(begun.chiara.unit), 2, timedelta(minutes=1))
    tell(begun.home, [Shared.objects.get(kind="series")], NOON)
    ours.refresh_from_db()
    assert ours.withdrawn_at == NOON
    assert Notice.objects.filter(shared=theirs, about=About.CLAIMED).exists()
    assert not Notice.objects.filter(shared=ours, about=About.CLAIMED).exists()


@pytest.mark.parametrize("minutes", [-1, 1], ids=["it won", "it lost"])
def test_two_claims_are_one_again_where_the_other_counts_no_more(begun: Node, minutes: int) -> None:
    shared(begun, "IT", "FR")
    take(begun.home, begun.anke, "S1")
    tell(begun.home, [claim_of(PEER, 1, timedelta(minutes=minutes))], NOON)
    contested = Notice.objects.get(about=About.CONTESTED, unit=begun.anke.unit)
    assert (contested.told["by"], contested.closed_at) == ("Peer", None)
    restrict(begun.home, begun.anke, "series", "S1", open_to("IT"))
    contested.refresh_from_db()
    assert (contested.told, contested.closed_at) == ({}, NOON)


def test_a_claim_that_has_run_out_is_told_to_nobody(begun: Node) -> None:
    shared(begun, "IT", "FR")
    tell(begun.home, [claim_of(PEER, 1, timedelta(days=-9), timedelta(hours=-1))], NOON)
    assert not Notice.objects.filter(about=About.CLAIMED).exists()


def test_an_identification_identifies_every_holders_series_once(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    own = held_too(begun, series)
    record_victim(begun.home, begun.anke, "S1", Child("Wren"), identified_by="BE")
    own.refresh_from_db()
    assert own.life == Life.IDENTIFIED
    assert own.moves.get().reason == "identified: Federal Police (BE)"
    assert Entry.objects.filter(unit="Polizia Postale", person="the board", thing="series S1").count() == 1
    bring(begun.home, Series.objects.get(pk=series.pk), NOON)
    assert own.moves.count() == 1
    assert told(begun) == [About.HELD, About.IDENTIFIED]
    assert "Wren" not in str([row.body for row in Shared.objects.all()])


def test_others_identify_the_series_of_the_source(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    ref = reference(Shared.objects.get(kind="series"))
    identify_theirs(begun.home, begun.chiara, ref, "IT")
    series.refresh_from_db()
    assert series.life == Life.IDENTIFIED
    identify_theirs(begun.home, begun.chiara, ref, "FR")
    row = Shared.objects.get(kind="identification")
    assert (row.version, row.body["country"]) == (2, "FR")
    assert Notice.objects.filter(unit=begun.anke.unit, about=About.CORRECTED).exists()


def alerted(here: Node) -> Notice:
    """Italy's alert that a series of a peer may be there."""
    row = put(PEER, "hypothesis", uuid4(), {"series": str(SERIES), "countries": {"IT": []}}, open_to("IT"), 1, NOON)
    return Notice.objects.create(unit=here.chiara.unit, about=About.COUNTRY, shared=row, at=NOON)


@pytest.mark.parametrize("body", [{"series": str(SERIES)}, {}])
def test_what_a_unit_may_not_know_closes_none_of_its_alerts(begun: Node, body: dict[str, object]) -> None:
    alert = alerted(begun)
    Shared.objects.update(series_ref=SERIES if body else None)
    said = put(PEER, "identification", uuid4(), body, open_to("FR") if body else open_to("IT"), 1, NOON)
    tell(begun.home, [said], NOON)
    alert.refresh_from_db()
    assert (alert.closed_at, told(begun)) == (None, [About.COUNTRY])


def test_whoever_may_know_of_an_identification_is_told_why_the_alert_is_closed(begun: Node) -> None:
    alert = alerted(begun)
    said = put(PEER, "identification", uuid4(), {"series": str(SERIES), "country": "FR"}, open_to("IT"), 1, NOON)
    tell(begun.home, [said], NOON)
    alert.refresh_from_db()
    assert (alert.closed_at, told(begun)) == (NOON, [About.COUNTRY, About.IDENTIFIED])


def test_the_word_of_who_may_not_see_the_series_closes_no_alert(begun: Node) -> None:
    alert, stranger = alerted(begun), Owner("dd" * 32, "Stranger", "XX")
    body = {"series": str(SERIES), "country": "XX"}
    tell(begun.home, [put(stranger, "identification", uuid4(), body, open_to("IT"), 1, NOON)], NOON)
    alert.refresh_from_db()
    assert (alert.closed_at, told(begun)) == (None, [About.COUNTRY, About.IDENTIFIED])


def test_a_withdrawn_identification_names_no_series_that_a_unit_may_not_know(begun: Node) -> None:
    alerted(begun)
    put(PEER, "series", SERIES, {"name": "x"}, open_to("FR"), 1, NOON)
    put(Owner("dd" * 32, "Other", "DE"), "series", SERIES, {"name": "x"}, open_to("FR"), 1, NOON)
    said = put(PEER, "identification", uuid4(), {"series": str(SERIES), "country": "FR"}, open_to("IT"), 1, NOON)
    tell(begun.home, [said], NOON)
    gone = withdraw(PEER, said.ref, 2, NOON)
    assert gone is not None
    tell_withdrawn(begun.home, [gone], NOON)
    assert Notice.objects.get(about=About.WITHDRAWN, unit=begun.chiara.unit).told["reference"] == ""


def test_a_series_of_which_a_unit_may_not_know_is_not_named_to_it(begun: Node) -> None:
    put(PEER, "series", SERIES, {"name": "x"}, open_to("FR"), 1, NOON)
    put(owner_of(begun.chiara.unit), "comment", uuid4(), {"series": str(SERIES)}, open_to("FR"), 1, NOON)
    said = put(PEER, "comment", uuid4(), {"series": str(SERIES), "text": "x"}, open_to("IT"), 1, NOON)
    tell(begun.home, [said], NOON)
    assert Notice.objects.get(unit=begun.chiara.unit).told["reference"] == ""
    tell(begun.home, [put(PEER, "series", SERIES, {"name": "x"}, open_to("IT"), 2, NOON)], NOON)
    tell(begun.home, [put(PEER, "comment", uuid4(), {"series": str(SERIES)}, open_to("IT"), 1, NOON)], NOON)
    called = f"FR-{SERIES.hex[:8]}"
    assert Notice.objects.filter(unit=begun.chiara.unit).latest("pk").told["reference"] == called


def test_nothing_is_told_of_what_is_closed(begun: Node) -> None:
    series = confirmed(begun.anke)
    held_too(begun, series)
    take(begun.home, begun.anke, "S1")
    record_victim(begun.home, begun.anke, "S1", Child("Wren"), identified_by="BE")
    bring_all(begun.home, begun.anke.unit, NOON)
    assert (told(begun), Shared.objects.count()) == ([], 0)


def test_a_series_that_is_withdrawn_from_a_country_is_said_to_be(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    held_too(begun, series)
    restrict(begun.home, begun.anke, "series", "S1", open_to("FR"))
    assert told(begun)[-1] == About.WITHDRAWN
    move_series(begun.home, begun.anke, "S1", Life.LOCATED)
    assert told(begun)[-1] == About.WITHDRAWN


def test_whoever_heard_of_an_identification_hears_once_that_it_is_withdrawn(begun: Node) -> None:
    shared(begun, "IT")
    ref = reference(Shared.objects.get(kind="series"))
    identify_theirs(begun.home, begun.chiara, ref, "IT")
    identify_theirs(begun.home, begun.chiara, ref, "FR")
    take_back(begun.home, begun.chiara, str(Shared.objects.get(kind="identification").ref))
    notice = Notice.objects.get(unit=begun.anke.unit, about=About.WITHDRAWN)
    assert (notice.told["reference"], notice.told["kind"]) == (ref, "identification")


def test_a_clue_of_another_that_is_withdrawn_points_nowhere_any_more(begun: Node) -> None:
    shared(begun, "IT")
    ref = reference(Shared.objects.get(kind="series"))
    italy = constraint({"kind": "country", "values": ["IT"], "certainty": "sure"})
    clue = clue_theirs(begun.home, begun.chiara, ref, "red box", "sign", [italy])
    assert Shared.objects.filter(kind="hypothesis", withdrawn_at=None).exists()
    take_back(begun.home, begun.chiara, str(clue.ref))
    assert not Shared.objects.filter(kind="hypothesis", withdrawn_at=None).exists()
