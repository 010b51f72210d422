"""A platform that subscribes finds an upload on the list, says that it is wrong, and finds it no more."""

from datetime import datetime
from pathlib import Path

from tests import command_line


def test_a_platform_subscribes_finds_an_upload_and_hears_that_it_was_a_mistake(tmp_path: Path) -> None:
    said = command_line.run("demo", "--story", "platform", "--json", settings=None, timeout=300, TMPDIR=str(tmp_path))
    assert (said.exit, said.stderr) == (0, "")
    assert list(said.json) == ["steps", "found", "receipts"]
    assert [each["what"] for each in said.json["steps"]] == [
        "4 drawn landscapes are taken in, for once as if they showed a crime",
        "anke judges them",
        "bram judges them",
        "one of them may go to platforms: its source says so",
        "anke proposes it for the list national-be",
        "bram confirms it; nobody may do both",
        "version 1 is signed and published: 1 changed, 0 taken back",
        "Harbour Pictures subscribes, and verifies the list from the root that it was given",
        "an upload, scaled down and saved anew, is entry 1 of national-be",
        "Harbour Pictures looked before it acted: it says that entry 1 is wrong",
        "version 2 is signed and published: 1 changed, 0 taken back",
        "bram decides: entry 1 is taken back",
        "version 3 is signed and published: 1 changed, 1 taken back",
        "the same upload is on no list any more",
        "somebody protects a picture of their own: its hashes came by the door, and no picture",
        "version 4 is signed and published: 1 changed, 0 taken back",
        "Harbour Pictures finds an upload on the list unreviewed, which nobody saw: it must look before it acts",
        "they take it back with their code: the hashes are erased here",
        "version 5 is signed and published: 1 changed, 1 taken back",
        "that upload is on no list any more",
        "Harbour Pictures acknowledged the retraction: 0 are missing",
    ]
    times = [datetime.fromisoformat(each["at"]) for each in said.json["steps"]]
    assert times == sorted(times)
    assert said.json["found"] == [1, 0]
    names = ("subscriber", "list", "version", "used", "missing")
    assert [tuple(receipt[name] for name in names) for receipt in said.json["receipts"]] == [
        ("Harbour Pictures", "national-be", 3, 3, 0),
        ("Harbour Pictures", "unreviewed", 5, 5, 0),
    ]
    assert list(tmp_path.iterdir()) == [], "nothing is left"
