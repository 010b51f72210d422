"""StopNCII's interface: pages by time that can be gone on from anywhere, statuses, and what platforms say."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.hashlists.changes import START
from havre.hashlists.entry import Kind, Signal
from havre.hashlists.shared import Held, held
from havre.hashlists.stopncii import READ, TYPES, Opinion, feedback, hashes, read, submitted
from havre.hashlists.tags import tags_of
from havre.hashlists.told import BadTold, PageTold, Told, words
from tests.hashlists.made import made
from tests.hashlists.sharing import LISTS, Sharing, several


def page(listed: Sharing, **query: object) -> PageTold:
    return read(hashes(listed, {name: str(value) for name, value in query.items()}, "Havre", listed.settled).body)


def read_all(listed: Sharing, most: int) -> list[Told | BadTold]:
    """Everything, page by page."""
    here = page(listed, pageSize=most)
    found = list(here.told)
    while here.next:
        here = page(listed, pageSize=most, nextPageToken=here.next)
        found += here.told
    return found


def carried(of: Held) -> Told | None:
    """What the format carries of a signal."""
    name = TYPES.get((of.mark.kind, of.mark.method))
    if name is None:
        return None
    method = of.mark.method
    blocked = sum(each.reviewed and each.confirmed > 0 for each in of.living)
    disputed = sum(each.disputed for each in of.living)
    return Told(
        f"{name}:{of.mark.value}",
        (Signal(method, of.mark.value, "1.0" if method == "pdq" else "1"),),
        of.mark.kind,
        words([tag for entry in of.living for tag in tags_of(entry)]) if of.living else ("retracted",),
        agree=blocked,
        disagree=disputed if of.living else 1,
        changed=of.because.changed,
        retracted=not blocked,
    )


@given(LISTS, st.integers(1, 5))
def test_what_is_written_is_read_back_as_far_as_the_format_carries_it(listed: Sharing, most: int) -> None:
    expected = [told for each in held(listed, listed.page(START, 99)) if (told := carried(each))]
    assert read_all(listed, most) == expected


@given(st.integers(1, 25), st.integers(1, 6), st.lists(st.integers(1, 25), max_size=8))
def test_whoever_keeps_only_the_moment_of_each_page_misses_nothing(count: int, most: int, changing: list[int]) -> None:
    listed = several(count, a_version=1)
    known: dict[str, bool] = {}
    since, ahead, again = 0, list(changing), True
    while again:
        here = page(listed, startTimestamp=since, pageSize=most)
        known.update({told.key: told.retracted for told in here.told if isinstance(told, Told)})
        stuck = since == here.newest and bool(here.next)
        again = bool(here.next) or bool(ahead)
        # Several records of one second may fill a page: then its token leads on.
        while stuck and here.next:
            here = page(listed, startTimestamp=since, pageSize=most, nextPageToken=here.next)
            known.update({told.key: told.retracted for told in here.told if isinstance(told, Told)})
        since = here.newest
        if ahead and (number := ahead.pop()) in listed.entries:
            listed.change(number, retracted=True)
            again = True
    expected = {told.key: told.retracted for each in held(listed, listed.page(START, 99)) if (told := carried(each))}
    assert known == expected


def test_the_last_page_says_from_when_on_to_ask_and_an_empty_one_too() -> None:
    listed = several(3)
    assert page(listed).newest == listed.settled
    assert page(listed, startTimestamp=listed.settled + 5).newest == listed.settled + 5
    assert page(Sharing([])).told == ()


def test_a_signal_without_a_place_gives_no_record_and_its_page_leads_on() -> None:
    listed = Sharing([made(number, number, kind=Kind.FILM) for number in range(1, 4)])
    for number in (1, 2):
        listed.entries[number] = made(number, number)
        listed.change(number, signals=listed.entries[number].signals[1:])
    first = json.loads(hashes(listed, {"pageSize": "1"}, "Havre", listed.settled).body)
    assert first["count"] == len(first["hashRecords"]) == 1
    assert first["hasMoreRecords"] is True
    assert len(read_all(listed, 1)) == 1


def test_what_others_write_is_read_and_what_cannot_be_is_named() -> None:
    records = [
        {"signalType": "VideoMD5", "hashValue": "AB" * 16, "hashStatus": "Deleted", "caseNumbers": []},
        {"signalType": "VideoTMK", "hashValue": "x"},
        {"signalType": "ImagePDQ", "hashValue": "ab"},
        {"hashValue": "ab"},
        "no",
    ]
    answer = {"hashRecords": records, "hasMoreRecords": True, "nextPageToken": "their token", "count": 5}
    found = read(json.dumps(answer).encode())
    value = Signal("md5", "ab" * 16)
    form = "this record has another form than its format says"
    assert found.told == (
        Told(f"VideoMD5:{value.value}", (value,), Kind.FILM, retracted=True),
        BadTold("record 2", "a signal of the type VideoTMK is not known here"),
        BadTold("record 3", "a pdq value has 64 lower-case hexadecimal digits"),
        BadTold("record 4", form),
        BadTold("record 5", form),
    )
    assert (found.next, found.newest) == ("their token", 0)
    with pytest.raises(Invalid, match="no hashRecords"):
        read(b"{}")


@pytest.mark.parametrize(
    ("values", "retracted"),
    [
        (["Blocked"], False),
        (["Blocked", "NotBlocked"], False),
        ([], False),
        (["NotBlocked"], True),
        (["PendingReview"], True),
        (["PendingReview", "NotBlocked"], True),
    ],
)
def test_what_no_platform_stands_for_is_not_known(values: list[str], retracted: bool) -> None:
    feedbacks = [{"source": "x", "feedbackValue": value, "tags": []} for value in values]
    record = {"signalType": "ImagePDQ", "hashValue": "ab" * 32, "hashStatus": "Active", "CSPFeedbacks": feedbacks}
    (told,) = read(json.dumps({"hashRecords": [record]}).encode()).told
    assert isinstance(told, Told)
    assert told.retracted is retracted


def test_a_token_after_the_end_is_no_next_page() -> None:
    ended = {"hashRecords": [], "hasMoreRecords": False, "nextPageToken": "x", "nextSetTimestamp": 7}
    assert read(json.dumps(ended).encode()) == PageTold((), "", 7)


def test_what_platforms_say_and_hand_in_is_read() -> None:
    said = [
        {"hashValue": "AB" * 16, "feedbackValue": "Blocked", "tags": []},
        {"hashValue": "cd" * 32, "feedbackValue": "NotBlocked", "tags": ["harmless", "art"]},
        {"hashValue": "cd" * 32, "feedbackValue": "PendingReview"},
    ]
    assert feedback(json.dumps({"hashFeedbacks": said}).encode()) == [
        Opinion("ab" * 16, up=True, reason="Blocked"),
        Opinion("cd" * 32, up=False, reason="NotBlocked: art, harmless"),
        Opinion("cd" * 32, up=None, reason="PendingReview"),
    ]
    handed = {"signalType": "StopNCIISignalType.ImagePDQ", "hashValue": "cd" * 32, "lastModtimestamp": 5}
    assert submitted(json.dumps({"hashRecords": [handed]}).encode()).told == (
        Told("ImagePDQ:" + "cd" * 32, (Signal("pdq", "cd" * 32, "1.0"),), Kind.PICTURE, changed=5),
    )
    for wrong in (b"[]", b'{"hashFeedbacks": [1]}', b'{"hashFeedbacks": [{}]}'):
        with pytest.raises(Invalid):
            feedback(wrong)


def test_every_type_that_is_written_is_read() -> None:
    assert set(READ) == set(TYPES.values())
