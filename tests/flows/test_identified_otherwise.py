"""Where two units say two countries that know the child of one series, each side hears it until both say the same."""

from uuid import UUID

from havre.entrypoints.command.notice_words import line
from havre.exchange.board import put
from havre.exchange.models import About, Kind, Notice, Shared
from havre.exchange.rules import reference
from havre.flows.begin import add_unit
from havre.flows.check import about_the_same, beside_ours, check_after, elsewhere, known_in
from havre.flows.identified_otherwise import waits
from havre.flows.identify import identify_called, record_victim
from havre.flows.notices import list_notices
from havre.flows.restrict import restrict
from havre.flows.tell_countries import tell
from havre.flows.theirs import identify_theirs, see, take_back, unsay_theirs
from havre.restrictions.model import Owner
from havre.units.acting import Acting
from havre.units.found import add_person
from havre.units.models import RoleName
from havre.victims.record import Child
from tests.cast import NOON, Node, acting
from tests.exchange.shared import confirmed, held_too, open_to, same_here, shared

PEER = Owner("ee" * 32, "Peer", "NL")


def its() -> Shared:
    """Belgium's series as it stands on the board."""
    return Shared.objects.get(kind=Kind.SERIES, country="BE")


def otherwise(whose: Acting) -> list[tuple[object, object, object]]:
    """Of whom a unit was told that they say otherwise: who, what they say, what itself does."""
    rows = Notice.objects.filter(unit=whose.unit, about=About.OTHERWISE, closed_at=None).order_by("pk")
    return [(row.told["by"], row.told["by country"], row.told["you say"]) for row in rows]


def france(here: Node) -> Acting:
    """Somebody of a third unit of the node."""
    return acting(
        add_person("flore", add_unit(here.home, here.anke, "Police nationale", "FR"), NOON, [RoleName.ANALYST])
    )


def test_each_side_is_told_and_readers_see_both_until_one_corrects_what_it_said(begun: Node) -> None:
    flore = france(begun)
    series, _done = shared(begun, "IT", "FR")
    identify_theirs(begun.home, begun.chiara, reference(its()), "IT")
    assert (otherwise(begun.chiara), otherwise(flore)) == ([], [])
    identify_theirs(begun.home, flore, reference(its()), "FR")
    assert otherwise(begun.chiara) == [("Police nationale", "FR", ["IT"])]
    assert otherwise(flore) == [("Polizia Postale", "IT", ["FR"])]
    assert Notice.objects.get(about=About.OTHERWISE, unit=begun.anke.unit).told["others say"] == ["IT"]
    assert (waits(flore.unit, its().ref), waits(flore.unit, UUID(int=1))) == (True, False)
    said = [
        {"unit": "Police nationale", "country": "FR", "by": ["FR"]},
        {"unit": "Polizia Postale", "country": "IT", "by": ["IT"]},
    ]
    assert see(begun.home, flore, reference(its())).to_json()["identified"] == {"said": said, "agree": False}
    assert known_in(begun.anke, series, beside_ours(begun.anke, series)) == {"said": said, "agree": False}
    identify_theirs(begun.home, flore, reference(its()), "IT")
    assert (otherwise(begun.chiara), otherwise(flore)) == ([], [])
    assert (known_in(begun.anke, series, beside_ours(begun.anke, series)) or {})["agree"] is True
    unsay_theirs(begun.home, flore, reference(its()))
    assert see(begun.home, flore, reference(its())).to_json()["identified"] == {"said": said[1:], "agree": True}
    assert not Notice.objects.filter(about=About.OTHERWISE).exclude(told={}).exists()


def test_the_source_is_a_side_by_what_it_records_of_its_own(begun: Node) -> None:
    shared(begun, "IT")
    made = identify_theirs(begun.home, begun.chiara, reference(its()), "IT")
    identify_called(begun.home, begun.anke, "S1", "Wren", "BE")
    assert otherwise(begun.anke) == [("Polizia Postale", "IT", ["BE"])]
    assert otherwise(begun.chiara) == [("Federal Police", "BE", ["IT"])]
    take_back(begun.home, begun.chiara, str(made.ref))
    assert (otherwise(begun.anke), otherwise(begun.chiara)) == ([], [])
    identify_theirs(begun.home, begun.chiara, reference(its()), "IT")
    assert len(otherwise(begun.anke)) == 1
    identify_called(begun.home, begun.anke, "S1", "Wren", "IT")  # corrected
    assert (otherwise(begun.anke), otherwise(begun.chiara)) == ([], [])
    identify_called(begun.home, begun.anke, "S1", "Kite", "BE")  # another child is no other word
    assert (otherwise(begun.anke), otherwise(begun.chiara)) == ([], [])
    identify_theirs(begun.home, begun.chiara, reference(its()), "FR")
    assert otherwise(begun.chiara) == [("Federal Police", "IT", ["FR"])]


def test_a_unit_that_holds_the_same_closed_hears_it_alone(begun: Node) -> None:
    series, _done = shared(begun, "IT")
    own = held_too(begun, series)
    record_victim(begun.home, begun.anke, "S1", Child("Wren"), identified_by="BE")
    record_victim(begun.home, begun.chiara, confirmed(begun.chiara).reference, Child("Gazza"), identified_by="IT")
    assert otherwise(begun.chiara) == []  # that of another series is no other word
    record_victim(begun.home, begun.chiara, own.reference, Child("Merlo"), identified_by="IT")
    assert otherwise(begun.chiara) == [("Federal Police", "BE", ["IT"])]
    assert otherwise(begun.anke) == []  # it may not know that Italy holds it
    there = about_the_same(elsewhere(begun.chiara, own))
    assert (known_in(begun.chiara, own, there) or {})["agree"] is False
    restrict(begun.home, begun.chiara, "series", own.reference, open_to("BE"))
    check_after(begun.home, begun.anke)
    assert otherwise(begun.anke) == [("Polizia Postale", "IT", ["BE"])]


def test_who_finds_only_later_that_it_is_the_same_hears_it_then(begun: Node) -> None:
    series, _done = shared(begun, "IT")
    record_victim(begun.home, begun.anke, "S1", Child("Wren"), identified_by="BE")
    own = same_here(begun.chiara, series)
    record_victim(begun.home, begun.chiara, own.reference, Child("Merlo"), identified_by="IT")
    assert otherwise(begun.chiara) == []
    check_after(begun.home, begun.chiara)
    assert otherwise(begun.chiara) == [("Federal Police", "BE", ["IT"])]


def test_who_may_not_know_of_what_another_says_is_told_nothing_of_it(begun: Node) -> None:
    flore = france(begun)
    shared(begun, "IT", "FR")
    identify_theirs(begun.home, begun.chiara, reference(its()), "IT")
    identify_theirs(begun.home, flore, reference(its()), "FR")
    restrict(begun.home, begun.anke, "series", "S1", open_to("IT"))
    assert (otherwise(begun.chiara), otherwise(flore)) == ([("Police nationale", "FR", ["IT"])], [])
    assert "Polizia" not in str(list_notices(begun.home, flore, old=True))
    assert "Polizia" not in str(list(Notice.objects.filter(unit=flore.unit).values_list("told")))


def test_a_source_that_says_nothing_itself_hears_that_others_do_not_say_the_same(begun: Node) -> None:
    shared(begun, "IT", "NL", "FR")
    unlike = Owner("aa" * 32, "Other", "FR")
    rows = []
    for number, (by, code) in enumerate(((PEER, "NL"), (unlike, "FR")), start=1):
        body = {"series": str(its().ref), "country": code}
        rows.append(put(by, Kind.IDENTIFICATION, UUID(int=number), body, open_to("BE"), 1, NOON))
        tell(begun.home, rows[-1:], NOON)
    (told,) = Notice.objects.filter(unit=begun.anke.unit, about=About.OTHERWISE, closed_at=None)
    assert (told.shared, told.told["by country"], told.told["others say"]) == (rows[1], "FR", ["NL"])
    assert "you say" not in told.told
    assert line(next(each for each in list_notices(begun.home, begun.anke) if each["number"] == told.pk)).endswith(
        "identified by FR; others say NL: ask them all"
    )
    body = {"series": str(its().ref), "country": "NL"}
    tell(begun.home, [put(unlike, Kind.IDENTIFICATION, UUID(int=2), body, open_to("BE"), 2, NOON)], NOON)
    assert otherwise(begun.anke) == []
