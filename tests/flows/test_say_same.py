"""Where one picture that looks alike is all that two series have in common, nothing follows until somebody looked."""

from datetime import timedelta

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.exchange.board import withdraw
from havre.exchange.models import About, Notice, SameMedium, Shared
from havre.exchange.notify import holders
from havre.exchange.rules import reference
from havre.flows.check import check_after
from havre.flows.group import add_member, found_group, remove_member
from havre.flows.identify import record_victim
from havre.flows.restrict import restrict
from havre.flows.say_same import answer_alike, say_same
from havre.flows.series_decided import confirm, reject, split
from havre.flows.series_joined import join
from havre.flows.tell_countries import tell_withdrawn
from havre.flows.theirs import identify_theirs
from havre.restrictions.keep import keep
from havre.restrictions.model import Level, Restriction
from havre.series.models import Life, Member, Series
from havre.units.acting import Acting
from havre.units.found import add_person
from havre.victims.record import Child
from tests.cast import NOON, Node, noon
from tests.exchange.shared import confirmed, open_to, printed, shared
from tests.exchange.test_support import alike, theirs


def life(series: Series) -> str:
    """What it is now."""
    return str(Series.objects.values_list("life", flat=True).get(pk=series.pk))


def asked(here: Node) -> Notice:
    """What Italy was told of the identification."""
    return Notice.objects.get(unit=here.chiara.unit, about__in=(About.IDENTIFIED, About.CORRECTED))


def identified(here: Node, who: str = "Wren") -> None:
    """Belgium's police know who the child of its series is."""
    record_victim(here.home, here.anke, "S1", Child(who), identified_by="BE")


@pytest.mark.parametrize("before", [True, False])
def test_an_innocent_look_alike_is_asked_about_and_follows_once_somebody_says_that_it_is_the_same(
    begun: Node, before: bool
) -> None:
    if before:  # it was identified before anybody knew that they agree
        confirmed(begun.anke, 1)
        printed(begun.anke.unit.series.get().members.get().medium, 7)
        restrict(begun.home, begun.anke, "series", "S1", open_to("IT"))
        identified(begun)
        own = confirmed(begun.chiara, 1)
        printed(own.members.get().medium, 7, bits=9)
        check_after(begun.home, begun.chiara)
    else:
        own = alike(begun, (7,))
        identified(begun)
    assert (life(own), asked(begun).told["alike"]) == (Life.UNIDENTIFIED, True)
    done = say_same(begun.home, begun.chiara, own.reference, reference(theirs()), same=True)
    assert done.to_json() == {
        "series": "S1", "theirs": reference(theirs()), "same": True, "media": 1, "life": Life.IDENTIFIED,
    }  # fmt: skip
    assert "alike" not in asked(begun).told
    assert Entry.objects.filter(detail__contains="said to be the same", unit="Polizia Postale").count() == 1


def test_it_follows_by_itself_where_pictures_unlike_one_another_agree(begun: Node) -> None:
    own = alike(begun, (7, 8))
    identified(begun)
    assert (life(own), "alike" in asked(begun).told) == (Life.IDENTIFIED, False)


def test_two_series_of_one_look_alike_each_follow_once_they_are_merged(begun: Node) -> None:
    own = alike(begun, (7, 8))
    other = confirmed(begun.chiara, 1)
    Member.objects.filter(series=own, pk=own.members.latest("pk").pk).update(series=other)
    identified(begun)
    assert (life(own), life(other)) == (Life.UNIDENTIFIED, Life.UNIDENTIFIED)
    goes_on = join(begun.home, begun.chiara, own.reference, other.reference)
    assert life(goes_on) == Life.IDENTIFIED


def test_what_somebody_says_is_not_the_same_follows_no_more_and_nobody_is_asked_again(begun: Node) -> None:
    own = alike(begun, (7, 8))
    identified(begun)
    say_same(begun.home, begun.chiara, own.reference, reference(theirs()), same=False)
    assert (life(own), asked(begun).closed_at) == (Life.UNIDENTIFIED, NOON)
    check_after(begun.home, begun.chiara)
    identified(begun, "Lark")  # another child of the same series
    assert life(own) == Life.UNIDENTIFIED
    assert not any("alike" in each.told for each in Notice.objects.filter(unit=begun.chiara.unit))


def test_only_who_works_on_both_says_so_and_only_of_what_agrees(begun: Node) -> None:
    own = alike(begun, (7,))
    other = confirmed(begun.chiara, 1)
    with pytest.raises(Invalid, match="no file of S2 agrees with BE-"):
        say_same(begun.home, begun.chiara, other.reference, reference(theirs()), same=True)
    clerk = add_person("carlo", begun.chiara.unit, NOON, [])
    with pytest.raises(Refused):
        say_same(begun.home, Acting(clerk, noon), own.reference, reference(theirs()), same=True)
    named = reference(theirs())
    restrict(begun.home, begun.anke, "series", "S1", open_to("FR"))
    with pytest.raises(NotFound):
        say_same(begun.home, begun.chiara, own.reference, named, same=True)


def test_after_it_was_said_not_to_be_the_same_the_unit_hears_of_it_no_more(begun: Node) -> None:
    own = alike(begun, (7,))
    identified(begun)
    notice = asked(begun)
    say_same(begun.home, begun.chiara, own.reference, reference(theirs()), same=False)
    notice.refresh_from_db()
    assert (notice.closed_at, "alike" in notice.told) == (NOON, False)
    identified(begun, "Lark")
    assert Notice.objects.filter(unit=begun.chiara.unit, about__in=(About.IDENTIFIED, About.CORRECTED)).count() == 1
    assert holders(theirs(), NOON) == []


@pytest.mark.parametrize("by", ["its source", "a split", "a narrower restriction", "a group"])
def test_a_series_is_identified_no_more_where_what_supported_it_is_gone_and_a_person_is_asked(
    begun: Node, by: str
) -> None:
    own = alike(begun, (7, 8, 7))
    Member.objects.filter(series=own).update(confirmed=False)
    confirm(begun.home, begun.chiara, own.reference)
    if by == "a group":
        found_group(begun.home, begun.anke, "tf-1", "Ours", NOON + timedelta(days=9))
        add_member(begun.home, begun.anke, "tf-1", "Polizia Postale")
        Shared.objects.filter(pk=second(own).theirs_id).update(condition=keep(TO_GROUP))
    identified(begun)
    assert life(own) == Life.IDENTIFIED
    taken_away(begun, own, by)
    assert life(own) == Life.UNIDENTIFIED
    assert Notice.objects.get(series=own, about=About.IDENTIFIED).told["alike"] is True


TO_GROUP = Restriction(Level.OPEN, groups=frozenset({"tf-1"}))


def second(own: Series) -> SameMedium:
    """The one picture of its look that agrees."""
    return SameMedium.objects.get(medium=own.members.order_by("medium")[1].medium)


def taken_away(here: Node, own: Series, by: str) -> None:
    """That picture supports Chiara's series no more."""
    if by == "a split":
        split(here.home, here.chiara, own.reference, [bytes(second(own).medium.sha256).hex()])
    elif by == "a group":
        remove_member(here.home, here.anke, "tf-1", "Polizia Postale")
    elif by == "a narrower restriction":
        medium = second(own).theirs.medium
        assert medium is not None
        restrict(here.home, here.anke, "media", bytes(medium.sha256).hex(), open_to("FR"))
    else:
        row = second(own).theirs
        gone = withdraw(row.source, row.ref, row.version + 1, NOON)
        assert gone is not None
        tell_withdrawn(here.home, [gone], NOON)


def test_where_nothing_agrees_any_more_the_unit_hears_what_its_series_is_now(begun: Node) -> None:
    own = alike(begun, (7, 8))
    identified(begun)
    Notice.objects.update(read_at=NOON)
    reject(begun.home, begun.chiara, own.reference)
    assert life(own) == Life.UNIDENTIFIED
    notice = Notice.objects.get(series=own, about=About.IDENTIFIED)
    assert (notice.read_at, notice.told["became"], "alike" in notice.told) == (None, Life.UNIDENTIFIED, False)


def test_whoever_identifies_the_series_of_another_is_asked_about_its_own_look_alike(begun: Node) -> None:
    own = alike(begun, (7,))
    identify_theirs(begun.home, begun.chiara, reference(theirs()), "IT")
    assert (life(own), asked(begun).told["alike"], asked(begun).closed_at) == (Life.UNIDENTIFIED, True, None)
    done = answer_alike(begun.home, begun.chiara, asked(begun).pk, same=True)
    assert (done.life, "alike" in asked(begun).told, asked(begun).closed_at) == (Life.IDENTIFIED, False, NOON)
    withdraw_all(begun, own)
    assert (life(own), asked(begun).told["became"]) == (Life.UNIDENTIFIED, Life.UNIDENTIFIED)


def withdraw_all(here: Node, own: Series) -> None:
    """Its source takes all back that agrees."""
    rows = [each.theirs for each in SameMedium.objects.filter(medium__member__series=own).select_related("theirs")]
    gone = [withdraw(row.source, row.ref, row.version + 1, NOON) for row in rows]
    tell_withdrawn(here.home, [row for row in gone if row is not None], NOON)


def test_whoever_identified_it_before_it_found_its_own_look_alike_is_asked_then(begun: Node) -> None:
    series, _ = shared(begun, "IT", count=1)
    printed(series.members.get().medium, 7)
    restrict(begun.home, begun.anke, "series", "S1", open_to("IT", "FR"))
    identify_theirs(begun.home, begun.chiara, reference(theirs()), "IT")
    own = confirmed(begun.chiara, 1)
    printed(own.members.get().medium, 7, bits=9)
    check_after(begun.home, begun.chiara)
    assert (life(own), asked(begun).told["alike"]) == (Life.UNIDENTIFIED, True)
