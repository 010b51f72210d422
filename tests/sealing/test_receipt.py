"""A receipt code is read however it was copied, and a slip in copying it is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid, Refused
from havre.sealing.receipt import LETTERS, Code, code_from, new_code, read_code
from havre.sealing.secret import seal_to, unseal_from
from tests.sealing.wire import chance

CODES = st.integers(0, 2**32).map(lambda seed: new_code(chance(seed)))


@given(CODES, st.sampled_from(["", " ", "-", " - ", "\n"]))
def test_a_code_is_read_however_it_is_spaced(code: Code, between: str) -> None:
    typed = between.join(str(code).split("-")).lower()
    assert read_code(typed) == code
    assert read_code(typed.replace("0", "o").replace("1", "l")) == code


@given(CODES, st.data())
def test_every_wrong_letter_is_noticed(code: Code, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(code.letters) - 1))
    wrong = data.draw(st.sampled_from([letter for letter in LETTERS if letter != code.letters[place]]))
    with pytest.raises(Invalid, match="not a receipt code"):
        read_code(code.letters[:place] + wrong + code.letters[place + 1 :])


@given(CODES, st.integers(0, 23))
def test_neighbours_that_changed_places_are_noticed(code: Code, place: int) -> None:
    one, other = list(code.letters[place : place + 2])
    if one == other or {one, other} == {"0", "Z"}:
        return
    with pytest.raises(Invalid):
        read_code(code.letters[:place] + other + one + code.letters[place + 2 :])


@pytest.mark.parametrize("typed", ["", "-", "AAAAA-AAAAA", "A" * 10_000, "é" * 25, "\x00" * 25, "0" * 26])
def test_what_is_no_code_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(Invalid, match="five groups of five"):
        read_code(typed)


def test_two_codes_open_different_answers_and_neither_shows_the_code() -> None:
    one, other = new_code(chance(1)), new_code(chance(2))
    sealed = seal_to(one.sealing, b"it is gone", b"", chance(3))
    assert unseal_from(one.opener, sealed, b"") == b"it is gone"
    with pytest.raises(Refused):
        unseal_from(other.opener, sealed, b"")
    assert one.digest != other.digest
    assert one.letters not in repr(one)
    assert len({one.digest, one.sealing, one.opener.private_bytes_raw()}) == 3


def test_a_code_has_five_groups_and_is_made_of_chance_alone() -> None:
    assert str(new_code(chance(1))) == str(new_code(chance(1)))
    assert [len(group) for group in str(new_code(chance(1))).split("-")] == [5] * 5
    assert len({str(new_code(chance(seed))) for seed in range(500)}) == 500


def test_the_same_bytes_make_the_same_code() -> None:
    codes = [code_from(bytes([first]) * 32).letters for first in (1, 1, 2)]
    assert (codes[0] == codes[1], codes[0] == codes[2]) == (True, False)
