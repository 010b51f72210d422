"""`havre case`: dossiers, as a person and as a program see them, and not at all from another unit."""

from tests.conftest import Havre


def test_a_case_is_opened_listed_shown_and_closed(havre: Havre) -> None:
    havre("init", "--country", "BE", "--unit", "Federal Police", "--person", "anke")
    assert havre("case", "list").stdout == "There is no case yet: havre case open REF --basis TEXT\n"
    opened = havre("case", "open", "A [red]1", "--basis", "warrant 7", "--json").json
    assert (opened["case"], opened["basis"], opened["purpose"]) == ("A [red]1", "warrant 7", "victim identification")
    assert (opened["opened_by"], opened["closed_at"], opened["erased_at"]) == ("anke", None, None)
    assert havre("case", "list", "--json").json == [opened]
    assert havre("case", "show", "A [red]1", "--json").json == opened | {"intakes": []}
    # What a person wrote is never taken for markup.
    assert "A [red]1" in havre("case", "list").stdout
    assert "A [red]1: warrant 7" in havre("case", "show", "A [red]1").stdout

    havre("unit", "add", "Polizia Postale", "--country", "IT", "--person", "chiara")
    theirs = havre("--as", "chiara", "case", "show", "A [red]1")
    none = havre("--as", "chiara", "case", "show", "B")
    assert (theirs.exit, theirs.stdout) == (none.exit, none.stdout) == (1, "")
    assert theirs.stderr == none.stderr.replace("'B'", "'A [red]1'")
    assert havre("--as", "chiara", "case", "list", "--json").json == []

    closed = havre("--as", "anke", "case", "close", "A [red]1", "--json").json
    assert closed["closed_at"] is not None
    assert havre("--as", "anke", "case", "close", "A [red]1").exit == 1
