"""Where one picture that looks alike is all that two series have in common, nothing follows until somebody looked."""

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.exchange.board import withdraw
from havre.exchange.models import About, Notice, SameMedium
from havre.exchange.notify import holders
from havre.exchange.rules import reference
from havre.flows.check import check_after
from havre.flows.identify import record_victim
from havre.flows.restrict import restrict
from havre.flows.say_same import say_same
from havre.flows.series_decided import confirm, split
from havre.flows.tell_countries import tell_withdrawn
from havre.series.models import Life, Member, Series
from havre.units.acting import Acting
from havre.units.found import add_person
from havre.victims.record import Child
from tests.cast import NOON, Node, noon
from tests.exchange.shared import confirmed, open_to, printed
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


@pytest.mark.parametrize("by", ["its source", "a split"])
def test_a_series_is_identified_no_more_where_what_supported_it_is_gone_and_a_person_is_asked(
    begun: Node, by: str
) -> None:
    own = alike(begun, (7, 8, 7))
    Member.objects.filter(series=own).update(confirmed=False)
    confirm(begun.home, begun.chiara, own.reference)
    identified(begun)
    assert life(own) == Life.IDENTIFIED
    other = own.members.order_by("medium")[1].medium
    if by == "a split":
        split(begun.home, begun.chiara, own.reference, [bytes(other.sha256).hex()])
    else:
        row = SameMedium.objects.get(medium=other).theirs
        gone = withdraw(row.source, row.ref, row.version + 1, NOON)
        assert gone is not None
        tell_withdrawn(begun.home, [gone], NOON)
    assert life(own) == Life.UNIDENTIFIED
    assert Notice.objects.get(series=own, about=About.IDENTIFIED).told["alike"] is True
