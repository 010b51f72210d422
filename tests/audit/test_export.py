"""The exported log is verified without the database, and nothing can be done to the file unseen."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.audit.entry import Line, Unreadable
from havre.audit.export import LONGEST_LINE, read_export, read_key, write_export
from havre.audit.rows import lines
from havre.audit.seen import read_seen
from havre.audit.verify import verify
from havre.errors import Invalid
from havre.settings import Settings
from tests.audit.tampering import NODE, grow


def test_an_exported_log_is_read_back_as_it_was(database: Settings) -> None:
    grow(12, database.seen)
    read: list[Line] = [*lines(), Unreadable("a place", 3), Unreadable("no place")]
    header, *texts = write_export(read, NODE.verifier)
    assert read_key(header) == NODE.verifier
    assert list(read_export(texts)) == read
    assert all(text.count("\n") == 1 for text in texts)


def cut(texts: list[str], chance: Random) -> list[str]:
    return texts[: chance.randrange(len(texts))]


def drop(texts: list[str], chance: Random) -> list[str]:
    place = chance.randrange(len(texts))
    return texts[:place] + texts[place + 1 :]


def repeat(texts: list[str], chance: Random) -> list[str]:
    place = chance.randrange(len(texts))
    return [*texts[:place], texts[place], *texts[place:]]


def move(texts: list[str], chance: Random) -> list[str]:
    moved = drop(texts, chance)
    gone = next(text for text in texts if text not in moved)
    place = chance.randrange(len(texts))
    return [*moved[:place], gone, *moved[place:]]


def change_a_letter(texts: list[str], chance: Random) -> list[str]:
    place = chance.randrange(len(texts))
    text = texts[place]
    at = chance.randrange(len(text) - 1)
    return [*texts[:place], text[:at] + chr(chance.randint(33, 126)) + text[at + 1 :], *texts[place + 1 :]]


def test_nothing_can_be_done_to_the_file_unseen(database: Settings, count: Callable[[int, int], int]) -> None:
    grow(20, database.seen)
    texts, seen = list(write_export(lines(), NODE.verifier))[1:], read_seen(database.seen)
    genuine = list(read_export(texts))
    for seed in range(count(100, 2000)):
        act = (cut, drop, repeat, move, change_a_letter)[seed % 5]
        altered = act(texts, Random(seed))
        if list(read_export(altered)) == genuine:
            continue  # a letter that says the same, or a line put back where it was
        assert verify(read_export(altered), NODE.verifier, seen).problems, (seed, act.__name__)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "[]",
        "{}",
        '{"entry": {}}',
        '{"entry": []}',
        '{"end": {"size": "1", "frontier": ""}}',
        '{"end": {"size": 1, "frontier": 5}}',
        '{"end": {"size": 1}}',
        '{"end": {"size": 1, "frontier": "", "more": 1}}',
        '{"end": {"size": 1, "frontier": ""}, "more": 1}',
        '{"other": {}}',
        '{"end": {"size": 1, "frontier": "' + "0" * LONGEST_LINE + '"}}',
        "[" * 100_000,
    ],
    ids=range(14),
)
def test_a_line_that_is_none_is_named(text: str) -> None:
    assert list(read_export([text])) == [Unreadable("line 2 of the file is no line of a log")]


def test_bytes_that_are_not_base64_are_no_line(database: Settings) -> None:
    grow(1, database.seen)
    entry = json.loads(list(write_export(lines(), NODE.verifier))[1])
    for leaf in ("!", 5, entry["entry"]["leaf"][:-2] + "9="):  # the last: bits that no byte takes up
        entry["entry"]["leaf"] = leaf
        assert isinstance(next(read_export([json.dumps(entry)])), Unreadable)


@given(texts=st.lists(st.text()))
def test_any_text_is_read_without_an_error(texts: list[str]) -> None:
    assert len(list(read_export(texts))) == len(texts)


@pytest.mark.parametrize("header", ["", "[]", "{}", '{"log": "havre audit log 1"}', '{"log": "other", "key": "a+b+c"}'])
def test_a_file_that_does_not_begin_as_a_log_is_refused(header: str) -> None:
    with pytest.raises(Invalid):
        read_key(header)


def test_a_log_is_verified_from_the_file_alone(database: Settings, tmp_path: Path) -> None:
    grow(12, database.seen)
    path = tmp_path / "log"
    path.write_text("".join(write_export(lines(), NODE.verifier)), "utf-8")
    with path.open(encoding="utf-8") as file:
        verdict = verify((line for line in read_export(file)), read_key(next(file)), read_seen(database.seen))
    assert (verdict.entries, verdict.problems) == (12, ())
