"""Many hashes at once, as arrays: checked on their way in, identical ones collapsed."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from havre.errors import Invalid
from havre.matching.reference import HASH_BYTES

Records = npt.NDArray[np.uint32]
Words = npt.NDArray[np.uint64]
"""Hashes as an array of shape (n, 4)."""

LARGEST_RECORD = 2**32 - 1
WORDS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Records and their hashes, in step."""

    records: Records
    words: Words

    def __len__(self) -> int:
        return len(self.records)

    def keep(self, which: npt.NDArray[np.bool_]) -> "Entries":
        """Those for which `which` is true."""
        return Entries(self.records[which], self.words[which])


@dataclass(frozen=True, slots=True, eq=False)
class Collapsed:
    """Distinct hashes, the lowest record of each, and every further record with the row of its hash."""

    records: Records
    words: Words
    further_rows: npt.NDArray[np.int64]
    further_records: Records


NONE = Entries(np.zeros(0, np.uint32), np.zeros((0, WORDS), np.uint64))


def entries_from(records: Iterable[int], hashes: bytes | bytearray | memoryview) -> Entries:
    """Records and the same number of 32-byte hashes, checked; Invalid if they cannot be right."""
    numbers = records if isinstance(records, np.ndarray) else np.array(list(records), dtype=np.object_)
    if len(hashes) != len(numbers) * HASH_BYTES:
        raise Invalid(f"{len(numbers)} records need {len(numbers) * HASH_BYTES} bytes of hashes, not {len(hashes)}")
    if len(numbers) and (int(numbers.min()) < 1 or int(numbers.max()) > LARGEST_RECORD):
        raise Invalid(f"a record lies between 1 and {LARGEST_RECORD}")
    words = np.frombuffer(hashes, dtype="<u8").reshape(-1, WORDS).copy()
    return Entries(numbers.astype(np.uint32), words)


def joined(parts: Iterable[Entries]) -> Entries:
    """All entries of all parts."""
    listed = list(parts)
    if not listed:
        return NONE
    return Entries(np.concatenate([p.records for p in listed]), np.concatenate([p.words for p in listed]))


def collapse(entries: Entries) -> Collapsed:
    """Identical hashes become one."""
    order = np.argsort(entries.records, kind="stable")
    order = order[_grouping(entries.words[order])]
    words = entries.words[order]
    starts = np.ones(len(order), dtype=np.bool_)
    starts[1:] = (words[1:] != words[:-1]).any(axis=1)
    row_of = np.cumsum(starts) - 1
    records = entries.records[order]
    return Collapsed(records[starts], words[starts], row_of[~starts], records[~starts])


def _grouping(words: Words) -> npt.NDArray[np.intp]:
    """An order in which identical hashes are neighbours, in the order they came."""
    multipliers = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], np.uint64)
    key = np.zeros(len(words), np.uint64)
    for word in range(WORDS):
        key += words[:, word] * multipliers[word]
    order = np.argsort(key, kind="stable")
    key = key[order]
    tied = np.flatnonzero(key[1:] == key[:-1])
    if bool((words[order[tied]] == words[order[tied + 1]]).all()):
        return order
    # Different hashes with the same key: chance will not do it, somebody may. Sorting by every word is slower and sure.
    return np.lexsort(words.T)


def odd_weight(words: Words) -> npt.NDArray[np.bool_]:
    """Which hashes have an odd number of ones."""
    folded = words[:, 0] ^ words[:, 1] ^ words[:, 2] ^ words[:, 3]
    odd: npt.NDArray[np.bool_] = (np.bitwise_count(folded) & 1).astype(np.bool_)
    return odd
