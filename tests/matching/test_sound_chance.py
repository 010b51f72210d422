"""What chance gives: less for longer segments, less for better agreement, and by the measured table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.matching.sound_chance import (
    A_TENTH,
    ENOUGH,
    LENGTHS,
    MOST_SAMENESS,
    NEEDED,
    NEEDED_WHOLE,
    ONE_IN_A_MILLION,
    expected_false,
    false_share,
    needed_agreement,
)

lengths = st.integers(LENGTHS[0], 2000)


def test_the_table_has_a_figure_for_every_length_and_never_asks_more_of_the_longer() -> None:
    assert len(LENGTHS) == len(ONE_IN_A_MILLION) == len(A_TENTH)
    assert list(ONE_IN_A_MILLION) == sorted(ONE_IN_A_MILLION, reverse=True)
    assert list(A_TENTH) == sorted(A_TENTH, reverse=True)


@pytest.mark.parametrize("number", range(len(LENGTHS)))
def test_a_length_of_the_table_has_the_figures_of_the_table(number: int) -> None:
    length, limit, tenth = LENGTHS[number], ONE_IN_A_MILLION[number], A_TENTH[number]
    assert false_share(length, limit) == pytest.approx(1e-6)
    assert false_share(length, limit + tenth) == pytest.approx(1e-7)
    assert false_share(length, needed_agreement(length)) == pytest.approx(10.0**-NEEDED)
    assert false_share(length, needed_agreement(length, whole=True)) == pytest.approx(10.0**-NEEDED_WHOLE)


@given(length=lengths, longer=lengths, agreement=st.floats(0, 1), better=st.floats(0, 1))
def test_longer_and_better_is_never_likelier_by_chance(
    length: int, longer: int, agreement: float, better: float
) -> None:
    length, longer = sorted((length, longer))
    agreement, better = sorted((max(agreement, 0.5), max(better, 0.5)))
    assert needed_agreement(longer) <= needed_agreement(length)
    assert false_share(length, better) <= false_share(length, agreement)
    assert false_share(longer, agreement) <= false_share(length, agreement) * (1 + 1e-9)


@pytest.mark.parametrize("distinct", [0, 1, LENGTHS[0] - 1])
def test_what_is_too_short_is_never_a_match(distinct: int) -> None:
    assert needed_agreement(distinct) == float("inf")
    assert false_share(distinct, 1.0) == 1.0


def test_what_is_expected_grows_with_the_query_and_with_what_is_known() -> None:
    one = expected_false(59, 0.6, 1.0, query_items=59, known_items=1_000_000)
    assert one == pytest.approx(1_000_000 * false_share(59, 0.6))
    assert expected_false(59, 0.6, 1.0, 59, 100_000_000) == pytest.approx(100 * one)
    assert expected_false(59, 0.6, 1.0, 590, 1_000_000) == pytest.approx(10 * one)
    assert expected_false(59, 0.6, 1.0, 10, 1_000_000) == pytest.approx(one)


def test_what_counts_as_a_match_is_rarely_expected_in_a_hundred_thousand_sounds() -> None:
    assert expected_false(59, needed_agreement(59), 1.0, 59, 100_000 * 1454) < 0.002


@given(distinct=lengths, sameness=st.floats(1, MOST_SAMENESS))
def test_sounds_that_are_like_themselves_need_more_up_to_what_is_enough(distinct: int, sameness: float) -> None:
    usual, needed = needed_agreement(distinct), needed_agreement(distinct, sameness)
    assert usual <= needed <= max(usual, ENOUGH)
    assert needed == pytest.approx(usual * sameness) or needed in (usual, ENOUGH)
    assert false_share(distinct, 0.6, sameness) >= false_share(distinct, 0.6)
