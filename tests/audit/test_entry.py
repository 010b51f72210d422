"""One entry has one text, and any other text is found."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.audit.entry import Act, Entry, entry_of, wrong_with
from havre.errors import Invalid
from havre.sealing.sign import Signer

NODE = Signer(bytes(range(32)))
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACT = Act("anke", "Federal Police", "disclosure: feed", "list 3", "request", NOON, {"b": 1, "a": [None, "é"]})
TEXTS = ("person", "unit", "thing", "reason")


def test_the_message_of_an_entry_is_the_one_that_the_protocol_shows() -> None:
    assert entry_of(ACT, 4, NODE).message("havre/0123456789abcdef") == (
        b"havre audit entry 1\n"
        b"havre/0123456789abcdef\n"
        b'[4,"2026-03-01T12:00:00.000000+00:00","anke","Federal Police","disclosure: feed","list 3","request",'
        b'"{\\"a\\":[null,\\"\\\\u00e9\\"],\\"b\\":1}"]'
    )


@given(texts=st.tuples(*(st.text(st.characters(codec="utf-8")) for _ in TEXTS)), index=st.integers(0, 1 << 60))
def test_any_entry_is_genuine_as_it_was_written(texts: tuple[str, ...], index: int) -> None:
    columns: dict[str, Any] = dict(zip(TEXTS, texts, strict=True))
    act = replace(ACT, **columns)
    assert wrong_with(entry_of(act, index, NODE), NODE.verifier) == ""


@pytest.mark.parametrize("name", [field.name for field in fields(Entry)])
def test_every_field_of_an_entry_counts(name: str) -> None:
    entry = entry_of(ACT, 4, NODE)
    value = getattr(entry, name)
    altered: Any = {int: 5, str: "2", bytes: bytes(32)}[type(value)]
    assert wrong_with(replace(entry, **{name: altered}), NODE.verifier) != ""


def test_words_that_move_from_one_column_to_the_next_count() -> None:
    entry = entry_of(replace(ACT, person="ab", unit="c"), 4, NODE)
    assert entry.message("o") != replace(entry, person="a", unit="bc").message("o")


@pytest.mark.parametrize("detail", [{"x": float("nan")}, {"x": object()}, {"x": {1, 2}}])
def test_a_detail_that_json_does_not_know_is_refused(detail: dict[str, object]) -> None:
    with pytest.raises(Invalid, match="the log takes JSON"):
        entry_of(replace(ACT, detail=detail), 0, NODE)
