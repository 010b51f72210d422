import io

import pytest

from havre.matches.formats.record import Entry
from havre.matches.formats.source import MAX_LINE
from havre.matches.formats.table import read, write
from tests.matches.formats.reading import read_all
from tests.matches.formats.samples import MD5, PDQ, SHA1, SHA256, digest, table


def test_columns_in_any_order_and_capitals_are_read() -> None:
    found = read_all(read, table())
    assert found.entries == [
        Entry("line 2", MD5, pdq=PDQ, pdq_quality=88, label="pertinent"),
        Entry("line 3", digest(1), label="not-pertinent"),
    ]
    assert [(bad.place, bad.reason) for bad in found.bad] == [("line 4", "no digest and no PDQ")]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_delimiter_is_found_from_the_header(delimiter: str) -> None:
    text = f"md5|note|category\n{MD5}|x|1\n".replace("|", delimiter)
    assert read_all(read, text.encode(), region="US").entries == [
        Entry("line 2", MD5, label="us-abuse", category="1", facts={"other": {"note": "x"}})
    ]


def test_a_label_that_no_scheme_has_judges_nothing_and_is_kept_as_a_fact() -> None:
    found = read_all(read, f"md5,label\n{MD5},Suspicious\n".encode())
    assert (found.entries[0].label, found.entries[0].facts) == (None, {"label": "Suspicious"})
    assert found.summary.defects == {"label that no scheme has": 1}


def test_what_is_written_is_read_back_equal() -> None:
    held = [
        Entry("line 2", MD5, SHA1, SHA256, PDQ, 0, "baseline", "Yes"),
        Entry("line 3", None, SHA1, None, None, None, None, "=cmd"),
    ]
    out = io.BytesIO()
    done = write([*held, Entry("")], out)
    assert (done.written, done.left_out) == (2, {"no digest and no PDQ": 1})
    assert out.getvalue().splitlines()[0] == b"md5,sha1,sha256,pdq,quality,label,category"
    assert b",'=cmd" in out.getvalue()
    assert read_all(read, out.getvalue()).entries == held


def test_a_line_too_long_costs_itself_alone() -> None:
    data = f"md5,note\n{MD5},{'x' * (2 * MAX_LINE)}\n{digest(2)},y\n".encode()
    found = read_all(read, data)
    assert [(bad.place, bad.reason) for bad in found.bad] == [("line 2", "line too long")]
    assert [entry.md5 for entry in found.entries] == [digest(2)]


def test_a_file_without_a_header_ends_in_a_summary() -> None:
    assert [bad.reason for bad in read_all(read, b"a,b\n1,2\n").bad] == ["no header with md5, sha1, sha256 or pdq"]
