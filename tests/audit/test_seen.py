"""The checkpoint outside the database only ever moves forward."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from havre.audit.seen import keep_seen, read_seen
from havre.errors import Broken, Unavailable
from havre.sealing.sign import NO_PREVIOUS, Checkpoint, Signer, signed_note

NODE = Signer(bytes(range(32)))
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def note(number: int, size: int) -> str:
    return signed_note(Checkpoint(NODE.verifier.name, size, bytes(32), number, NOON, NO_PREVIOUS), NODE)


def test_the_newest_checkpoint_is_kept_and_an_older_one_never_replaces_it(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    assert read_seen(path) == ""
    for number, size, kept in ((1, 5, 1), (0, 2, 1), (2, 9, 2)):
        keep_seen(path, note(number, size), NODE.verifier)
        assert f"number {kept}\n" in read_seen(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_holds_something_else_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    path.write_bytes(b"\xff something else")
    with pytest.raises(Broken):
        keep_seen(path, note(1, 5), NODE.verifier)
    assert path.read_bytes() == b"\xff something else"


def test_a_home_that_is_gone_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="could not be written"):
        keep_seen(tmp_path / "gone" / "checkpoint", note(1, 5), NODE.verifier)


def test_a_file_that_cannot_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="could not be read"):
        read_seen(tmp_path)
