"""What is kept of a file is fit to be kept and shown."""

from hypothesis import given
from hypothesis import strategies as st

from havre.hosting.rows import LONGEST_TEXT, country_of, text_of


@given(st.text(max_size=400))
def test_a_text_can_be_shown(text: str) -> None:
    kept = text_of(text)
    assert kept.isprintable()
    assert len(kept) <= LONGEST_TEXT
    assert text_of(kept) == kept


def test_a_text_keeps_its_words() -> None:
    assert text_of(" Example\tHosting \x1b[31m  Ltd\n") == "Example Hosting [31m Ltd"
    assert text_of(None) == text_of(7) == text_of(["x"]) == ""


def test_a_country_is_two_letters() -> None:
    assert [country_of(value) for value in ("be", " NL ", "B", "BEL", "12", "ßß", "éé", None, 7)] == [
        *("BE", "NL"),
        *[""] * 7,
    ]
