"""A list as a bank: contents with their signals, by pages, read back."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.hashlists.changes import START
from havre.hashlists.entry import Entry, Kind, Signal
from havre.hashlists.hma import SIGNALS, bank, bank_name, read
from havre.hashlists.told import BadTold, Told
from tests.hashlists.made import made
from tests.hashlists.sharing import LISTS, Sharing, several


def read_all(listed: Sharing, most: int) -> list[Told | BadTold]:
    found: list[Told | BadTold] = []
    query = {"limit": str(most)}
    while query:
        page = read(bank(listed, query).body)
        found += page.told
        query = {"limit": str(most), "after": page.next} if page.next else {}
    return found


def carried(entry: Entry) -> set[tuple[str, str, str, bool]]:
    those = [each for each in entry.signals if (entry.kind, each.method) in SIGNALS]
    return {(str(entry.number), each.method, each.value, entry.retracted) for each in those}


@given(LISTS, st.integers(1, 5))
def test_what_is_written_is_read_back_as_far_as_the_format_carries_it(listed: Sharing, most: int) -> None:
    found = read_all(listed, most)
    assert all(isinstance(told, Told) for told in found)
    assert {
        (told.key.partition(":")[0], each.method, each.value, told.retracted)
        for told in found
        if isinstance(told, Told)
        for each in told.signals
    } == set().union(*(carried(entry) for entry in listed.page(START, 99)))


def test_a_content_has_the_shape_that_hma_gives_it() -> None:
    listed = several(2)
    answer = json.loads(bank(listed, {}).body)
    assert answer["bank"] == {"name": "NATIONAL_BE", "matching_enabled_ratio": 1.0}
    assert answer["content"][0] == {
        "id": 1,
        "disable_until_ts": 1,
        "collab_metadata": {"national-be": ["1"]},
        "original_media_uri": None,
        "signals": {"pdq": listed.entries[1].signals[0].value},
    }
    assert answer["next"] is None
    assert bank_name("generated") == "GENERATED"


def test_several_signals_of_a_method_are_several_contents_of_one_number() -> None:
    pdqs = tuple(Signal("pdq", f"{number:064x}", "1.0") for number in (1, 2))
    listed = Sharing([replace(made(7), signals=pdqs)])
    contents = json.loads(bank(listed, {}).body)["content"]
    assert [(each["id"], each["signals"]["pdq"][-1]) for each in contents] == [(7, "1"), (7, "2")]
    assert [told.key for told in read_all(listed, 1) if isinstance(told, Told)] == [
        f"7:{'0' * 63}{end}" for end in "12"
    ]


def test_what_others_write_is_read_and_what_cannot_be_is_named() -> None:
    contents = [
        {"id": 3, "disable_until_ts": 0, "signals": {"video_md5": "AB" * 16, "clip": "x"}},
        {"id": 4, "signals": {"clip": "x"}},
        {"id": 5, "signals": {"pdq": "x"}},
        {"id": "six", "signals": {"pdq": "ab" * 32}},
        {"id": 7},
    ]
    md5 = Signal("md5", "ab" * 16)
    assert read(json.dumps({"content": contents, "next": 5}).encode()).told == (
        Told("3:" + md5.value, (md5,), Kind.FILM, retracted=True),
        BadTold("content 2", "no signal of this content is of a method that is known here"),
        BadTold("content 3", "a pdq value has 64 lower-case hexadecimal digits"),
        BadTold("content 4", "a number here is whole, and not below 0"),
        BadTold("content 5", "this record has another form than its format says"),
    )
    with pytest.raises(Invalid, match="no content"):
        read(b"{}")
