"""Chromaprint: the items that libchromaprint gives, one for one."""

import numpy as np
import pytest

from havre.fingerprints.chromaprint import (
    BINS,
    CLASSIFIERS,
    FRAME,
    HOP,
    ITEM_SECONDS,
    ROWS,
    SMOOTHING,
    WINDOW_SECONDS,
    items_from,
    rows_from,
    smoothed,
)
from tests.fingerprints.chromaprints import SECONDS, SOUNDS, Items, Samples, golden, theirs
from tests.sounds import KINDS, noise, to_samples

SHORTEST = FRAME + (ROWS + len(SMOOTHING) - 2) * HOP
"""Samples of a sound with one item."""


def ours(samples: Samples) -> Items:
    """All of it at once."""
    return items_from(smoothed(rows_from(samples)))


@pytest.mark.parametrize("name", sorted(SOUNDS))
def test_items_are_those_that_libchromaprint_gave(name: str) -> None:
    assert ours(SOUNDS[name](SECONDS)).tolist() == golden(name).tolist()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_items_are_those_that_libchromaprint_gives_here(kind: str) -> None:
    samples = KINDS[kind](seed=5, seconds=20)
    assert ours(samples).tolist() == theirs(samples).tolist()


@pytest.mark.parametrize("loud", [0, 1, 3, 30, 3000, 30_000])
def test_noise_of_any_loudness_agrees_down_to_where_it_counts_as_silence(loud: int) -> None:
    samples = to_samples(loud * noise(np.random.default_rng(loud), 60_000, 0, 11_025))
    assert ours(samples).tolist() == theirs(samples).tolist()


@pytest.mark.parametrize("samples", [SHORTEST, SHORTEST + 1, SHORTEST + HOP - 1, SHORTEST + HOP])
def test_an_item_comes_with_every_hop_once_a_window_is_full(samples: int) -> None:
    sound = KINDS["music"](seed=1, seconds=4)[:samples]
    assert len(ours(sound)) == 1 + (samples - SHORTEST) // HOP
    assert ours(sound).tolist() == theirs(sound).tolist()


def test_an_item_lasts_an_eighth_of_a_second_and_looks_at_almost_three() -> None:
    assert pytest.approx(0.1238, abs=1e-4) == ITEM_SECONDS
    assert pytest.approx(2.724, abs=1e-3) == WINDOW_SECONDS
    assert pytest.approx(SHORTEST / 11_025) == WINDOW_SECONDS


def test_the_classifiers_look_at_no_row_or_band_that_is_not_there() -> None:
    assert max(each.rows for each in CLASSIFIERS) == ROWS
    assert all(each.band + each.bands <= 12 and list(each.cuts) == sorted(each.cuts) for each in CLASSIFIERS)
    assert (BINS.start, BINS.stop) == (10, 1308)
