"""What was written so that nobody opens it by accident is read; what nobody sees is taken out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.addresses.spelling import plain, undo_dots
from havre.errors import Invalid

DOTS = ("[.]", "(.)", "{.}", "[dot]", "(dot)", "{dot}", "[DOT]", " [.] ", " (dot) ", "[ . ]")


@pytest.mark.parametrize("dot", DOTS)
@pytest.mark.parametrize("scheme", ["hxxp://", "hxxp[:]//", "hxxp[://]", "HXXP[:][//]", "h**p://", "http://"])
def test_every_way_to_break_a_link_is_undone(scheme: str, dot: str) -> None:
    assert plain(f"{scheme}www{dot}a{dot}example/x").lower() == "http://www.a.example/x"


@pytest.mark.parametrize(
    "mark", ["\u202a", "\u202e", "\u2066", "\u2069", "\u200e", "\u200f", "\u200b", "\ufeff", "\u00ad"]
)
def test_marks_that_nobody_sees_are_taken_out(mark: str) -> None:
    assert plain(f"{mark}http://a{mark}.example/{mark}x{mark}") == "http://a.example/x"


@pytest.mark.parametrize("sign", ["\n", "\t", "\x00", "\x1b", "\x7f", "\x9b"])
def test_control_characters_inside_are_refused(sign: str) -> None:
    with pytest.raises(Invalid, match="control characters"):
        plain(f"http://a.example/{sign}x")


def test_dots_in_a_text_are_undone_between_letters_only() -> None:
    assert undo_dots("see a[.]example and b (dot) example, not x_(dot) or (dot)") == (
        "see a.example and b.example, not x_(dot) or (dot)"
    )


@given(st.text(max_size=100))
def test_what_is_plain_stays_plain(text: str) -> None:
    try:
        once = plain(text)
    except Invalid:
        return
    assert not any(sign.isspace() for sign in once)
