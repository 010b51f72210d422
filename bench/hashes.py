"""Hashes to measure with, all from a seed: random ones, ones as skewed as real pictures', and hostile ones."""

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint8]
"""Shape (n, 32)."""

CHUNK = 250_000
BANDS = 11
CAP_SHARE = 512
"""native/hamming/pipeline.h drops a band that yields more than 1/512 of the rows as candidates."""


def random_hashes(count: int, seed: int) -> Hashes:
    """Uniformly random bits."""
    return np.random.default_rng(seed).integers(0, 256, (count, 32), dtype=np.uint8)


def realistic_hashes(count: int, seed: int) -> Hashes:
    """Hashes whose bits are as biased and as correlated as those of real pictures, with exactly 128 ones each.

    The biases and correlations are those of PDQ hashes of 1,500 crops of the photographs that scikit-image ships. A
    Gaussian vector with these correlations (a Gaussian copula) is drawn per hash; its 128 largest elements become ones,
    as PDQ's median does it.
    """
    factor, bias = _bit_statistics(seed)
    random = np.random.default_rng(seed + 1)
    made = np.empty((count, 32), np.uint8)
    for start in range(0, count, CHUNK):
        drawn = random.standard_normal((min(CHUNK, count - start), 256), dtype=np.float32) @ factor + bias
        median = np.partition(drawn, 128, axis=1)[:, 128:129]
        made[start : start + len(drawn)] = np.packbits(drawn >= median, axis=1)
    return made


@cache
def _bit_statistics(seed: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    bits = np.array(list(_crops_bits(1500, seed)), dtype=np.float64)
    share = bits.mean(axis=0).clip(0.02, 0.98)
    bias = np.log(share / (1 - share)) / 1.702  # the logistic approximation of the normal quantile
    correlation = np.nan_to_num(np.corrcoef(bits.T))
    values, vectors = np.linalg.eigh(np.sin(np.pi / 2 * correlation))  # of signs to that of the Gaussians behind them
    factor = vectors * np.sqrt(values.clip(1e-6))
    factor /= np.sqrt((factor**2).sum(axis=1, keepdims=True))
    return factor.T.astype(np.float32), bias.astype(np.float32)


def _crops_bits(count: int, seed: int) -> Iterator[npt.NDArray[np.uint8]]:
    import pdqhash  # a peer from the bench extra, as is scikit-image
    from PIL import Image
    from skimage import data

    random = np.random.default_rng(seed)
    shipped: list[Callable[[], npt.NDArray[np.uint8]]] = [
        data.astronaut, data.camera, data.cat, data.coffee, data.coins, data.rocket, data.page, data.moon, data.text
    ]  # fmt: skip
    photographs = [np.stack([p] * 3, axis=2) if p.ndim == 2 else p[..., :3] for p in (load() for load in shipped)]
    made = 0
    while made < count:
        photograph = photographs[int(random.integers(len(photographs)))]
        high, wide = (int(random.integers(96, side + 1)) for side in photograph.shape[:2])
        top, left = (
            int(random.integers(side - cut + 1)) for side, cut in zip(photograph.shape[:2], (high, wide), strict=True)
        )
        crop = photograph[top : top + high, left : left + wide]
        if random.random() < 0.5:
            crop = crop[:, ::-1]
        small = Image.fromarray(crop).resize((128, 128), Image.Resampling.BILINEAR)
        vector, quality = pdqhash.compute(np.asarray(small))
        if quality < 50:
            continue
        made += 1
        yield vector


def planted_queries(hashes: Hashes, count: int, seed: int) -> Hashes:
    """Queries at distances 0, 1, … 31, 0, 1, … from random ones of the hashes."""
    random = np.random.default_rng(seed)
    queries = hashes[random.integers(0, len(hashes), count)].copy()
    for number, query in enumerate(queries):
        for bit in random.choice(256, number % 32, replace=False):
            query[bit // 8] ^= 1 << (bit % 8)
    return queries


# ---- hostile ----


def one_bucket(hashes: Hashes, victim: Hashes, seed: int) -> None:
    """A fifth (at most 200,000) of the hashes fall into the victim's bucket of one band, and are else random."""
    _share_bands(hashes, victim, [3], _chosen(hashes, seed))


def identical(hashes: Hashes, victim: Hashes, seed: int) -> None:
    """As many hashes are one and the same, 40 bits from the victim: in its bucket everywhere, and never a hit."""
    same = victim.copy()
    same[[1, 8, 14, 20, 26]] ^= 0xFF
    hashes[_chosen(hashes, seed)] = same


def five_bands(hashes: Hashes, victim: Hashes, seed: int) -> None:
    """As many hashes equal the victim in five bands at once."""
    _share_bands(hashes, victim, [0, 2, 4, 6, 8], _chosen(hashes, seed))


def all_bands(hashes: Hashes, victim: Hashes, seed: int) -> None:
    """Of as many hashes, each band has its eleventh that equals the victim there."""
    for band, part in enumerate(np.array_split(_chosen(hashes, seed), BANDS)):
        _share_bands(hashes, victim, [band], part)


def below_the_cap(hashes: Hashes, victim: Hashes, seed: int) -> None:
    """In each band nearly as many candidates as are looked at before the band is dropped."""
    each = int(min(len(hashes) / CAP_SHARE, 16_384) * 0.9)
    chosen = np.random.default_rng(seed).choice(len(hashes), each * BANDS, replace=False)
    for band, part in enumerate(np.array_split(chosen, BANDS)):
        _share_bands(hashes, victim, [band], part)


HOSTILE = {
    "one bucket": one_bucket,
    "identical": identical,
    "five bands": five_bands,
    "all bands": all_bands,
    "all bands below the cap": below_the_cap,
}


def _chosen(hashes: Hashes, seed: int) -> npt.NDArray[np.int64]:
    count = min(200_000, len(hashes) // 5)
    return np.random.default_rng(seed).choice(len(hashes), count, replace=False)


def _share_bands(hashes: Hashes, victim: Hashes, bands: list[int], rows: npt.NDArray[np.int64]) -> None:
    """Give these rows the victim's bits in these bands, cut as native/hamming/segment.c cuts them."""
    shared = np.zeros(256, np.uint8)
    start = 0
    for band in range(BANDS):
        width = (256 - start) // (BANDS - band)
        if band in bands:
            shared[start : start + width] = 1
        start += width
    mask = np.packbits(shared, bitorder="little")
    hashes[rows] = (hashes[rows] & ~mask) | (victim & mask)
