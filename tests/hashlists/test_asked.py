"""What is asked is checked on its way in; what is answered can be asked with again."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.hashlists.asked import (
    LARGEST_MOMENT,
    cursor,
    cursor_of,
    moment,
    not_yet,
    number,
    position,
    said,
    size,
    written,
)
from havre.hashlists.changes import START, Position
from havre.hashlists.entry import LARGEST


@given(st.integers(0, LARGEST_MOMENT))
def test_a_moment_is_read_back_as_it_was_written(seconds: int) -> None:
    assert moment(written(seconds)) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:10Z", 10),
        ("1970-01-01T00:00:10", 10),
        ("1970-01-01T01:00:10+01:00", 10),
        ("2017-10-20T00:00:00.000Z", 1_508_457_600),
        ("1960-01-01T00:00:00Z", 0),
    ],
)
def test_moments_of_clients_are_read_in_their_zones(text: str, seconds: int) -> None:
    assert moment(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01T00:00:00Z", "12"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="is written as"):
        moment(text)


def test_what_lies_beyond_all_years_is_written_as_their_end() -> None:
    assert written(LARGEST) == "9999-12-31T23:59:59Z"


@given(st.integers(0, LARGEST), st.integers(0, LARGEST))
def test_a_cursor_is_read_back_as_it_was_given(version: int, last: int) -> None:
    assert cursor(cursor_of(Position(version, last))) == Position(version, last)
    assert position({"after": cursor_of(Position(version, last))}) == Position(version, last)


@pytest.mark.parametrize("text", ["1", ".", "1.", ".1", "a.1", "1.²", "-1.1", "1.1.1", "1" * 17 + ".1"])
def test_what_was_never_given_as_a_cursor_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="cursor"):
        cursor(text)


def test_who_says_no_cursor_begins_at_the_start() -> None:
    assert position({}) == START
    assert position({"after": ""}) == START


def test_numbers_are_whole_and_between_their_limits() -> None:
    assert number({}, "most", 7) == 7
    assert number({"most": ""}, "most", 7) == 7
    assert number({"most": "12"}, "most", 7) == 12
    for wrong in ("-1", "1.5", "x", "²", "9" * 30, "13"):
        with pytest.raises(Invalid, match="most is a whole number between 0 and 12"):
            number({"most": wrong}, "most", 7, most=12)
    with pytest.raises(Invalid):
        number({"most": "0"}, "most", 7, least=1)


def test_who_asks_for_more_than_is_given_gets_what_is_given() -> None:
    assert size({"size": "5000"}, "size", 100, 1000) == 1000
    assert size({"size": "5"}, "size", 100, 1000) == 5
    assert size({}, "size", 100, 1000) == 100


def test_an_answer_that_is_not_there_yet_says_when_to_ask_again() -> None:
    answer = not_yet(0)
    assert (answer.status, answer.again_in) == (503, 1)
    assert "Retry-After" in json.loads(answer.body)["message"]
    assert said({"é": 1}).body == b'{"\\u00e9":1}'
