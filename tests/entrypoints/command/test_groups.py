"""`havre group` and what ends, as people type it."""

from pathlib import Path

from tests.conftest import Havre
from tests.entrypoints.command.test_others import POLIZIA, two_countries


def test_a_group_is_founded_joined_spoken_to_and_ended(havre: Havre, tmp_path: Path) -> None:
    two_countries(havre, tmp_path / "files")
    made = havre("--as", "anke", "group", "found", "tf-1", "--until", "2090-01-01", "--name", "Force", "--json")
    assert made.json["members"][0]["country"] == "BE", made.stderr
    assert havre("--as", "anke", "group", "add", "tf-1", POLIZIA).exit == 0
    said = havre("--as", "anke", "restrict", "set", "series", "S1", "--level", "open", "--group", "tf-1", "--json")
    assert said.json["shared"] > 0
    assert havre("--as", "chiara", "group", "say", "tf-1", "hello").exit == 0
    board = havre("--as", "chiara", "group", "show", "tf-1", "--json").json
    assert ([each["unit"] for each in board["series"]], board["words"][0]["body"]["text"]) == (["Police"], "hello")
    assert [each["code"] for each in havre("--as", "chiara", "group", "list", "--json").json] == ["tf-1"]
    assert havre("--as", "anke", "group", "remove", "tf-1", POLIZIA, "--json").exit == 0
    assert havre("--as", "chiara", "group", "list", "--json").json == []
    assert havre("--as", "anke", "group", "end", "tf-1").exit == 0
    assert havre("--as", "anke", "group", "found", "tf-2", "--until", "soon").exit == 1
    assert len(havre("--as", "anke", "restrict", "due", "--days", "3650", "--json").json) == 1
    ends = havre("--as", "anke", "restrict", "let-end", "series", "S1", "--because", "solved", "--json")
    assert ends.json["thing"] == "S1"
    longer = ("restrict", "prolong", "series", "S1", "--until", "2095-01-01", "--because", "a court asks")
    assert havre("--as", "anke", *longer, "--json").json["widened"]
    assert havre("--as", "anke", "restrict", "expire", "--json").json == {"destroyed": 0}
