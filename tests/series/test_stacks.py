"""Members that are visually the same are one stack, whatever order the pairs come in."""

from hypothesis import given
from hypothesis import strategies as st

from havre.series.stacks import Belonging, stacked

SURE, PROPOSED, FILM = Belonging(True, False), Belonging(False, False), Belonging(True, True)
PAIRS = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)).filter(lambda pair: pair[0] != pair[1]))


def test_copies_lie_on_the_first_of_them() -> None:
    told = stacked({1: SURE, 2: SURE, 3: FILM, 4: PROPOSED}, [(2, 4), (1, 2)])
    assert [(stack.first, stack.media, stack.confirmed, stack.film) for stack in told] == [
        (1, (1, 2, 4), False, False),
        (3, (3,), True, True),
    ]
    assert stacked({}, []) == []


@given(pairs=PAIRS)
def test_stacks_are_what_hangs_together(pairs: list[tuple[int, int]]) -> None:
    members = dict.fromkeys(range(1, 13), SURE)
    told = stacked(members, pairs)
    assert sorted(medium for stack in told for medium in stack.media) == list(members)
    assert [stack.first for stack in told] == sorted(stack.first for stack in told)
    assert told == stacked(members, list(reversed(pairs)))
    assert {frozenset(stack.media) for stack in told} == _reached(members, pairs)


def _reached(members: dict[int, Belonging], pairs: list[tuple[int, int]]) -> set[frozenset[int]]:
    """The reference: whoever can be walked to."""
    found = set()
    for start in members:
        seen, ahead = {start}, [start]
        while ahead:
            at = ahead.pop()
            beside = {end for pair in pairs if at in pair for end in pair} - seen
            seen |= beside
            ahead += beside
        found.add(frozenset(seen))
    return found
