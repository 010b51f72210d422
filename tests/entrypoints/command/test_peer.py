"""`havre peer` and `havre network` as people type them."""

from pathlib import Path

from havre.entrypoints.command.peer import written
from tests.conftest import Havre
from tests.network.known import file_of
from tests.sealing.wire import NODES


def begun(havre: Havre) -> None:
    """A Belgian home."""
    assert havre("init", "--country", "BE", "--unit", "Police", "--person", "anke").exit == 0


def test_a_node_introduces_itself_to_a_new_file_alone(havre: Havre, tmp_path: Path) -> None:
    begun(havre)
    file = tmp_path / "me.intro"
    told = havre("peer", "introduce", file, "--address", "https://be.example:8443", "--json").json
    assert file.read_text() == told["introduction"]
    assert file.stat().st_mode & 0o077 == 0
    again = havre("peer", "introduce", file)
    assert (again.exit, "is there already" in again.stderr) == (1, True)
    assert havre("peer", "introduce", "--new-keys", file).exit == 1  # the file first: the keys are as they were
    shown = havre("peer", "introduce")
    assert (shown.stdout, told["fingerprint"] in shown.stderr) == (told["introduction"], True)
    assert havre("peer", "introduce", "--address", "nonsense").exit == 1
    assert havre("peer", "introduce", tmp_path / "no" / "folder").exit == 1


def test_a_node_is_shown_accepted_told_and_revoked(havre: Havre, tmp_path: Path) -> None:
    begun(havre)
    havre("peer", "introduce")
    file = tmp_path / "fr.intro"
    file.write_text(file_of("FR"))
    first = havre("peer", "accept", file)
    assert "run this again with --fingerprint" in first.stdout
    read = havre("peer", "accept", file, "--json").json["fingerprint"]
    assert havre("peer", "tell", "Node FR", "hello").exit == 1
    assert "exchanges with it" in havre("peer", "accept", file, "--fingerprint", read).stdout
    assert "next contact" in havre("peer", "tell", "Node FR", "hello").stdout
    (row,) = havre("peer", "list", "--json").json
    assert (row["node"], row["state"], row["fingerprint"]) == (NODES["FR"], "accepted", read)
    assert "Node FR" in havre("peer", "list").stdout
    status = havre("network", "status")
    assert ("Node FR" in status.stdout, "never" in status.stdout, "None" in status.stdout) == (True, True, False)
    assert havre("network", "resolve", "Node FR").exit == 1
    assert "is revoked" in havre("peer", "revoke", "Node FR").stdout
    assert havre("network", "status", "--json").json["peers"][0]["state"] == "revoked"
    for wrong in (tmp_path / "nothing", tmp_path):
        assert "can't be read" in havre("peer", "accept", wrong).stderr


def test_a_node_that_went_back_says_so_and_somebody_decides(havre: Havre, tmp_path: Path) -> None:
    begun(havre)
    havre("peer", "introduce")
    home = next(path.parent for path in tmp_path.rglob("checkpoint"))
    (home / "halted").write_text("checkpoint 7 is gone\n")
    assert "checkpoint 7 is gone" in havre("network", "status").stderr
    assert havre("peer", "introduce").exit == 1
    assert "Resolved" in havre("network", "resolve").stdout
    assert havre("peer", "introduce").exit == 0


def test_what_their_people_wrote_is_read_the_newest_first() -> None:
    words = [{"text": f"word {at}", "at": f"2026-03-0{at}T12:30:00+00:00"} for at in (5, 4, 3, 2)]
    assert written([{"name": "Node FR", "words": words}, {"name": "Node IT", "words": []}]) == [
        "Node FR wrote on 2026-03-05 12:30: word 5",
        "Node FR wrote on 2026-03-04 12:30: word 4",
        "Node FR wrote on 2026-03-03 12:30: word 3",
    ]
