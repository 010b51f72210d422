"""A word on an entry reaches its publisher once in effect, whatever happens on the way; the last one holds."""

import os
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from havre.errors import Broken, Invalid, Unavailable
from havre.subscription import votes as rooms
from havre.subscription.feed import Subscription
from havre.subscription.fetcher import NotTaken
from havre.subscription.votes import FILE, Told, Votes
from havre.subscription.words import Word
from tests.simulators.feed import Publisher

UP, DOWN = Word("baseline", 7, True), Word("baseline", 8, False, "a bathtub")


def taken(votes: Votes) -> list[Word]:
    """What is told now."""
    words: list[Word] = []
    votes.tell(words.append)
    return words


def test_words_are_told_in_their_order_and_once(tmp_path: Path) -> None:
    votes = Votes(tmp_path)
    assert (votes.waiting(), votes.refused(), taken(votes)) == (0, [], [])
    votes.keep([DOWN, UP])
    assert Votes(tmp_path).waiting() == 2
    assert (taken(votes), taken(votes), votes.waiting()) == ([DOWN, UP], [], 0)


def test_of_one_entry_the_last_word_holds(tmp_path: Path) -> None:
    votes, other = Votes(tmp_path), Word("baseline", 8, True)
    votes.keep([DOWN, UP])
    votes.keep([other])
    assert taken(votes) == [UP, other]


def test_a_word_that_is_said_while_an_older_one_is_told_is_told_after_it(tmp_path: Path) -> None:
    votes, other, words = Votes(tmp_path), Word("baseline", 8, True), list[Word]()
    votes.keep([DOWN])

    def post(word: Word) -> None:
        words.append(word)
        votes.keep([other])
        again = Votes(tmp_path).tell(words.append)  # nobody else tells meanwhile: it could arrive before this one
        assert again.trouble.startswith("another process is telling")

    votes.tell(post)
    assert (words, votes.waiting()) == ([DOWN], 1)
    assert taken(votes) == [other]


def test_what_cannot_be_told_waits_and_so_does_what_came_after_it(tmp_path: Path) -> None:
    votes, tries = Votes(tmp_path), list[Word]()
    votes.keep([DOWN, UP])

    def away(word: Word) -> None:
        tries.append(word)
        raise Unavailable("away")

    assert votes.tell(away) == Told(trouble="away")
    assert (tries, votes.waiting()) == ([DOWN], 2)


def test_what_is_refused_for_good_is_kept_with_the_reason_until_somebody_saw_it(tmp_path: Path) -> None:
    votes = Votes(tmp_path)
    votes.keep([DOWN, UP])

    def post(word: Word) -> None:
        if word == DOWN:
            raise NotTaken("there is no such entry")

    told = votes.tell(post)
    assert (told.taken, [each.word for each in told.refused], told.trouble) == (1, [DOWN], "")
    (refused,) = votes.refused()
    assert (refused.word, refused.refused) == (DOWN, "there is no such entry")
    assert (votes.waiting(), votes.refused_count(), taken(votes)) == (0, 1, [])
    votes.keep([DOWN])  # said again, it is told again
    assert (votes.refused_count(), taken(votes)) == (0, [DOWN])
    votes.forget(told.refused)
    votes.keep([DOWN])
    votes.forget(votes.refused())
    assert votes.waiting() == 1


def test_no_more_is_kept_than_a_publisher_that_is_lost_explains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "MOST_WAITING", 2)
    votes = Votes(tmp_path)
    votes.keep([DOWN, UP])
    with pytest.raises(Unavailable, match="2 votes wait"):
        votes.keep([Word("baseline", 9, True), UP])
    assert taken(votes) == [DOWN, UP]


def test_words_that_were_refused_take_no_room_and_few_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "MOST_WAITING", 2)
    monkeypatch.setattr(rooms, "MOST_REFUSED", 3)
    votes = Votes(tmp_path)

    def post(word: Word) -> None:
        raise NotTaken("there is no such entry")

    for number in (1, 3, 5):
        votes.keep([Word("baseline", number, True), Word("baseline", number + 1, True)])
        votes.tell(post)
    assert [each.word.number for each in votes.refused()] == [6, 5, 4]


def test_who_said_a_word_is_kept_also_in_a_file_of_before(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as db:
        db.execute(rooms.TABLES.replace("    who TEXT NOT NULL DEFAULT '', ", ""))
        db.execute("INSERT INTO votes (list, number, up, reason, refused) VALUES ('baseline', 7, 1, '', 'no')")
    votes = Votes(tmp_path)
    votes.keep([DOWN], "anke")

    def post(word: Word) -> None:
        raise NotTaken("there is no such entry")

    votes.tell(post)
    who = (None, "anke", "bruno", "")
    assert [[each.word for each in votes.refused(who=one)] for one in who] == [[DOWN, UP], [DOWN], [], [UP]]


def test_at_an_address_that_is_not_the_feeds_nothing_is_refused_for_good(
    publisher: Publisher, subscription: Subscription
) -> None:
    publisher.answers["votes"] = 404
    root = publisher.files.pop("metadata/1.root.json")
    subscription.votes.keep([DOWN, UP])
    told = subscription.tell()
    assert (told.refused, told.trouble[:37]) == ((), "this feed is not at its address (the ")
    publisher.files["metadata/1.root.json"] = root + b" "
    assert subscription.tell().refused == ()
    assert subscription.votes.waiting() == 2
    publisher.files["metadata/1.root.json"] = root
    publisher.asked.clear()
    assert len(subscription.tell().refused) == 2
    assert publisher.asked == ["metadata/1.root.json"]


def test_a_file_that_is_none_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 100)
    with pytest.raises(Broken, match="look at it by hand"):
        Votes(tmp_path).waiting()


def test_a_publisher_takes_refuses_or_is_away(publisher: Publisher, subscription: Subscription) -> None:
    subscription.votes.keep([DOWN])
    for status in (503, 401, 302, 429):
        publisher.answers["votes"] = status
        assert f"answered {status}" in subscription.tell().trouble
    publisher.answers["votes"] = 404
    (refused,) = subscription.tell().refused
    assert refused.refused == "the feed answered 404: not now"
    del publisher.answers["votes"]
    subscription.votes.keep([DOWN, UP])
    assert subscription.tell() == Told(2)
    assert publisher.votes == [DOWN.fields(), UP.fields()]


def test_killed_while_telling_every_word_arrives_and_the_last_one_last(
    publisher: Publisher, subscription: Subscription, count: Callable[[int, int], int]
) -> None:
    words = [Word("baseline", number, bool(number % 2), "why") for number in range(1, 13)]
    subscription.votes.keep(words)
    for number in range(count(4, 60)):
        if (child := os.fork()) == 0:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, 0.002 + 0.004 * number)
            try:
                subscription.tell()
            finally:
                os._exit(0)
        os.waitpid(child, 0)
    time.sleep(0.05)  # the simulator may still be taking what a child had sent
    subscription.tell()
    assert subscription.votes.waiting() == 0
    assert list(dict.fromkeys(vote["number"] for vote in publisher.votes)) == [word.number for word in words]
    last = {vote["number"]: vote for vote in publisher.votes}
    assert list(last.values()) == [word.fields() for word in words]


def test_a_word_is_checked_before_it_is_kept() -> None:
    with pytest.raises(Invalid, match="say why it is wrong"):
        Word("baseline", 7, False)
