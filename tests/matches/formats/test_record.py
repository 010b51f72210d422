import json

import pytest

from havre.errors import Invalid
from havre.matches.formats.record import BadEntry, Entry, Record, Summary, excerpt, from_json, to_json
from tests.matches.formats.samples import MD5, PDQ, SHA1, SHA256

WHOLE = Entry("entry 1", MD5, SHA1, SHA256, PDQ, 88, "pertinent", "1", ("a/b.jpg",), {"tags": ["x"]})


@pytest.mark.parametrize(
    "record",
    [
        WHOLE,
        Entry("line 1"),
        BadEntry("line 2", "why", "how"),
        Summary(3, 2, {"why": 1}, {"bom": 1}, {"region": None}, 77),
    ],
)
def test_a_record_comes_through_a_pipe_unchanged(record: Record) -> None:
    assert from_json(json.loads(json.dumps(to_json(record)))) == record


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "order"},
        {"md5": MD5.upper()},
        {"md5": 7},
        {"sha1": MD5},
        {"pdq_quality": 101},
        {"pdq_quality": True},
        {"label": 3},
        {"paths": "a"},
        {"paths": [1]},
        {"facts": []},
        {"place": None},
        {"extra": 1},
        {"kind": "bad"},
        {"kind": "summary"},
    ],
)
def test_a_row_that_no_reader_makes_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Invalid, match="a row from the reader"):
        from_json({**to_json(WHOLE), **change})


@pytest.mark.parametrize("row", [{"kind": "bad", "place": "x"}, {"kind": "summary", "read": 1, "good": "1"}])
def test_a_row_with_parts_missing_is_refused(row: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        from_json(row)


def test_an_excerpt_is_short_and_cannot_draw_on_a_terminal() -> None:
    assert excerpt("\x1b[2Jé" + "x" * 100) == "\\x1b[2J\\xe9" + "x" * 75 + "…"
