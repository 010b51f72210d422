import io

import pytest

from havre.matches.formats.icse import HEADER, read, write
from havre.matches.formats.record import Entry
from tests.matches.formats.reading import read_all
from tests.matches.formats.samples import MD5, PHOTODNA, SHA1, digest, icse, icse_row


def sheet(*rows: str) -> bytes:
    return "\r\n".join([";".join(HEADER), *rows, ""]).encode()


def test_an_export_with_the_defects_seen_in_real_ones_is_read_and_they_are_counted() -> None:
    found = read_all(read, icse())
    assert [(entry.place, entry.md5, entry.sha1, entry.label) for entry in found.entries] == [
        ("line 2", MD5, SHA1, "baseline"),
        ("line 3", None, SHA1, "icse"),
    ]
    assert [(bad.place, bad.reason) for bad in found.bad] == [("line 4", "no MD5 and no SHA-1")]
    assert found.summary.defects == {"extra empty column": 1, "md5 of 33 characters": 1}


def test_everything_a_row_says_is_kept() -> None:
    entry = read_all(read, sheet(icse_row(ZZ40="AB" * 16, Lace="bGFjZQ==", Agency="Unit 7"))).entries[0]
    assert (entry.category, entry.facts) == (
        "Yes",
        {
            "zz40": "AB" * 16,
            "photodna": PHOTODNA.hex(),
            "lace": "bGFjZQ==",
            "image_id": "77",
            "is_distributed": True,
            "victim_identified": False,
            "offender_identified": False,
            "series": "Harbour",
            "agency": "Unit 7",
            "submissions": 3,
            "file_available": True,
            "media_type": "Image",
        },
    )


def test_columns_may_stand_in_any_order_and_rows_may_be_short_or_quoted() -> None:
    rows = [list(reversed(row.split(";"))) for row in (";".join(HEADER), icse_row(Series_name='"a,b"'))]
    found = read_all(read, "\n".join(";".join(row) for row in rows).encode() + b"\nYes\n")
    assert (found.entries[0].md5, found.entries[0].facts["series"]) == (MD5, "a,b")
    assert found.summary.defects == {"missing column": 1}


def test_quotes_that_never_close_cost_one_row() -> None:
    found = read_all(read, sheet(icse_row(Series_name='"open'), icse_row()))
    assert [(bad.place, bad.reason) for bad in found.bad] == [("line 2", "quotes that never close")]
    assert [entry.place for entry in found.entries] == ["line 3"]


def test_what_is_written_has_the_exact_header_and_is_read_back_equal() -> None:
    first = read_all(read, sheet(icse_row(), icse_row(Baseline="No", MD5=digest(4))))
    out = io.BytesIO()
    assert write(first.entries, out).written == 2
    assert out.getvalue() == sheet(icse_row(), icse_row(Baseline="No", MD5=digest(4)))
    assert read_all(read, out.getvalue()).entries == first.entries


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_a_spreadsheet_would_run_is_guarded_and_read_back(formula: str) -> None:
    out = io.BytesIO()
    write([Entry("", MD5, label="icse", facts={"series": formula})], out)
    assert f";'{formula.strip()};".encode() in out.getvalue()
    assert read_all(read, out.getvalue()).entries[0].facts["series"] == formula.strip()


def test_only_what_is_pertinent_and_has_a_digest_is_written() -> None:
    out = io.BytesIO()
    done = write([Entry("", MD5), Entry("", MD5, label="not-pertinent"), Entry("", label="icse")], out)
    assert (done.written, done.left_out) == (0, {"not judged pertinent": 2, "no MD5 and no SHA-1": 1})
    assert out.getvalue() == sheet()


def test_a_video_is_told_by_its_type() -> None:
    out = io.BytesIO()
    write([Entry("", MD5, label="pertinent", facts={"mime": "video/mp4"})], out)
    assert read_all(read, out.getvalue()).entries[0].facts["media_type"] == "Video"


def test_a_file_without_the_header_ends_in_a_summary() -> None:
    assert [bad.reason for bad in read_all(read, b"a;b;c\n1;2;3\n").bad] == ["no header with MD5 and SHA1"]


def test_columns_that_know_no_third_value_are_never_empty() -> None:
    out = io.BytesIO()
    write([Entry("entry 1", md5=digest(1), label="pertinent")], out)
    header, row = (line.split(";") for line in out.getvalue().decode().splitlines())
    cells = dict(zip(header, row, strict=True))
    flags = ("Is distributed", "Victim identified", "Offender identified", "Number of submissions", "File Available")
    assert [cells[flag] for flag in flags] == ["N", "N", "N", "1", "False"]
