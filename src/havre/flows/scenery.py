"""Benign pictures drawn from a seed: landscapes, villages, harbours, cities, tables with things on them, abstract ones.

They stand in for photographs where there are none: different enough that no two are taken for the same, and rich
enough that a fingerprint means something. The same seed draws the same picture.
"""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1024, 768
FINE = 2
"""Drawn so many times larger, then averaged: edges come out smooth."""
SOFT = 4
"""Clouds are drawn so many times smaller: they have no edges."""

Colour = tuple[int, int, int]
Plane = NDArray[np.float32]
"""Values about 0 to 1: of a picture, shape (height, width), or along a line."""


@dataclass(frozen=True, slots=True)
class Easel:
    """One picture being drawn; places are shares of its width and height, from the top left."""

    picture: Image.Image
    random: np.random.Generator

    def draw(self) -> ImageDraw.ImageDraw:
        """What draws on it."""
        return ImageDraw.Draw(self.picture)

    def at(self, *places: tuple[float, float]) -> list[tuple[float, float]]:
        """Places in pixels."""
        return [(x * self.picture.width, y * self.picture.height) for x, y in places]

    def polygon(self, colour: Colour, *corners: tuple[float, float]) -> None:
        """A filled shape."""
        self.draw().polygon(self.at(*corners), fill=colour)

    def box(self, colour: Colour, left: float, top: float, wide: float, high: float) -> None:
        """A filled rectangle."""
        self.polygon(colour, (left, top), (left + wide, top), (left + wide, top + high), (left, top + high))

    def disc(self, colour: Colour, x: float, y: float, wide: float, high: float = 0.0) -> None:
        """A filled circle of this share of the width, or an ellipse."""
        high = high or wide * self.picture.width / self.picture.height
        self.draw().ellipse(self.at((x - wide, y - high), (x + wide, y + high)), fill=colour)

    def between(self, low: float, high: float) -> float:
        """A number from the seed."""
        return float(self.random.uniform(low, high))

    def many(self, low: int, high: int) -> range:
        """A count from the seed, `high` included, to go over."""
        return range(int(self.random.integers(low, high + 1)))

    def colour(self, low: int = 30, high: int = 230) -> Colour:
        """Any colour from the seed."""
        red, green, blue = (int(part) for part in self.random.integers(low, high, 3))
        return red, green, blue

    def shade(self, colour: Iterable[float], by: float = 25) -> Colour:
        """Nearly this colour."""
        red, green, blue = (int(min(max(part + self.between(-by, by), 0), 255)) for part in colour)
        return red, green, blue


def scene(kind: str, seed: int) -> Image.Image:
    """One picture of a kind of KINDS, RGB, 1024 × 768."""
    random = np.random.default_rng([seed, *kind.encode()])
    lit = np.array(KINDS[kind](random).reduce(FINE), np.float32)
    lit *= _vignette()
    lit += 3 * random.standard_normal((HEIGHT, WIDTH, 1), np.float32)
    return Image.fromarray(lit.clip(0, 255, out=lit).astype(np.uint8))


@cache
def _vignette() -> Plane:
    """The light of a lens, which falls off towards the corners."""
    y, x = np.linspace(-1, 1, HEIGHT)[:, None, None], np.linspace(-1, 1, WIDTH)[:, None]
    return (1.04 - 0.14 * (y * y + x * x)).astype(np.float32)


def scenes(count: int, seed: int, of: Container[str] | None = None) -> Iterator[tuple[str, Image.Image]]:
    """So many pictures, each with its kind, the kinds in turn; of these kinds alone, the others are left out."""
    for number in range(count):
        kind = list(KINDS)[number % len(KINDS)]
        if of is None or kind in of:
            yield kind, scene(kind, seed + number)


def flat(seed: int) -> Image.Image:
    """One colour going over into another: too flat for a fingerprint to mean anything."""
    random = np.random.default_rng(seed)
    low, high = (random.integers(60, 200, 3) for _ in range(2))
    share = np.linspace(0, 0.15, HEIGHT)[:, None, None]
    rows = (low + (high - low) * share).clip(0, 255).astype(np.uint8)
    return Image.fromarray(np.ascontiguousarray(np.broadcast_to(rows, (HEIGHT, WIDTH, 3))))


# ---- what scenes are made of ----


def _cloudy(random: np.random.Generator, rough: int) -> Plane:
    """Soft noise of several sizes, the largest spots a share of 1 / rough."""
    size = WIDTH // SOFT, HEIGHT // SOFT
    total = np.zeros(size[::-1], np.float32)
    weight = 0.0
    for octave in range(4):
        # Wider than high, as clouds are.
        grid = random.random(((3 * rough) << octave, (2 * rough) << octave)).astype(np.float32)
        total += np.asarray(Image.fromarray(grid).resize(size, Image.Resampling.BICUBIC)) / 2**octave
        weight += 0.5**octave
    return np.asarray(Image.fromarray(total / weight).resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR))


def _line(random: np.random.Generator, rough: int, points: int = 257) -> Plane:
    """A jagged line, about 0 to 1, of `points` places."""
    total: Plane = np.zeros(points, np.float32)
    for octave in range(6):
        knots = random.random((rough << octave) + 1)
        total += np.interp(np.linspace(0, 1, points), np.linspace(0, 1, len(knots)), knots) / 1.9**octave
    level: Plane = (total - total.min()) / (np.ptp(total) + 1e-6)
    return level


def _easel(pixels: NDArray[np.floating], random: np.random.Generator) -> Easel:
    size = WIDTH * FINE, HEIGHT * FINE
    picture = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    return Easel(picture.resize(size, Image.Resampling.NEAREST), random)


def _sky(random: np.random.Generator, *, dark: bool = False) -> Easel:
    """A sky with clouds, and a sun or moon somewhere."""
    top, low = ((12, 16, 40), (60, 50, 90)) if dark else ((70, 120, 200), (235, 215, 190))
    tint = random.normal(0, 18, 3)
    down = np.linspace(0, 1, HEIGHT)[:, None, None]
    sky = (np.array(top) + tint + (np.array(low) - np.array(top)) * down).astype(np.float32)
    cover = (3 * (_cloudy(random, int(random.integers(2, 5))) - random.uniform(0.4, 0.55))).clip(0, 1)[:, :, None]
    cloud = np.array((80, 80, 100) if dark else (250, 250, 250), np.float32)
    easel = _easel(sky + (cloud - sky) * cover, random)
    easel.disc((250, 245, 215), easel.between(0.1, 0.9), easel.between(0.08, 0.3), easel.between(0.02, 0.05))
    return easel


def _hills(easel: Easel, colour: Colour, top: float, rise: float, rough: int) -> None:
    """A range of hills from side to side; `top` is where its highest point is."""
    line = _line(easel.random, rough)
    along = np.linspace(0, 1, len(line))
    ridge = [(float(x), top + rise * (1 - float(y))) for x, y in zip(along, line, strict=True)]
    easel.polygon(colour, (0, 1), *ridge, (1, 1))


def _tree(easel: Easel, x: float, foot: float, high: float) -> None:
    green = easel.shade((40, 90, 45), 30)
    easel.box((70, 50, 35), x - high * 0.03, foot - high * 0.3, high * 0.06, high * 0.3)
    if easel.random.random() < 0.5:
        for step in range(4):
            wide, top = high * (0.28 - 0.055 * step), foot - high * (0.2 + 0.2 * step)
            easel.polygon(green, (x - wide, top), (x + wide, top), (x, top - high * 0.32))
        return
    for _ in range(7):
        near = x + easel.between(-0.16, 0.16) * high
        easel.disc(
            easel.shade(green, 18), near, foot - high * easel.between(0.45, 0.85), high * easel.between(0.1, 0.2)
        )


def _house(easel: Easel, left: float, foot: float, wide: float) -> None:
    high, wall = wide * easel.between(0.7, 1.3), easel.shade((205, 185, 160), 45)
    top, roof = foot - high, easel.shade((140, 70, 55), 40)
    easel.box(wall, left, top, wide, high)
    ridge = top - wide * easel.between(0.4, 0.8)
    middle = left + wide / 2
    easel.box((110, 80, 70), left + wide * 0.7, ridge, wide * 0.1, top - ridge)
    easel.polygon(roof, (left - wide * 0.08, top), (left + wide * 1.08, top), (middle, ridge))
    easel.box(
        easel.colour(40, 140), left + wide * easel.between(0.1, 0.7), foot - high * 0.45, wide * 0.18, high * 0.45
    )
    for column in (0.1, 0.42, 0.72):
        glass = easel.shade((90, 120, 150), 40)
        easel.box(
            (240, 240, 235), left + wide * column - 0.003, top + high * 0.15 - 0.003, wide * 0.17 + 0.006, high * 0.26
        )
        easel.box(glass, left + wide * column, top + high * 0.15, wide * 0.17, high * 0.24)


# ---- kinds of scenes ----


def mountains(random: np.random.Generator) -> Image.Image:
    """Ranges behind one another, paler with distance, and trees in front."""
    easel = _sky(random)
    near = np.array(easel.colour(30, 110), np.float32)
    ranges = easel.random.integers(3, 6)
    start = easel.between(0.1, 0.4)
    for depth in range(int(ranges)):
        share = (depth + 1) / ranges
        colour = easel.shade(near * share + np.array((190, 200, 215)) * (1 - share), 10)
        _hills(easel, colour, start + (0.9 - start) * depth / ranges, easel.between(0.15, 0.45), depth + 2)
    for _ in easel.many(3, 16):
        foot = easel.between(0.72, 1.0)
        _tree(easel, easel.between(0, 1), foot, (foot - 0.5) * easel.between(0.3, 0.7))
    return easel.picture


def village(random: np.random.Generator) -> Image.Image:
    """Houses and trees along a road."""
    easel = _sky(random)
    _hills(easel, easel.shade((110, 140, 110), 30), easel.between(0.25, 0.5), easel.between(0.1, 0.3), 3)
    easel.box(easel.shade((95, 130, 70), 30), 0, 0.68, 1, 0.32)
    bend, end = easel.between(0.1, 0.9), easel.between(0.1, 0.9)
    easel.polygon(
        easel.shade((150, 140, 130), 20), (bend - 0.03, 0.68), (bend + 0.03, 0.68), (end + 0.3, 1), (end - 0.3, 1)
    )
    for _ in easel.many(2, 6):
        _house(easel, easel.between(-0.05, 0.85), easel.between(0.7, 0.9), easel.between(0.12, 0.3))
    for _ in easel.many(2, 8):
        _tree(easel, easel.between(0, 1), easel.between(0.72, 1), easel.between(0.15, 0.45))
    return easel.picture


def harbour(random: np.random.Generator) -> Image.Image:
    """Boats on the water before a coast."""
    easel = _sky(random)
    shore = easel.between(0.4, 0.65)
    _hills(easel, easel.shade((105, 115, 130), 25), shore - easel.between(0.1, 0.3), easel.between(0.1, 0.35), 3)
    sea = np.array(easel.shade((45, 90, 120), 30), np.float32)
    easel.box(easel.shade(sea, 5), 0, shore, 1, 1 - shore)
    for _ in range(160):
        y = shore + (1 - shore) * float(easel.random.random()) ** 1.5
        easel.box(
            easel.shade(sea + 25, 30), easel.between(-0.1, 1), y, easel.between(0.02, 0.2), 0.003 + 0.01 * (y - shore)
        )
    for _ in easel.many(2, 6):
        _boat(easel, easel.between(0.05, 0.9), easel.between(shore + 0.05, 0.95))
    return easel.picture


def _boat(easel: Easel, x: float, y: float) -> None:
    long = easel.between(0.06, 0.2)
    mast = y - long * easel.between(1.4, 2.4)
    easel.box((60, 45, 35), x - 0.002, mast, 0.005, y - mast)
    sail, jib = easel.shade((235, 230, 215), 40), easel.colour(90, 240)
    easel.polygon(sail, (x + 0.006, mast), (x + 0.006, y - long * 0.25), (x + long * 0.8, y - long * 0.25))
    easel.polygon(jib, (x - 0.006, mast + long * 0.2), (x - 0.006, y - long * 0.25), (x - long * 0.6, y - long * 0.25))
    hull = easel.colour(20, 200)
    easel.polygon(
        hull,
        (x - long, y - long * 0.2),
        (x + long, y - long * 0.2),
        (x + long * 0.7, y + long * 0.15),
        (x - long * 0.7, y + long * 0.15),
    )


def city(random: np.random.Generator) -> Image.Image:
    """Towers with lit windows at night, and their light on a river."""
    easel = _sky(random, dark=True)
    bank = easel.between(0.72, 0.95)
    for depth in range(3):
        left = -easel.between(0, 0.1)
        while left < 1:
            wide, high = easel.between(0.06, 0.18), easel.between(0.1, 0.6 - 0.1 * depth)
            _tower(easel, left, bank - high, wide, high, 20 + depth * 22)
            left += wide * easel.between(0.9, 1.6)
    easel.box((14, 18, 34), 0, bank, 1, 1 - bank)
    for _ in range(60):
        light = easel.shade((190, 150, 80), 50)
        easel.box(light, easel.between(0, 1), easel.between(bank, 1), easel.between(0.005, 0.06), 0.004)
    return easel.picture


def _tower(easel: Easel, left: float, top: float, wide: float, high: float, tone: int) -> None:
    easel.box(easel.shade((tone, tone + 4, tone + 18), 12), left, top, wide, high)
    lit = easel.between(0.2, 0.8)
    pane = easel.between(0.012, 0.03)
    for x in np.arange(left + pane / 2, left + wide - pane, pane * 1.5):
        for y in np.arange(top + pane, top + high - pane, pane * 2):
            if easel.random.random() < lit:
                easel.box(easel.shade((225, 190, 110), 40), float(x), float(y), pane * 0.8, pane)


def table(random: np.random.Generator) -> Image.Image:
    """Bowls, bottles, books and fruit on a table before a wall."""
    wall = np.array(random.integers(90, 220, 3), np.float32)
    easel = _easel(wall * (0.75 + 0.4 * _cloudy(random, 2))[:, :, None], random)
    for _ in easel.many(1, 3):
        left, top, wide = easel.between(0, 0.8), easel.between(0, 0.15), easel.between(0.12, 0.3)
        easel.box(easel.shade((60, 45, 35), 20), left - 0.01, top - 0.01, wide + 0.02, wide + 0.02)
        easel.box(easel.colour(), left, top, wide, wide)
        easel.disc(easel.colour(), left + wide / 2, top + wide / 2, wide * easel.between(0.1, 0.3))
    edge = easel.between(0.5, 0.72)
    wood = easel.shade((130, 90, 60), 40)
    easel.box(wood, 0, edge, 1, 1 - edge)
    for _ in range(25):
        easel.box(easel.shade(wood, 14), 0, easel.between(edge, 1), 1, 0.004)
    for _ in easel.many(6, 10):
        foot = easel.between(edge + 0.05, 0.95)
        THINGS[int(random.integers(len(THINGS)))](easel, easel.between(0.05, 0.95), foot, easel.between(0.12, 0.3))
    return easel.picture


def _bottle(easel: Easel, x: float, foot: float, size: float) -> None:
    colour = easel.colour(30, 180)
    easel.box(colour, x - size * 0.2, foot - size * 1.2, size * 0.4, size * 1.2)
    easel.box(colour, x - size * 0.08, foot - size * 1.8, size * 0.16, size * 0.7)
    easel.box(easel.colour(150, 250), x - size * 0.2, foot - size * 0.8, size * 0.4, size * 0.4)


def _bowl(easel: Easel, x: float, foot: float, size: float) -> None:
    for _ in range(5):
        _fruit(easel, x + easel.between(-0.4, 0.4) * size, foot - size * 0.5, size * 0.7)
    colour = easel.colour(60, 240)
    corners = [(np.cos(turn) * 0.7, np.sin(turn) * 0.6) for turn in np.linspace(0, np.pi, 24)]
    easel.polygon(colour, *((x + float(cos) * size, foot - size * 0.6 + float(sin) * size) for cos, sin in corners))


def _book(easel: Easel, x: float, foot: float, size: float) -> None:
    for level in easel.many(1, 4):
        wide, left = size * easel.between(0.9, 1.4), x - size * easel.between(0.4, 0.7)
        easel.box(easel.colour(), left, foot - size * 0.22 * (level + 1), wide, size * 0.2)


def _fruit(easel: Easel, x: float, foot: float, size: float) -> None:
    colour, wide = easel.shade((210, 130, 60), 60), size * easel.between(0.18, 0.3)
    easel.disc(colour, x, foot - wide, wide)
    easel.disc(easel.shade([part + 30 for part in colour], 10), x - wide * 0.3, foot - wide * 1.4, wide * 0.3)


THINGS = (_bottle, _bowl, _book, _fruit)


def abstract(random: np.random.Generator) -> Image.Image:
    """Bars, discs and triangles over one another."""
    ground = np.array(random.integers(60, 240, 3), np.float32)
    easel = _easel(ground * (0.6 + 0.7 * _cloudy(random, 3))[:, :, None], random)
    for _ in easel.many(14, 26):
        x, y, size = easel.between(0, 1), easel.between(0, 1), easel.between(0.04, 0.25)
        shape = int(random.integers(3))
        if shape == 0:
            easel.disc(easel.colour(0, 255), x, y, size * 0.7)
        elif shape == 1:
            easel.polygon(
                easel.colour(0, 255),
                *((x + easel.between(-size, size), y + easel.between(-size, size)) for _ in range(3)),
            )
        else:
            lean = easel.between(-0.3, 0.3)
            easel.polygon(
                easel.colour(0, 255), (x, y), (x + 0.03, y), (x + 0.03 + lean, y + size * 2), (x + lean, y + size * 2)
            )
    return easel.picture


KINDS: dict[str, Callable[[np.random.Generator], Image.Image]] = {
    "mountains": mountains,
    "village": village,
    "harbour": harbour,
    "city": city,
    "table": table,
    "abstract": abstract,
}
"""Ways to draw a scene."""
