"""Files come into stacks as they are found: what repeats a medium is judged with it, and nothing else is."""

from importlib import import_module

import pytest
from django.apps import apps

from havre.assessments.gather import gather, gather_again, gather_orphans, in_series, whole
from havre.assessments.models import InSeries, SeriesIs, Stack, Stacked, Tally
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


def test_a_repeat_joins_what_it_repeats_and_a_repeat_of_that_joins_too(cast: Cast) -> None:
    one, two, three = many(cast.belgium, cast.bram, 3)
    repeat(cast, two, one)
    repeat(cast, three, two)
    (stack,) = Stack.objects.all()
    assert (stack.item_id, stack.files, stack.heading, Stacked.objects.count()) == (one.pk, 3, "files", 3)
    assert dict(Tally.objects.filter(count__gt=0).values_list("heading", "count")) == {"files": 1}


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
    assert list(Tally.objects.filter(tab="known").values_list("count", flat=True)) == [2]


def test_stacks_move_with_the_series_of_their_media(cast: Cast) -> None:
    _, two = many(cast.belgium, cast.bram, 2)
    in_series(cast.belgium, {medium_of(two): InSeries(SeriesIs.OPEN, 7)})
    first, last = Stack.objects.order_by("rank")
    assert (first.item_id, first.series, first.heading, last.heading) == (two.pk, 7, "series:7", "unseen")
    in_series(cast.belgium, {})
    assert set(Stack.objects.values_list("heading", "series")) == {("unseen", None)}
    assert dict(Tally.objects.filter(count__gt=0).values_list("heading", "count")) == {"unseen": 2}


def test_an_update_makes_room_for_safe_series_between_open_ones_and_the_rest(cast: Cast) -> None:
    items = many(cast.belgium, cast.bram, 4)
    in_series(cast.belgium, {medium_of(items[0]): InSeries(SeriesIs.OPEN, 3)})
    Stack.objects.filter(item=items[1]).update(tab="judged", heading="judged", rank=-9)
    ranks = dict(Stack.objects.values_list("item", "rank"))
    update = import_module("havre.assessments.migrations.0002_series_is")
    update.close_up(apps, None)
    before = dict(Stack.objects.values_list("item", "rank"))
    assert [ranks[item.pk] - before[item.pk] for item in items] == [0, 0, update.STEP, update.STEP]
    update.make_room(apps, None)
    assert dict(Stack.objects.values_list("item", "rank")) == ranks


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
