"""Lists are taken into use, followed and acknowledged; whatever happens to the feed, uploads are matched meanwhile."""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from havre.errors import Invalid, Unavailable
from havre.flows.match_uploads import Lists, Looked, subscribe, subscription, told
from havre.hashlists.entry import Entry
from havre.subscription.feed import Changed, Subscription
from havre.subscription.fetcher import Fetcher
from tests.entrypoints.matching.conftest import LISTED, encoded, listed
from tests.hashlists.made import made
from tests.simulators.feed import TOKEN, Publisher, serving
from tests.sources import png


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with serving() as running:
        running.publish({"baseline": [made(1), listed()]})
        yield running


def opened(publisher: Publisher, folder: Path) -> Lists:
    return Lists(Subscription(folder, Fetcher(publisher.base, TOKEN), publisher.pinned))


def numbers(lists: Lists, entry: Entry) -> list[int]:
    return [match.entry.number for match in lists.match_signals([entry.signals])[0]]


def wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not until():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_version_is_acknowledged_once_it_is_in_use(publisher: Publisher, tmp_path: Path) -> None:
    with opened(publisher, tmp_path) as lists:
        assert (lists.loaded, lists.stale) == (False, True)
        with pytest.raises(Unavailable, match="not loaded yet"):
            lists.match_signals([made(1).signals])
        lists.refresh()
        assert (lists.loaded, lists.stale, numbers(lists, made(1))) == (True, False, [1])
        assert publisher.receipts == [{"list": "baseline", "version": 1}]
        publisher.publish({"baseline": [replace(made(1, 2), retracted=True)]})
        assert lists.refresh() == Changed((("baseline", 2),))
        assert numbers(lists, made(1)) == []
        assert publisher.receipts[1:] == [{"list": "baseline", "version": 2}]


def test_what_is_behind_follows_the_feed_and_survives_its_absence(publisher: Publisher, tmp_path: Path) -> None:
    with opened(publisher, tmp_path) as lists:
        lists.watch(0.02)
        wait(lambda: lists.loaded)
        publisher.answers["metadata/timestamp.json"] = 503
        wait(lambda: "503" in lists.trouble)
        assert numbers(lists, made(1)) == [1]
        publisher.publish({"baseline": [made(2, 2)]})
        del publisher.answers["metadata/timestamp.json"]
        wait(lambda: numbers(lists, made(2)) == [2])
        wait(lambda: lists.trouble == "")


def test_a_receipt_that_was_not_taken_is_trouble_and_told_again(publisher: Publisher, tmp_path: Path) -> None:
    with opened(publisher, tmp_path) as lists:
        publisher.answers["receipts"] = 503
        lists.refresh()
        assert lists.trouble.startswith("baseline: ")
        del publisher.answers["receipts"]
        lists.refresh()
        assert (lists.trouble, len(publisher.receipts)) == ("", 1)


def test_a_folder_answers_without_its_feed_and_one_that_another_process_refreshes_too(
    publisher: Publisher, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    root, token = publisher.root_file(tmp_path), tmp_path / "token"
    with subscribe(tmp_path / "feed", publisher.base, root=root, token=token) as lists:
        other = subscription(tmp_path / "feed", publisher.base, token=token)
        with subscribe(tmp_path / "feed", publisher.base, root=root, token=token) as second:
            publisher.publish({"baseline": [made(2, 2)]})
            other.refresh(2)
            with other._alone():
                second.fresh()  # it may not refresh, and sees what the other one brought
            assert ("another process" in second.trouble, numbers(second, made(2))) == (True, [2])
        assert publisher.receipts == [{"list": "baseline", "version": 1}]
        assert (lists.refresh(), lists.trouble, numbers(lists, made(2))) == (Changed(), "", [2])
        assert publisher.receipts[1:] == [{"list": "baseline", "version": 2}]
    with subscribe(tmp_path / "feed", "http://127.0.0.1:1/gone") as alone:
        assert ("does not answer" in alone.trouble, numbers(alone, made(1))) == (True, [1])
    with pytest.raises(Unavailable):
        subscribe(tmp_path / "new", "http://127.0.0.1:1/gone", root=root)
    with pytest.raises(Invalid, match="the file of the root can't be read"):
        subscribe(tmp_path / "new", publisher.base, root=tmp_path / "nowhere")


def test_uploads_are_matched_alone_together_and_while_others_go_on(publisher: Publisher, tmp_path: Path) -> None:
    with opened(publisher, tmp_path) as lists:
        lists.refresh()
        mirrored, other = encoded("astronaut", mirrored=True), encoded("coffee")
        first, second, third = lists.match_many([mirrored, b"words", other])
        assert isinstance(first, Looked)
        assert [match.entry.number for match in first.matches] == [LISTED]
        assert isinstance(second, Invalid)
        assert third == Looked((), ("md5", "sha1", "sha256", "pdq"))
        # In a thread of its own: a browser of another test may have left a loop in this one.
        with ThreadPoolExecutor(1) as elsewhere:
            assert elsewhere.submit(lambda: asyncio.run(lists.match_later(mirrored))).result() == first
        with pytest.raises(Invalid, match="it is empty"):
            lists.match(b"")
        flat = lists.prints(png(np.full((80, 80, 3), 128, np.uint8)))
        assert (flat.pictures, flat.why_not, flat.media) == ((), "it shows too little to be compared", True)


def test_what_was_uploaded_before_it_was_listed_is_found_by_what_was_kept_of_it(
    publisher: Publisher, tmp_path: Path
) -> None:
    publisher.publish({"baseline": [replace(listed(), version=2, retracted=True)]})
    with opened(publisher, tmp_path) as lists:
        lists.refresh()
        kept = [lists.prints(encoded("astronaut", mirrored=True)), lists.prints(b"words")]
        first, wrong = lists.match_prints(kept)
        assert isinstance(first, Looked)
        assert (first.matches, isinstance(wrong, Invalid)) == ((), True)
        publisher.publish({"baseline": [replace(listed(), version=3)]})
        assert lists.refresh().moved == (("baseline", 3),)
        first, _wrong = lists.match_prints(kept)
        assert isinstance(first, Looked)
        assert [match.entry.number for match in first.matches] == [LISTED]


def test_bytes_that_are_listed_are_found_whatever_they_are(publisher: Publisher, tmp_path: Path) -> None:
    with opened(publisher, tmp_path) as lists:
        words = lists.prints(b"words")
        assert (words.media, words.pictures) == (False, ())
        publisher.publish({"baseline": [replace(made(3, 2), signals=words.digests[:1])]})
        lists.refresh()
        looked = lists.match(b"words")
        assert ([match.method for match in looked.matches], looked.why_not != "") == (["md5"], True)


def test_how_it_matched_is_told_apart(publisher: Publisher, tmp_path: Path) -> None:
    with opened(publisher, tmp_path) as lists:
        lists.refresh()
        (match,) = lists.match_signals([made(1).signals[:1]])[0]
        plain, detailed = told(match, detailed=False), told(match, detailed=True)
        assert detailed.keys() - plain.keys() == {"method", "distance", "orientation"}
        assert plain["expected_false"] == match.expected_false_at_limit > detailed["expected_false"]
