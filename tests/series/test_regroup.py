"""What moved is grouped anew under numbers that stay; nothing else is read or written."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havre.cases.models import Intake, Item
from havre.linking.links import Kind, between
from havre.media.models import Exhibit, Medium
from havre.restrictions.keep import say
from havre.restrictions.model import Level, Restriction
from havre.restrictions.models import Kind as RestrictedKind
from havre.series.decide import decide
from havre.series.findings import Finding
from havre.series.keep import keep, move
from havre.series.models import Life, Link, Member, Moved, Series, Status, Word
from havre.series.regroup import members_of, regroup
from havre.victims.identify import identify, safeguard
from havre.victims.record import Child, victim
from tests.cast import NOON, Cast
from tests.series.held import found, medium

SURE = 1e-9


def tie(cast: Cast, *pairs: tuple[int, int], expected: float = SURE) -> None:
    keep(cast.belgium, [Finding(between(a, b, Kind.PLACE, expected)) for a, b in pairs], 100)


def clique(cast: Cast, media: Iterable[int]) -> None:
    tie(cast, *combinations(media, 2))


def live() -> dict[int, set[int]]:
    """The members of each series by its number."""
    found: dict[int, set[int]] = {}
    for member in Member.objects.select_related("series"):
        found.setdefault(member.series.number, set()).add(member.medium_id)
    return found


def test_a_series_grows_and_keeps_its_number(cast: Cast) -> None:
    a, b, c, d, e = (medium(cast.anke, at).pk for at in range(5))
    tie(cast, (a, b), (d, e))
    assert regroup(cast.belgium, NOON) == {"created": 2}
    kept = set(Member.objects.values_list("id", flat=True))
    tie(cast, (b, c))
    assert regroup(cast.belgium, NOON) == {"grown": 1}
    assert live() == {1: {a, b, c}, 2: {d, e}}
    assert kept <= set(Member.objects.values_list("id", flat=True))
    assert not Moved.objects.exists()
    assert regroup(cast.belgium, NOON) == {}


def test_numbers_are_given_once_in_each_unit(cast: Cast) -> None:
    a, b, c, d = (medium(cast.anke, at).pk for at in range(4))
    tie(cast, (a, b))
    regroup(cast.belgium, NOON)
    Link.objects.all().delete()
    move(cast.belgium, [a])
    assert regroup(cast.belgium, NOON) == {"dissolved": 1}
    tie(cast, (c, d))
    regroup(cast.belgium, NOON)
    assert (live(), Series.objects.get(number=1).status) == ({2: {c, d}}, Status.DISSOLVED)


@pytest.mark.parametrize("joined", [True, False])
@pytest.mark.parametrize("opened", [True, False])
def test_who_is_recorded_where_nobody_said_who_may_know_is_told_with_another_series_only_where_somebody_joins_them(
    cast: Cast, joined: bool, opened: bool
) -> None:
    media = [medium(cast.anke, at).pk for at in range(5)]
    clique(cast, media[:2])
    clique(cast, media[2:])
    regroup(cast.belgium, NOON)
    gone, into = Series.objects.order_by("number")
    for series, own in ((gone, media[:2]), (into, media[2:])):
        decide(series, Word.CONFIRMED, [set(own)], cast.anke, NOON, "")
    move(cast.belgium, media)
    regroup(cast.belgium, NOON)
    child = victim(gone, Child("Wren"), cast.anke, NOON)
    identify(child, "BE", NOON)
    Series.objects.filter(pk=gone.pk).update(life=Life.IDENTIFIED)
    if opened:
        italy = Restriction(Level.OPEN, countries=frozenset({"IT"}))
        say(cast.belgium, RestrictedKind.SERIES, into.pk, italy, cast.anke, NOON)
    if joined:
        decide(into, Word.CONFIRMED, [set(media)], cast.anke, NOON, "")
    clique(cast, media)
    assert regroup(cast.belgium, NOON) == {"merged": 1}
    assert set(child.series.all()) == {gone, *([into] if joined or not opened else [])}
    into.refresh_from_db()
    assert into.life == (Life.IDENTIFIED if joined else Life.UNIDENTIFIED)


def test_a_child_who_is_not_safe_in_one_of_several_that_become_part_at_once_is_not_safe_in_the_whole(
    cast: Cast,
) -> None:
    media = [medium(cast.anke, at).pk for at in range(9)]
    own = (media[:4], media[4:6], media[6:])
    for some in own:
        clique(cast, some)
    regroup(cast.belgium, NOON)
    into, open_, safe = Series.objects.order_by("number")
    for series, some in zip((into, open_, safe), own, strict=True):
        decide(series, Word.CONFIRMED, [set(some)], cast.anke, NOON, "")
    move(cast.belgium, media)
    regroup(cast.belgium, NOON)
    italy = Restriction(Level.OPEN, countries=frozenset({"IT"}))
    for series in (into, safe):
        say(cast.belgium, RestrictedKind.SERIES, series.pk, italy, cast.anke, NOON)
    for series, life, called in ((open_, Life.IDENTIFIED, "Wren"), (safe, Life.SAFEGUARDED, "Kite")):
        identify(victim(series, Child(called), cast.anke, NOON), "BE", NOON)
        Series.objects.filter(pk=series.pk).update(life=life)
    safeguard(safe.victims.get(), NOON)
    decide(into, Word.CONFIRMED, [{*own[0], *own[2]}], cast.anke, NOON, "")
    clique(cast, media)
    assert regroup(cast.belgium, NOON) == {"merged": 1}
    into.refresh_from_db()
    assert set(Series.objects.filter(merged_into=into)) == {open_, safe}
    assert into.life == Life.IDENTIFIED


def test_a_merged_series_says_what_it_became_part_of(cast: Cast) -> None:
    a, b, c, d, e = (medium(cast.anke, at).pk for at in range(5))
    clique(cast, (a, b))
    clique(cast, (c, d, e))
    regroup(cast.belgium, NOON)
    clique(cast, (a, b, c, d, e))
    assert regroup(cast.belgium, NOON) == {"merged": 1}
    assert live() == {2: {a, b, c, d, e}}
    assert Series.objects.get(number=1).merged_into == Series.objects.get(number=2)


def test_a_confirmed_number_outlives_a_larger_proposed_one(cast: Cast) -> None:
    a, b, c, d, e = (medium(cast.anke, at).pk for at in range(5))
    clique(cast, (a, b))
    clique(cast, (c, d, e))
    regroup(cast.belgium, NOON)
    decide(Series.objects.get(number=1), Word.CONFIRMED, [{a, b}], cast.anke, NOON, "")
    clique(cast, (a, b, c, d, e))
    regroup(cast.belgium, NOON)
    assert live() == {1: {a, b, c, d, e}}
    assert set(Member.objects.filter(confirmed=True).values_list("medium", flat=True)) == {a, b}
    assert Series.objects.get(number=2).status == Status.MERGED


def test_a_series_whose_media_are_all_gone_is_over(cast: Cast) -> None:
    empty = Series.objects.create(unit=cast.belgium, number=1, created_at=NOON)
    theirs = Series.objects.create(unit=cast.italy, number=1, created_at=NOON)
    regroup(cast.belgium, NOON)
    empty.refresh_from_db()
    theirs.refresh_from_db()
    assert (empty.status, theirs.status) == (Status.DISSOLVED, Status.PROPOSED)


def test_the_members_of_whatever_holds_some_media(cast: Cast) -> None:
    a, b, c, d = (medium(cast.anke, at).pk for at in range(4))
    tie(cast, (a, b), (c, d))
    regroup(cast.belgium, NOON)
    one = Series.objects.get(members__medium=a)
    assert members_of([b]) == {one.pk: [a, b]}
    assert members_of([]) == {}


WEBS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda t: t[0] != t[1]), max_size=14)
WORDS = st.lists(st.tuples(st.sampled_from(list(Word)), st.integers(0, 7), st.integers(0, 7)), max_size=2)


@settings(max_examples=40)
@given(WEBS, WORDS, st.integers(0, 7))
def test_step_by_step_ends_where_all_at_once_does(
    cast: Cast, web: list[tuple[int, int]], words: list[tuple[Word, int, int]], cut: int
) -> None:
    for table in (Member, Link, Moved, Series):  # decisions go with their series
        table.objects.all().delete()
    held = list(Medium.objects.order_by("id").values_list("id", flat=True))
    media = held or [medium(cast.anke, at).pk for at in range(8)]
    for some in (web[:cut], web[cut:]):
        tie(cast, *((media[a], media[b]) for a, b in some))
        regroup(cast.belgium, NOON)
        for word, a, b in words:
            series = Series.objects.order_by("number").first()
            if series is not None and a != b:
                decide(series, word, [{media[a]}, {media[b]}], cast.anke, NOON, "")
                move(cast.belgium, [media[a], media[b]])
        regroup(cast.belgium, NOON)
    step_by_step = {frozenset(held) for held in live().values()}

    Member.objects.all().delete()
    move(cast.belgium, media)
    regroup(cast.belgium, NOON)
    assert {frozenset(held) for held in live().values()} == step_by_step
    assert all(len(held) > 1 for held in step_by_step)


def test_when_a_series_was_found_follows_its_media_and_outlives_their_case(cast: Cast) -> None:
    a, b, c = (medium(cast.anke, at) for at in range(3))
    for held, hours in ((a, 3), (b, 2), (c, 1)):
        Medium.objects.filter(pk=held.pk).update(held_since=NOON + timedelta(hours=hours))
    tie(cast, (a.pk, b.pk))
    regroup(cast.belgium, NOON)
    assert times() == (NOON, NOON + timedelta(hours=2))
    Intake.objects.update(begun_at=NOON - timedelta(days=1))
    tie(cast, (b.pk, c.pk))
    regroup(cast.belgium, NOON)
    assert times() == (NOON - timedelta(days=1), NOON + timedelta(hours=1))
    Exhibit.objects.all().delete()
    move(cast.belgium, [a.pk])
    regroup(cast.belgium, NOON)
    assert times() == (NOON - timedelta(days=1), NOON + timedelta(hours=1))


def test_a_series_with_the_same_media_was_never_found_later(cast: Cast) -> None:
    a, b = (medium(cast.anke, at) for at in range(2))
    tie(cast, (a.pk, b.pk))
    regroup(cast.belgium, NOON)
    Intake.objects.update(begun_at=NOON + timedelta(days=1))  # as if the first case were erased, and another held them
    move(cast.belgium, [a.pk])
    regroup(cast.belgium, NOON)
    assert times()[0] == NOON


def test_a_series_that_lost_its_first_medium_was_found_with_the_next(cast: Cast) -> None:
    first = Intake.objects.get(pk=found(cast.anke, medium(cast.anke, 9), "z").intake_id)
    a, b, c = (medium(cast.anke, at) for at in range(3))
    tie(cast, (a.pk, b.pk), (b.pk, c.pk))
    second = Intake.objects.create(
        case=first.case, path="/y", begun_at=NOON + timedelta(days=1), begun_by=cast.anke, listing=b"", salt=b""
    )
    Item.objects.filter(exhibit__medium__in=[b, c]).update(intake=second)
    regroup(cast.belgium, NOON)
    assert times()[0] == NOON
    Link.objects.filter(one=a.pk).delete()
    move(cast.belgium, [a.pk, b.pk])
    assert regroup(cast.belgium, NOON) == {"shrunk": 1}
    assert times()[0] == NOON + timedelta(days=1)


def times() -> tuple[datetime | None, datetime | None]:
    series = Series.objects.get()
    return series.found_at, series.uploaded_at
