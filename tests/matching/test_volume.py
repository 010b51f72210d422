"""A volume is read as it was written, or refused."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from havre.errors import Broken
from havre.matching import volume as volumes
from havre.matching.manifest import Named
from havre.matching.volume import BLOCK_BYTES, Stored, Volume, joined, whole, write_volume
from tests.matching.letters import LETTERS, Letters, entries, held, with_letter


def test_a_volume_reads_as_it_was_written_without_being_copied(tmp_path: Path) -> None:
    tables = LETTERS.build(entries(1, 300))
    stored = Stored(tmp_path, write_volume(tmp_path, "1-0.volume", LETTERS, tables), LETTERS)
    assert list(stored.tables) == list(tables)
    for key, table in tables.items():
        assert (stored.tables[key].dtype, stored.tables[key].shape) == (table.dtype, table.shape)
        assert np.array_equal(stored.tables[key], table)
        assert not stored.tables[key].flags.owndata
        assert not stored.tables[key].flags.writeable
        assert stored.tables[key].ctypes.data % 64 == 0
    assert (stored.rows, stored.size) == (299, (tmp_path / "1-0.volume").stat().st_size)
    assert list(stored.damage()) == []
    stored.check()


@pytest.mark.parametrize("tables", [{"records": np.zeros(0, np.uint32)}, LETTERS.build([(5, b"")])])
def test_there_may_be_nothing_in_a_table(tmp_path: Path, tables: volumes.Tables) -> None:
    stored = Stored(tmp_path, write_volume(tmp_path, "1-0.volume", LETTERS, tables), LETTERS)
    assert all(np.array_equal(stored.tables[key], table) for key, table in tables.items())


def test_no_altered_byte_of_a_small_volume_is_ever_read(tmp_path: Path) -> None:
    named = write_volume(tmp_path, "1-0.volume", LETTERS, LETTERS.build(entries(5, 9)))
    path = tmp_path / named.file
    data = path.read_bytes()
    for at in range(len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
        with pytest.raises(Broken, match=r"1-0\.volume is damaged.*altered: run `havre index rebuild`"):
            Stored(tmp_path, named, LETTERS)


def test_no_cut_or_lengthened_volume_is_ever_read(tmp_path: Path) -> None:
    named = write_volume(tmp_path, "1-0.volume", LETTERS, LETTERS.build(entries(5, 9)))
    path = tmp_path / named.file
    data = path.read_bytes()
    for altered in [*(data[:size] for size in range(0, len(data), 3)), data + b"\0"]:
        path.write_bytes(altered)
        with pytest.raises(Broken, match="havre index rebuild"):
            Stored(tmp_path, named, LETTERS)
    with pytest.raises(Broken, match=f"it has {len(data) + 1} bytes instead of {len(data)}"):
        Stored(tmp_path, named, LETTERS)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        Stored(tmp_path, named, LETTERS)


def test_of_a_large_volume_every_altered_byte_is_found_with_its_table_and_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(volumes, "SMALL_BYTES", 0)
    rows = 40_000
    named = write_volume(tmp_path, "1-0.volume", LETTERS, LETTERS.build([(7 * r, b"%d" % r) for r in range(1, rows)]))
    path = tmp_path / named.file
    data, chance = path.read_bytes(), random.Random(5)
    refused, found = 0, set()
    for at in [len(data) - 1, *(chance.randrange(len(data)) for _ in range(60))]:
        path.write_bytes(data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :])
        try:
            told = list(Stored(tmp_path, named, LETTERS).damage())
        except Broken as error:
            told = [str(error)]
            refused += 1
            assert any(what in told[0] for what in ("header", "table records", "checksums"))
            continue
        assert len(told) == 1
        assert told[0].startswith(f"{path}: table ")
        start, end = (int(word) for word in told[0].split("bytes ")[1].split(",")[0].split(" to "))
        assert start <= at < end <= start + BLOCK_BYTES
        found.add(told[0].split()[2].rstrip(","))
        with pytest.raises(Broken, match="is damaged: table"):
            Stored(tmp_path, named, LETTERS).check()
    assert refused > 2
    assert found == {"ends", "text", "postings"}


@pytest.mark.parametrize("other", [Letters("words"), Letters(version=2)])
def test_a_volume_of_another_kind_or_version_is_refused(tmp_path: Path, other: Letters) -> None:
    named = write_volume(tmp_path, "1-0.volume", LETTERS, LETTERS.build(entries(1, 3)))
    words = f"holds letters of version 1, and this program reads {other.name} of version {other.version}: run `havre"
    with pytest.raises(Broken, match=words):
        Stored(tmp_path, named, other)


def test_what_the_manifest_does_not_vouch_for_is_refused(tmp_path: Path) -> None:
    named = write_volume(tmp_path, "1-0.volume", LETTERS, LETTERS.build(entries(1, 3)))
    with pytest.raises(Broken, match="header"):
        Stored(tmp_path, replace(named, sha256="0" * 64), LETTERS)
    (tmp_path / "2-0.volume").write_bytes(b"")
    with pytest.raises(Broken, match="is empty"):
        Stored(tmp_path, Named("2-0.volume", named.sha256), LETTERS)


@pytest.mark.parametrize("records", [[3, 2], [2, 2], [[1, 2]], [1.0]])
def test_records_that_do_not_rise_are_never_written(tmp_path: Path, records: object) -> None:
    dtype = np.float32 if records == [1.0] else np.uint32
    with pytest.raises(ValueError, match="the records of a volume of letters do not rise"):
        write_volume(tmp_path, "1-0.volume", LETTERS, {"records": np.array(records, dtype)})


def test_objects_are_never_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="objects"):
        write_volume(tmp_path, "x", LETTERS, {"records": np.zeros(1, np.uint32), "any": np.array([None])})
    assert list(tmp_path.iterdir()) == []


def test_dead_rows_are_not_held() -> None:
    volume = whole(LETTERS.build(entries(10, 20)))
    left = volume.without(np.array([3, 12, 19, 20, 40], np.uint32))
    assert left.holds(np.array([9, 10, 12, 13, 19, 20], np.uint32)).tolist() == [False, True, False, True, False, False]
    assert (len(left), left.count, volume.count) == (10, 8, 10)
    assert sorted(held(left)) == [10, 11, *range(13, 19)]
    assert with_letter([left], ord("6")) == [13, 16] == [r for r, d in sorted(held(left).items()) if b"6" in d]
    assert left.without(np.array([4], np.uint32)) is left


def test_joining_leaves_out_what_is_dead() -> None:
    one, other = whole(LETTERS.build(entries(1, 9))), whole(LETTERS.build(entries(20, 29)))
    tables = joined(LETTERS, [one.without(np.array([2], np.uint32)), other])
    assert tables is not None
    assert held(whole(tables)) == {r: d for r, d in entries(1, 9) + entries(20, 29) if r != 2}
    gone = Volume(one.tables, np.ones(len(one), np.bool_))
    assert joined(LETTERS, [gone]) is None
    assert joined(LETTERS, [gone, other]) is other.tables
