"""A simple kind of fingerprint to keep in a library: any bytes, found by the letters in them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from havre.matching.library import Library
from havre.matching.volume import Mask, Tables, Volume

POSTING = np.dtype([("letter", "u1"), ("record", "<u4"), ("pair", "u1", (2,))])
"""Sorted; there are more of them than records, or fewer."""


class Letters:
    """Keeps the bytes themselves, and a posting for each letter that a record has."""

    def __init__(self, name: str = "letters", version: int = 1) -> None:
        self.name = name
        self.version = version

    def build(self, entries: Sequence[tuple[int, bytes]], /) -> Tables:
        """The tables; the slow reference of `merge` too."""
        postings = sorted({(letter, record, (letter, letter)) for record, data in entries for letter in data})
        return {
            "records": np.array([record for record, _ in entries], np.uint32),
            "ends": np.cumsum([len(data) for _, data in entries], dtype=np.uint64),
            "text": np.frombuffer(b"".join(data for _, data in entries), np.uint8),
            "postings": np.array(postings, POSTING),
            "all": np.array([[[len(entries)]]], np.int64),
        }

    def merge(self, parts: Sequence[tuple[Tables, Mask]], /) -> Tables:
        """Built again."""
        return self.build(sorted(entry for tables, live in parts for entry in held(Volume(tables, ~live)).items()))


LETTERS = Letters()


def held(*volumes: Volume) -> dict[int, bytes]:
    """What is alive in these volumes."""
    found: dict[int, bytes] = {}
    for volume in volumes:
        ends = volume.tables["ends"].tolist()
        text = volume.tables["text"].tobytes()
        for row in np.flatnonzero(~volume.dead).tolist():
            record = int(volume.records[row])
            assert record not in found
            found[record] = text[ends[row - 1] if row else 0 : ends[row]]
    return found


def with_letter(volumes: Iterable[Volume], letter: int) -> list[int]:
    """Live records that have a letter."""
    found: list[int] = []
    for volume in volumes:
        postings = volume.tables["postings"]
        records = postings["record"][postings["letter"] == letter]
        found += records[volume.holds(records)].tolist()
    return sorted(found)


def entries(first: int, end: int) -> list[tuple[int, bytes]]:
    """Records from first to before end, some of them empty."""
    return [(record, b"%d" % (record * record) if record % 7 else b"") for record in range(first, end)]


def library_of(folder: Path, known: list[tuple[int, bytes]], parts: int = 1) -> Library:
    """A library of these, flushed in so many parts."""
    library = Library.create(folder, LETTERS)
    size = max(len(known) // parts, 1)
    for start in range(0, len(known), size):
        library.add(known[start : start + size])
        library.flush()
    return library


def contents(library: Library) -> dict[int, bytes]:
    """What is alive in it; its records and number say the same."""
    found = held(*library.volumes())
    assert library.records.tolist() == sorted(found)
    assert len(library) == len(found)
    return found
