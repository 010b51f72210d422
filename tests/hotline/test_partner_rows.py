"""Files of partners: good rows come, bad ones say their line and why, whatever stands in them."""

import io
import json

from hypothesis import given
from hypothesis import strategies as st

from havre.hotline.partner_rows import LONGEST_LINE, BadRow, Row, made, rows_in
from havre.hotline.telling import Told


def read(text: str | bytes) -> list[Row | BadRow]:
    return list(rows_in(io.BytesIO(text.encode() if isinstance(text, str) else text)))


def test_csv_with_a_heading() -> None:
    found = read(
        '\ufeffReference;URL;Text;Danger;Language\nR-1;https://a.example/x https://b.example/y;"a\nharbour";yes;NL\n'
    )
    told = Told(("https://a.example/x", "https://b.example/y"), "a\nharbour", danger=True, language="nl")
    assert found == [Row(3, told, "R-1")]


def test_json_lines() -> None:
    rows = [{"urls": ["https://a.example/x"], "reference": 7, "danger": True}, {"url": "https://b.example/"}]
    found = read("\n".join(map(json.dumps, rows)) + "\n\n")
    assert [each.told.addresses for each in found if isinstance(each, Row)] == [
        ("https://a.example/x",),
        ("https://b.example/",),
    ]
    assert [each.told.danger for each in found if isinstance(each, Row)] == [True, False]
    assert isinstance(found[0], Row)
    assert found[0].reference == "7"


def test_without_a_reference_the_same_words_are_the_same_report() -> None:
    one, two, other = read("url,text\nhttps://a.example/,x\nhttps://a.example/,x\nhttps://a.example/,y\n")
    assert isinstance(one, Row)
    assert isinstance(two, Row)
    assert isinstance(other, Row)
    assert one.reference == two.reference != other.reference


def test_bad_rows_say_their_line_and_cost_no_other() -> None:
    rows = [
        b"url,danger,text",
        b"https://a.example/1,no,fine",
        b"https://a.example/2,maybe,unclear",
        b"only one column",
        b",no,",
        b"\xff\xfe,no,no text",
        b"https://a.example/" + b"x" * LONGEST_LINE + b",no,too long",
        b"https://a.example/3,no," + b"y" * 20_000,
        b"https://a.example/4,yes,fine",
    ]
    found = read(b"\n".join(rows))
    assert [each.line for each in found if isinstance(each, Row)] == [2, 9]
    reasons = {each.line: each.reason for each in found if isinstance(each, BadRow)}
    assert {3: "'danger' says neither yes nor no", 4: "the row has 1 columns, the heading 3"}.items() <= reasons.items()
    assert reasons[5] == "the row names no page and says nothing"
    assert reasons[6] == "the line is not UTF-8"
    assert reasons[7] == "the line is longer than a report may be"
    assert "too long" in reasons[8]


def test_json_that_is_none_says_so() -> None:
    found = read('{"url": "https://a.example/"}\n[1]\n{\n{"url": 7}\n{"url": "x", "text": {"a": 1}}\n{"url": ""}\n')
    assert [each.line for each in found if isinstance(each, BadRow)] == [2, 3, 4, 5, 6]
    assert len(found) == 6


def test_a_file_of_something_else_is_one_bad_row_or_nothing() -> None:
    assert read("") == read("\n\n") == []
    assert [type(each) for each in read("name,colour\nx,y\n")] == [BadRow]
    assert [type(each) for each in read(b"\xff" * 10)] == [BadRow]


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_bad_rows(content: bytes) -> None:
    assert all(isinstance(each, Row | BadRow) for each in read(content))
    assert all(isinstance(each, Row | BadRow) for each in read(b"url,text\n" + content))
    assert all(isinstance(each, Row | BadRow) for each in read(b"{\n" + content))


@given(st.dictionaries(st.sampled_from(["url", "text", "danger", "reference"]), st.text(max_size=20) | st.integers()))
def test_any_fields_are_a_row_or_a_bad_one(data: dict[str, object]) -> None:
    assert isinstance(made(1, data), Row | BadRow)
