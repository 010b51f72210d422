"""Hash sharing as it is written: stretches of time, pages, entries, tombstones, who says what."""

import json
from io import BytesIO
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.hashlists import ncmec, ncmec_read
from havre.hashlists.asked import written
from havre.hashlists.changes import START
from havre.hashlists.entry import Entry, Kind
from havre.hashlists.ncmec import METHODS, Member, class_of
from havre.hashlists.told import BadTold, Told
from tests.hashlists.made import made
from tests.hashlists.sharing import LISTS, Sharing, several

HAVRE = Member(1, "Havre & <others>")


def read(listed: Sharing, query: dict[str, str]) -> tuple[list[Told | BadTold], int]:
    """Everything of a stretch, page by page, and how many pages it took."""
    found: list[Told | BadTold] = []
    pages = 0
    while query:
        answer = ncmec.entries(listed, query, HAVRE, listed.settled)
        assert answer.status == 200
        page = ncmec_read.read(BytesIO(answer.body))
        found += page.told
        query = dict(parse_qsl(urlsplit(page.next).query))
        pages += 1
    return found, pages


def carried(entry: Entry) -> Told | None:
    """What the format carries of an entry; none of one without a fingerprint that it has a place for."""
    signals = tuple(dict.fromkeys(each for each in entry.signals if each.method in METHODS))
    key = f"1-{entry.number}"
    if entry.retracted:
        return Told(key, (), entry.kind, changed=entry.changed, retracted=True)
    tags = (class_of(entry),) if entry.categories else ()
    agree, disagree = int(entry.confirmed > 0), int(entry.disputed)
    told = Told(key, signals, entry.kind, tags, agree, disagree, changed=entry.changed)
    return told if signals else None


@given(LISTS, st.integers(1, 4))
def test_what_is_written_is_read_back_as_far_as_the_format_carries_it(listed: Sharing, most: int) -> None:
    found, pages = read(listed, {"size": str(most)})
    expected = [told for entry in listed.page(START, 99) if (told := carried(entry))]
    good = [told for told in found if isinstance(told, Told)]
    assert sorted(good, key=lambda told: told.key) == sorted(expected, key=lambda told: told.key)
    assert len(found) == len(listed.entries)
    assert pages == max(1, -(-len(found) // most))


def test_a_stretch_of_time_is_honoured_and_stretches_side_by_side_lose_nothing() -> None:
    listed = several(60, a_version=1)
    middle = listed.entries[30].changed
    ends = [written(moment) for moment in (0, middle, listed.settled)]
    halves = [read(listed, {"from": since, "to": until})[0] for since, until in pairwise(ends)]
    assert [len(half) for half in halves] == [29, 31]
    assert {told.key for half in halves for told in half if isinstance(told, Told)} == {
        f"1-{number}" for number in listed.entries
    }


@given(st.integers(1, 25), st.integers(1, 6), st.lists(st.integers(1, 25), max_size=8))
def test_whatever_changes_while_a_stretch_is_read_is_in_it_or_in_the_next(
    count: int, most: int, changing: list[int]
) -> None:
    listed = several(count)
    known: dict[str, bool] = {}
    since, ahead = 0, list(changing)
    for _ in range(2):
        until = listed.settled
        query = {"from": written(since), "to": written(until), "size": str(most)}
        while query:
            page = ncmec_read.read(BytesIO(ncmec.entries(listed, query, HAVRE, listed.settled).body))
            known.update({told.key: told.retracted for told in page.told if isinstance(told, Told)})
            query = dict(parse_qsl(urlsplit(page.next).query))
            if ahead and (number := ahead.pop()) in listed.entries and since == 0:
                listed.change(number, retracted=True)
        since = until
    assert known == {f"1-{number}": entry.retracted for number, entry in listed.entries.items()}


def test_what_may_still_change_is_not_answered_yet() -> None:
    listed = several(3)
    soon = ncmec.entries(listed, {"to": written(listed.settled + 30)}, HAVRE, listed.settled)
    assert (soon.status, soon.again_in) == (503, 30)
    assert "message" in json.loads(soon.body)
    with pytest.raises(Invalid, match="clock"):
        ncmec.entries(listed, {"to": written(listed.settled + 601)}, HAVRE, listed.settled)


def test_an_entry_without_votes_or_category_says_neither() -> None:
    root = ncmec.result([made(1, confirmed=0)], HAVRE)
    assert [part.tag for part in root[0][0]] == ["member", "timestamp", "id", "fingerprints"]
    against = ncmec.result([made(1, confirmed=0, disputed=True)], HAVRE)
    assert {each.tag for each in against[0][0][-1]} == {"negativeFeedback"}


def test_the_class_is_the_industrys_where_a_country_has_it() -> None:
    assert class_of(made(1, categories={"BE": "7", "US": "B1"})) == "B1"
    assert class_of(made(1, categories={"BE": "7", "NL": "A"})) == "BE 7; NL A"
    assert class_of(made(1)) == ""


def test_films_and_pictures_stand_apart_and_what_was_retracted_says_only_its_name() -> None:
    entries = [made(1), made(2, kind=Kind.FILM, retracted=True), made(3, retracted=True)]
    root = ncmec.result(entries, HAVRE)
    assert {group.tag: [each.tag for each in group] for group in root} == {
        "images": ["image", "deletedImage"],
        "videos": ["deletedVideo"],
    }
    assert [part.tag for part in root[1][0]] == ["member", "timestamp", "id"]
    assert root[0].get("count") == "2"


def test_who_takes_part_and_why_votes_are_given_is_said_in_its_namespace() -> None:
    answers = [
        ncmec.status(HAVRE, "a platform", "192.0.2.1"),
        ncmec.members([HAVRE]),
        ncmec.reasons("MD5"),
        ncmec.taken(),
    ]
    roots = [fromstring(answer.body) for answer in answers]
    assert [root.tag.rpartition("}") for root in roots] == [
        ("{" + ncmec.NAMESPACE, "}", name) for name in ("status", "members", "feedbackReasons", "submissionResult")
    ]
    assert [each.text for each in roots[0]] == ["192.0.2.1", "a platform", HAVRE.name]
    assert [each.text for each in roots[1]] == [HAVRE.name]
    assert [each.get("guid") for each in roots[2][0]] == list(ncmec.REASONS)
