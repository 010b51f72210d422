"""What a platform says of entries goes to the publisher or waits; what its lists do not hold comes back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from havre.errors import Invalid, NotFound
from havre.flows.match_uploads import Lists, subscription
from havre.flows.match_votes import Said, forget_refused, keep, say, standing
from havre.subscription.feed import STALE_AFTER, Subscription
from havre.subscription.words import BadWord, Word
from tests.flows.test_match_uploads import opened, wait
from tests.hashlists.made import made
from tests.simulators.feed import TOKEN, Publisher, serving

WORDS = [Word("baseline", 1, False, "a bathtub"), Word("baseline", 2, True), Word("other", 1, True)]


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with serving() as running:
        running.publish({"baseline": [made(1), replace(made(2), retracted=True), made(3)]})
        yield running


@pytest.fixture
def subscribed(publisher: Publisher, tmp_path: Path) -> Subscription:
    (tmp_path / "token").write_text(TOKEN)
    root = publisher.root_file(tmp_path)
    return subscription(tmp_path / "lists", publisher.base, root=root, token=tmp_path / "token")


def test_good_words_go_and_bad_ones_come_back(publisher: Publisher, subscribed: Subscription) -> None:
    subscribed.refresh(1)
    said = say(subscribed, WORDS)
    assert (said.taken, said.waiting, said.trouble) == (1, 0, "")
    assert said.bad == (
        BadWord(2, "there is no such entry in a list of this name, or it was taken back"),
        BadWord(3, "there is no such entry in a list of this name, or it was taken back"),
    )
    assert publisher.votes == [WORDS[0].fields()]


def test_where_nothing_was_fetched_the_publisher_knows(publisher: Publisher, subscribed: Subscription) -> None:
    publisher.answers["votes"] = 404
    said = say(subscribed, WORDS[:1])
    assert said == Said(0, 0, (BadWord(1, "the feed answered 404: not now"),))
    assert subscribed.votes.refused_count() == 0  # it was told to whoever said it


def test_what_waits_goes_with_the_next_look_at_the_feed_and_once(publisher: Publisher, tmp_path: Path) -> None:
    with opened(publisher, tmp_path) as lists:
        lists.refresh()
        publisher.answers["votes"] = 503
        assert not lists.vote("baseline", 1, up=False, reason="a bathtub")
        lists.refresh()
        assert lists.trouble == "the feed answered 503: try again later"
        del publisher.answers["votes"]
        lists.refresh()
        lists.refresh()
        assert (publisher.votes, lists.trouble) == ([WORDS[0].fields()], "")
        assert lists.vote("baseline", 3, up=True)
        with pytest.raises(Invalid, match="no such entry in a list"):
            lists.vote("baseline", 4, up=True)


def test_what_is_said_is_told_soon_behind_whoever_says_it(publisher: Publisher, tmp_path: Path) -> None:
    with opened(publisher, tmp_path) as lists:
        lists.refresh()
        lists.watch(every=0.4)
        assert lists.say(WORDS)[0] == ""
        wait(lambda: not lists.votes.waiting())
        assert publisher.votes == [WORDS[0].fields()]


def test_how_a_folder_stands(publisher: Publisher, subscribed: Subscription, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        standing(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()
    fresh = standing(subscribed.folder)
    assert (fresh.lists, fresh.checked, fresh.waiting, fresh.owed, fresh.stale(5_000)) == ((), 0, 0, [], True)
    with Lists(subscribed, now=lambda: 5_000.0) as lists:
        publisher.answers["receipts"] = 503
        lists.refresh()
        found = standing(subscribed.folder)
        assert [(shelf.name, shelf.living, shelf.retracted) for shelf in found.lists] == [("baseline", 2, 1)]
        assert (found.owed, found.checked, found.stale(5_000 + STALE_AFTER)) == (["baseline"], 5_000, False)
        assert found.bytes > 50_000
        assert keep(subscribed, WORDS[:1]) == []
        assert (standing(subscribed.folder).waiting, publisher.votes) == (1, [])
        publisher.answers |= {"receipts": 204, "votes": 400}
        lists.refresh()
        found = standing(subscribed.folder)
        assert (found.owed, found.waiting, found.refused) == ([], 0, 1)
        assert [each.word for each in found.refused_words] == WORDS[:1]
        forget_refused(subscribed.folder, found)
        assert standing(subscribed.folder).refused == 0
