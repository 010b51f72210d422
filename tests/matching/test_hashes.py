"""Many hashes as arrays."""

import numpy as np
import pytest

from havre.errors import Invalid
from havre.matching.hashes import NONE, WORDS, Entries, collapse, entries_from, joined, odd_weight
from tests.matching.seeded import apart, hashes, numbered


def test_records_and_hashes_must_be_as_many() -> None:
    with pytest.raises(Invalid, match="2 records need 64 bytes of hashes, not 32"):
        entries_from([1, 2], bytes(32))


@pytest.mark.parametrize("record", [0, -1, 2**32])
def test_a_record_is_a_positive_number_of_32_bits(record: int) -> None:
    with pytest.raises(Invalid, match="a record lies between 1 and 4294967295"):
        entries_from([record], bytes(32))


def test_identical_hashes_become_one_row_of_their_lowest_record() -> None:
    one, other = hashes(2, seed=1)
    distinct = collapse(entries_from([7, 3, 5, 9], one + other + other + one))
    held = dict(zip(distinct.records.tolist(), [row.tobytes() for row in distinct.words], strict=True))
    assert held == {7: one, 3: other}
    further = zip(distinct.further_rows.tolist(), distinct.further_records.tolist(), strict=True)
    assert sorted((distinct.words[row].tobytes(), record) for row, record in further) == sorted([(one, 9), (other, 5)])


def test_hashes_made_to_sort_alike_are_still_told_apart() -> None:
    # The sorting key adds up the words, each times an odd constant; here two words cancel each other out.
    inverse = pow(0x9E3779B97F4A7C15, -1, 2**64)
    second = np.array([0, 1, 0, 0], np.uint64)
    first = np.array([0xC2B2AE3D27D4EB4F * inverse % 2**64, 0, 0, 0], np.uint64)
    entries = Entries(np.arange(1, 7, dtype=np.uint32), np.stack([first, second] * 3))
    distinct = collapse(entries)
    assert sorted(distinct.records.tolist()) == [1, 2]
    assert sorted(distinct.further_records.tolist()) == [3, 4, 5, 6]


def test_odd_weight_is_what_counting_says() -> None:
    known = hashes(50, seed=2)
    expected = [int.from_bytes(each, "little").bit_count() % 2 == 1 for each in known]
    assert odd_weight(np.frombuffer(b"".join(known), "<u8").reshape(-1, WORDS)).tolist() == expected


def test_joining_nothing_is_nothing() -> None:
    assert len(joined([])) == len(NONE) == 0
    both = joined([entries_from(*apart(numbered(hashes(3, seed=1)))), NONE])
    assert both.records.tolist() == [1, 2, 3]
    assert both.keep(both.records > 1).records.tolist() == [2, 3]
