"""What people do to pictures: copies that must be found again (docs of the measurement: bench/edits.py).

EDITS has the names, parameters and chance of the corpus's `make_variants.py`, to the byte for the same Pillow
(tests/bench/test_edit_variants.py compares them); HARD has what is harder than that. The same edit of the same picture
always gives the same file.
"""

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps
from PIL.Image import Resampling, Transpose

Picture = Image.Image
Pixels = NDArray[np.uint8]
Change = Callable[[Picture, Random], Picture]
Mix = Callable[[Picture, Random, Sequence[Picture]], Picture]
"""Puts a picture among others."""

SEED = 1
PHONE = 540
"""Pixels that the screen of a phone is wide."""
TEXTS = ("SAMPLE TEXT", "www.example.org", "when it is monday")


@dataclass(frozen=True, slots=True)
class Edit:
    """A change, and the file it ends up in."""

    change: Change | None = None
    form: str = "JPEG"
    options: dict[str, int] = field(default_factory=lambda: {"quality": 90})
    mix: Mix | None = None

    def file(self, picture: Picture, name: str, source: str, others: Sequence[Picture] = ()) -> bytes:
        """The edited picture; `name` and `source` are all the chance there is, `others` what it may be put among."""
        chance = Random(hashlib.sha256(f"{SEED}|{source}|{name}".encode()).digest())
        if self.mix:
            picture = self.mix(picture, chance, others)
        elif self.change:
            picture = self.change(picture, chance)
        return _file(picture, self.form, self.options)


def opened(file: bytes) -> Pixels:
    """What is in such a file, as RGB."""
    with Image.open(io.BytesIO(file)) as picture:
        return np.asarray(picture.convert("RGB"))


def _file(picture: Picture, form: str, options: dict[str, int]) -> bytes:
    file = io.BytesIO()
    if form == "GIF":
        picture = picture.convert("P", palette=Image.Palette.ADAPTIVE)
    picture.save(file, form, **options)
    return file.getvalue()


# ---- size and shape ----


def scaled(picture: Picture, share: float) -> Picture:
    """So many times as wide and as high."""
    width, height = (max(8, round(side * share)) for side in picture.size)
    return picture.resize((width, height), Resampling.LANCZOS)


def cropped(picture: Picture, share: float, chance: Random) -> Picture:
    """Without this share of each side's length; where, is chance."""
    width, height = round(picture.width * (1 - share)), round(picture.height * (1 - share))
    x, y = chance.randint(0, picture.width - width), chance.randint(0, picture.height - height)
    return picture.crop((x, y, x + width, y + height))


def _kept(picture: Picture, keep: float, chance: Random) -> Picture:
    return cropped(picture, 1 - keep, chance)


def _bordered(picture: Picture, share: float, chance: Random) -> Picture:
    colour = chance.choice([(0, 0, 0), (255, 255, 255), (40, 60, 160)])
    return ImageOps.expand(picture, round(share * max(picture.size)), colour)


def _turned(picture: Picture, degrees: float, chance: Random) -> Picture:
    """Inside the same frame, black corners."""
    return picture.rotate(degrees * chance.choice([-1, 1]), Resampling.BICUBIC, expand=False, fillcolor=(0, 0, 0))


def _straightened(picture: Picture, degrees: float, chance: Random) -> Picture:
    """A small turn, and the empty corners cut off."""
    turned = picture.rotate(degrees * chance.choice([-1, 1]), Resampling.BICUBIC)
    width, height, off = turned.width, turned.height, 0.02 + 0.0175 * degrees
    return turned.crop((round(width * off), round(height * off), round(width * (1 - off)), round(height * (1 - off))))


def _turned_45(picture: Picture, chance: Random, middle: bool) -> Picture:
    """Half a quarter turn, whole with black corners, or only the middle of it."""
    turned = picture.rotate(45 * chance.choice([-1, 1]), Resampling.BICUBIC, expand=True)
    width, height = turned.size
    return turned.crop((width // 4, height // 4, 3 * width // 4, 3 * height // 4)) if middle else turned


def in_perspective(picture: Picture, share: float, chance: Random) -> Picture:
    """As when a screen is photographed: each corner drawn in by up to a share of the side."""
    width, height = picture.size
    x, y = (partial(_up_to, chance, share * side) for side in (width, height))
    corners = [(x(), y()), (width - x(), y()), (width - x(), height - y()), (x(), height - y())]
    return picture.transform(
        picture.size, Image.Transform.PERSPECTIVE, _projection(corners, width, height), Resampling.BICUBIC
    )


def _up_to(chance: Random, most: float) -> float:
    return chance.uniform(0, 1) * most


def _projection(corners: list[tuple[float, float]], width: int, height: int) -> list[float]:
    """Pillow's eight numbers that bring the corners of a frame to these."""
    rows = []
    for (x, y), (u, v) in zip([(0, 0), (width, 0), (width, height), (0, height)], corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    found: list[float] = np.linalg.solve(np.array(rows, float), np.array(corners, float).reshape(8)).tolist()
    return found


def _wider(picture: Picture, share: float, _: Random) -> Picture:
    return picture.resize((round(picture.width * share), picture.height))


def _transposed(picture: Picture, way: Transpose, _: Random) -> Picture:
    return picture.transpose(way)


# ---- something on it, or around it ----


def font(pixels: float) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    """Pillow's own letters, so high."""
    return ImageFont.load_default(size=pixels)


def _small_text(picture: Picture, chance: Random) -> Picture:
    picture, high = picture.copy(), max(10, picture.height // 20)
    text = chance.choice(TEXTS)
    at = chance.randint(0, picture.width // 2), chance.choice([high // 2, picture.height - 2 * high])
    ImageDraw.Draw(picture).text(at, text, fill="white", stroke_width=1, stroke_fill="black", font=font(high))
    return picture


def _banner(picture: Picture, chance: Random) -> Picture:
    picture, high = picture.copy(), max(10, picture.height // 7)
    draw, text = ImageDraw.Draw(picture), chance.choice(TEXTS).upper()
    draw.rectangle((0, 0, picture.width, round(high * 1.5)), fill="white")
    draw.text((high // 3, high // 6), text, fill="black", font=font(high))
    below = (high // 3, picture.height - round(high * 1.4))
    draw.text(below, text, fill="white", stroke_width=2, stroke_fill="black", font=font(high))
    return picture


def _logo(picture: Picture, share: float, chance: Random) -> Picture:
    picture, side = picture.copy(), round(share * min(picture.size))
    right, low = picture.width - side - 4, picture.height - side - 4
    x, y = chance.choice([(4, 4), (right, 4), (4, low), (right, low)])
    draw = ImageDraw.Draw(picture)
    draw.ellipse((x, y, x + side, y + side), fill=(220, 30, 60), outline="white", width=max(1, side // 20))
    draw.rectangle((x + side // 3, y + side // 3, x + 2 * side // 3, y + 2 * side // 3), fill="white")
    return picture


def screenshot(picture: Picture, chance: Random, above: int, below: int) -> Picture:
    """On the screen of a phone: as wide as that, a status bar above, buttons below."""
    inner = picture.resize((PHONE, round(picture.height * PHONE / picture.width)), Resampling.LANCZOS)
    screen = Image.new("RGB", (PHONE, inner.height + above + below), (18, 18, 20))
    screen.paste(inner, (0, above))
    draw = ImageDraw.Draw(screen)
    draw.text((14, 8), f"12:{chance.randint(0, 59):02d}", fill="white", font=font(16))
    draw.rectangle((PHONE - 50, 10, PHONE - 20, 24), outline="white")
    for x in range(40, 40 + 4 * 130, 130):
        draw.ellipse((x, screen.height - 44, x + 28, screen.height - 16), outline="white", width=2)
    return screen


TIGHT, FULL = (36, 60), (110, 260)
"""Pixels of a screen above and below the picture."""


def _screenshot(picture: Picture, chance: Random, around: tuple[int, int]) -> Picture:
    return screenshot(picture, chance, *around)


def _beside_itself(picture: Picture, chance: Random) -> Picture:
    """Half of a collage; the other half is all blur."""
    colour = tuple(chance.randrange(256) for _ in range(3))
    both = Image.new("RGB", (picture.width * 2, picture.height), colour)
    both.paste(picture, (0, 0))
    both.paste(ImageOps.solarize(picture.filter(ImageFilter.GaussianBlur(20))), (picture.width, 0))
    return both


def _in_grid(picture: Picture, chance: Random, others: Sequence[Picture], cells: int) -> Picture:
    """One of cells × cells pictures of a collage."""
    width, height = picture.width // cells, picture.height // cells
    whole, place = Image.new("RGB", picture.size), chance.randrange(cells * cells)
    for at in range(cells * cells):
        tile = picture if at == place else chance.choice(others)
        tile = tile.resize((width, height), Resampling.LANCZOS)
        whole.paste(tile, (at % cells * width, at // cells * height))
    return whole


def _inset(picture: Picture, chance: Random, others: Sequence[Picture], share: float) -> Picture:
    """A picture in a picture, this share of each side."""
    outer = chance.choice(others).resize(picture.size)
    inner = scaled(picture, share)
    outer.paste(inner, (chance.randint(0, outer.width - inner.width), chance.randint(0, outer.height - inner.height)))
    return outer


# ---- light, colour, noise ----


def _gamma(picture: Picture, gamma: float, _: Random) -> Picture:
    return picture.point([round(255 * (level / 255) ** gamma) for level in range(256)] * 3)


def _noisy(picture: Picture, deviation: float, chance: Random) -> Picture:
    noise = np.random.default_rng(chance.getrandbits(32)).normal(0, deviation, (picture.height, picture.width, 3))
    return Image.fromarray((np.asarray(picture, np.float32) + noise).clip(0, 255).astype(np.uint8))


def _sepia(picture: Picture, _: Random) -> Picture:
    return ImageOps.colorize(ImageOps.grayscale(picture), (20, 10, 0), (255, 240, 200))


def _enhanced(picture: Picture, what: type[ImageEnhance.Color], factor: float, _: Random) -> Picture:
    return what(picture).enhance(factor)


# ---- the tables ----


def _edit(change: Callable[..., Picture], *given: object, **file: object) -> Edit:
    """A change with what comes between the picture and chance."""
    return Edit(lambda picture, chance: change(picture, *given, chance), **file)  # type: ignore[arg-type]


def _plain(change: Callable[[Picture], Picture]) -> Edit:
    return Edit(lambda picture, _: change(picture))


def _quality(quality: int) -> dict[str, int]:
    return {"quality": quality}


def _scaled_to(share: float) -> Edit:
    return _plain(lambda picture: scaled(picture, share))


EDITS: dict[str, Edit] = {
    **{f"jpeg_q{quality}": Edit(options=_quality(quality)) for quality in (90, 70, 50, 30, 10)},
    "strip_metadata": Edit(options=_quality(95)),
    "fmt_png": Edit(form="PNG", options={}),
    "fmt_webp60": Edit(form="WEBP", options=_quality(60)),
    "fmt_gif256": Edit(form="GIF", options={}),
    "fmt_bmp": Edit(form="BMP", options={}),
    "resize_50": _scaled_to(0.5),
    "resize_25": _scaled_to(0.25),
    "resize_w128": _plain(lambda picture: scaled(picture, 128 / picture.width)),
    "upscale_200": _scaled_to(2),
    **{f"crop_{percent:02d}": _edit(cropped, percent / 100) for percent in (2, 5, 10, 20, 30)},
    **{f"border_{percent:02d}": _edit(_bordered, percent / 100) for percent in (2, 5, 10, 20)},
    "text_small": _edit(_small_text),
    "text_banner": _edit(_banner),
    "logo_10": _edit(_logo, 0.10),
    "logo_25": _edit(_logo, 0.25),
    "bright_130": _edit(_enhanced, ImageEnhance.Brightness, 1.3),
    "bright_060": _edit(_enhanced, ImageEnhance.Brightness, 0.6),
    "contrast_060": _edit(_enhanced, ImageEnhance.Contrast, 0.6),
    "contrast_160": _edit(_enhanced, ImageEnhance.Contrast, 1.6),
    "gamma_060": _edit(_gamma, 0.6),
    "gamma_170": _edit(_gamma, 1.7),
    "saturate_180": _edit(_enhanced, ImageEnhance.Color, 1.8),
    "grayscale": _plain(lambda picture: ImageOps.grayscale(picture).convert("RGB")),
    "sepia": _edit(_sepia),
    "equalize": _plain(ImageOps.equalize),
    "negative": _plain(ImageOps.invert),
    "blur_1": _plain(lambda picture: picture.filter(ImageFilter.GaussianBlur(1))),
    "blur_4": _plain(lambda picture: picture.filter(ImageFilter.GaussianBlur(4))),
    "sharpen": _plain(lambda picture: picture.filter(ImageFilter.UnsharpMask(3, 200, 2))),
    "noise_08": _edit(_noisy, 8),
    "noise_30": _edit(_noisy, 30),
    **{f"rot_{degrees}": _edit(_turned, degrees) for degrees in (1, 2, 3, 5)},
    **{f"rotcrop_{degrees}": _edit(_straightened, degrees) for degrees in (1, 3)},
    "aspect_110": _edit(_wider, 1.1),
    "aspect_133": _edit(_wider, 1.33),
    "square": _plain(lambda picture: picture.resize((512, 512))),
    "perspective_04": _edit(in_perspective, 0.04),
    "perspective_10": _edit(in_perspective, 0.10),
    "screenshot_tight": Edit(lambda picture, chance: _screenshot(picture, chance, TIGHT)),
    "screenshot_full": Edit(lambda picture, chance: _screenshot(picture, chance, FULL), "PNG", {}),
    "collage_half": _edit(_beside_itself),
    "chat_forward": Edit(lambda picture, chance: _small_text(scaled(picture, 0.6), chance), options=_quality(55)),
    "repost": Edit(
        lambda picture, chance: _logo(cropped(scaled(picture, 0.7), 0.05, chance), 0.12, chance), options=_quality(60)
    ),
    "meme": Edit(lambda picture, chance: _banner(cropped(picture, 0.05, chance), chance), options=_quality(40)),
    "mirror": _edit(_transposed, Transpose.FLIP_LEFT_RIGHT),
    "flip": _edit(_transposed, Transpose.FLIP_TOP_BOTTOM),
    "rot90": _edit(_transposed, Transpose.ROTATE_90),
    "rot180": _edit(_transposed, Transpose.ROTATE_180),
    "rot270": _edit(_transposed, Transpose.ROTATE_270),
    "mirror_q50_crop05": Edit(
        lambda picture, chance: cropped(picture, 0.05, chance).transpose(Transpose.FLIP_LEFT_RIGHT),
        options=_quality(50),
    ),
}
"""The edits of `make_variants.py`, by its names."""


def _mixed(mix: Callable[..., Picture], number: float) -> Edit:
    return Edit(mix=lambda picture, chance, others: mix(picture, chance, others, number))


HARD: dict[str, Edit] = {
    "crop_50": _edit(_kept, 0.5),
    "crop_70": _edit(_kept, 0.3),
    "crop_70_area": _edit(_kept, 0.3**0.5),
    "crop_50_q20": _edit(_kept, 0.5, options=_quality(20)),
    "crop_70_q20": _edit(_kept, 0.3, options=_quality(20)),
    "rot_45": Edit(lambda picture, chance: _turned_45(picture, chance, middle=False)),
    "rotcrop_45": Edit(lambda picture, chance: _turned_45(picture, chance, middle=True)),
    "perspective_20": _edit(in_perspective, 0.20),
    "inset_40": _mixed(_inset, 0.40),
    "inset_25": _mixed(_inset, 0.25),
    "grid_2": _mixed(_in_grid, 2),
    "grid_3": _mixed(_in_grid, 3),
    "grid_4": _mixed(_in_grid, 4),
    "negative_crop": Edit(lambda picture, chance: ImageOps.invert(_kept(picture, 0.7, chance))),
}
"""As `crop_30` loses 30 % of each side, `crop_70` loses 70 %: 9 % of the area is left; of `crop_70_area`, 30 %."""

NAMED = ("crop_70", "grid_4", "crop_70_q20", "rot_45")
"""The harder ones that the goal names: 70 % crop, 4 × 4 collage, small crop at quality 20, turn by 45°."""

MIXED = frozenset(name for name, edit in HARD.items() if edit.mix)
"""Those that need other pictures."""
