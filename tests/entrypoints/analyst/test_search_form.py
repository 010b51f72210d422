"""What is typed becomes a question, or one sentence."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.entrypoints.analyst.search_form import FIELDS, form_of
from havre.errors import Invalid
from havre.linking.stated import Place


def test_what_is_typed_is_read() -> None:
    form = form_of({"near": "50.85; 4.35", "km": "2,5", "until": "2026-03-02", "make": " x ", "csrf": "dropped"})
    asked = form.asked()
    assert (asked.near, asked.km, asked.camera) == (Place(50.85, 4.35), 2.5, {"make": "x"})
    assert asked.until == datetime(2026, 3, 3, tzinfo=UTC)
    assert "csrf" not in form.typed


def test_a_digest_is_told_from_words() -> None:
    assert form_of({"q": " " + "AB" * 16}).by_digits
    assert not form_of({"q": "ab" * 17}).by_digits


def test_a_region_needs_all_four() -> None:
    assert form_of({"x": "0", "y": "1", "w": "2", "h": "3"}).region == (0, 1, 2, 3)
    assert form_of({}).region is None
    with pytest.raises(Invalid, match="four whole numbers"):
        form_of({"x": "1"}).region  # noqa: B018


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=30)))
def test_whatever_is_typed_is_read_or_refused_in_a_sentence(typed: dict[str, str]) -> None:
    form = form_of(typed)
    for read in (form.asked, lambda: form.region, lambda: form.like, lambda: form.radius, lambda: form.by_digits):
        with suppress(Invalid):
            read()
