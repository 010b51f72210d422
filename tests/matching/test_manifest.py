"""The manifest vouches for everything."""

from pathlib import Path

import pytest

from havre.errors import Broken
from havre.matching.manifest import Manifest, Named, read, read_tombstones, stamp, write, write_tombstones


def test_what_was_written_is_read(tmp_path: Path) -> None:
    manifest = Manifest(3, 17, (Named("3-0.segment", "ab"),), Named("3.tombstones", "cd"))
    write(tmp_path, manifest)
    assert read(tmp_path) == manifest


def test_a_missing_manifest_says_what_to_do(tmp_path: Path) -> None:
    assert stamp(tmp_path) is None
    with pytest.raises(Broken, match=r"manifest is missing: run `havre index rebuild`"):
        read(tmp_path)


def test_every_altered_byte_of_the_manifest_is_noticed(tmp_path: Path) -> None:
    write(tmp_path, Manifest(1, 5, (Named("1-0.segment", "ab"),)))
    whole = (tmp_path / "manifest").read_bytes()
    for at in range(len(whole)):
        altered = bytearray(whole)
        altered[at] ^= 32
        (tmp_path / "manifest").write_bytes(altered)
        with pytest.raises(Broken, match="manifest is damaged"):
            read(tmp_path)


def test_every_replacement_changes_the_stamp(tmp_path: Path) -> None:
    write(tmp_path, Manifest(1))
    before = stamp(tmp_path)
    write(tmp_path, Manifest(2))
    assert stamp(tmp_path) != before


def test_a_manifest_of_a_later_version_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("havre.matching.manifest.VERSION", 2)
    write(tmp_path, Manifest(1))
    monkeypatch.undo()
    with pytest.raises(Broken, match="has version 2, and this program reads version 1"):
        read(tmp_path)


def test_tombstones_are_kept_and_vouched_for(tmp_path: Path) -> None:
    named = write_tombstones(tmp_path, 4, frozenset({9, 2**32 - 1, 1}))
    assert named is not None
    assert read_tombstones(tmp_path, named) == {1, 9, 2**32 - 1}
    assert write_tombstones(tmp_path, 5, frozenset()) is None
    assert read_tombstones(tmp_path, None) == frozenset()
    (tmp_path / "4.tombstones").write_bytes((tmp_path / "4.tombstones").read_bytes() + b"\0")
    with pytest.raises(Broken, match="tombstones is damaged"):
        read_tombstones(tmp_path, named)
