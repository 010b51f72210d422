"""A film of drawn pictures for the demonstration, a piece of it, and a poster that hangs in two rooms."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

SIZE = (320, 240)
RATE = 12
"""Frames a second."""
SHOT_SECONDS = 2

Corners = Sequence[tuple[float, float]]


def film(pictures: Sequence[Image.Image], begin: float = 0.0, end: float | None = None, quality: int = 4) -> bytes:
    """A camera that moves over each of these for two seconds, as an MP4, from one second to another."""
    import av  # only here does a process other than the sandbox load it: it encodes, before the home has keys
    from av.video.frame import VideoFrame

    last = len(pictures) * SHOT_SECONDS if end is None else end
    frames = (_frame(pictures, number) for number in range(round(begin * RATE), round(last * RATE)))
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=RATE, options={"qmin": str(quality), "qmax": str(quality)})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for frame in (*map(VideoFrame.from_image, frames), None):
            container.mux(stream.encode(frame))
    return file.getvalue()


def _frame(pictures: Sequence[Image.Image], number: int) -> Image.Image:
    shot, within = divmod(number, SHOT_SECONDS * RATE)
    picture = pictures[shot]
    moved = picture.width * 0.2 * within / (SHOT_SECONDS * RATE)
    box = (moved, 0.1 * picture.height, moved + 0.8 * picture.width, 0.9 * picture.height)
    return picture.resize(SIZE, Image.Resampling.BILINEAR, box)


def hung(room: Image.Image, poster: Image.Image, corners: Corners) -> Image.Image:
    """A room with a poster on its wall, seen from the side: its four corners, from the upper left one clockwise."""
    whole = room.copy()
    coefficients = _perspective(corners, poster.size)
    seen = poster.transform(room.size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC)
    there = Image.new("L", poster.size, 255).transform(room.size, Image.Transform.PERSPECTIVE, coefficients)
    whole.paste(seen, mask=there)
    return whole


def _perspective(corners: Corners, size: tuple[int, int]) -> list[float]:
    """The eight numbers that take these corners to those of a picture of this size."""
    width, height = size
    rows, wanted = [], []
    for (x, y), (u, v) in zip(corners, ((0, 0), (width, 0), (width, height), (0, height)), strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    solved: list[float] = np.linalg.solve(np.array(rows, float), np.array(wanted, float)).tolist()
    return solved
