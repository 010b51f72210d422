"""A list as a table: read back whole, and harmless in a spreadsheet."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.hashlists.changes import START
from havre.hashlists.entry import Entry
from havre.hashlists.lines import Bad
from havre.hashlists.table import COLUMNS, FORMULA, LONGEST_ROW, guarded, read, unguarded, write
from tests.hashlists.made import made
from tests.hashlists.sharing import LISTS, Sharing

PRINTABLE = st.text(min_size=1, max_size=9).filter(str.isprintable)


@given(LISTS)
def test_every_entry_is_read_back_as_it_is(listed: Sharing) -> None:
    entries = listed.page(START, 99)
    assert list(read(write(entries))) == entries


@given(st.dictionaries(st.sampled_from(["BE", "FR", "NL"]), PRINTABLE, min_size=1))
def test_whatever_a_country_calls_a_category_is_read_back(categories: dict[str, str]) -> None:
    entry = made(1, categories=categories)
    assert list(read(write([entry]))) == [entry]


@given(st.text(max_size=9))
def test_no_cell_is_a_formula(cell: str) -> None:
    assert not guarded(cell).startswith(FORMULA)
    assert unguarded(guarded(cell)) == cell


def test_a_signal_is_a_row() -> None:
    rows = list(csv.DictReader(StringIO(b"".join(write([made(7, labels=("face",), retracted=True)])).decode())))
    assert [row["method"] for row in rows] == ["pdq", "md5", "sha1"]
    assert {row["number"] for row in rows} == {"7"}
    assert rows[0]["retracted"] == "yes"
    assert tuple(rows[0]) == COLUMNS


def test_bad_rows_come_back_in_their_place_and_the_rest_goes_on() -> None:
    entries = [made(1), made(2), made(3), made(4)]
    lines = list(write(entries))
    lines[2] = b"\xff\r\n"  # a signal of the first
    lines[4] = lines[4].replace(b"2,1,pdq", b"2,1,crc32")
    lines[8] = lines[8].replace(b",no", b",maybe", 1)
    lines[10] = lines[10].replace(b",2,", b",two,", 1)
    found = list(read([*lines, b'"never closed\r\n', b"\r\n", b"x" * (LONGEST_ROW + 1)]))
    numbers = [each.number for each in found if isinstance(each, Entry)]
    assert numbers == [1, 2, 3, 3, 4]
    assert [(each.line, each.why) for each in found if isinstance(each, Bad)] == [
        (3, "this row has not the columns of the first"),
        (5, "a feed has no signals of this method; it has: pdq, md5, sha1, sha256, film"),
        (9, "an entry says yes or no, and picture or film"),
        (11, "the numbers of an entry are whole"),
        (14, "this row has not the columns of the first"),
        (15, "this row has not the columns of the first"),
        (16, f"a row has at most {LONGEST_ROW} bytes"),
    ]


def test_a_table_without_our_columns_is_none() -> None:
    for lines in ([], [b"md5\r\n"], [b"\xff"]):
        with pytest.raises(Invalid, match="begins with its columns"):
            list(read(lines))
    assert list(read(write([]))) == []
