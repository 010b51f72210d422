"""An operator loads files, and asks where an address is hosted."""

from pathlib import Path

import pytest

from havre.entrypoints.command.hosting import time_of
from havre.errors import Invalid
from tests.conftest import Havre
from tests.flows.test_hosting_of import FIELDS
from tests.hosting.readers.test_delegations import RIPE


def test_files_are_loaded_and_an_address_is_asked_about(havre: Havre, tmp_path: Path) -> None:
    assert havre("init", "--country", "BE", "--unit", "Hotline", "--person", "anke").exit == 0
    (tmp_path / "d.txt").write_text(RIPE + "wrong|line\n")
    (tmp_path / "a.jsonl").write_text(
        '{"name":"a.example","type":"A","value":"192.0.2.7","at":"2026-01-02T10:00:00Z"}\n'
    )
    loaded = havre("hosting", "load", tmp_path / "d.txt", tmp_path / "a.jsonl", "--json").lines
    assert [(each["kind"], each["rows"], each["kept"], each["bad"]) for each in loaded] == [
        ("delegations", 8, 3, 1),
        ("answers", 1, 1, 0),
    ]
    told = havre("hosting", "of", "hxxp://a[.]example/x", "--json").json
    assert list(told) == FIELDS
    assert (told["address"], told["country"], told["numbers"]) == ("http://a.example/x", "BE", ["192.0.2.7"])
    past = havre("hosting", "of", "a.example", "--at", "2026-01-01", "--json").json
    assert (past["country"], past["reason"]) == (None, "no network address is known for this name")
    history = havre("hosting", "history", "a.example", "--json").json
    assert [fact["kind"] for fact in history["facts"]] == ["country", "network", "number"]
    shown = havre("hosting", "of", "a.example")
    assert shown.stdout.startswith("https://a.example/ is hosted in BE.\n")
    assert "192.0.2.0/24" in shown.stdout
    again = havre("hosting", "load", tmp_path / "d.txt")
    assert again.stdout == "d.txt was loaded before, as number 1: nothing was added.\n"
    wrong = havre("hosting", "of", "javascript:alert(1)")
    assert (wrong.exit, wrong.stderr) == (1, "an address of the web begins with http:// or https://\n")


def test_a_time_is_read_or_refused() -> None:
    assert time_of("") is None
    with pytest.raises(Invalid, match="2026-11-25T10:00:00Z"):
        time_of("yesterday")
