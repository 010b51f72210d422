"""ThreatExchange's updates: stretches, pages, types, who says so, and tombstones."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.hashlists import threat_updates
from havre.hashlists.changes import START
from havre.hashlists.entry import Kind, Signal
from havre.hashlists.shared import Held, Mark, held
from havre.hashlists.tags import tags_of
from havre.hashlists.threat_updates import FILM, OVERLAP, name_of, read, type_of, updates
from havre.hashlists.told import BadTold, Told, words
from tests.hashlists.sharing import LISTS, Sharing, several

HERE = "https://lists.example/graph/99/threat_updates/"
TOKEN = "12345678|x"


def read_all(listed: Sharing, **query: object) -> list[Told | BadTold]:
    """Everything, page by page, by the address that each page gives."""
    asked = {"access_token": TOKEN, **{name: str(value) for name, value in query.items()}}
    found: list[Told | BadTold] = []
    while asked:
        page = read(updates(listed, asked, HERE, listed.settled).body)
        found += page.told
        assert page.next == "" or page.next.startswith(HERE + "?")
        asked = dict(parse_qsl(urlsplit(page.next).query))
        assert not asked or asked["access_token"] == TOKEN
    return found


def carried(of: Held) -> Told:
    """What the format carries of a signal."""
    film = [FILM] if of.mark.kind == Kind.FILM and of.living else []
    is_film = of.mark.kind == Kind.FILM and (of.living or "VIDEO" in type_of(of.mark))
    agree = int(any(each.reviewed and each.confirmed for each in of.living))
    return Told(
        name_of(of.mark),
        (Signal(of.mark.method, of.mark.value, "1.0" if of.mark.method == "pdq" else "1"),),
        Kind.FILM if is_film else Kind.PICTURE,
        words([*(tag for entry in of.living for tag in tags_of(entry)), *film]),
        agree=agree,
        disagree=int(any(each.disputed for each in of.living)),
        changed=of.because.changed,
        retracted=not agree,
    )


@given(LISTS, st.integers(1, 5))
def test_what_is_written_is_read_back_as_far_as_the_format_carries_it(listed: Sharing, most: int) -> None:
    assert read_all(listed, limit=most) == [carried(each) for each in held(listed, listed.page(START, 99))]


def test_a_stretch_is_honoured_and_a_little_before_it_is_told_again() -> None:
    listed = several(200, a_version=1)
    middle = listed.entries[150].changed
    told = {one.changed for one in read_all(listed, start_time=middle) if isinstance(one, Told)}
    assert told == {entry.changed for entry in listed.entries.values() if entry.changed >= middle - OVERLAP}
    told = {one.changed for one in read_all(listed, start_time=middle, stop_time=middle + 9) if isinstance(one, Told)}
    assert max(told) == middle + 8


def test_only_the_types_asked_for_are_told_and_an_empty_page_leads_on(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = several(60)
    films = [entry for entry in listed.entries.values() if entry.kind == Kind.FILM]
    asked = {"types": "HASH_VIDEO_MD5,HASH_TMK", "limit": 2}
    assert [one.signals[0].value for one in read_all(listed, **asked) if isinstance(one, Told)] == [
        entry.signals[1].value for entry in films
    ]
    monkeypatch.setattr(threat_updates, "MOST_PAGES", 1)
    assert len(read_all(listed, **asked)) == len(films)
    first = json.loads(updates(listed, {"types": "HASH_VIDEO_MD5", "limit": "1"}, HERE, listed.settled).body)
    assert first["data"] == []
    assert "next" in first["paging"]
    assert read_all(listed, types="HASH_TMK", limit=7) == []


def test_what_may_still_change_is_not_answered_yet() -> None:
    listed = several(3)
    soon = updates(listed, {"stop_time": str(listed.settled + 9)}, HERE, listed.settled)
    assert (soon.status, soon.again_in) == (503, 9)
    with pytest.raises(Invalid, match="clock"):
        updates(listed, {"stop_time": str(listed.settled + 601)}, HERE, listed.settled)


def test_the_last_page_leads_nowhere() -> None:
    listed = several(3)
    assert "paging" not in json.loads(updates(listed, {}, HERE, listed.settled).body)


def test_the_same_indicator_always_has_the_same_number() -> None:
    mark = Mark(Kind.PICTURE, "md5", "ab" * 16)
    assert name_of(mark) == name_of(Mark(Kind.PICTURE, "md5", "ab" * 16))
    assert name_of(mark) != name_of(Mark(Kind.FILM, "md5", "ab" * 16))
    assert 0 < int(name_of(mark)) < 2**63
    assert type_of(Mark(Kind.FILM, "pdq", "0" * 64)) == "HASH_PDQ"


def update(**given: object) -> dict[str, object]:
    descriptor = {"id": "1", "owner": {"id": "5"}, "status": "MALICIOUS", "tags": {"data": [{"text": "a tag"}]}}
    fields = {"id": "77", "indicator": "AB" * 16, "type": "HASH_MD5", "last_updated": 5, "should_delete": False}
    return {**fields, "descriptors": {"data": [descriptor]}, **given}


def one_read(**given: object) -> Told | BadTold:
    return read(json.dumps({"data": [update(**given)]}).encode()).told[0]


MD5 = (Signal("md5", "ab" * 16),)


def said(*statuses: str) -> dict[str, object]:
    """Each by another owner."""
    return {"data": [{"id": each, "owner": {"id": each}, "status": each} for each in statuses]}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, Told("77", MD5, tags=("a tag",), agree=1, changed=5)),
        ({"should_delete": True}, Told("77", MD5, tags=("a tag",), agree=1, changed=5, retracted=True)),
        ({"descriptors": None}, Told("77", MD5, changed=5, retracted=True)),
        ({"descriptors": {"data": [{"id": "1"}]}}, Told("77", MD5, changed=5, retracted=True)),
        ({"descriptors": said("NON_MALICIOUS")}, Told("77", MD5, disagree=1, changed=5, retracted=True)),
        ({"descriptors": said("UNKNOWN")}, Told("77", MD5, changed=5, retracted=True)),
        ({"descriptors": said("UNKNOWN", "MALICIOUS")}, Told("77", MD5, agree=1, changed=5)),
        ({"type": "URI"}, BadTold("update 1", "an indicator of the type URI is not known here")),
        ({"indicator": "ab"}, BadTold("update 1", "a md5 value has 32 lower-case hexadecimal digits")),
        ({"last_updated": "soon"}, BadTold("update 1", "a number here is whole, and not below 0")),
        ({"id": None}, Told("HASH_MD5:" + "ab" * 16, MD5, tags=("a tag",), agree=1, changed=5)),
    ],
)
def test_what_others_write_is_read_or_named(given: dict[str, object], told: Told | BadTold) -> None:
    assert one_read(**given) == told


def test_opinions_of_several_are_counted_once_each() -> None:
    def by(owner: str, **given: Any) -> dict[str, Any]:
        return {"id": owner, "owner": {"id": owner}, **given}

    reactions = [{"key": "HELPFUL", "value": "5,6"}, {"key": "DISAGREE_WITH_TAGS", "value": "8"}]
    descriptors = [
        by("5", status="MALICIOUS", reactions=reactions, tags=["media_type_video", "b"]),
        by("7", status="NON_MALICIOUS", tags=None),
        by("9", status="UNKNOWN"),
    ]
    told = one_read(descriptors={"data": descriptors})
    assert told == Told("77", MD5, Kind.FILM, ("b", "media_type_video"), agree=2, disagree=2, changed=5)


def test_what_is_no_answer_is_refused() -> None:
    with pytest.raises(Invalid, match="no data"):
        read(b"{}")
    assert read(b'{"data": [], "paging": []}').next == ""
    assert read(b'{"data": [], "paging": {"next": 1}}').next == ""
