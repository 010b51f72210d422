"""A task force has members of several countries, its own board, and an end; who leaves sees nothing of it any more."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.exchange.models import About, Checked, Kind, Notice, Shared, Sighting
from havre.exchange.queries import standing_for
from havre.exchange.rules import reference
from havre.flows.alerts import Wanted, ask_alert
from havre.flows.check import check_after, elsewhere
from havre.flows.exchanging import check_what_came
from havre.flows.group import (
    add_member,
    end_group,
    found_group,
    list_groups,
    open_board,
    remove_member,
    say_to_group,
    shown,
)
from havre.flows.identify import record_victim
from havre.flows.notices import not_ours
from havre.flows.restrict import restrict
from havre.flows.tell_countries import bring
from havre.flows.tend import Tended, tend
from havre.flows.theirs import say_theirs, see
from havre.restrictions.model import Level, Restriction
from havre.series.models import Clue, Life, Series
from havre.triggers.models import AlertHit
from havre.victims.record import Child
from tests.cast import NOON, Node, noon
from tests.exchange.shared import confirmed, same_here

END = NOON + timedelta(days=100)
ITALY = "Polizia Postale"


def to_group(code: str = "tf-1") -> Restriction:
    """Open to its members."""
    return Restriction(Level.OPEN, groups=frozenset({code}))


def clue_of(series: Series, name: str) -> Clue:
    """A clue of it that surely points to Italy."""
    medium = series.members.order_by("pk")[0].medium
    suggests = [{"kind": "country", "values": ["IT"], "certainty": "sure"}]
    values = {"series": series, "number": 1, "name": name, "kind": "sign", "suggests": suggests, "medium": medium}
    return Clue.objects.create(**values, by=series.unit.people.get(name="anke"), at=NOON)


def opened(here: Node, *, experts: bool = False) -> Series:
    """Belgium's group with a series opened to it."""
    found_group(here.home, here.anke, "TF-1", "Force one", END, "find them", experts=experts)
    series = confirmed(here.anke)
    restrict(here.home, here.anke, "series", series.reference, to_group())
    return series


def test_who_joins_is_told_of_what_was_opened_before_and_their_check_finds_it(begun: Node) -> None:
    series = opened(begun)
    own = same_here(begun.chiara, series)
    check_after(begun.home, begun.chiara)
    assert elsewhere(begun.chiara, own) == []
    assert Checked.objects.filter(unit=begun.chiara.unit).exists()
    add_member(begun.home, begun.anke, "tf-1", ITALY)
    check_after(begun.home, begun.chiara)
    assert [each.media for each in elsewhere(begun.chiara, own)] == [3]
    remove_member(begun.home, begun.anke, "tf-1", ITALY)
    assert elsewhere(begun.chiara, own) == []
    assert not standing_for(begun.chiara.person, NOON).exists()


def test_its_board_shows_series_and_words_with_who_read_them(begun: Node) -> None:
    opened(begun)
    add_member(begun.home, begun.anke, "tf-1", ITALY)
    say_to_group(begun.home, begun.anke, "tf-1", "does anybody know the harbour?", asks=True)
    say_theirs(begun.home, begun.chiara, reference(Shared.objects.get(kind=Kind.SERIES)), "seen it")
    theirs = open_board(begun.home, begun.chiara, "tf-1")
    assert [(each["body"]["name"], each["unit"]) for each in theirs.series] == [("Green chair", "Federal Police")]
    assert sorted(each["body"]["text"] for each in theirs.words) == ["does anybody know the harbour?", "seen it"]
    assert not Sighting.objects.filter(why="look", unit=ITALY, entry=None).exists()
    ours = open_board(begun.home, begun.anke, "tf-1").to_json()
    asked = next(each for each in ours["words"] if each["kind"] == "question")
    assert asked["read by"] == [f"{ITALY} (IT) {NOON.isoformat()}"]


def test_who_is_not_in_it_finds_no_such_group(begun: Node) -> None:
    opened(begun)
    assert list_groups(begun.home, begun.chiara) == []
    acts: tuple[Callable[[], object], ...] = (
        lambda: open_board(begun.home, begun.chiara, "tf-1"),
        lambda: say_to_group(begun.home, begun.chiara, "tf-1", "hello"),
        lambda: add_member(begun.home, begun.chiara, "tf-1", ITALY),
    )
    for act in acts:
        with pytest.raises(NotFound):
            act()
    with pytest.raises(Refused):
        found_group(begun.home, begun.bram, "tf-2", "Two", END)


def test_only_who_leads_it_changes_it_and_when_it_ends_it_ends_for_all(begun: Node) -> None:
    opened(begun)
    add_member(begun.home, begun.anke, "tf-1", ITALY)
    with pytest.raises(Invalid, match="leads"):
        add_member(begun.home, begun.chiara, "tf-1", "Federal Police")
    assert standing_for(begun.chiara.person, NOON).exists()
    assert not standing_for(begun.chiara.person, END).exists()
    ended = end_group(begun.home, begun.anke, "tf-1")
    assert shown(ended)["until"] == NOON.isoformat()
    assert not standing_for(begun.chiara.person, NOON).exists()
    with pytest.raises(NotFound):
        open_board(begun.home, begun.chiara, "tf-1")


@pytest.mark.parametrize("wrong", ["", "a b", "x" * 50, "é1"])
def test_a_code_is_plain(begun: Node, wrong: str) -> None:
    with pytest.raises(Invalid):
        found_group(begun.home, begun.anke, wrong, "Force", END)


def test_names_ends_and_members_make_sense(begun: Node) -> None:
    opened(begun)
    with pytest.raises(Invalid, match="already"):
        found_group(begun.home, begun.anke, "tf-1", "Again", END)
    with pytest.raises(Invalid, match="behind"):
        found_group(begun.home, begun.anke, "tf-2", "Late", NOON)
    with pytest.raises(Invalid, match="one line"):
        found_group(begun.home, begun.anke, "tf-2", " ", END)
    with pytest.raises(Invalid, match="no unit"):
        add_member(begun.home, begun.anke, "tf-1", "Nobody")
    with pytest.raises(Invalid, match="no node"):
        add_member(begun.home, begun.anke, "tf-1", "Unit", "Nowhere", "FR")
    with pytest.raises(Invalid, match="not in"):
        remove_member(begun.home, begun.anke, "tf-1", ITALY)
    with pytest.raises(Invalid, match="write something"):
        say_to_group(begun.home, begun.anke, "tf-1", " ")


def test_experts_are_shown_no_series_and_no_media(begun: Node) -> None:
    opened(begun, experts=True)
    add_member(begun.home, begun.anke, "tf-1", ITALY)
    assert open_board(begun.home, begun.chiara, "tf-1").series == []
    assert not standing_for(begun.chiara.person, NOON).exclude(kind=Kind.CLUE).exists()


def test_alerts_that_stood_before_are_set_off_by_what_a_group_knew(begun: Node) -> None:
    series = opened(begun)
    clue_of(series, "Red letter box")
    bring(begun.home, series, NOON)
    digest = bytes(series.members.order_by("pk")[0].medium.md5).hex()
    wanted = [("md5", digest), ("word", "letter box"), ("series", "green chair"), ("country", "IT")]
    ask_alert(begun.home, begun.chiara, Wanted("a house", wanted))
    check_what_came(begun.home, noon)
    assert AlertHit.objects.count() == 0
    add_member(begun.home, begun.anke, "tf-1", ITALY)
    assert check_what_came(begun.home, noon) >= 1
    kinds = AlertHit.objects.filter(unit=begun.chiara.unit).order_by("trigger").values_list("trigger__kind", flat=True)
    assert list(kinds) == ["md5", "word", "series", "country"]


def test_who_joins_is_alerted_that_a_child_may_be_in_its_country(begun: Node) -> None:
    series = opened(begun)
    clue_of(series, "Red letter box")
    bring(begun.home, series, NOON)
    assert Notice.objects.filter(unit=begun.chiara.unit).count() == 0
    add_member(begun.home, begun.anke, "tf-1", ITALY)
    notice = Notice.objects.get(unit=begun.chiara.unit)
    assert (notice.about, notice.told["reasons"]) == (About.COUNTRY, ["Red letter box"])
    not_ours(begun.home, begun.chiara, notice.pk, "no such box")
    add_member(begun.home, begun.anke, "tf-1", ITALY, until=END)
    notice.refresh_from_db()
    assert notice.closed_at is not None  # it was answered


def test_who_leaves_hears_that_what_it_saw_is_withdrawn(begun: Node) -> None:
    opened(begun)
    add_member(begun.home, begun.anke, "tf-1", ITALY)
    see(begun.home, begun.chiara, reference(Shared.objects.get(kind=Kind.SERIES)))
    remove_member(begun.home, begun.anke, "tf-1", ITALY)
    assert Notice.objects.get(unit=begun.chiara.unit).about == About.WITHDRAWN


def test_who_joins_holds_what_was_identified_before(begun: Node) -> None:
    series = opened(begun)
    own = same_here(begun.chiara, series)
    check_after(begun.home, begun.chiara)
    record_victim(begun.home, begun.anke, series.reference, Child("Wren"), identified_by="BE")
    add_member(begun.home, begun.anke, "tf-1", ITALY)
    check_what_came(begun.home, noon)
    own.refresh_from_db()
    assert own.life == Life.IDENTIFIED


def test_whose_membership_runs_out_hears_that_what_it_saw_is_withdrawn(begun: Node) -> None:
    """As who leaves, but nobody does anything: the clock alone."""
    series = opened(begun)
    add_member(begun.home, begun.anke, "tf-1", ITALY, until=NOON + timedelta(days=9))
    own = same_here(begun.chiara, series)
    check_what_came(begun.home, noon)
    record_victim(begun.home, begun.anke, series.reference, Child("Wren"), identified_by="BE")
    see(begun.home, begun.chiara, reference(Shared.objects.get(kind=Kind.SERIES)))
    own.refresh_from_db()
    assert own.life == Life.IDENTIFIED

    def after(days: int) -> Tended:
        return tend(begun.home, lambda: NOON + timedelta(days=days))

    assert after(8).ended == 0
    was = dict(Shared.objects.values_list("pk", "changed"))
    assert after(9).ended == 1
    now = dict(Shared.objects.values_list("pk", "changed"))
    assert all(now[pk] > last for pk, last in was.items())  # whoever was told of it is told anew
    own.refresh_from_db()
    assert own.life != Life.IDENTIFIED
    said = Notice.objects.filter(unit=begun.chiara.unit, about=About.WITHDRAWN)
    assert {each.told["kind"] for each in said} == {Kind.SERIES, Kind.IDENTIFICATION}
    assert (after(9).ended, said.count()) == (0, 2)
    assert Entry.objects.filter(detail__contains="ran out", thing="group tf-1").count() == 1


def test_who_is_let_in_anew_runs_out_anew(begun: Node) -> None:
    opened(begun)
    add_member(begun.home, begun.anke, "tf-1", ITALY, until=NOON + timedelta(days=1))
    assert tend(begun.home, lambda: NOON + timedelta(days=1)).ended == 1
    add_member(begun.home, begun.anke, "tf-1", ITALY, until=NOON + timedelta(days=3))
    assert tend(begun.home, lambda: NOON + timedelta(days=2)).ended == 0
    assert tend(begun.home, lambda: NOON + timedelta(days=3)).ended == 1
    end_group(begun.home, begun.anke, "tf-1")
    assert tend(begun.home, lambda: NOON + timedelta(days=4)).ended == 0  # that was done as it was ended


def test_who_leaves_twice_hears_twice_that_what_it_saw_is_withdrawn(begun: Node) -> None:
    series = opened(begun)
    said = Notice.objects.filter(unit=begun.chiara.unit, about=About.WITHDRAWN)
    add_member(begun.home, begun.anke, "tf-1", ITALY)
    same_here(begun.chiara, series)
    check_what_came(begun.home, noon)
    record_victim(begun.home, begun.anke, series.reference, Child("Wren"), identified_by="BE")
    see(begun.home, begun.chiara, reference(Shared.objects.get(kind=Kind.SERIES)))
    for _ in range(2):
        remove_member(begun.home, begun.anke, "tf-1", ITALY)
        assert sorted(each.told["kind"] for each in said.filter(closed_at=None)) == ["identification", "series"]
        said.update(read_at=NOON)  # somebody of the unit saw it
        identified = Notice.objects.filter(unit=begun.chiara.unit, about__in=(About.IDENTIFIED, About.CORRECTED))
        identified.update(read_at=NOON)
        add_member(begun.home, begun.anke, "tf-1", ITALY)
        assert not said.filter(closed_at=None).exists()  # it may know of it: that it is withdrawn waits for nobody
        assert identified.filter(read_at=None).count() == 1  # and that it is identified is news again
        said.filter(read_at=None).update(read_at=NOON)
