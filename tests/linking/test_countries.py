"""Clues become countries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.linking.atlas import countries
from havre.linking.countries import KINDS, POINTS, Certainty, Constraint, Said, constraint, verdict, where

POOLE = constraint({"kind": "circle", "longitude": -1.98, "latitude": 50.72, "km": 60, "certainty": "likely"})
ENGLISH = constraint({"kind": "language", "values": ["en"]})
LEFT = constraint({"kind": "side", "values": ["left"], "certainty": "sure"})
BRITISH = constraint({"kind": "country", "values": ["GB"]})

certainties = st.sampled_from([*Certainty])


def _chosen(kind: str) -> st.SearchStrategy[Constraint]:
    values = st.lists(st.sampled_from(sorted(KINDS[kind].allowed())), min_size=1, max_size=4, unique=True)
    return st.builds(lambda some, sure: Constraint(kind, tuple(sorted(some)), sure), values, certainties)


circles = st.builds(
    lambda x, y, km, sure: Constraint("circle", (), sure, x, y, km),
    *(st.floats(-180, 180), st.floats(-90, 90), st.floats(1, 5000), certainties),
)
constraints = st.one_of(circles, *map(_chosen, KINDS))
said = st.lists(st.builds(Said, st.integers(1, 5), constraints), max_size=5, unique=True)


def test_the_story_of_the_red_bus() -> None:
    found = where([Said(1, POOLE), Said(2, BRITISH), Said(3, ENGLISH), Said(4, LEFT)])
    best, second = found.ranked[:2]
    assert (best.country, len(best.speaks_for), best.points) == ("GB", 4, 10)
    assert second.points < best.points
    ireland = next(each for each in found.ranked if each.country == "IE")
    assert [each.clue for each in ireland.speaks_for] == [3, 4]
    assert [each.clue for each in ireland.against] == [1, 2]
    assert not ireland.excluded
    assert next(each for each in found.ranked if each.country == "FR").excluded


@given(said)
def test_no_clue_is_dropped_silently(given_: list[Said]) -> None:
    for each in where(given_).ranked:
        assert sorted((*each.speaks_for, *each.against, *each.silent)) == sorted(given_)


@given(said, st.randoms())
def test_the_order_in_which_clues_are_found_plays_no_part(given_: list[Said], chance: object) -> None:
    turned = list(given_)
    getattr(chance, "shuffle")(turned)  # noqa: B009 - hypothesis's own Random
    assert where(given_) == where(turned)


@given(said, st.builds(Said, st.just(9), constraints))
def test_one_more_clue_never_raises_a_country_that_is_excluded(given_: list[Said], more: Said) -> None:
    before, after = where(given_), where([*given_, more])
    ranks = {each.country: rank for rank, each in enumerate(after.ranked)}
    excluded = {each.country for each in before.ranked if each.excluded}
    still = {each.country for each in after.ranked if each.excluded}
    assert excluded <= still
    open_ = [ranks[each.country] for each in after.ranked if not each.excluded]
    assert all(ranks[code] > max(open_, default=-1) for code in excluded)


@given(said, st.builds(Said, st.just(9), constraints))
def test_a_clue_never_raises_the_points_of_a_country_that_it_speaks_against(given_: list[Said], more: Said) -> None:
    before = {each.country: each.points for each in where(given_).ranked}
    found = verdict(more.constraint)
    for each in where([*given_, more]).ranked:
        weight = POINTS[more.constraint.certainty]
        change = weight if each.country in found.fits else -weight if each.country in found.excludes else 0
        assert each.points == before[each.country] + change


@given(said)
def test_every_country_stands_in_the_ranking_once(given_: list[Said]) -> None:
    found = where(given_).ranked
    assert sorted(each.country for each in found) == list(countries())
    assert [each.excluded for each in found] == sorted(each.excluded for each in found)


def test_clues_that_cannot_both_be_true_are_named() -> None:
    france = Said(1, Constraint("country", ("FR",), Certainty.SURE))
    left = Said(2, LEFT)
    english = Said(3, ENGLISH)
    found = where([france, left, english])
    assert set(found.contradictions) == {(france, left), (france, english)}
    assert (found.nowhere, found.possible) == (True, [])
    # Nothing is hidden: France is still shown with what speaks for it and what against.
    france_now = next(each for each in found.ranked if each.country == "FR")
    assert (france_now.speaks_for, france_now.against) == ((france,), (left, english))


def test_three_sure_clues_may_contradict_though_no_two_do() -> None:
    pairs = (("BE", "NL"), ("NL", "FR"), ("BE", "FR"))
    sure = [Said(n, Constraint("country", tuple(sorted(pair)), Certainty.SURE)) for n, pair in enumerate(pairs)]
    assert where(sure).contradictions == (tuple(sure),)
    assert where(sure[:2]).contradictions == ()


def test_a_table_that_does_not_know_a_country_says_nothing_of_it() -> None:
    found = verdict(constraint({"kind": "plug", "values": ["G"]}))
    assert "GB" in found.fits
    assert "FR" in found.excludes
    assert "AQ" not in found.fits | found.excludes


def test_nothing_said_leaves_everything_possible() -> None:
    found = where([])
    assert (len(found.ranked), found.nowhere, found.contradictions) == (250, False, ())


@given(constraints)
def test_a_constraint_is_read_as_it_was_kept(kept: Constraint) -> None:
    assert constraint(kept.told()) == kept


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"kind": "weather", "values": ["BE"]},
        {"kind": "country"},
        {"kind": "country", "values": []},
        {"kind": "country", "values": ["ZZ"]},
        {"kind": "country", "values": "BE"},
        {"kind": "country", "values": [["BE"]]},
        {"kind": "country", "values": ["BE"], "certainty": "certain"},
        {"kind": ["country"], "values": ["BE"]},
        {"kind": "region", "values": ["europe of old"]},
        {"kind": "circle"},
        {"kind": "circle", "longitude": "x", "latitude": 1, "km": 1},
        {"kind": "circle", "longitude": 181, "latitude": 1, "km": 1},
        {"kind": "circle", "longitude": float("nan"), "latitude": 1, "km": 1},
        {"kind": "circle", "longitude": 1, "latitude": 1, "km": 0},
        {"kind": "circle", "longitude": 1, "latitude": 1, "km": 5001},
    ],
)
def test_what_is_no_constraint_is_refused_in_a_sentence(told: dict[str, object]) -> None:
    with pytest.raises(Invalid, match=r"."):
        constraint(told)


def test_what_cannot_be_chosen_is_named() -> None:
    with pytest.raises(Invalid, match="'UK' can't be chosen as country"):
        constraint({"kind": "country", "values": ["BE", "UK"]})
    with pytest.raises(Invalid, match="at most 60"):
        constraint({"kind": "country", "values": ["BE"] * 61})
