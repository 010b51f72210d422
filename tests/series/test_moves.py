"""A series' life: every move of the table is made and written down, every other is refused and changes nothing."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid, Refused
from havre.restrictions.keep import say
from havre.restrictions.model import Level, Restriction
from havre.restrictions.models import Kind
from havre.series.models import Life, Move, Series, Stamp, Status, Step
from havre.series.moves import (
    FORWARD,
    MAY_BECOME,
    STAMPS,
    absorb,
    move,
    stamp,
    taken_back,
    told_by,
    told_reason,
    was_told,
)
from havre.settings import Settings
from havre.units.models import Person
from havre.victims.identify import identify, safeguard
from havre.victims.record import Child, victim
from tests.cast import NOON, Cast, introduce
from tests.series.many import series_of


def test_the_table_names_every_state_and_none_becomes_itself() -> None:
    assert set(MAY_BECOME) == set(Life)
    assert all(life not in after for life, after in MAY_BECOME.items())
    assert all(later in MAY_BECOME[earlier] for earlier, later in pairwise(FORWARD))
    assert all(Life.MERGED in after for life, after in MAY_BECOME.items() if life != Life.MERGED)


@pytest.mark.parametrize("was", list(Life))
@pytest.mark.parametrize("to", list(Life))
def test_a_move_is_made_exactly_where_the_table_allows_it(database: Settings, was: Life, to: Life) -> None:
    cast = introduce()
    series = series_of(cast.anke, 2)
    series.status, series.life = Status.CONFIRMED, was
    series.save()
    if to in MAY_BECOME[was]:
        moved = move(series, to, cast.anke, NOON, "a reason")
        series.refresh_from_db()
        assert (series.life, moved.was, moved.became, moved.at, moved.by, moved.reason) == (
            to, was, to, NOON, cast.anke, "a reason",
        )  # fmt: skip
        assert set(series.stamps.values_list("step", flat=True)) == set(STAMPS.get(to, ()))
        return
    with pytest.raises(Invalid, match="cannot become"):
        move(series, to, cast.anke, NOON)
    series.refresh_from_db()
    assert (series.life, Move.objects.count(), Stamp.objects.count()) == (was, 0, 0)


@given(path=st.lists(st.sampled_from(list(Life)), max_size=12))
@pytest.mark.parametrize("backend", ["sqlite"])
def test_whatever_is_tried_in_whatever_order_the_written_moves_are_one_chain(
    database: Settings, path: list[Life]
) -> None:
    Series.objects.all().delete()
    anke = Person.objects.filter(name="anke").first() or introduce().anke
    series = series_of(anke, 1)
    series.status = Status.CONFIRMED
    series.save()
    model = Life.UNIDENTIFIED
    for to in path:
        if to in MAY_BECOME[model]:
            move(series, to, anke, NOON)
            model = to
        else:
            with pytest.raises(Invalid):
                move(series, to, anke, NOON)
    series.refresh_from_db()
    moves = list(Move.objects.filter(series=series).order_by("id").values_list("was", "became"))
    assert series.life == model
    assert [was for was, _ in moves] == [Life.UNIDENTIFIED, *[became for _, became in moves]][: len(moves)]


@pytest.mark.parametrize("to", [Life.LOCATED, Life.IDENTIFIED])
def test_what_nobody_confirmed_is_neither_located_nor_identified(cast: Cast, to: Life) -> None:
    series = series_of(cast.anke, 2)
    with pytest.raises(Refused, match="confirm first that the media of S1 belong together"):
        move(series, to, cast.anke, NOON)
    assert (Series.objects.get().life, Move.objects.count()) == (Life.UNIDENTIFIED, 0)


def test_a_step_is_stamped_once(cast: Cast) -> None:
    series = series_of(cast.anke, 2)
    assert stamp(series, Step.ALERT, cast.anke, NOON)
    assert not stamp(series, Step.ALERT, cast.bram, NOON + timedelta(hours=1))
    assert (Stamp.objects.get().by, Stamp.objects.get().at) == (cast.anke, NOON)


@pytest.mark.parametrize("into_life", list(FORWARD))
@pytest.mark.parametrize("other_life", list(FORWARD))
def test_of_two_series_the_one_that_goes_on_is_as_far_but_safe_only_where_the_other_has_no_child_who_is_not(
    cast: Cast, into_life: Life, other_life: Life
) -> None:
    into, other = series_of(cast.anke, 2), series_of(cast.anke, 2)
    for series, life in ((into, into_life), (other, other_life)):
        series.life = life
        series.save()
    stamp(other, Step.ANALYSE, cast.anke, NOON)
    absorb(into, other, NOON)
    into.refresh_from_db()
    other.refresh_from_db()
    farther = max(into_life, other_life, key=FORWARD.index)
    at_odds = {into_life, other_life} == {Life.IDENTIFIED, Life.SAFEGUARDED}
    assert into.life == (Life.IDENTIFIED if at_odds else farther)
    assert other.life == Life.MERGED
    assert into.stamps.get().step == Step.ANALYSE
    assert all(moved.by is None for moved in Move.objects.all())


@pytest.mark.parametrize("into_life", list(FORWARD))
@pytest.mark.parametrize("other_life", list(FORWARD))
def test_an_open_series_is_not_identified_by_one_that_media_alone_made_part_of_it(
    cast: Cast, into_life: Life, other_life: Life
) -> None:
    into, other = series_of(cast.anke, 2), series_of(cast.anke, 2)
    into.life, other.life = into_life, other_life
    absorb(into, other, NOON, meant=False)
    known = (Life.IDENTIFIED, Life.SAFEGUARDED)
    at_odds = {into_life, other_life} == set(known)
    farther = max(into_life, other_life, key=FORWARD.index)
    stays = into_life not in known and other_life in known
    assert into.life == (into_life if stays else Life.IDENTIFIED if at_odds else farther)


def test_nothing_of_a_series_of_which_nobody_said_anything_is_told_with_one_that_media_alone_made_it_part_of(
    cast: Cast,
) -> None:
    into, other, withdrawn = (series_of(cast.anke, 2) for _ in range(3))
    italy = Restriction(Level.OPEN, countries=frozenset({"IT"}))
    say(cast.belgium, Kind.SERIES, into.pk, italy, cast.anke, NOON)
    other.life, withdrawn.life = Life.LOCATED, Life.WITHDRAWN
    absorb(into, withdrawn, NOON, meant=False)
    absorb(into, other, NOON, meant=False)
    assert into.life == Life.UNIDENTIFIED


def test_a_child_who_is_not_safe_in_a_part_of_a_part_is_not_safe_in_the_whole(cast: Cast) -> None:
    safe, part, deeper = (series_of(cast.anke, 2) for _ in range(3))
    _child(deeper, cast.anke, "Kite", identified=True)
    Series.objects.filter(pk=deeper.pk).update(status=Status.MERGED, life=Life.MERGED, merged_into=part)
    safe.life = Life.SAFEGUARDED
    absorb(safe, part, NOON)
    assert safe.life == Life.IDENTIFIED


def test_a_withdrawn_series_is_open_with_an_open_one_and_a_merged_one_has_no_life_to_give(cast: Cast) -> None:
    into, other = series_of(cast.anke, 2), series_of(cast.anke, 2)
    into.life, other.life = Life.WITHDRAWN, Life.LOCATED
    absorb(into, other, NOON)
    absorb(into, other, NOON)
    assert (into.life, other.life) == (Life.LOCATED, Life.MERGED)
    moved = list(Move.objects.filter(series=into).order_by("pk").values_list("was", "became"))
    assert moved == [(Life.WITHDRAWN, Life.UNIDENTIFIED), (Life.UNIDENTIFIED, Life.LOCATED)]


@pytest.mark.parametrize("life", [Life.UNIDENTIFIED, Life.WITHDRAWN])
def test_two_are_withdrawn_only_where_both_were(cast: Cast, life: Life) -> None:
    for into_life, other_life in ((life, Life.WITHDRAWN), (Life.WITHDRAWN, life)):
        into, other = series_of(cast.anke, 2), series_of(cast.anke, 2)
        into.life, other.life = into_life, other_life
        absorb(into, other, NOON)
        assert into.life == life


def _child(series: Series, by: Person, called: str, *, identified: bool, safe: bool = False) -> None:
    found = victim(series, Child(called), by, NOON)
    if identified:
        identify(found, "BE", NOON)
    if safe:
        safeguard(found, NOON)


@pytest.mark.parametrize("safe_goes_on", [True, False])
@pytest.mark.parametrize("identified", [True, False])
def test_a_united_series_is_safe_only_where_all_its_children_are(
    cast: Cast, safe_goes_on: bool, identified: bool
) -> None:
    safe, other = series_of(cast.anke, 2), series_of(cast.anke, 2)
    safe.life, other.life = Life.SAFEGUARDED, Life.IDENTIFIED if identified else Life.UNIDENTIFIED
    _child(safe, cast.anke, "Wren", identified=True, safe=True)
    _child(other, cast.anke, "Kite", identified=identified)
    into, gone = (safe, other) if safe_goes_on else (other, safe)
    absorb(into, gone, NOON)
    assert into.life == Life.IDENTIFIED
    assert into.victims.count() == 2


@pytest.mark.parametrize("told_goes_on", [True, False])
@pytest.mark.parametrize("to", [Life.IDENTIFIED, Life.SAFEGUARDED])
def test_what_is_so_by_the_word_of_others_alone_is_so_no_more_once_they_take_it_back_whatever_it_became_part_of(
    cast: Cast, told_goes_on: bool, to: Life
) -> None:
    told, other = series_of(cast.anke, 2), series_of(cast.anke, 2)
    told.status = Status.CONFIRMED
    for life in (Life.IDENTIFIED, Life.SAFEGUARDED)[: 1 + (to == Life.SAFEGUARDED)]:
        move(told, life, None, NOON, told_reason(life, "Peer", "GB"))
    _child(other, cast.anke, "Kite", identified=False)
    into, gone = (told, other) if told_goes_on else (other, told)
    absorb(into, gone, NOON)
    assert (into.life, was_told(into)) == (Life.IDENTIFIED, True)
    assert taken_back(into, "Peer (GB)", NOON) is not None
    assert into.life == Life.UNIDENTIFIED


def test_what_others_said_is_taken_back_to_what_it_was_before(database: Settings) -> None:
    cast = introduce()
    series = series_of(cast.anke, 2)
    series.status = Status.CONFIRMED
    series.save()
    assert taken_back(series, "Peer (GB)", NOON) is None
    move(series, Life.LOCATED, cast.anke, NOON)
    for _again in range(2):
        move(series, Life.IDENTIFIED, None, NOON, told_reason(Life.IDENTIFIED, "Peer", "GB"))
        move(series, Life.SAFEGUARDED, None, NOON, told_reason(Life.SAFEGUARDED, "Other", "FR"))
        done = taken_back(series, "Peer (GB)", NOON)
        assert done is not None
        assert (done.was, done.became, told_by(done)) == (Life.SAFEGUARDED, Life.LOCATED, "Peer (GB)")
        assert Series.objects.get().life == Life.LOCATED
        assert taken_back(series, "Peer (GB)", NOON) is None
    move(series, Life.IDENTIFIED, cast.anke, NOON)
    assert (was_told(series), taken_back(series, "Peer (GB)", NOON)) == (False, None)
    move(series, Life.SAFEGUARDED, None, NOON, told_reason(Life.SAFEGUARDED, "Other", "FR"))
    done = taken_back(series, "Other (FR)", NOON)
    assert done is not None
    assert done.became == Life.IDENTIFIED  # so far its own people were
