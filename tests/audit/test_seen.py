"""The checkpoint outside the database only ever moves forward."""

import fcntl
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from havre.audit.seen import SECTOR, keep_seen, read_seen
from havre.errors import Broken, Unavailable
from havre.sealing.sign import DASH, NO_PREVIOUS, Checkpoint, Signer, read_note, signed_note

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


def test_a_note_of_the_same_length_is_written_over_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    keep_seen(path, note(1, 5), NODE.verifier)
    first = path.stat().st_ino
    keep_seen(path, note(2, 6), NODE.verifier)
    assert (path.stat().st_ino, read_seen(path)) == (first, note(2, 6))
    assert len(note(2, 6)) <= SECTOR


def test_a_note_of_another_length_takes_its_place(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    for number in (9, 10, 99, 100, 10_000_000_000):
        keep_seen(path, note(number, number), NODE.verifier)
        assert path.read_text() == note(number, number)
    assert list(tmp_path.glob("*.part")) == []


def test_a_note_longer_than_a_sector_takes_the_place_of_another(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    more = "".join(f"{DASH} witness{number}.example {'A' * 96}\n" for number in range(3))
    keep_seen(path, note(1, 5) + more, NODE.verifier)
    first = path.stat().st_ino
    keep_seen(path, note(2, 6) + more, NODE.verifier)
    assert read_seen(path) == note(2, 6) + more
    assert path.stat().st_ino != first


def test_whoever_reads_meanwhile_reads_a_whole_note(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    keep_seen(path, note(100, 100), NODE.verifier)

    def read(_time: int) -> int:
        return read_note(read_seen(path), NODE.verifier).number

    def write(number: int) -> None:
        keep_seen(path, note(number, number), NODE.verifier)

    with ThreadPoolExecutor(6) as workers:
        written, found = workers.map(write, range(101, 400)), workers.map(read, range(600))
        assert list(written)
        assert all(100 <= number < 400 for number in found)
    assert read_seen(path) == note(399, 399)


def test_whoever_reads_waits_for_whoever_writes(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    keep_seen(path, note(1, 5), NODE.verifier)
    with path.open("rb") as held, ThreadPoolExecutor(1) as other:
        fcntl.flock(held, fcntl.LOCK_EX)
        reading = other.submit(read_seen, path)
        with pytest.raises(TimeoutError):
            reading.result(0.2)
        fcntl.flock(held, fcntl.LOCK_UN)
        assert reading.result(10) == note(1, 5)
