"""Stacks stand under what the series that they are in or near has come to, from whenever it comes to it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from havre.assessments.models import SeriesIs, Stack, Tally
from havre.assessments.tallies import ALL
from havre.audit.models import Checkpoint
from havre.audit.seen import read_seen
from havre.errors import Unavailable
from havre.flows.identify import record_victim, safeguard_victim
from havre.flows.series_life import move_series
from havre.flows.source import holding
from havre.flows.stacks_follow import COME_TO, Following, stacks_follow, where_it_is
from havre.media.models import Exhibit
from havre.series.models import Life, Member, Move, Series, Status
from havre.victims.models import Victim
from havre.victims.record import Child
from tests.assessments.stacked import many
from tests.cast import Node
from tests.series.many import series_of


@pytest.fixture
def two(begun: Node) -> list[int]:
    """The stacks of three media: one in S1, one in S2, one in neither; both are confirmed."""
    items = many(begun.anke.unit, begun.anke.person, 3)
    for item in items[:2]:
        series = series_of(begun.anke.person, 0)
        Member.objects.create(series=series, medium_id=Exhibit.objects.get(item=item).medium_id, confirmed=True)
    Series.objects.update(status=Status.CONFIRMED)
    stacks_follow(begun.anke.unit)
    return [Stack.objects.get(item=item).pk for item in items]


def headings() -> dict[int, str]:
    """Under what each stack stands, in the order in which they are judged; counters agree."""
    stacks = list(Stack.objects.order_by("rank", "id"))
    counted = dict(Tally.objects.filter(count__gt=0).values_list("heading", "count"))
    found = [stack.heading for stack in stacks]
    assert counted == {heading: found.count(heading) for heading in found} | {ALL: len(found)}
    return {stack.pk: stack.heading for stack in stacks}


def test_near_a_child_who_is_safe_comes_after_open_series_and_before_the_rest(begun: Node, two: list[int]) -> None:
    assert list(headings().items()) == [(two[0], "series:1"), (two[1], "series:2"), (two[2], "unseen")]
    wren = record_victim(begun.home, begun.bram, "S1", Child("Wren"), "GB")
    assert headings()[two[0]] == "series:1"  # identified, and not safe yet: it is open
    safeguard_victim(begun.home, begun.bram, "S1", wren.pk)
    assert list(headings().items()) == [(two[1], "series:2"), (two[0], "safe:1"), (two[2], "unseen")]
    record_victim(begun.home, begun.bram, "S1", Child("Kite"), "GB")
    assert headings()[two[0]] == "series:1"  # another child of it is not safe


def test_near_what_nobody_looks_for_any_further_comes_last(begun: Node, two: list[int]) -> None:
    move_series(begun.home, begun.bram, "S2", Life.WITHDRAWN)
    assert list(headings().items()) == [(two[0], "series:1"), (two[2], "unseen"), (two[1], "withdrawn:2")]
    stacks_follow(begun.anke.unit)
    assert headings()[two[1]] == "withdrawn:2"
    move_series(begun.home, begun.bram, "S2", Life.UNIDENTIFIED)
    assert headings()[two[1]] == "series:2"


def test_a_stack_near_two_series_stands_near_the_open_one(begun: Node, two: list[int]) -> None:
    first, second = Stack.objects.get(pk=two[0]), Stack.objects.get(pk=two[1])
    second.media.update(stack=first)
    stacks_follow(begun.anke.unit)
    assert headings()[first.pk] == "series:1"
    move_series(begun.home, begun.bram, "S1", Life.WITHDRAWN)
    assert headings()[first.pk] == "series:2"
    move_series(begun.home, begun.bram, "S2", Life.WITHDRAWN)
    assert headings()[first.pk] == "withdrawn:1"


def test_they_follow_once_that_stands(begun: Node, two: list[int]) -> None:
    series = Series.objects.get(number=1)
    series.life = Life.SAFEGUARDED
    with transaction.atomic():
        series.save()
        where_it_is(series, Life.IDENTIFIED)
        assert headings()[two[0]] == "series:1"
    assert headings()[two[0]] == "safe:1"


@contextmanager
def counting_fails() -> Iterator[None]:
    """The database refuses whatever moves a stack."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE assessments_tally RENAME TO elsewhere")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE elsewhere RENAME TO assessments_tally")


def test_a_child_who_is_safe_stays_so_where_stacks_can_not_follow_and_they_do_later(
    begun: Node, two: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    wren = record_victim(begun.home, begun.bram, "S1", Child("Wren"), "GB")
    with counting_fails():
        safeguard_victim(begun.home, begun.bram, "S1", wren.pk)
        assert read_seen(begun.home.settings.seen) == Checkpoint.objects.order_by("pk").last().note  # type: ignore[union-attr]
    assert ["S1 moved, its stacks do once `havre work` runs" in each for each in caplog.messages] == [True]
    assert Victim.objects.get().safeguarded_at is not None
    assert headings()[two[0]] == "series:1"
    Following().look()
    assert headings()[two[0]] == "safe:1"


def moved(number: int, to: Life) -> None:
    """By the word of others, as whoever tells them writes it down."""
    series = Series.objects.get(number=number)
    Move.objects.create(series=series, was=series.life, became=to, at=series.created_at)
    Series.objects.filter(pk=series.pk).update(life=to)


def test_what_goes_on_behind_follows_each_move_once_and_everything_at_first(begun: Node, two: list[int]) -> None:
    moved(1, Life.SAFEGUARDED)
    following = Following()
    assert (following.look(), following.look()) == (2, 0)  # every unit
    assert [headings()[key] for key in two[:2]] == ["safe:1", "series:2"]
    moved(2, Life.WITHDRAWN)
    with counting_fails(), pytest.raises(Unavailable):
        following.look()
    assert headings()[two[1]] == "series:2"
    assert (following.look(), following.look()) == (1, 0)
    assert [headings()[key] for key in two[:2]] == ["safe:1", "withdrawn:2"]


@pytest.mark.parametrize("backend", ["postgresql"])  # in SQLite whoever writes holds everything
def test_nobody_waits_for_a_unit_that_is_held(begun: Node, two: list[int]) -> None:
    moved(1, Life.SAFEGUARDED)
    following, held, over = Following(), threading.Event(), threading.Event()

    def hold() -> None:
        with holding(begun.anke.unit):
            held.set()
            over.wait(60)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert held.wait(60)
        assert (following.look(), headings()[two[0]]) == (1, "series:1")  # the other unit
    finally:
        over.set()
        thread.join()
    assert (following.look(), headings()[two[0]]) == (1, "safe:1")


def test_every_life_that_can_have_members_is_open_safe_or_withdrawn() -> None:
    assert {life: COME_TO.get(life, SeriesIs.OPEN).label for life in Life if life != Life.MERGED} == {
        Life.UNIDENTIFIED: "Open",
        Life.INVESTIGATED: "Open",
        Life.LOCATED: "Open",
        Life.IDENTIFIED: "Open",
        Life.SAFEGUARDED: "Safe",
        Life.WITHDRAWN: "Withdrawn",
    }
