"""What others identified and know to be safe is so of the same series of every holder, by their word."""

from uuid import uuid4

import pytest

from havre.audit.models import Entry
from havre.exchange.board import put
from havre.exchange.models import About, Notice, Shared
from havre.exchange.rules import reference
from havre.flows.check import check_after
from havre.flows.identify import identify_victim, record_victim, safeguard_victim
from havre.flows.restrict import restrict
from havre.flows.series_decided import confirm
from havre.flows.tell_countries import tell
from havre.flows.theirs import identify_theirs
from havre.restrictions.model import Owner
from havre.series.models import Life, Member, Series, Status
from havre.series.moves import told_by
from havre.victims.queries import FOUND, global_indicator
from havre.victims.record import Child
from tests.cast import NOON, Node
from tests.exchange.shared import held_too, open_to, same_here, shared

PEER = Owner("ee" * 32, "Peer", "GB")


def life(series: Series) -> str:
    """What it is now."""
    return str(Series.objects.values_list("life", flat=True).get(pk=series.pk))


def its_reference() -> str:
    """How others call Belgium's series."""
    return reference(Shared.objects.get(kind="series", country="BE"))


def about(here: Node) -> list[str]:
    """What Italy was told of identifications, in order."""
    kinds = (About.IDENTIFIED, About.CORRECTED)
    return list(
        Notice.objects.filter(unit=here.chiara.unit, about__in=kinds).order_by("pk").values_list("about", flat=True)
    )


def test_a_victim_that_is_safe_makes_the_series_of_every_holder_safe(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    own = held_too(begun, series)
    wren = record_victim(begun.home, begun.anke, "S1", Child("Wren"), identified_by="BE")
    assert life(own) == Life.IDENTIFIED
    safeguard_victim(begun.home, begun.anke, "S1", wren.pk)
    assert (life(series), life(own)) == (Life.SAFEGUARDED, Life.SAFEGUARDED)
    moves = own.moves.order_by("pk")
    assert [(each.became, told_by(each)) for each in moves] == [
        ("identified", "Federal Police (BE)"), ("safeguarded", "Federal Police (BE)"),
    ]  # fmt: skip
    assert about(begun) == [About.IDENTIFIED]  # said again with that the child is safe: nothing is corrected
    assert Notice.objects.get(unit=begun.chiara.unit, about=About.IDENTIFIED).told["safeguarded"]
    assert Entry.objects.filter(unit="Polizia Postale", person="the board", thing="series S1").count() == 2
    counted = [line for line in global_indicator(begun.chiara.person) if line.what == "series"]
    assert [(line.identified, line.number) for line in counted] == [(True, 1)]


def test_it_is_safe_only_once_all_victims_are(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    own = held_too(begun, series)
    wren = record_victim(begun.home, begun.anke, "S1", Child("Wren"), identified_by="BE")
    lark = record_victim(begun.home, begun.anke, "S1", Child("Lark"))
    safeguard_victim(begun.home, begun.anke, "S1", wren.pk)
    assert (life(series), life(own)) == (Life.IDENTIFIED, Life.IDENTIFIED)
    identify_victim(begun.home, begun.anke, "S1", lark.pk, "BE")
    safeguard_victim(begun.home, begun.anke, "S1", lark.pk)
    assert (life(series), life(own)) == (Life.SAFEGUARDED, Life.SAFEGUARDED)


def test_another_victim_of_the_source_takes_it_back(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    own = held_too(begun, series)
    wren = record_victim(begun.home, begun.anke, "S1", Child("Wren"), identified_by="BE")
    safeguard_victim(begun.home, begun.anke, "S1", wren.pk)
    record_victim(begun.home, begun.anke, "S1", Child("Lark"))
    assert (life(series), life(own)) == (Life.IDENTIFIED, Life.IDENTIFIED)


def test_victims_of_its_own_are_its_units_to_know(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    own = held_too(begun, series)
    record_victim(begun.home, begun.chiara, own.reference, Child("Finch"))
    wren = record_victim(begun.home, begun.anke, "S1", Child("Wren"), identified_by="BE")
    safeguard_victim(begun.home, begun.anke, "S1", wren.pk)
    assert life(own) == Life.IDENTIFIED


def test_whoever_identifies_anothers_series_has_its_own_same_one_identified_too(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    own = held_too(begun, series)
    identify_theirs(begun.home, begun.chiara, its_reference(), "IT")
    assert (life(series), life(own)) == (Life.IDENTIFIED, Life.IDENTIFIED)
    identify_theirs(begun.home, begun.chiara, its_reference(), "IT", safe=True)
    assert (life(series), life(own)) == (Life.SAFEGUARDED, Life.SAFEGUARDED)
    notice = Notice.objects.get(unit=begun.anke.unit, about__in=(About.IDENTIFIED, About.CORRECTED))
    assert (notice.about, bool(notice.told["safeguarded"])) == (About.IDENTIFIED, True)
    identify_theirs(begun.home, begun.chiara, its_reference(), "IT")
    assert (life(series), life(own)) == (Life.IDENTIFIED, Life.IDENTIFIED)  # that was no child that is safe
    assert Notice.objects.filter(unit=begun.anke.unit, about=About.CORRECTED).exists()


def test_who_holds_it_later_is_told_then(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    wren = record_victim(begun.home, begun.anke, "S1", Child("Wren"), identified_by="BE")
    safeguard_victim(begun.home, begun.anke, "S1", wren.pk)
    own = held_too(begun, series)
    assert (life(own), about(begun)) == (Life.SAFEGUARDED, [About.IDENTIFIED])
    check_after(begun.home, begun.chiara)
    assert (own.moves.count(), about(begun)) == (2, [About.IDENTIFIED])


def test_what_is_proposed_is_identified_once_it_is_confirmed(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    own = same_here(begun.chiara, series)
    Series.objects.filter(pk=own.pk).update(status=Status.PROPOSED)
    Member.objects.filter(series=own).update(confirmed=False)
    record_victim(begun.home, begun.anke, "S1", Child("Wren"), identified_by="BE")
    check_after(begun.home, begun.chiara)
    assert life(own) == Life.UNIDENTIFIED
    confirm(begun.home, begun.chiara, own.reference)
    assert life(own) == Life.IDENTIFIED


@pytest.mark.parametrize("opened", ["IT", "FR"])
def test_what_a_node_elsewhere_identified_reaches_only_who_may_know(begun: Node, opened: str) -> None:
    series, _ = shared(begun, "IT")
    own = held_too(begun, series)
    ref = Shared.objects.get(kind="series").ref
    body = {"series": str(ref), "country": "GB", "safeguarded_at": NOON.isoformat()}
    tell(begun.home, [put(PEER, "identification", uuid4(), body, open_to(opened), 1, NOON)], NOON)
    assert (life(own) in FOUND) is (opened == "IT")
    assert life(series) == Life.UNIDENTIFIED  # it was not open to Belgium


def test_nothing_is_safe_by_the_word_of_what_is_closed(begun: Node) -> None:
    series, _ = shared(begun, "FR")
    own = same_here(begun.chiara, series)
    check_after(begun.home, begun.chiara)
    wren = record_victim(begun.home, begun.anke, "S1", Child("Wren"), identified_by="BE")
    safeguard_victim(begun.home, begun.anke, "S1", wren.pk)
    assert (life(series), life(own)) == (Life.SAFEGUARDED, Life.UNIDENTIFIED)
    restrict(begun.home, begun.anke, "series", "S1", open_to("IT"))
    check_after(begun.home, begun.chiara)
    assert life(own) == Life.SAFEGUARDED
