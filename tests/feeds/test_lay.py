"""A file is whole or not there, and lies where its digest says."""

import os
from hashlib import sha256
from pathlib import Path

import pytest

from havre.errors import Unavailable
from havre.feeds.lay import lay_at, lay_bytes, lay_lines, zstd
from havre.feeds.places import content_at


def test_the_same_lines_are_the_same_file(tmp_path: Path) -> None:
    lines = [f'{{"number":{number}}}\n' for number in range(200_000)]
    laid = lay_lines(tmp_path, 3, iter(lines))
    content = content_at(tmp_path, 3, laid.sha256).read_bytes()
    assert (zstd.decompress(content), laid.entries, laid.bytes) == ("".join(lines).encode(), 200_000, len(content))
    assert sha256(content).hexdigest() == laid.sha256
    assert lay_lines(tmp_path, 3, lines) == laid
    assert [each.name for each in tmp_path.rglob("*") if each.is_file()] == [laid.sha256]


def test_nothing_at_all_is_a_file_too(tmp_path: Path) -> None:
    laid = lay_lines(tmp_path, 3, [])
    assert (zstd.decompress(content_at(tmp_path, 3, laid.sha256).read_bytes()), laid.entries) == (b"", 0)


def test_small_contents_lie_as_they_are(tmp_path: Path) -> None:
    laid = lay_bytes(tmp_path, 3, b"head")
    assert content_at(tmp_path, 3, laid.sha256).read_bytes() == b"head"
    lay_at(tmp_path / "a" / "timestamp.json", b"1")
    lay_at(tmp_path / "a" / "timestamp.json", b"2")
    assert [(each.name, each.read_bytes()) for each in (tmp_path / "a").iterdir()] == [("timestamp.json", b"2")]


def test_a_file_has_its_mode_before_anything_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = list[int]()
    monkeypatch.setattr(os, "fsync", lambda descriptor: seen.append(os.fstat(descriptor).st_mode & 0o7777))
    lay_at(tmp_path / "root-1.key", b"key", 0o600)
    lay_at(tmp_path / "timestamp.json", b"1")
    assert seen[::2] == [0o600, 0o640]


def test_a_disk_that_takes_nothing_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable, match="could not be written"):
        lay_at(tmp_path / "file" / "timestamp.json", b"")
    with pytest.raises(Unavailable, match="could not be written"):
        lay_lines(tmp_path / "file", 3, [])
