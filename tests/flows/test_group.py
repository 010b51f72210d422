"""A task force has members of several countries, its own board, and an end; who leaves sees nothing of it any more."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from havre.errors import Invalid, NotFound, Refused
from havre.exchange.models import Checked, Kind, Shared, Sighting
from havre.exchange.queries import standing_for
from havre.exchange.rules import reference
from havre.flows.check import check_after, elsewhere
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
from havre.flows.restrict import restrict
from havre.flows.theirs import say_theirs
from havre.restrictions.model import Level, Restriction
from havre.series.models import Series
from tests.cast import NOON, Node
from tests.exchange.shared import confirmed, same_here

END = NOON + timedelta(days=100)
ITALY = "Polizia Postale"


def to_group(code: str = "tf-1") -> Restriction:
    """Open to its members."""
    return Restriction(Level.OPEN, groups=frozenset({code}))


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
