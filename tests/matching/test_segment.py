"""A segment file: searched in place, and every altered byte is found and named."""

import os
import random
from dataclasses import replace
from pathlib import Path

import pytest

from havre.errors import Broken
from havre.matching import reference
from havre.matching.hashes import entries_from
from havre.matching.manifest import Named
from havre.matching.reference import Entry
from havre.matching.segment import HEADER_BYTES, Segment, write_segment
from tests.matching.seeded import apart, at_distance, balanced, hashes, numbered


def written(directory: Path, entries: list[Entry]) -> tuple[Segment, Named]:
    named = write_segment(directory, "1-0.segment", entries_from(*apart(entries)))
    return Segment(directory, named), named


def found(segment: Segment, query: bytes) -> list[tuple[int, int]]:
    hits = segment.search(query, 31)
    return sorted((apart, record) for _, row, apart in hits for record in segment.records_of(row))


@pytest.mark.parametrize("strays", [0, 3, 400])
def test_hashes_of_the_other_parity_are_found_whether_few_or_many(tmp_path: Path, strays: int) -> None:
    even = balanced(4_000, seed=1)
    odd = [at_distance(each, 1, seed=number) for number, each in enumerate(balanced(strays, seed=2))]
    entries = numbered(even + odd)
    segment, _ = written(tmp_path, entries)
    assert (segment.shape.rows - segment.shape.indexed, segment.shape.parity) == {0: (0, 0), 3: (3, 0), 400: (0, 2)}[
        strays
    ]
    for number, known in enumerate(odd[:40] + even[:40]):
        query = at_distance(known, number % 33, seed=number)
        assert found(segment, query) == [(hit.distance, hit.record) for hit in reference.search(entries, query)]


def test_every_record_of_an_identical_hash_is_found(tmp_path: Path) -> None:
    known = hashes(300, seed=3)
    entries = numbered(known + known[:50] + known[:20])
    segment, _ = written(tmp_path, entries)
    assert (segment.shape.rows, segment.shape.duplicates, segment.entries) == (300, 70, 370)
    assert found(segment, known[7]) == [(0, 8), (0, 308), (0, 358)]
    held = segment.all_entries()
    assert sorted(zip(held.records.tolist(), (row.tobytes() for row in held.words), strict=True)) == entries


@pytest.mark.parametrize("count", [1, 2, 3, 31, 64])
def test_the_smallest_segments_work(tmp_path: Path, count: int) -> None:
    entries = numbered(hashes(count, seed=count))
    segment, _ = written(tmp_path, entries)
    assert all((0, record) in found(segment, known) for record, known in entries)
    assert list(segment.damage()) == []


def test_every_altered_byte_is_found_and_named_with_part_and_place(tmp_path: Path) -> None:
    entries = numbered(hashes(3_000, seed=4) + hashes(20, seed=4))
    segment, named = written(tmp_path, entries)
    assert list(segment.damage()) == []
    path = tmp_path / named.file
    whole, chance = path.read_bytes(), random.Random(5)
    places = [*range(HEADER_BYTES, len(whole), 9973), len(whole) - 1, segment.shape.checksums_at]
    for at in [*places, *(chance.randrange(HEADER_BYTES, len(whole)) for _ in range(40))]:
        altered = bytearray(whole)
        altered[at] ^= 1 << chance.randrange(8)
        path.write_bytes(altered)
        named_places = [line for line in Segment(tmp_path, named).damage() if "were altered" in line]
        assert named_places, at
        start, _, end = named_places[0].split("bytes ")[1].split(",")[0].partition(" to ")
        assert int(start) <= at < int(end)


@pytest.mark.parametrize("at", [0, 8, 50, 120, HEADER_BYTES - 33, HEADER_BYTES - 1])
def test_an_altered_header_is_never_opened(tmp_path: Path, at: int) -> None:
    _, named = written(tmp_path, numbered(hashes(50, seed=6)))
    altered = bytearray((tmp_path / named.file).read_bytes())
    altered[at] ^= 4
    (tmp_path / named.file).write_bytes(altered)
    with pytest.raises(Broken, match=r"its header, bytes 0 to 4096, was altered: run `havre index rebuild`"):
        Segment(tmp_path, named)


def test_a_cut_lengthened_empty_or_foreign_file_is_refused(tmp_path: Path) -> None:
    _, named = written(tmp_path, numbered(hashes(50, seed=6)))
    path = tmp_path / named.file
    whole = path.read_bytes()
    for data in (whole[:-1], whole + b"\0", whole[:100], b""):
        path.write_bytes(data)
        with pytest.raises(Broken, match="havre index rebuild"):
            Segment(tmp_path, named)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        Segment(tmp_path, named)
    path.write_bytes(whole)
    with pytest.raises(Broken, match="header"):
        Segment(tmp_path, replace(named, sha256="0" * 64))


def test_a_search_through_altered_offsets_says_so(tmp_path: Path) -> None:
    entries = numbered(hashes(20_000, seed=7))
    _, named = written(tmp_path, entries)
    with (tmp_path / named.file).open("r+b") as file:
        file.seek(HEADER_BYTES)
        file.write(os.urandom(4096))
    damaged = Segment(tmp_path, named)
    with pytest.raises(Broken, match="points outside of it: run `havre index rebuild`"):
        damaged.search(entries[0][1], 31)
    assert any("offsets of band 0" in line and "do not rise" in line for line in damaged.damage())
