"""How features of two pictures agree: which lie where, by what map; and whether what is around them agrees as well.

The C kernel finds the map and says how often chance gives as much. Two pictures under the same banner agree as well as
two copies of one picture, in the banner: so the small grey looks are laid on each other by the map and compared part by
part, and what has features in either picture must have agreeing ones.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from havre.fingerprints.scene import LONG, LOOK, Scene
from havre.matching import _scene

TIGHT, LOOSE = (0.04, 0.012), (0.05, 0.015)
"""How far from its place a feature may lie while a map is looked for, and in the end, in shares of the longer side:
of an edited picture, and of another view."""

SAMPLED = 48
"""Rows and columns in which what two pictures share is sampled."""
BLOCK = 4
"""Rows and columns of samples that are compared with each other."""
FLAT = 3.0
"""Standard deviation, in grey levels, below which a block shows nothing."""
ALIKE = 0.6
"""Correlation from which on two blocks show the same."""
SPREAD = 6
"""Parts along each side of what is shared in which features are looked for."""
LEAST_SAMPLES = 16
EXACT_SHARE = 0.8
"""Of agreeing features, those that a map of the simplest kind must explain."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """Features that agree along one map."""

    asked: Scene
    known: Scene
    score: float
    """Minus log10 of how often as many agree by chance."""
    points: int
    """Agreeing features, counted in distinct places."""
    matrix: Floats
    """2 × 2: places of the known picture → places of the one asked, both in units of 1 / LONG of the longer side …"""
    shift: Floats
    """… and what is added."""
    pairs: NDArray[np.uint16]
    """n × 2: numbers of agreeing features, asked and known."""

    def on_asked(self, places: Floats) -> Floats:
        """Places n × 2 of the known picture as places of the one asked."""
        moved: Floats = places @ self.matrix.T + self.shift
        return moved

    def on_known(self, places: Floats) -> Floats:
        """Places n × 2 of the picture asked as places of the known one."""
        moved: Floats = (places - self.shift) @ np.linalg.inv(self.matrix).T
        return moved

    def places(self) -> tuple[Floats, Floats]:
        """Where the agreeing features lie: in the picture asked, in the known one, n × 2 each."""
        return places_of(self.asked)[self.pairs[:, 0]], places_of(self.known)[self.pairs[:, 1]]


def agreements(asked: Scene, known: Scene, backend: str | None = None) -> tuple[Agreement, Agreement]:
    """The best agreement of two pictures: as of an edited picture, and as of another view."""
    told = _scene.compare(
        asked.features.tobytes(), *frame(asked), known.features.tobytes(), *frame(known), TIGHT, LOOSE, backend
    )
    tight, loose = (_agreement(asked, known, *each) for each in told)
    return tight, loose


def _agreement(
    asked: Scene, known: Scene, score: float, points: int, mapped: tuple[float, ...], pairs: bytes
) -> Agreement:
    numbers = np.array(mapped).reshape(2, 3)
    return Agreement(
        asked, known, score, points, numbers[:, :2], numbers[:, 2], np.frombuffer(pairs, np.uint16).reshape(-1, 2)
    )


def turned_round(found: Agreement) -> Agreement:
    """The same agreement with the other picture as the one that asked; nothing where the map can't be turned round."""
    if abs(np.linalg.det(found.matrix)) < 1e-9:
        return replace(found, asked=found.known, known=found.asked, score=-np.inf, pairs=found.pairs[:, ::-1])
    back: Floats = np.linalg.inv(found.matrix).astype(np.float64)
    return replace(
        found, asked=found.known, known=found.asked, matrix=back, shift=-back @ found.shift, pairs=found.pairs[:, ::-1]
    )


def frame(one: Scene) -> tuple[float, float]:
    """Width and height in units of place."""
    return one.width * LONG / one.long, one.height * LONG / one.long


def places_of(one: Scene) -> Floats:
    """Where its features lie, n × 2."""
    return np.stack([one.features["x"], one.features["y"]], axis=1).astype(np.float64)


def _within(places: Floats, one: Scene) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = np.all((places >= 0) & (places <= frame(one)), axis=-1)
    return inside


# ---- how exactly ----


def exactness(found: Agreement) -> float:
    """The median error, in shares of the longer side, of the best map that only scales and shifts along the axes.

    What was pasted into two pictures fits such a map exactly; another view of a place hardly ever does.
    """
    asked, known = found.places()
    kept = np.ones(len(asked), np.bool_)
    error = np.full(len(asked), np.inf)
    for _ in range(4):
        a, k = asked[kept], known[kept]
        spread = np.maximum(((k - k.mean(0)) ** 2).sum(0), 1e-9)
        scale = ((k - k.mean(0)) * (a - a.mean(0))).sum(0) / spread
        error = np.hypot(*((asked - a.mean(0)) - scale * (known - k.mean(0))).T)
        kept = error <= np.quantile(error, EXACT_SHARE)
    return float(np.median(error)) / LONG


# ---- what is around them ----


@dataclass(frozen=True, slots=True)
class Remainder:
    """What of that which two pictures share agrees, in shares; and what share of each picture that is."""

    blocks: float
    """Of blocks in which either shows something, those that look alike."""
    either: float
    """The same of the picture that has more of its own blocks alike."""
    features: float
    """Of parts with features, those with agreeing ones, in the one that has more."""
    asked: float
    known: float


NOTHING = Remainder(0, 0, 0, 0, 0)


def remainder(found: Agreement) -> Remainder:
    """Whether the pictures agree beyond the features that brought them together."""
    asked, known = found.asked, found.known
    if abs(np.linalg.det(found.matrix)) < 1e-6:
        return NOTHING
    centres = (np.arange(LOOK) + 0.5) / LOOK
    width, height = frame(known)
    grid = np.stack(np.meshgrid(centres * width, centres * height), axis=2)
    shared = _within(found.on_asked(grid.reshape(-1, 2)), asked).reshape(LOOK, LOOK)
    if shared.sum() < LEAST_SAMPLES:
        return NOTHING
    blocks, either = _looks_alike(found, shared)
    share = float(shared.mean())
    area = abs(float(np.linalg.det(found.matrix))) * width * height
    of_asked = min(1.0, share * area / (frame(asked)[0] * frame(asked)[1]))
    return Remainder(blocks, either, _parts_with_features(found), of_asked, share)


def _looks_alike(found: Agreement, shared: NDArray[np.bool_]) -> tuple[float, float]:
    """Share of alike blocks among those in which either picture shows something; and among those of one of them."""
    rows, columns = np.nonzero(shared.any(1))[0], np.nonzero(shared.any(0))[0]
    low = np.array([columns[0], rows[0]]) / LOOK
    high = np.array([columns[-1] + 1, rows[-1] + 1]) / LOOK
    steps = (np.arange(SAMPLED) + 0.5) / SAMPLED
    on_known = np.stack(np.meshgrid(*(low[axis] + steps * (high[axis] - low[axis]) for axis in (0, 1))), axis=2)
    mapped = found.on_asked(on_known.reshape(-1, 2) * frame(found.known)) / frame(found.asked)
    on_asked = mapped.reshape(SAMPLED, SAMPLED, 2)
    inside = np.all((on_asked >= 0) & (on_asked <= 1), axis=2)
    known_step = float((high - low).max()) * LOOK / SAMPLED
    asked_step = float(np.abs(np.diff(on_asked, axis=1)).max() + np.abs(np.diff(on_asked, axis=0)).max()) / 2 * LOOK
    coarsest = max(1 / max(known_step, 1e-6), 1 / max(asked_step, 1e-6), 1.0)
    ours = _sampled(_blurred(found.asked.look, asked_step * coarsest), on_asked)
    theirs = _sampled(_blurred(found.known.look, known_step * coarsest), on_known)
    return _alike(_blocks(ours), _blocks(theirs), _blocks(inside.astype(np.float64)))


def _blurred(look: NDArray[np.uint8], width: float) -> Floats:
    """The look under a box of so many pixels."""
    side = min(round(width), LOOK)
    if side <= 1:
        return look.astype(np.float64)
    before = side // 2
    padded = np.pad(look.astype(np.float64), (before, side - 1 - before), mode="edge")
    sums = np.pad(padded, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    boxes: Floats = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return boxes / side**2


def _sampled(look: Floats, places: Floats) -> Floats:
    """Between its pixels, at places from 0 to 1."""
    at = np.clip(places * LOOK - 0.5, 0, LOOK - 1)
    low = np.minimum(at.astype(int), LOOK - 2)
    x, y = np.moveaxis(low, 2, 0)
    right, below = np.moveaxis(at - low, 2, 0)
    upper = look[y, x] * (1 - right) + look[y, x + 1] * right
    lower = look[y + 1, x] * (1 - right) + look[y + 1, x + 1] * right
    between: Floats = upper * (1 - below) + lower * below
    return between


def _blocks(samples: Floats) -> Floats:
    """48 × 48 samples → 144 blocks of 16."""
    side = SAMPLED // BLOCK
    return samples.reshape(side, BLOCK, side, BLOCK).transpose(0, 2, 1, 3).reshape(-1, BLOCK * BLOCK)


def _alike(ours: Floats, theirs: Floats, inside: Floats) -> tuple[float, float]:
    whole = inside.mean(1) >= 0.5
    ours, theirs, weight = ours[whole], theirs[whole], inside[whole]
    (ours, one), (theirs, other) = _centred(ours, weight), _centred(theirs, weight)
    together = (ours * theirs * weight).sum(1) / weight.sum(1)
    correlation = np.where((one > 0.5) & (other > 0.5), together / np.maximum(one * other, 1e-9), 0)
    shown = np.stack([one >= FLAT, other >= FLAT])
    alike = (correlation > ALIKE) & shown.any(0)
    counted = np.maximum(shown.sum(1), 1)
    return float(alike.sum() / max(shown.any(0).sum(), 1)), float(((alike & shown).sum(1) / counted).max())


def _centred(samples: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Each block less its mean, and its standard deviation."""
    total = weight.sum(1)
    rest = samples - ((samples * weight).sum(1) / total)[:, None]
    return rest, np.sqrt((rest**2 * weight).sum(1) / total)


def _parts_with_features(found: Agreement) -> float:
    """Of the parts of what is shared with two features, those with an agreeing one; the larger of both shares."""
    ours, theirs = places_of(found.asked), places_of(found.known)
    here = found.on_known(ours)
    here = here[_within(here, found.known)]
    there = theirs[_within(found.on_asked(theirs), found.asked)]
    if min(len(here), len(there)) < 3:
        return 1.0
    both = np.concatenate([here, there])
    low, size = both.min(0), np.maximum(np.ptp(both, axis=0), 1)
    agreeing = _parts(found.places()[1], low, size) > 0
    shares = [
        (agreeing & full).sum() / max(full.sum(), 1) for full in (_parts(p, low, size) > 1 for p in (here, there))
    ]
    return float(max(shares))


def _parts(places: Floats, low: Floats, size: Floats) -> NDArray[np.int64]:
    """How many lie in each of SPREAD × SPREAD parts."""
    cells = ((places - low) / size * SPREAD).astype(int).clip(0, SPREAD - 1)
    counts: NDArray[np.int64] = np.bincount(cells[:, 1] * SPREAD + cells[:, 0], minlength=SPREAD**2)
    return counts
