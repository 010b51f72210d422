"""`havre known` as people type it: JSON alone on standard output, one sentence on error, nothing of other units."""

import json
import time
from pathlib import Path

import pytest

from havre.settings import Settings
from tests.command_line import HAVRE, environment
from tests.conftest import PROOF, Havre
from tests.folders import folder, medium, number, scene, turned, vics
from tests.preloaded import begun as begun_command
from tests.sources import lay

FULL = 30_000 if PROOF else 8_000
"""Lines of a list that takes longer to import than whoever kills it waits."""


def begun(havre: Havre) -> None:
    """Anke and Bram in Belgium, Chiara in Italy."""
    assert havre("init", "--country", "BE", "--unit", "Police", "--person", "anke").exit == 0
    assert havre("--as", "anke", "person", "add", "bram").exit == 0
    assert havre("--as", "anke", "unit", "add", "Polizia", "--country", "IT", "--person", "chiara").exit == 0


def test_knowledge_from_a_folder_through_an_intake_and_back(havre: Havre, tmp_path: Path) -> None:
    begun(havre)
    judged = folder(tmp_path / "judged", a=scene(1), note=b"no media")
    seized = folder(tmp_path / "seized", a=scene(1), b=turned(scene(1)), c=scene(2))

    added = havre("--as", "anke", "known", "add", judged, "--label", "pertinent", "--json")
    assert (added.exit, added.json["added"], added.json["refused"]) == (0, 1, 1)
    havre("--as", "anke", "case", "open", "C", "--basis", "a warrant")
    taken = havre("--as", "anke", "intake", "C", seized, "--json").json
    assert [taken[outcome] for outcome in ("known", "near", "repeat", "new")] == [1, 1, 0, 1]

    undone = havre("--as", "anke", "known", "withdraw", added.json["source"], "--json")
    assert (undone.exit, undone.json["moves"]) == (0, {"known → new": 1, "near → repeat": 1})
    taken = havre("--as", "anke", "intake", "C", seized, "--json").json
    assert [taken[outcome] for outcome in ("known", "near", "repeat", "new")] == [0, 0, 1, 2]
    (source,) = havre("--as", "anke", "known", "list", "--json").json
    assert (source["state"], source["entries"]) == ("withdrawn", 1)


def test_an_export_waits_for_a_second_person(havre: Havre, tmp_path: Path) -> None:
    begun(havre)
    held = vics(tmp_path / "set.json", medium(1, 1), {"x": 1})
    out = tmp_path / "out.json"
    read = havre("--as", "anke", "known", "import", held, "--json")
    assert (read.exit, read.json["added"], read.json["bad"]) == (0, 1, 1)

    refused = havre("--as", "anke", "known", "export", out, "--format", "vics2", "--json")
    assert (refused.exit, refused.stdout) == (1, "")
    assert "havre --as SOMEBODY approve 1" in refused.stderr.replace("\n", " ")
    assert havre("--as", "anke", "approve", 1).exit == 1
    (waiting,) = havre("--as", "bram", "approve", "--list", "--json").json
    assert havre("--as", "bram", "approve", waiting["approval"], "--json").json["given_by"] == "bram"
    given = havre("--as", "anke", "known", "export", out, "--format", "vics2", "--json")

    assert (given.exit, given.json["written"]) == (0, 1)
    assert json.loads(out.read_text())["value"][0]["MD5"] == number(1)["md5"]
    again = havre("--as", "anke", "known", "export", out, "--format", "vics2")
    assert (again.exit, "is there already" in again.stderr) == (1, True)


def test_a_unit_of_one_approves_itself_and_is_told(havre: Havre, tmp_path: Path) -> None:
    begun(havre)
    given = havre("--as", "chiara", "known", "export", tmp_path / "out.csv", "--format", "csv", "--json")

    assert (given.exit, given.json["self_approved"]) == (0, True)
    assert "approved their own export" in given.stderr


def test_another_unit_sees_nothing_and_gets_the_same_words_as_if_nothing_were_there(
    havre: Havre, tmp_path: Path
) -> None:
    begun(havre)
    judged = folder(tmp_path / "judged", a=scene(1))
    havre("--as", "anke", "known", "add", judged, "--label", "pertinent")
    havre("--as", "anke", "known", "export", tmp_path / "x.csv", "--format", "csv")
    assert len(havre("--as", "anke", "known", "list", "--json").json) == 1

    assert havre("--as", "chiara", "known", "list", "--json").json == []
    assert havre("--as", "chiara", "approve", "--list", "--json").json == []
    for there, absent in (
        (("known", "withdraw", "1"), ("known", "withdraw", "7")),
        (("approve", "1"), ("approve", "7")),
        (
            ("known", "export", tmp_path / "y", "--format", "csv", "--source", "1"),
            ("known", "export", tmp_path / "y", "--format", "csv", "--source", "7"),
        ),
    ):
        theirs, nothing = havre("--as", "chiara", *there), havre("--as", "chiara", *absent)
        assert (theirs.exit, theirs.stdout) == (nothing.exit, nothing.stdout) == (1, "")
        assert theirs.stderr == nothing.stderr.replace("7", "1")
    havre("--as", "chiara", "case", "open", "C", "--basis", "a warrant")
    assert havre("--as", "chiara", "intake", "C", judged, "--json").json["new"] == 1


def test_an_unknown_label_names_those_that_exist(havre: Havre, tmp_path: Path) -> None:
    begun(havre)
    answer = havre("--as", "anke", "known", "add", tmp_path, "--label", "terrible")

    assert answer.exit == 1
    assert "not-pertinent" in answer.stderr


@pytest.mark.proof
def test_an_import_killed_at_any_moment_and_run_again_is_there_once(
    havre: Havre, home: Settings, tmp_path: Path
) -> None:
    begun(havre)
    held = tmp_path / "list.txt"
    held.write_text("".join(f"{number(at)['md5']}\n" for at in range(FULL)))
    command = [str(HAVRE), "--as", "anke", "known", "import", str(held), "--label", "pertinent", "--json"]
    for wait in (0.3, 0.7):
        running = begun_command(command, environment(home), lay(tmp_path / "said", {}))
        time.sleep(wait)
        running.kill()
        running.join()

    answer = havre(*command[1:]).json
    assert (answer["read"], answer["added"], answer["repeated"]) == (FULL, FULL, 0)
    (source,) = havre("--as", "anke", "known", "list", "--json").json
    assert (source["entries"], source["state"]) == (FULL, "known")
