"""Files come into stacks as they are found: what repeats a medium is judged with it, and nothing else is."""

from collections import Counter

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from havre.assessments.gather import gather, gather_again, gather_orphans, in_series, whole
from havre.assessments.models import InSeries, SeriesIs, Stack, Stacked, Tab, Tally
from havre.assessments.tallies import ALL, count_known
from havre.cases.models import Item
from havre.matches.models import Knowledge, Match, MatchKind, Source
from havre.media.models import Exhibit, Medium
from havre.settings import Settings
from tests.assessments.stacked import many
from tests.cast import NOON, Cast, introduce


@pytest.fixture
def cast(database: Settings) -> Cast:
    return introduce()


def medium_of(item: Item) -> int:
    return Exhibit.objects.get(item=item).medium_id


def repeat(cast: Cast, item: Item, like: Item, kind: MatchKind = MatchKind.NEAR, **evidence: float) -> None:
    """This file turns out to repeat that one."""
    Item.objects.filter(pk=item.pk).update(outcome="repeat")
    item.outcome = "repeat"
    Match.objects.create(item=item, medium_id=medium_of(like), kind=kind, evidence=evidence)
    gather_again(cast.belgium, [item])


def files() -> list[int]:
    return sorted(Stack.objects.values_list("files", flat=True))


def test_each_new_file_founds_a_stack(cast: Cast) -> None:
    many(cast.belgium, cast.bram, 3)
    assert (files(), Stacked.objects.count()) == ([1, 1, 1], 3)
    assert set(Stack.objects.values_list("tab", "heading")) == {("new", "unseen")}


def counted() -> dict[str, int]:
    """How many stacks stand under each heading."""
    return dict(Tally.objects.filter(count__gt=0).exclude(heading=ALL).values_list("heading", "count"))


def test_a_repeat_joins_what_it_repeats_and_a_repeat_of_that_joins_too(cast: Cast) -> None:
    one, two, three = many(cast.belgium, cast.bram, 3)
    repeat(cast, two, one)
    repeat(cast, three, two)
    (stack,) = Stack.objects.all()
    assert (stack.item_id, stack.files, stack.heading, Stacked.objects.count()) == (one.pk, 3, "files", 3)
    assert counted() == {"files": 1}


def test_a_stack_that_is_founded_again_is_the_one_on_somebodys_screen(cast: Cast) -> None:
    one, two, three = many(cast.belgium, cast.bram, 3)
    before = dict(Stack.objects.values_list("item", "id"))
    gather_again(cast.belgium, [one, two, three])
    assert dict(Stack.objects.values_list("item", "id")) == before
    repeat(cast, three, one)
    assert dict(Stack.objects.values_list("item", "id")) == {each.pk: before[each.pk] for each in (one, two)}


def test_a_film_that_shares_a_part_is_no_repeat_of_the_whole(cast: Cast) -> None:
    one, two, three = many(cast.belgium, cast.bram, 3)
    repeat(cast, two, one, MatchKind.SEGMENT, query_share=0.1, match_share=1.0)
    repeat(cast, three, one, MatchKind.SEGMENT, query_share=0.97, match_share=0.95)
    assert files() == [1, 2]
    same = {"query_share": 1.0, "match_share": 1.0}
    assert not whole(Match(item=one, kind=MatchKind.SOUND, evidence=same), set())
    assert whole(Match(item=one, kind=MatchKind.SOUND, evidence=same), {one.pk})
    assert not whole(Match(item=one, kind=MatchKind.PLACE), set())


def test_what_is_known_or_refused_is_in_no_stack(cast: Cast) -> None:
    (one,) = many(cast.belgium, cast.bram, 1)
    for outcome in ("known", "refused", "quarantined"):
        Item.objects.filter(pk=one.pk).update(outcome=outcome)
        one.outcome = outcome
        gather_again(cast.belgium, [one])
        assert files() == []


def test_what_is_known_is_counted_once_however_often_it_is_looked_at_again(cast: Cast) -> None:
    items = many(cast.belgium, cast.bram, 2)
    for item in items:
        Item.objects.filter(pk=item.pk).update(outcome="known")
        item.outcome = "known"
    gather_again(cast.belgium, items)
    gather(cast.belgium, items)
    gather_again(cast.belgium, items)
    assert dict(Tally.objects.filter(tab="known").values_list("heading", "count")) == {"files": 2, ALL: 2}


def test_stacks_move_with_the_series_of_their_media(cast: Cast) -> None:
    _, two = many(cast.belgium, cast.bram, 2)
    in_series(cast.belgium, {medium_of(two): InSeries(SeriesIs.OPEN, 7)})
    first, last = Stack.objects.order_by("rank")
    assert (first.item_id, first.series, first.heading, last.heading) == (two.pk, 7, "series:7", "unseen")
    in_series(cast.belgium, {})
    assert set(Stack.objects.values_list("heading", "series")) == {("unseen", None)}
    assert counted() == {"unseen": 2}


OF_BEFORE = {"series", "files", "near", "linked", "unseen", "apart", "disputed", "waiting", "judged"}
"""Reasons that Havre had words for before series could be safe."""


def standing() -> dict[int, tuple[str, str, int]]:
    """Tab, heading and rank of each stack, in order of their files; counters agree."""
    rows = {item: (tab, heading, rank) for item, tab, heading, rank in STANDING.order_by("item")}
    assert counted() == Counter(heading for _tab, heading, _rank in rows.values())
    return rows


STANDING = Stack.objects.values_list("item", "tab", "heading", "rank")


def migrated(to: str) -> None:
    """The tables of this room as this update leaves them."""
    connection.check_constraints()  # PostgreSQL changes no table in which rows wait to be checked
    MigrationExecutor(connection).migrate([("assessments", to)])


def test_an_update_makes_room_for_safe_and_withdrawn_series_and_its_way_back_has_them_as_before(cast: Cast) -> None:
    items = many(cast.belgium, cast.bram, 8)
    for item, tab in zip(items[5:], (Tab.NEAR, Tab.SECOND, Tab.JUDGED), strict=True):
        Stack.objects.filter(item=item).update(tab=tab)
    Stack.objects.filter(item=items[6]).update(heading="waiting", rank=9)
    Stack.objects.filter(item=items[7]).update(heading="judged", rank=-9)
    Tally.objects.update(count=6)
    intake = items[0].intake_id
    for tab, heading in ((Tab.SECOND, "waiting"), (Tab.JUDGED, "judged")):
        Tally.objects.create(unit=cast.belgium, intake_id=intake, tab=tab, heading=heading, count=1)
    Tally.objects.create(unit=cast.belgium, intake_id=intake, tab=Tab.NEAR, heading="unseen", count=0)
    near = [(SeriesIs.OPEN, 3), (SeriesIs.SAFE, 3), (SeriesIs.SAFE, 4), (SeriesIs.WITHDRAWN, 5)]  # one follows late
    series = {medium_of(item): InSeries(*one) for item, one in zip(items[:4], near, strict=True)}
    in_series(cast.belgium, series)
    now = standing()
    assert [heading for _tab, heading, _rank in now.values()] == [
        "series:3", "safe:3", "safe:4", "withdrawn:5", "unseen", "unseen", "waiting", "judged",
    ]  # fmt: skip
    try:
        migrated("0001_initial")
        before = standing()
        assert {heading.partition(":")[0] for _tab, heading, _rank in before.values()} <= OF_BEFORE
    finally:
        migrated("0003_all_of_a_tab")
    assert [heading for _tab, heading, _rank in before.values()][:4] == ["series:3", "series:3", "series:4", "series:5"]
    one_more = [(number << 32) + (1 << 32) - 2 for _come_to, number in near]  # as it was: by number, then by files
    assert [rank for _tab, _heading, rank in before.values()][:4] == one_more
    step = 1 << 60
    assert [now[item.pk][2] - before[item.pk][2] for item in items[4:]] == [step, step, 0, 0]
    assert {item: place[2] for item, place in standing().items()} == {
        item: before[item][2] if place[1].startswith(("safe", "withdrawn")) else place[2] for item, place in now.items()
    }
    in_series(cast.belgium, series)
    assert standing() == now


def test_an_update_adds_up_what_is_counted_and_its_way_back_forgets_it(cast: Cast) -> None:
    items = many(cast.belgium, cast.bram, 5)
    many(cast.italy, cast.chiara, 2)
    in_series(cast.belgium, {medium_of(items[0]): InSeries(SeriesIs.OPEN, 3)})
    count_known(cast.belgium, {items[0].intake_id: 4})
    kept = set(Tally.objects.values_list("unit", "intake", "tab", "heading", "count"))
    assert [row[4] for row in sorted(kept) if row[3] == ALL] == [4, 5, 2]
    try:
        migrated("0002_series_is")
        assert set(Tally.objects.values_list("unit", "intake", "tab", "heading", "count")) == {
            row for row in kept if row[3] != ALL
        }
    finally:
        migrated("0003_all_of_a_tab")
    assert set(Tally.objects.values_list("unit", "intake", "tab", "heading", "count")) == kept


def test_who_loses_the_founder_founds_again_unless_it_is_judged(cast: Cast) -> None:
    one, two = many(cast.belgium, cast.bram, 2)
    repeat(cast, two, one)
    left = medium_of(two)
    Stack.objects.all().delete()
    gather_orphans(cast.belgium, [left])
    assert [stack.item_id for stack in Stack.objects.all()] == [two.pk]
    Stack.objects.all().delete()
    source = Source.objects.create(
        unit=cast.belgium, path="", format="judged", listing=b"", added_by=cast.bram, added_at=NOON
    )
    sha256 = Medium.objects.get(pk=left).sha256
    Knowledge.objects.create(source=source, unit=cast.belgium, pertinent=True, sha256=sha256)
    gather_orphans(cast.belgium, [left])
    assert Stack.objects.count() == 0


def test_the_other_unit_keeps_its_own(cast: Cast) -> None:
    theirs = many(cast.italy, cast.chiara, 2)
    in_series(cast.belgium, {medium_of(theirs[0]): InSeries(SeriesIs.OPEN, 1)})
    gather_orphans(cast.belgium, [medium_of(theirs[1])])
    gather(cast.belgium, [])
    assert set(Stack.objects.values_list("unit", "series")) == {(cast.italy.pk, None)}
