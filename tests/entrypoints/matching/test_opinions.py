"""Programs with the scope say what is wrong; the publisher is told behind them."""

import pytest

from havre.entrypoints.matching.clients import Scope
from havre.flows.match_uploads import Lists
from tests.entrypoints.matching.asking import Asking
from tests.entrypoints.matching.conftest import LISTED
from tests.entrypoints.matching.test_own import client
from tests.simulators.feed import Publisher

DOWN = {"list": "baseline", "number": LISTED, "vote": "down", "reason": "a bathtub"}


def test_good_votes_are_kept_and_told_and_bad_ones_say_why(lists: Lists, publisher: Publisher) -> None:
    ask = client(lists, Scope.VOTE)
    bad = [{"list": "baseline", "number": 4_000, "vote": "up"}, 7, DOWN | {"reason": "half a letter \ud800"}]
    told = ask("POST", "/v1/votes", {"votes": [bad[0], DOWN, *bad[1:]]})
    assert told.status == 200
    assert [item["kept"] for item in told.json["items"]] == [False, True, False, False]
    assert told.json["items"][0]["message"] == "there is no such entry in a list of this name, or it was taken back"
    assert (told.json["waiting"], publisher.votes) == (1, [])
    publisher.answers["votes"] = 400
    lists.refresh()
    unsaid = ask("GET", "/v1/votes").json
    assert unsaid["waiting"] == 0
    assert unsaid["refused"] == [
        {"list": "baseline", "number": LISTED, "vote": "down", "why": "the feed answered 400: not now"}
    ]
    assert client(lists, Scope.VOTE, name="b")("GET", "/v1/votes").json == {"waiting": 0, "refused": []}
    del publisher.answers["votes"]
    ask("POST", "/v1/votes", {"votes": [DOWN]})
    lists.refresh()
    assert publisher.votes == [DOWN]
    assert ask("GET", "/v1/votes").json == {"waiting": 0, "refused": []}


def test_only_clients_that_may_vote_are_heard(ask: Asking, lists: Lists) -> None:
    for asking in (ask, client(lists, Scope.MATCH, Scope.DETAIL, Scope.BANKS)):
        assert asking("POST", "/v1/votes", {"votes": [DOWN]}).status == 403
        assert asking("GET", "/v1/votes").status == 403
    assert lists.votes.waiting() == 0


@pytest.mark.parametrize("body", [{}, {"votes": []}, {"votes": {}}, {"votes": [DOWN] * 1_001}, []])
def test_votes_are_a_list_of_some(lists: Lists, body: object) -> None:
    assert client(lists, Scope.VOTE)("POST", "/v1/votes", body).status == 400


def test_votes_count_by_the_minute(lists: Lists) -> None:
    ask = client(lists, Scope.VOTE, per_minute=2)
    assert [ask("POST", "/v1/votes", {"votes": [7, 8]}).status for _ in range(2)] == [200, 429]
