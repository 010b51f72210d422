"""What somebody tells is kept within limits, and read back as it was told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.hotline.telling import (
    LONGEST_ADDRESS,
    LONGEST_LINE,
    LONGEST_TEXT,
    MOST_ADDRESSES,
    Told,
    body_of,
    told_in,
    told_of,
    words_of,
)

TEXTS = st.text(max_size=200)


@given(st.lists(TEXTS, max_size=5), TEXTS, TEXTS, st.sampled_from(["", "child", "parent", "knows"]), st.booleans())
def test_what_was_told_is_read_back(addresses: list[str], seen: str, contact: str, relation: str, danger: bool) -> None:
    told = told_of(Told(tuple(addresses), seen, contact=contact, relation=relation, danger=danger, language="nl"))
    assert told_in(body_of(told)) == told
    assert told_of(told) == told


def test_what_was_added_is_read_with_all_it_says() -> None:
    told = Told(
        ("a.example", "b.example"), "see a.example", where="the third", when="today", contact="mira@home.example"
    )
    assert words_of(told).splitlines() == ["b.example", "see a.example", "the third", "today", "mira@home.example"]
    assert words_of(Told(danger=True)) == ""


@given(st.text(max_size=300))
def test_nothing_is_kept_that_would_move_a_terminal_or_break_a_database(text: str) -> None:
    kept = told_of(Told(seen=text)).seen
    assert all(char in "\n\t\u200c\u200d" or char.isprintable() for char in kept)
    assert "\x00" not in kept
    kept.encode()


def test_what_is_too_much_is_refused_with_the_limit() -> None:
    with pytest.raises(Invalid, match=f"{LONGEST_TEXT} characters at most"):
        told_of(Told(seen="x" * (LONGEST_TEXT + 1)))
    with pytest.raises(Invalid, match=f"at most {MOST_ADDRESSES} addresses"):
        told_of(Told(addresses=("https://a.example",) * (MOST_ADDRESSES + 1)))
    assert told_of(Told(seen="x" * LONGEST_TEXT)).seen == "x" * LONGEST_TEXT


@pytest.mark.parametrize("told", [Told(seen="x", relation="police"), Told(seen="x", language="de")])
def test_a_choice_that_the_form_does_not_offer_is_refused(told: Told) -> None:
    with pytest.raises(Invalid, match="changed on its way"):
        told_of(told)


@given(st.binary(max_size=200))
def test_bytes_that_no_letter_is_made_of_are_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        told_in(b"\xff" + body)


@pytest.mark.parametrize(
    "body", [b"[]", b"1", b'{"seen": 1}', b'{"nobody": ""}', b'{"addresses": [1]}', b"[" * 100_000]
)
def test_json_that_is_no_letter_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid, match="nothing that Havre can read"):
        told_in(body)


@pytest.mark.parametrize("letter", ['"', "\\", "漢", "\U0001f6a2"])
def test_the_longest_letter_is_read_back(letter: str) -> None:
    line, text = letter * LONGEST_LINE, letter * LONGEST_TEXT
    addresses = (letter * LONGEST_ADDRESS,) * MOST_ADDRESSES
    told = told_of(Told(addresses, text, text, line, contact=line, about=line))
    assert told_in(body_of(told)) == told


def test_spaces_of_every_kind_stay_between_words() -> None:
    assert told_of(Told(seen="le\u00a0site\u3000du\u202fport")).seen == "le site du port"
