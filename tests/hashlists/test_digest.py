"""The digest of a list is of its entries alone: not of their order, nor of the way that led there."""

from hypothesis import given
from hypothesis import strategies as st

from havre.hashlists.digest import DIGITS, EMPTY, moved, state_of
from havre.hashlists.lines import line_of
from tests.hashlists.made import made

LINES = st.lists(st.binary(max_size=9).filter(lambda line: b"\n" not in line), max_size=9)


@given(LINES, st.randoms(use_true_random=False))
def test_the_order_does_not_matter_and_the_digits_are_always_as_many(lines: list[bytes], chances: object) -> None:
    shuffled = [*lines]
    chances.shuffle(shuffled)  # type: ignore[attr-defined]
    digest = moved(EMPTY, lines)
    assert digest == moved(EMPTY, shuffled)
    assert DIGITS.fullmatch(digest)


@given(LINES, LINES)
def test_what_came_and_went_again_leaves_nothing(lines: list[bytes], others: list[bytes]) -> None:
    step_by_step = EMPTY
    for line in [*lines, *others]:
        step_by_step = moved(step_by_step, [line])
    assert moved(step_by_step, [], others) == moved(EMPTY, lines)
    assert moved(step_by_step, others, [*lines, *others]) == moved(EMPTY, others)


def test_one_other_bit_of_one_entry_is_another_digest() -> None:
    entries = [made(number) for number in (1, 2, 3)]
    one = moved(EMPTY, map(line_of, entries))
    other = moved(EMPTY, map(line_of, [*entries[:2], made(3, disputed=True)]))
    assert one != other
    assert moved(one, [line_of(made(3, disputed=True))], [line_of(made(3))]) == other
    assert state_of(line_of(made(1))) == state_of(line_of(made(1)).rstrip(b"\n"))
