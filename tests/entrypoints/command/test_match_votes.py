"""`havre match vote`, `votes` and `status`, as a person of a platform gives them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Havre
from tests.entrypoints.matching.conftest import LISTED, entries
from tests.simulators.feed import TOKEN, Publisher, serving


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with serving() as running:
        running.publish(entries())
        yield running


@pytest.fixture
def words(publisher: Publisher, tmp_path: Path) -> list[str]:
    """What every command is told."""
    (tmp_path / "token").write_text(TOKEN)
    told = ["--feed", publisher.base, "--root", str(publisher.root_file(tmp_path))]
    return [*told, "--token", str(tmp_path / "token"), "--home", str(tmp_path / "lists")]


def test_a_vote_is_told_or_waits_and_goes_with_the_next_one(
    havre_without_home: Havre, words: list[str], publisher: Publisher
) -> None:
    publisher.answers["votes"] = 503
    down = havre_without_home("match", "vote", "down", "baseline", LISTED, *words, "--reason", "a bathtub")
    assert (down.exit, down.stdout) == (0, "0 taken by the publisher, 1 waiting for it.\n")
    assert "told again at the next look at the feed: the feed answered 503" in down.stderr
    home = words[-2:]
    assert havre_without_home("match", "status", *home, "--json").json["votes_waiting"] == 1
    del publisher.answers["votes"]
    up = havre_without_home("match", "vote", "up", "baseline", 1, *words, "--json")
    assert up.json == {"taken": 2, "waiting": 0, "trouble": "", "bad": []}
    assert publisher.votes == [
        {"list": "baseline", "number": LISTED, "vote": "down", "reason": "a bathtub"},
        {"list": "baseline", "number": 1, "vote": "up", "reason": ""},
    ]
    wrong = havre_without_home("match", "vote", "down", "baseline", LISTED, *words)
    assert (wrong.exit, "say why it is wrong" in wrong.stderr) == (1, True)


def test_of_a_table_good_ones_go_and_bad_ones_come_back(
    havre_without_home: Havre, words: list[str], publisher: Publisher, tmp_path: Path
) -> None:
    havre_without_home("match", "0" * 32, *words)  # fetches the lists
    rows = ["vote,list,number,reason", "up,baseline,1,", "up,baseline,4000,", "sideways,baseline,1,"]
    (tmp_path / "votes.csv").write_text("\n".join([*rows, f"down,baseline,{LISTED},x"]))
    told = havre_without_home("match", "votes", tmp_path / "votes.csv", *words, "--json")
    assert (told.exit, told.json["taken"], [vote["number"] for vote in publisher.votes]) == (1, 2, [1, LISTED])
    assert told.json["bad"] == [
        {"place": 3, "why": "there is no such entry in a list of this name, or it was taken back"},
        {"place": 4, "why": "a vote is up or down"},
    ]
    assert "a vote is up or down" in havre_without_home("match", "votes", tmp_path / "votes.csv", *words).stdout


def test_status_says_where_the_folder_stands(havre_without_home: Havre, words: list[str], publisher: Publisher) -> None:
    home = words[-2:]
    none = havre_without_home("match", "status", *home)
    assert (none.exit, "no subscription here" in none.stderr) == (1, True)
    assert "name the feed with --feed" in havre_without_home("match", "status").stderr
    publisher.answers["receipts"] = 503
    havre_without_home("match", "0" * 32, *words)
    told = havre_without_home("match", "status", *home, "--json").json
    assert told["lists"] == [
        {"list": "baseline", "version": 1, "receipt": 0, "entries": 3, "retracted": 0},
        {"list": "self-reported", "version": 1, "receipt": 0, "entries": 1, "retracted": 0},
    ]
    assert (told["receipts_owed"], told["stale"]) == (["baseline", "self-reported"], False)
    assert (0 <= told["age_seconds"] < 600, told["bytes"] > 50_000) == (True, True)
    publisher.answers |= {"receipts": 204, "votes": 400}
    havre_without_home("match", "0" * 32, *words)
    havre_without_home("match", "vote", "up", "baseline", LISTED, *words)
    shown = havre_without_home("match", "status", *home, "--forget").stdout
    assert "Receipts owed: none." in shown
    assert "Votes waiting: 0; refused: 0." in shown  # whoever said it was told
