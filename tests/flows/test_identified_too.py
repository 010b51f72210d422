"""What others identified and know to be safe is so of the same series of every holder, by their word."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from havre.assessments.models import Stack, Stacked
from havre.audit.models import Entry
from havre.exchange.board import put, withdraw
from havre.exchange.models import About, Kind, Notice, SameMedium, Shared
from havre.exchange.rules import reference
from havre.flows.check import check_after
from havre.flows.comment import say
from havre.flows.expire import expire
from havre.flows.group import add_member, found_group, remove_member
from havre.flows.identify import identify_victim, record_victim, safeguard_victim
from havre.flows.restrict import restrict
from havre.flows.series_decided import confirm
from havre.flows.series_joined import join
from havre.flows.stacks_follow import Following, stacks_follow
from havre.flows.tell_countries import tell, tell_withdrawn
from havre.flows.theirs import identify_theirs, take_back
from havre.restrictions.keep import keep
from havre.restrictions.model import Action, Actor, Level, Owner, Restriction, may
from havre.series.models import Life, Member, Series, Status
from havre.series.moves import told_by
from havre.victims.queries import FOUND, global_indicator
from havre.victims.record import Child
from tests.assessments.stacked import many
from tests.cast import NOON, Node
from tests.exchange.shared import confirmed, held_too, open_to, same_here, shared

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
    (found,) = many(own.unit, begun.chiara.person, 1)
    Stacked.objects.create(medium=own.members.order_by("pk")[0].medium, stack=found.founded)
    stacks_follow(own.unit)
    wren = record_victim(begun.home, begun.anke, "S1", Child("Wren"), identified_by="BE")
    assert life(own) == Life.IDENTIFIED
    safeguard_victim(begun.home, begun.anke, "S1", wren.pk)
    assert (life(series), life(own)) == (Life.SAFEGUARDED, Life.SAFEGUARDED)
    Following().look()
    assert Stack.objects.get(item=found).heading == f"safe:{own.number}"
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
    identify_theirs(begun.home, begun.chiara, its_reference(), "IT", safe=False)
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


def test_what_is_only_proposed_for_a_confirmed_series_identifies_nothing(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    own = held_too(begun, series)
    Member.objects.filter(series=own).update(confirmed=False)
    body = {"series": str(Shared.objects.get(kind="series").ref), "country": "GB", "safeguarded_at": NOON.isoformat()}
    tell(begun.home, [put(PEER, "identification", uuid4(), body, open_to("IT"), 1, NOON)], NOON)
    identify_theirs(begun.home, begun.chiara, its_reference(), "IT", safe=True)
    assert life(own) == Life.UNIDENTIFIED
    confirm(begun.home, begun.chiara, own.reference)
    assert life(own) == Life.SAFEGUARDED


def test_nothing_is_unsafe_by_what_is_only_proposed_for_it(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    own = held_too(begun, series)
    same = SameMedium.objects.filter(medium__member__series=own).order_by("pk")
    proposed = same[0]
    other = put(PEER, "media", uuid4(), {"series": str(UUID(int=9))}, open_to("IT"), 1, NOON)
    SameMedium.objects.filter(pk=proposed.pk).update(theirs=other)
    Member.objects.filter(medium=proposed.medium).update(confirmed=False)
    body = {"series": str(UUID(int=9)), "country": "GB"}
    put(PEER, "identification", uuid4(), body, open_to("IT"), 1, NOON)
    wren = record_victim(begun.home, begun.anke, "S1", Child("Wren"), identified_by="BE")
    safeguard_victim(begun.home, begun.anke, "S1", wren.pk)
    assert life(own) == Life.SAFEGUARDED


def from_peer(here: Node, *countries: str, safe: bool = False, version: int = 1, number: int = 5) -> Shared:
    """A node elsewhere says who the child of Belgium's series is, to these countries."""
    body = {"series": str(Shared.objects.get(kind="series", country="BE").ref), "country": "GB"}
    told = body | {"safeguarded_at": NOON.isoformat() if safe else None}
    row = put(PEER, "identification", UUID(int=number), told, open_to(*countries), version, NOON)
    tell(here.home, [row], NOON)
    return row


def withdrawn(here: Node, row: Shared) -> None:
    """It takes it back."""
    gone = withdraw(PEER, row.ref, row.version + 1, NOON)
    assert gone is not None
    tell_withdrawn(here.home, [gone], NOON)


@pytest.mark.parametrize("was", [Life.UNIDENTIFIED, Life.INVESTIGATED, Life.LOCATED])
def test_an_identification_that_is_withdrawn_is_over_for_every_holder(begun: Node, was: Life) -> None:
    series, _ = shared(begun, "IT")
    own = held_too(begun, series)
    Series.objects.filter(pk=own.pk).update(life=was)
    row = from_peer(begun, "IT", "BE", safe=True)
    assert (life(series), life(own)) == (Life.SAFEGUARDED, Life.SAFEGUARDED)
    withdrawn(begun, row)
    assert (life(series), life(own)) == (Life.UNIDENTIFIED, was)
    notice = Notice.objects.get(unit=begun.chiara.unit, about=About.WITHDRAWN)
    assert (notice.series, notice.told["became"], notice.told["by"]) == (own, was, "Peer")
    assert f'"became":"{was}"' in Entry.objects.filter(unit="Polizia Postale").order_by("-index")[0].detail
    assert from_peer(begun, "IT", version=3).withdrawn_at is None
    assert life(own) == Life.IDENTIFIED
    withdrawn(begun, Shared.objects.get(kind="identification"))
    assert life(own) == was


def test_whoever_still_identifies_it_keeps_it_so(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    own = held_too(begun, series)
    safe, other = from_peer(begun, "IT", "BE", safe=True), from_peer(begun, "IT", "BE", safe=True, number=6)
    third = from_peer(begun, "BE", number=7)
    withdrawn(begun, safe)
    assert (life(series), life(own)) == (Life.IDENTIFIED, Life.SAFEGUARDED)
    withdrawn(begun, third)
    withdrawn(begun, other)
    assert (life(series), life(own)) == (Life.UNIDENTIFIED, Life.UNIDENTIFIED)


def test_a_child_that_only_a_part_of_it_has_keeps_it_from_being_safe_by_the_word_of_others(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    part = confirmed(begun.anke)
    record_victim(begun.home, begun.anke, part.reference, Child("Wren"))
    Series.objects.filter(pk=part.pk).update(status=Status.MERGED, life=Life.MERGED, merged_into=series)
    from_peer(begun, "BE", safe=True)
    assert life(series) == Life.IDENTIFIED


def test_victims_of_its_own_keep_it_identified(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    row = from_peer(begun, "BE")
    record_victim(begun.home, begun.anke, "S1", Child("Wren"), identified_by="BE")
    withdrawn(begun, row)
    assert life(series) == Life.IDENTIFIED


def test_what_a_unit_identified_of_others_is_over_once_it_takes_it_back(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    own = held_too(begun, series)
    said = identify_theirs(begun.home, begun.chiara, its_reference(), "IT", safe=True)
    take_back(begun.home, begun.chiara, str(said.ref))
    assert (life(series), life(own)) == (Life.UNIDENTIFIED, Life.UNIDENTIFIED)


def test_who_may_not_know_any_more_has_nothing_identified_by_it(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    own = held_too(begun, series)
    from_peer(begun, "IT", "BE")
    from_peer(begun, "BE", version=2)
    assert (life(series), life(own)) == (Life.IDENTIFIED, Life.UNIDENTIFIED)


def test_what_expires_identifies_nothing_any_more(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    own = held_too(begun, series)
    from_peer(begun, "IT", "BE")
    Shared.objects.filter(kind="identification").update(condition=keep(replace(open_to("IT"), retain_until=NOON)))
    expire(begun.home, lambda: NOON)
    assert (life(series), life(own)) == (Life.UNIDENTIFIED, Life.UNIDENTIFIED)


def test_who_leaves_the_group_has_nothing_identified_by_what_it_was_told_there(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    own = held_too(begun, series)
    found_group(begun.home, begun.anke, "tf-1", "Ours", NOON + timedelta(days=9))
    add_member(begun.home, begun.anke, "tf-1", "Polizia Postale")
    body = {"series": str(Shared.objects.get(kind="series").ref), "country": "GB"}
    to_group = Restriction(Level.OPEN, groups=frozenset({"tf-1"}))
    tell(begun.home, [put(PEER, "identification", uuid4(), body, to_group, 1, NOON)], NOON)
    assert (life(series), life(own)) == (Life.IDENTIFIED, Life.IDENTIFIED)
    remove_member(begun.home, begun.anke, "tf-1", "Polizia Postale")
    assert (life(series), life(own)) == (Life.IDENTIFIED, Life.UNIDENTIFIED)


def test_who_is_identified_stays_so_to_others_as_the_series_becomes_part_of_another(begun: Node) -> None:
    one, two = confirmed(begun.anke), confirmed(begun.anke)
    for series in (one, two):
        restrict(begun.home, begun.anke, "series", series.reference, open_to("IT"))
    medium = one.members.values_list("medium", flat=True)[0]
    about = {"name": "red box", "kind": "sign", "by": begun.anke.person, "at": NOON, "medium_id": medium}
    two.clues.create(number=1, suggests=[{"kind": "country", "values": ["IT"], "certainty": "sure"}], **about)
    talk = say(begun.home, begun.anke, two.reference, "seen in Porto")
    restrict(begun.home, begun.anke, "comment", f"{two.reference}/{talk.pk}", open_to("IT"))
    own = held_too(begun, two)
    record_victim(begun.home, begun.anke, two.reference, Child("Wren"), identified_by="BE")
    own.refresh_from_db()
    assert own.life == Life.IDENTIFIED
    assert join(begun.home, begun.anke, one.reference, two.reference).pk == one.pk
    said = Shared.objects.get(kind=Kind.IDENTIFICATION, withdrawn_at=None)
    assert (said.series_id, said.body["country"]) == (one.pk, "BE")
    own.refresh_from_db()
    assert own.life == Life.IDENTIFIED
    assert list(own.moves.values_list("became", flat=True)) == [Life.IDENTIFIED]
    clue = Shared.objects.get(kind=Kind.CLUE, withdrawn_at=None)
    assert (clue.series_id, clue.body["name"]) == (one.pk, "red box")
    word = Shared.objects.get(kind=Kind.COMMENT, withdrawn_at=None)
    assert (word.series_id, word.body["text"]) == (one.pk, "seen in Porto")
    pointed = Shared.objects.get(kind=Kind.HYPOTHESIS, withdrawn_at=None)
    assert pointed.body["countries"] == {"IT": ["red box"]}


def test_of_two_series_as_one_nobody_learns_who_is_identified_but_whom_both_let_in(begun: Node) -> None:
    one, two = confirmed(begun.anke), confirmed(begun.anke)
    restrict(begun.home, begun.anke, "series", one.reference, open_to("IT", "FR"))
    restrict(begun.home, begun.anke, "series", two.reference, open_to("IT"))
    record_victim(begun.home, begun.anke, one.reference, Child("Kite"), identified_by="BE")
    record_victim(begun.home, begun.anke, two.reference, Child("Wren"), identified_by="NL")
    join(begun.home, begun.anke, one.reference, two.reference)
    said = Shared.objects.filter(kind=Kind.IDENTIFICATION, withdrawn_at=None).select_related("condition")
    sees = {
        (row.body["country"], country): may(
            Actor("", "a unit", country), row.source, row.condition.value, Action.SEE, NOON
        )
        for row in said
        for country in ("IT", "FR")
    }
    assert sees == {("BE", "IT"): True, ("BE", "FR"): False, ("NL", "IT"): True, ("NL", "FR"): False}
