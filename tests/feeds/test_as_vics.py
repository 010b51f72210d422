"""A list as a VICS hash set, read back by our own reader."""

import json
from io import BytesIO

import pytest

from havre.errors import Invalid
from havre.feeds.as_vics import records, write
from havre.hashlists.entry import Entry
from tests.hashlists.made import made


def written(entries: list[Entry], region: str = "US") -> list[dict[str, object]]:
    out = BytesIO()
    write(entries, out, region=region)
    return list(json.loads(out.getvalue())["value"])


def test_living_entries_are_media_in_the_categories_of_a_region() -> None:
    entries = [
        made(1, categories={"US": "2", "GB": "1"}, labels=("face",)),
        made(2, retracted=True),
        made(3, categories={"BE": "9"}),
    ]
    media = written(entries)
    assert [each["MD5"] for each in media] == [entries[0].signals[1].value, entries[2].signals[1].value]
    assert [each["Category"] for each in media] == [2, 2]
    assert [each["Category"] for each in written(entries, "UK")] == [1, 3]
    assert media[0]["Tags"] == ["face"]
    assert {each["HashName"]: each["HashValue"] for each in media[0]["AlternativeHashes"]} == {  # type: ignore[attr-defined]
        "PDQ": entries[0].signals[0].value
    }


def test_what_nobody_saw_or_somebody_says_is_wrong_is_left_out_and_counted() -> None:
    entries = [made(1), made(2, disputed=True), made(3, reviewed=False), made(4, confirmed=0), made(5, retracted=True)]
    out = BytesIO()
    done = write(entries, out)
    assert [each["MD5"] for each in json.loads(out.getvalue())["value"]] == [entries[0].signals[1].value]
    assert done.left_out == {"somebody says that it is wrong": 1, "nobody saw and confirmed it": 2}


def test_what_has_no_md5_is_counted_and_an_unknown_region_refused() -> None:
    without = Entry(1, 1, made(1).signals[:1], confirmed=2)
    out = BytesIO()
    assert write([without], out).left_out == {"no MD5, which VICS cannot do without": 1}
    assert [each.label for each in records([without])] == ["pertinent"]
    with pytest.raises(Invalid):
        write([without], out, region="Moon")
