"""A series is opened a page at a time, with the reasons for what is shown; what is asked does not grow with it."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.audit.models import Entry
from havre.errors import NotFound, Refused
from havre.flows.home import Home
from havre.flows.series import propose
from havre.flows.series_decided import confirm
from havre.flows.series_opened import A_PAGE, open_series, recorded_of
from havre.linking.links import Kind
from havre.series.models import Comment, Series
from havre.units.models import Role
from havre.victims.models import Victim
from tests.cast import NOON, Node
from tests.exposures import NIKON, exposure, intake, taken_at
from tests.series.many import series_of
from tests.sources import variants

SERIAL = {"BodySerialNumber": "6030741"}


def three_stacks(node: Node, folder: Path) -> None:
    files = {f"{at}.jpg": exposure(at, NIKON, SERIAL, taken_at(f"10:0{at}:00")) for at in (1, 2, 3)}
    copies = {"1 larger.png": variants(1)["larger"], "1 again.jpg": variants(1)["re-encoded"]}
    intake(node.home, node.anke, folder, files | copies)
    propose(node.home, node.anke)


def test_copies_are_one_stack_and_links_are_told_between_stacks(begun: Node, tmp_path: Path) -> None:
    three_stacks(begun, tmp_path / "seized")
    opened = open_series(begun.home, begun.anke, "S1")
    assert sorted(len(stack.media) for stack in opened.stacks) == [1, 1, 3]
    assert (opened.all_stacks, opened.media, opened.films, opened.after, opened.whole) == (3, 5, 0, None, True)
    home = {medium: stack.first for stack in opened.stacks for medium in stack.media}
    pairs = {(home[link.one], home[link.other]) for link in opened.links}
    assert all(one != other for one, other in pairs)
    assert {link.kind for link in opened.links} >= {Kind.CAMERA}
    assert not any(stack.confirmed for stack in opened.stacks)
    assert sorted(one.local is not None for one in opened.stated.values()) == [False, False, True, True, True]

    confirm(begun.home, begun.anke, "S1")
    assert all(stack.confirmed for stack in open_series(begun.home, begun.anke, "S1").stacks)


def test_looking_is_logged_and_needs_a_role(begun: Node, tmp_path: Path) -> None:
    three_stacks(begun, tmp_path / "seized")
    open_series(begun.home, begun.bram, "S1")
    last = Entry.objects.order_by("index").last()
    assert last is not None
    assert (last.person, last.verb, last.thing, last.detail) == ("bram", "consultation", "series S1", '{"shown":3}')
    Role.objects.filter(person=begun.bram.person).update(name="auditor")
    with pytest.raises(Refused, match="look at series"):
        open_series(begun.home, begun.bram, "S1")


def test_what_another_unit_holds_is_absent(begun: Node, tmp_path: Path) -> None:
    three_stacks(begun, tmp_path / "seized")
    with pytest.raises(NotFound) as unseen:
        open_series(begun.home, begun.chiara, "S1")
    with pytest.raises(NotFound) as absent:
        open_series(begun.home, begun.chiara, "S1" + "0" * 5)
    assert str(unseen.value) == str(absent.value).replace("S100000", "S1")
    assert Series.objects.filter(number=1).exists()


def asked(node: Node, named: str, after: int = 0) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        open_series(node.home, node.anke, named, after)
    return len(queries)


def test_a_thousand_members_are_paged_and_cost_no_more_questions_than_ten(begun: Node) -> None:
    series_of(begun.anke.person, 10)
    series_of(begun.anke.person, 1000)
    assert asked(begun, "S2") == asked(begun, "S1")
    first = open_series(begun.home, begun.anke, "S2")
    assert (len(first.stacks), first.all_stacks, first.media, first.whole) == (A_PAGE, 1000, 1000, False)
    second = open_series(begun.home, begun.anke, "S2", after=first.after or 0)
    assert not {stack.first for stack in first.stacks} & {stack.first for stack in second.stacks}
    assert asked(begun, "S2", first.after or 0) == asked(begun, "S1")


def test_what_is_common_is_counted_by_the_first_who_opens(begun: Node, tmp_path: Path) -> None:
    three_stacks(begun, tmp_path / "seized")
    first, again = asked(begun, "S1"), asked(begun, "S1")
    assert again < first
    assert asked(begun, "S1") == again
    told = open_series(begun.home, begun.anke, "S1")
    anew = open_series(Home(begun.home.settings), begun.anke, "S1")
    assert (told.links, told.apart, told.stated) == (anew.links, anew.apart, anew.stated)


def test_a_page_knows_what_people_recorded_at_all(begun: Node, tmp_path: Path) -> None:
    three_stacks(begun, tmp_path / "seized")
    series, person = Series.objects.get(), begun.anke.person
    assert open_series(begun.home, begun.anke, "S1").recorded == frozenset()
    confirm(begun.home, begun.anke, "S1")
    Comment.objects.create(series=series, text="x", by=person, at=NOON, withdrawn_at=NOON)
    assert open_series(begun.home, begun.anke, "S1").recorded == {"decisions"}
    Comment.objects.create(series=series, text="x", by=person, at=NOON)
    Victim.objects.create(unit=person.unit, pseudonym="Fox", recorded_by=person, recorded_at=NOON).series.add(series)
    assert open_series(begun.home, begun.anke, series).recorded == {"decisions", "comments", "victims"}
    assert recorded_of(begun.chiara.person, series, [series.pk]) == frozenset()
