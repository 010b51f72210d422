"""What several words on a page come to, by the policy's wish for a second person."""

from dataclasses import replace

import pytest

from havre.assessments.facts import Facts
from havre.hotline.models import Judgement
from havre.hotline.policy_file import policy_of
from havre.hotline.standing import Standing, Waits, standing_of
from tests.cast import NOON

POLICY = policy_of("BE")
ACT, NOT = "actionable", "not actionable"


def word(person: int, verdict: str, age: str = "", visible: tuple[str, ...] = ()) -> Judgement:
    return Judgement(person_id=person, verdict=verdict, age=age, visible=list(visible), at=NOON)


@pytest.mark.parametrize(
    ("words", "waits", "verdict"),
    [
        ([], Waits.FIRST, ""),
        ([word(1, ACT)], Waits.SECOND, ACT),
        ([word(1, ACT), word(2, ACT)], Waits.NOBODY, ACT),
        ([word(1, ACT), word(1, ACT)], Waits.SECOND, ACT),
        ([word(1, NOT)], Waits.NOBODY, NOT),
        ([word(1, ACT), word(2, NOT)], Waits.AGREEMENT, ""),
        ([word(1, ACT, "3-5"), word(2, ACT, "adult")], Waits.AGREEMENT, ""),
        ([word(1, ACT, "3-5"), word(2, ACT), word(3, ACT, "adult")], Waits.AGREEMENT, ""),
    ],
)
def test_words_on_a_page(words: list[Judgement], waits: Waits, verdict: str) -> None:
    found = standing_of(words, POLICY, alone=False)
    assert (found.waits, found.verdict, found.settled) == (waits, verdict, waits is Waits.NOBODY)


def test_what_one_left_out_the_other_said() -> None:
    found = standing_of([word(1, ACT, "3-5"), word(2, ACT, visible=("act",))], POLICY, alone=False)
    assert found == Standing(Waits.NOBODY, ACT, Facts("3-5", ("act",)), NOON)


def test_alone_one_settles_it_and_a_policy_may_want_two_for_all() -> None:
    assert standing_of([word(1, ACT)], POLICY, alone=True).settled
    strict = replace(POLICY, two_people=frozenset({ACT, NOT}))
    assert standing_of([word(1, NOT)], strict, alone=False).waits is Waits.SECOND
    assert standing_of([word(1, ACT)], replace(POLICY, two_people=frozenset()), alone=False).settled
