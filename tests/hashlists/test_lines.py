"""Entries are read back as they were written; a line that is none is named and stops nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.hashlists.entry import Entry
from havre.hashlists.lines import LONGEST_LINE, Bad, entry_of, fields, line_of, read
from tests.hashlists.made import ENTRIES, made

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(ENTRIES)
def test_an_entry_is_read_back_as_it_was_written(entry: Entry) -> None:
    line = line_of(entry)
    assert entry_of(line) == entry
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert line.isascii()


@given(st.sampled_from(sorted(fields(made(1)))), JSON)
def test_any_value_in_any_place_is_an_entry_or_is_refused(name: str, value: object) -> None:
    said = fields(made(1)) | {name: value}
    try:
        entry = entry_of(json.dumps(said).encode())
    except Invalid:
        return
    assert json.loads(line_of(entry))[name] == value


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"\xff", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "no object"),
        (b"{}", "it lacks added, baseline"),
        (b" " * (LONGEST_LINE + 1), "bytes"),
    ],
)
def test_what_is_no_entry_says_why(line: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        entry_of(line)


def test_a_later_writer_may_say_more() -> None:
    said = fields(made(3)) | {"later": "a word"}
    assert entry_of(json.dumps(said).encode()) == made(3)


def test_bad_lines_come_back_in_their_place_and_the_rest_goes_on() -> None:
    good = [made(number) for number in (1, 2)]
    lines = [line_of(good[0]), b"no\n", line_of(good[1])]
    assert list(read(lines)) == [good[0], Bad(2, "this line is no JSON"), good[1]]
