"""Files for spreadsheets hold no formulas, pages no markup of others."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.platforms.written import FORMULA, as_csv, as_html, cell, flat, shown

HOSTILE = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "|calc", "%0A", " =1", '=HYPERLINK("x")']


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_begins_a_formula(text: str) -> None:
    (_head, row) = csv.reader(io.StringIO(as_csv(("a", "b"), [{"a": text, "b": None}])))
    assert not row[0].startswith(FORMULA)
    assert row[1] == ""


@given(st.text())
def test_a_cell_is_one_line_of_text(text: str) -> None:
    found = cell(text)
    assert not found.startswith(FORMULA)
    assert "\n" not in found
    assert "\r" not in found


def test_numbers_stay_numbers_and_nested_fields_are_one_row() -> None:
    assert (cell(-1.5), cell(3), cell(None), shown(None), shown(0)) == ("-1.5", "3", "", "–", "0")
    assert flat({"a": {"b": 1, "c": {"d": None}}, "e": "x"}) == {"a.b": 1, "a.c.d": None, "e": "x"}


def test_a_page_escapes_whatever_it_is_given() -> None:
    bad = '<script>alert("1")</script>'
    page = as_html(bad, bad, [bad], [(bad, [bad], [[bad]])])
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;") == 7
