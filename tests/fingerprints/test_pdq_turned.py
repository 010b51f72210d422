"""What a turned picture's fingerprint is guessed to be lies well within a match of what it is."""

import numpy as np
import pytest

from havre.errors import Invalid
from havre.fingerprints.pdq import BYTES, MATCH_DISTANCE, ORIENTATIONS, fingerprint
from havre.fingerprints.pdq_turned import turned


def differing(one: bytes, other: bytes) -> int:
    """Bits."""
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


@pytest.mark.parametrize("seed", range(5))
def test_each_orientation_is_guessed_within_a_match(seed: int) -> None:
    coarse = np.random.default_rng(seed).integers(0, 255, (12, 12))
    found = fingerprint(np.kron(coarse, np.ones((24, 24))).astype(np.uint8))
    guessed = turned(found.pdq.value)
    assert guessed[:BYTES] == found.pdq.value
    for way in range(len(ORIENTATIONS)):
        part = slice(way * BYTES, (way + 1) * BYTES)
        assert differing(guessed[part], found.orientations[part]) <= MATCH_DISTANCE - 8


def test_what_is_no_fingerprint_is_refused() -> None:
    with pytest.raises(Invalid):
        turned(b"")
