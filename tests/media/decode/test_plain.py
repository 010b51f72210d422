"""Text made harmless."""

from hypothesis import given
from hypothesis import strategies as st

from havre.media.decode.plain import decoded, plain


@given(st.text(max_size=300))
def test_what_is_shown_has_no_control_characters_and_is_bounded(text: str) -> None:
    shown = plain(text, 100)
    assert shown.isprintable()
    assert len(shown) <= 100


def test_ordinary_text_stays_and_the_rest_is_escaped() -> None:
    assert plain("Élodie's <b>") == "Élodie's <b>"
    assert plain("a\x1b[31m\u202egpj\n") == "a\\x1b[31m\\u202egpj\\n"
    assert plain("x" * 20, 10) == "x" * 9 + "…"


def test_bytes_are_read_as_utf8_or_western() -> None:
    assert (decoded("é".encode()), decoded(b"\xe9 "), decoded(b"a\0b")) == ("é", "é", "a")
