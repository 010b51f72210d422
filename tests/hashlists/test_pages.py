"""Our own lines by pages: everything, in order, to an empty page."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.hashlists.changes import START
from havre.hashlists.entry import Entry
from havre.hashlists.lines import entry_of
from havre.hashlists.pages import entries
from tests.hashlists.sharing import LISTS, Sharing, several


def read_all(listed: Sharing, most: int) -> list[Entry]:
    found: list[Entry] = []
    query = {"most": str(most)}
    while page := json.loads(entries(listed, query).body)["entries"]:
        found += [entry_of(json.dumps(each).encode()) for each in page]
        query |= {"version": str(found[-1].version), "number": str(found[-1].number)}
    return found


@given(LISTS, st.integers(1, 5))
def test_every_entry_is_read_back_as_it_is(listed: Sharing, most: int) -> None:
    assert read_all(listed, most) == listed.page(START, 99)


def test_a_page_says_up_to_which_version_it_reads() -> None:
    listed = several(25)
    assert json.loads(entries(listed, {}).body)["version"] == 3
    with pytest.raises(Invalid):
        entries(listed, {"most": "many"})
