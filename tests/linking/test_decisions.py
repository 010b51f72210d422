"""What analysts said is kept: together, never again, apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.linking.decisions import Said, apart, confirmed, cores, pooled, rejected, split
from tests.linking.seeded import decisions

SIDES = st.dictionaries(st.integers(0, 3), st.sets(st.integers(0, 3), min_size=1).map(frozenset))


def grouped(*said: object) -> list[set[int]]:
    return sorted((core.media for core in cores(said, ()) if len(core.media) > 1), key=min)  # type: ignore[arg-type]


def test_confirmed_media_start_together_and_say_so() -> None:
    (core,) = cores([confirmed(1, [3, 1, 2])], [2])
    assert (core.media, core.confirmed) == ({1, 2, 3}, True)


def test_a_medium_nobody_spoke_of_starts_alone() -> None:
    (core,) = cores([], [7])
    assert (core.media, core.sides, core.confirmed) == ({7}, {}, False)


def test_two_confirmations_that_share_a_medium_are_one() -> None:
    assert grouped(confirmed(1, [1, 2]), confirmed(2, [2, 3])) == [{1, 2, 3}]


def test_no_two_rejected_media_may_meet() -> None:
    one, two, three = cores([rejected(1, [1, 2])], [1, 2, 3])
    assert apart(one.sides, two.sides)
    assert not apart(one.sides, three.sides)


def test_a_split_says_nothing_within_a_part() -> None:
    one, two, three = cores([split(1, [[1, 2], [3]])], [])
    assert not apart(one.sides, two.sides)
    assert apart(one.sides, three.sides)
    assert apart(pooled(one.sides, two.sides), three.sides)


def test_a_medium_has_one_part() -> None:
    with pytest.raises(Invalid):
        split(1, [[1, 2], [2, 3]])


def test_the_newer_word_holds() -> None:
    assert grouped(confirmed(1, [1, 2]), rejected(2, [1, 2])) == []
    assert grouped(rejected(1, [1, 2]), confirmed(2, [1, 2])) == [{1, 2}]
    assert grouped(confirmed(1, [1, 2, 3]), split(2, [[1], [2]])) == [{1, 3}]


def test_a_third_that_an_old_word_keeps_from_one_of_them_is_kept_from_both() -> None:
    pair, third = sorted(cores([rejected(1, [1, 2, 3]), confirmed(2, [1, 2])], []), key=lambda core: -len(core.media))
    assert apart(pair.sides, third.sides)


def test_decisions_are_numbered() -> None:
    with pytest.raises(Invalid):
        cores([confirmed(1, [1, 2]), rejected(1, [3, 4])], [])


@given(SIDES, SIDES)
def test_apart_is_mutual(one: dict[int, frozenset[int]], other: dict[int, frozenset[int]]) -> None:
    assert apart(one, other) == apart(other, one)
    assert pooled(one, other) == pooled(other, one)


@given(decisions())
def test_the_newest_decision_is_always_kept(said: list[object]) -> None:
    made = cores(said, ())  # type: ignore[arg-type]
    home = {medium: number for number, core in enumerate(made) for medium in core.media}
    assert sorted(home) == sorted({medium for core in made for medium in core.media})
    if not said:
        return
    newest = max(said, key=lambda decision: decision.number)  # type: ignore[attr-defined]
    homes = [{home[medium] for medium in part} for part in newest.parts]  # type: ignore[attr-defined]
    if newest.said is Said.CONFIRMED:  # type: ignore[attr-defined]
        assert len(homes[0]) == 1
    else:
        assert sum(map(len, homes)) == len(set().union(*homes))
