"""`havre init`, `unit` and `person`: a node is begun, split and shared, from the command line."""

import re

from tests.conftest import Havre

SPLIT = "anke holds all four roles; split them as soon as a second person is there"


def test_a_node_is_begun_and_split_and_another_unit_joins(havre: Havre) -> None:
    begun = havre("init", "--country", "be", "--unit", "Federal Police", "--person", "anke", "--json")
    assert begun.exit == 0
    assert {name: begun.json[name] for name in ("unit", "country", "person")} == {
        "unit": "Federal Police",
        "country": "BE",
        "person": "anke",
    }
    assert begun.json["roles"] == ["analyst", "supervisor", "auditor", "administrator"]
    assert SPLIT in begun.stderr
    again = havre("init", "--country", "BE", "--unit", "Other", "--person", "eve")
    assert (again.exit, again.stdout) == (1, "")
    assert "has been begun already" in again.stderr

    added = havre("person", "add", "bram", "--role", "analyst", "--role", "auditor", "--json")
    assert added.json == {"person": "bram", "unit": "Federal Police", "roles": ["analyst", "auditor"]}
    nobody = havre("case", "list")
    assert (nobody.exit, nobody.stderr) == (1, "several people work here: say who you are with --as PERSON\n")

    changed = havre("--as", "anke", "person", "role", "bram", "--remove", "auditor", "--json")
    assert changed.json == {"person": "bram", "unit": "Federal Police"} | changed.json
    assert changed.json["roles"] == ["analyst"]
    refused = havre("--as", "bram", "person", "role", "bram", "--add", "administrator")
    assert (refused.exit, refused.stdout) == (1, "")
    assert refused.stderr == "bram may not change roles: that needs the role administrator\n"

    unit = havre("--as", "anke", "unit", "add", "Polizia Postale", "--country", "IT", "--person", "chiara", "--json")
    assert unit.json == {"unit": "Polizia Postale", "country": "IT", "person": "chiara"}
    assert havre("--as", "chiara", "case", "list", "--json").json == []


def test_links_are_printed_once_and_kept_nowhere(havre: Havre) -> None:
    begun = havre("init", "--country", "BE", "--unit", "Federal Police", "--person", "anke")
    first = re.search(r"http://localhost:8000/welcome/[\w-]{43} \(once, within 72 hours", begun.stdout)
    assert first
    havre("person", "add", "bram")
    made = havre("--as", "anke", "person", "link", "bram", "--json")
    assert made.json["person"] == "bram"
    assert re.fullmatch(r"http://localhost:8000/welcome/[\w-]{43}", made.json["link"])
    again = havre("--as", "anke", "person", "link", "bram")
    assert again.stdout.startswith("bram chooses how to sign in at http://localhost:8000/welcome/")
    assert made.json["link"] not in again.stdout
    refused = havre("--as", "bram", "person", "link", "anke")
    assert (refused.exit, refused.stdout) == (1, "")
    assert havre("--as", "anke", "person", "link", "nobody").exit == 1


def test_wrong_use_is_told_apart_from_what_failed(havre_without_home: Havre) -> None:
    for words in (
        ("init",),
        ("person", "role", "bram"),
        ("person", "role", "bram", "--add", "analyst", "--remove", "auditor"),
        ("case", "open", "A"),
        ("nonsense",),
        ("intake", "A", "x", "--workers", "0"),
    ):
        result = havre_without_home(*words)
        assert (result.exit, result.stdout) == (2, "")
        assert result.stderr != ""
