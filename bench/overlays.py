"""Different pictures that have something drawn or pasted on them in common: banners, frames, clip-art, watermarks.

What agrees between two such pictures is real, but says nothing about what they show: they must not match.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

from bench.edit_variants import FULL, TIGHT, font, screenshot
from bench.gallery import Piece, dead_leaves

Picture = Image.Image
Colour = tuple[int, ...]
SIZE = (800, 600)
SAME_SIZE = 0.7
"""Share of the pairs in which both pictures are brought to SIZE first; the others keep their own sizes."""
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PARTS = 14
"""Shapes of which a piece of clip-art is drawn."""
CLIP_ART = 240
"""Pixels of its sides."""


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two unrelated pictures under the same overlay."""

    kind: str
    one: Picture
    other: Picture


def pairs(pieces: Sequence[Piece], of_each_kind: int, seed: int = 11) -> Iterator[Pair]:
    """So many pairs of each kind; what lies over both is drawn anew for each."""
    for kind, lay in OVERLAYS.items():
        for number in range(of_each_kind):
            chance = Random(f"{seed} {kind} {number}")
            one, other = _two(pieces, chance)
            same, drawn = chance.random() < SAME_SIZE, chance.getrandbits(32)
            yield Pair(kind, *(_sent(lay(_sized(p, same), Random(drawn), chance), chance) for p in (one, other)))


def _two(pieces: Sequence[Piece], chance: Random) -> tuple[Picture, Picture]:
    one = chance.choice(pieces)
    other = chance.choice([piece for piece in pieces if piece.group != one.group])
    return one.picture, other.picture


def _sized(picture: Picture, same: bool) -> Picture:
    return picture.resize(SIZE) if same else picture.copy()


def _sent(picture: Picture, chance: Random) -> Picture:
    """Encoded anew."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=chance.randint(40, 92))
    return Image.open(file).convert("RGB")


# ---- the overlays: (picture, chance that both share, chance of each) -> picture ----


def _banner(picture: Picture, shared: Random, _: Random) -> Picture:
    """A bar with text above, sometimes text below as well."""
    high, draw = max(10, picture.height // shared.randint(5, 9)), ImageDraw.Draw(picture)
    draw.rectangle((0, 0, picture.width, round(high * 1.5)), fill=_colour(shared))
    draw.text((high // 3, high // 6), _words(shared, 6).upper(), fill="black", font=font(high))
    if shared.random() < 0.5:
        below = (high // 3, picture.height - round(high * 1.4))
        text = _words(shared, 6).upper()
        draw.text(below, text, fill="white", stroke_width=2, stroke_fill="black", font=font(high))
    return picture


def _caption(picture: Picture, shared: Random, _: Random) -> Picture:
    """Three lines on white above the picture, as with memes."""
    high = max(12, picture.width // shared.randint(14, 20))
    whole = Image.new("RGB", (picture.width, picture.height + 4 * high), "white")
    whole.paste(picture, (0, 4 * high))
    text = "\n".join(_words(shared, 5) for _ in range(3))
    ImageDraw.Draw(whole).multiline_text((high // 2, high // 4), text, fill="black", font=font(high))
    return whole


def _frame(picture: Picture, shared: Random, _: Random) -> Picture:
    """Something rich all round, the picture within."""
    rim = int(min(picture.size) * shared.uniform(0.06, 0.15))
    whole = _ornament(shared).resize(picture.size)
    whole.paste(picture.crop((rim, rim, picture.width - rim, picture.height - rim)), (rim, rim))
    return whole


def _sticker(picture: Picture, shared: Random, _: Random) -> Picture:
    """Clip-art at the same place."""
    return _stuck(picture, clip_art(shared), shared)


def _moved_sticker(picture: Picture, shared: Random, own: Random) -> Picture:
    """Clip-art anywhere, of any size."""
    return _stuck(picture, clip_art(shared), own)


def _stuck(picture: Picture, art: Picture, where: Random) -> Picture:
    side = int(min(picture.size) * where.uniform(0.2, 0.4))
    art = art.resize((side, side))
    at = where.randint(0, picture.width - side), where.randint(0, picture.height - side)
    picture.paste(art, at, art if art.mode == "RGBA" else None)
    return picture


def _photograph(picture: Picture, shared: Random, own: Random) -> Picture:
    """A small picture full of detail pasted in, anywhere."""
    return _stuck(picture, _ornament(shared), own)


def _lower_third(picture: Picture, shared: Random, _: Random) -> Picture:
    """A strip of detail along the lower edge."""
    high = int(picture.height * shared.uniform(0.12, 0.22))
    picture.paste(_ornament(shared).resize((picture.width, high)), (0, picture.height - high))
    return picture


def _watermark(picture: Picture, shared: Random, _: Random) -> Picture:
    """The same word all over."""
    high, draw, word = max(12, picture.height // 12), ImageDraw.Draw(picture), _words(shared, 1).upper()
    for y in range(0, picture.height, high * 4):
        for x in range(0, picture.width, high * 7):
            draw.text((x, y), word, fill=(200, 200, 200), font=font(high))
    return picture


def _screen(picture: Picture, shared: Random, _: Random) -> Picture:
    """On the screen of a phone, among the same buttons and the same talk."""
    above, below = shared.choice((TIGHT, FULL))
    screen = screenshot(picture, shared, above, below)
    draw = ImageDraw.Draw(screen)
    for y in range(32, above - 20, 24):
        draw.text((20, y), _words(shared, 4), fill="white", font=font(18))
    for y in range(screen.height - below + 8, screen.height - 70, 24):
        draw.text((20, y), _words(shared, 5), fill=(180, 200, 220), font=font(18))
    return screen


OVERLAYS: dict[str, Callable[[Picture, Random, Random], Picture]] = {
    "banner": _banner,
    "caption": _caption,
    "frame": _frame,
    "sticker": _sticker,
    "moved sticker": _moved_sticker,
    "pasted picture": _photograph,
    "lower third": _lower_third,
    "watermark": _watermark,
    "screen": _screen,
}


# ---- what they are drawn of ----


def clip_art(chance: Random, side: int = CLIP_ART) -> Picture:
    """A figure of outlined shapes on nothing."""
    art = Image.new("RGBA", (side, side))
    draw, reach = ImageDraw.Draw(art), range(side)
    for number in range(PARTS):
        points = [(chance.choice(reach), chance.choice(reach)) for _ in range(chance.randint(3, 5))]
        if number % 2:
            draw.polygon(points, fill=_colour(chance), outline="black", width=3)
        else:
            (x, y), size = points[0], chance.randint(side // 12, side // 3)
            draw.ellipse((x, y, x + size, y + size), fill=_colour(chance), outline="black", width=3)
    draw.text((side // 8, side // 3), _words(chance, 1), fill="black", font=font(side / 5))
    return art


def _ornament(chance: Random) -> Picture:
    return Image.fromarray(dead_leaves(chance.getrandbits(32)))


def _words(chance: Random, count: int) -> str:
    return " ".join("".join(chance.choices(LETTERS, k=chance.randint(3, 9))) for _ in range(count))


def _colour(chance: Random) -> Colour:
    return tuple(chance.randint(0, 255) for _ in range(3))
