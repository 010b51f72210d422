"""A puzzle belongs to one code and one while, and is proof of work."""

from hashlib import sha256

import pytest

from havre.sealing.puzzle import BITS, WINDOW, WINDOWS, puzzle, solution, solved

KEY, CODE = bytes(range(32)), bytes(32)
SECOND = 1_700_000_000 // WINDOW * WINDOW
EASY = 4
"""Zero bits of the tests, but for one."""

TEXT = puzzle(KEY, CODE, SECOND, EASY)
NONCE = solution(TEXT, EASY)


def counts(text: str = TEXT, nonce: str = NONCE, second: int = SECOND, code: bytes = CODE, key: bytes = KEY) -> bool:
    return solved(key, code, second, text, nonce, EASY)


def test_a_solution_is_one_for_its_code_key_and_time() -> None:
    assert counts()
    assert not counts(code=bytes(31) + b"x")
    assert not counts(key=bytes(32))
    assert counts(second=SECOND + WINDOWS * WINDOW - 1)
    assert not counts(second=SECOND + WINDOWS * WINDOW)
    assert not counts(second=SECOND - 1)


def test_what_is_no_solution_is_none() -> None:
    wrong = next(str(n) for n in range(1_000) if sha256(f"{TEXT}.{n}".encode()).digest()[0] >> 4)
    assert not counts(nonce=wrong)
    for nonce in ("", "-1", "x", "9" * 13, "٣", "1\n"):
        assert not counts(nonce=nonce)


@pytest.mark.parametrize(
    "text", ["", "x", TEXT + "0", TEXT.replace(".4.", ".0."), TEXT.replace(".4.", ".5."), "1.4." + "0" * 24]
)
def test_what_is_no_puzzle_of_ours_is_none(text: str) -> None:
    assert not counts(text=text, nonce="1")


def test_an_easier_puzzle_of_ours_does_not_do() -> None:
    easy = puzzle(KEY, CODE, SECOND, 1)
    assert not solved(KEY, CODE, SECOND, easy, solution(easy, 1), EASY)


def test_as_hard_as_it_is_for_browsers_it_can_be_solved() -> None:
    text = puzzle(KEY, CODE, SECOND)
    assert solved(KEY, CODE, SECOND, text, solution(text, BITS))
    assert len(f"{text}.{10**9}") <= 55  # one block of SHA-256: what the script of the pages hashes
