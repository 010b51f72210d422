"""`havre demo` needs nothing, says what it found in words, and what it says to try next works when pasted."""

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from havre.flows import seizure
from tests import command_line
from tests.command_line import HAVRE, Result
from tests.conftest import Havre
from tests.flows.test_demo import PHOTOGRAPHS, REPEATED

FIELDS = [
    "home",
    "person",
    "case",
    "judged",
    "intake",
    "items",
    "searched",
    "search",
    "film",
    "place",
    "next",
    "seconds",
]


@pytest.mark.proof
def test_it_is_read_by_a_person_or_a_program_and_what_it_says_to_try_next_works_when_pasted(
    havre_without_home: Havre, tmp_path: Path, count: Callable[[int, int], int]
) -> None:
    first = havre_without_home("demo", "--home", tmp_path / "a demo", HAVRE_HOME="/nonexistent")
    _read_by_a_person(first)
    following = [line.strip() for line in first.stdout.partition("Try next\n")[2].splitlines()]
    assert len(following) > 1
    for _again in range(count(0, 1)):  # it starts anew
        shown = havre_without_home("--home", tmp_path / "a demo", "demo", "--json")
        assert (shown.exit, shown.stderr.count("\n")) == (0, 0)
        assert list(shown.json) == FIELDS
        assert shown.json["seconds"] > 0
        assert shown.json["film"]["label"] == "pertinent"
        assert abs(shown.json["film"]["match_span"][0] - 3) < 0.5
        assert shown.json["place"]["points"] > 20
        assert shown.json["place"]["path"].endswith("/pertinent/room.jpg")
        assert shown.json["next"] == following
    assert {shlex.split(command)[0] for command in following} == {str(HAVRE)}
    shown_case = next(command for command in following if " case show " in command)
    for command in following:
        done = _pasted(command) if command in (shown_case, *following[: count(0, 9)]) else _typed(command)
        assert done.exit == 0, (command, done.stderr)
        assert done.stdout


def _pasted(command: str) -> Result:
    """What a shell makes of it."""
    done = subprocess.run(
        command, shell=True, env=command_line.environment(None), capture_output=True, text=True, timeout=60, check=False
    )
    return Result(done.returncode, done.stdout, done.stderr)


def _typed(command: str) -> Result:
    """The same words without a shell, of which the beginning of a process is the greater part."""
    return command_line.run(*shlex.split(command)[1:], settings=None)


def _read_by_a_person(first: Result) -> None:
    assert first.exit == 0
    rows = [line.split() for line in first.stdout.splitlines()]
    heads = [
        (words[1], int(words[0]))
        for words in rows
        if len(words) > 1 and words[0].isdigit() and words[1] not in {"of", "files"}
    ]
    new = seizure.ARDENNES + seizure.COAST + 6 + PHOTOGRAPHS + 2
    assert heads == [("new", new), ("near", 5), ("known", 9), ("repeat", REPEATED), ("refused", 2), ("quarantined", 0)]
    assert "mirrored" in first.stdout
    assert "/pertinent/film.mp4, judged pertinent" in first.stdout
    assert "points agree" in first.stdout
    assert "Try next" in first.stdout
    assert "Drawing" in first.stderr


def test_a_folder_of_somebody_else_is_refused_in_one_sentence(havre_without_home: Havre, tmp_path: Path) -> None:
    (tmp_path / "work").touch()
    refused = havre_without_home("demo", "--home", tmp_path)
    assert (refused.exit, refused.stdout) == (1, "")
    assert refused.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["work"]
