"""A journal is held by one, written to the disk, and read again whatever cut its last line."""

from pathlib import Path

import pytest

from havre.cybertip.life import Event, What
from havre.errors import Broken, Unavailable
from havre.flows.cybertip_journal import LINES, events_in, folders_in, held, kept_in, key_of
from tests.cast import NOON

OPENED = Event(What.OPENED, NOON, 7)
UPLOADED = Event(What.UPLOADED, NOON, 7, 1, "f1", "é\n")


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    with held(tmp_path / "j", "a") as journal:
        for event in (OPENED, UPLOADED):
            journal.write(event)
        assert journal.kept() is None
        journal.keep({"a": 1})
        journal.keep({"a": 2})
    with held(tmp_path / "j", "a") as journal:
        assert (journal.events, journal.kept()) == ([OPENED, UPLOADED], {"a": 2})
    assert folders_in(tmp_path / "j") == [tmp_path / "j" / "a"]
    assert (tmp_path / "j" / "a").stat().st_mode & 0o777 == 0o700


def test_at_every_byte_at_which_a_kill_cuts_it_the_lines_before_count(tmp_path: Path) -> None:
    with held(tmp_path, "a") as journal:
        journal.write(OPENED)
        journal.write(UPLOADED)
    path = tmp_path / "a" / LINES
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    for cut in range(len(whole)):
        path.write_bytes(whole[:cut])
        assert events_in(tmp_path / "a") == [OPENED] * (cut >= first)
    with held(tmp_path, "a") as journal:
        journal.write(UPLOADED)
    assert events_in(tmp_path / "a") == [OPENED, UPLOADED]


@pytest.mark.parametrize("line", [b"x\n", b"{}\n", b'{"what": "opened"}\n', b'{"what": "sung", "at": "x"}\n', b"[]\n"])
def test_what_was_altered_is_broken(tmp_path: Path, line: bytes) -> None:
    (tmp_path / LINES).write_bytes(line)
    with pytest.raises(Broken, match="was altered"):
        events_in(tmp_path)
    (tmp_path / "filing.json").write_bytes(b"x")
    with pytest.raises(Broken, match="was altered"):
        kept_in(tmp_path)


def test_only_one_holds_it(tmp_path: Path) -> None:
    with held(tmp_path, "a"), pytest.raises(Unavailable, match="another process"), held(tmp_path, "a"):
        pass
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="can't be used"), held(tmp_path / "file", "a"):
        pass


def test_services_and_references_are_kept_apart() -> None:
    assert len({key_of("a", "b"), key_of("a", "c"), key_of("c", "b"), key_of("ab", "")}) == 4
