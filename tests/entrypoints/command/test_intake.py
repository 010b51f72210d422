"""`havre intake`: the main job, as a person and as a program see it."""

import json
import os
from pathlib import Path

import pytest

from tests.conftest import Havre
from tests.sources import lay, seizure

PLAN = seizure(2, 16)


@pytest.fixture
def begun(havre: Havre) -> Havre:
    assert havre("init", "--country", "BE", "--unit", "Federal Police", "--person", "anke").exit == 0
    assert havre("case", "open", "A", "--basis", "warrant").exit == 0
    return havre


def test_a_folder_is_taken_in_told_and_told_again(begun: Havre, tmp_path: Path) -> None:
    folder = lay(tmp_path / "seized", PLAN.files)
    done = begun("intake", "A", folder, "--items", tmp_path / "items", "--json")
    assert done.exit == 0
    told = done.json
    planned = PLAN.totals()
    assert {name: told[name] for name in planned} == planned
    assert (told["case"], told["found"]) == ("A", len(PLAN.files))
    assert told["found"] == sum(told[name] for name in ("known", "near", "repeat", "new", "refused", "quarantined"))
    assert told["seconds"] > 0
    rows = [json.loads(line) for line in (tmp_path / "items").read_text().splitlines()]
    outcomes = PLAN.outcomes()
    assert [(row["path"], row["outcome"]) for row in rows] == [
        (f"{folder}/{path}", outcome.split()[0]) for path, outcome in outcomes.items()
    ]
    # Series were brought up to date the first time; told again, nothing is done.
    assert begun("--json", "intake", "A", folder).json == told

    person = begun("intake", "A", folder)
    lines = person.stdout.splitlines()
    assert lines[0].startswith(f"Case A: {len(PLAN.files)} files in ")
    assert [line.split()[:2] for line in lines[1:7]] == [
        [name, str(planned[name])] for name in ("new", "near", "known", "repeat", "refused", "quarantined")
    ]
    assert lines[7] == "Reasons for each: the same command with --items FILE"

    again = begun("intake", "A", folder, "--again", "--workers", "2", "--json").json
    assert again["intake"] != told["intake"]
    assert (again["new"], again["stacks"]) == (0, 0)


def test_a_name_that_is_no_text_is_taken_in_shown_escaped_and_found_again(begun: Havre, tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/caf\xe9"
    os.mkdir(folder)  # noqa: PTH102 - bytes paths
    lay(Path(os.fsdecode(folder)), {"a": b"text"})
    first = begun("intake", "A", os.fsdecode(folder), "--items", tmp_path / "items", "--json")
    assert (first.exit, first.stderr) == (0, "")
    assert json.loads((tmp_path / "items").read_text())["path"] == f"{tmp_path}/caf\\xe9/a"
    assert begun("intake", "A", os.fsdecode(folder), "--json").json == first.json
    (intake,) = begun("case", "show", "A", "--json").json["intakes"]
    assert intake["path"] == f"{tmp_path}/caf\\xe9"


def test_what_cannot_be_taken_in_exits_with_one_and_one_sentence(begun: Havre, tmp_path: Path) -> None:
    for words, sentence in (
        (("A", tmp_path / "nothing"), f"{tmp_path}/nothing can't be taken in: No such file or directory\n"),
        (("B", tmp_path), "there is no case 'B': open it with `havre case open`\n"),
    ):
        result = begun("intake", *words, "--json")
        assert (result.exit, result.stdout, result.stderr) == (1, "", sentence)
