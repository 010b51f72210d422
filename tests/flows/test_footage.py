"""The demonstration's film can be read, a piece of it is a piece, and the poster is seen where it hangs."""

import io

import av
import numpy as np
from PIL import Image

from havre.flows.footage import RATE, SIZE, film, hung
from havre.flows.scenery import scenes

PICTURES = [picture for _, picture in scenes(2, 5)]


def frames(data: bytes) -> list[Image.Image]:
    with av.open(io.BytesIO(data), "r") as container:
        return [Image.fromarray(frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]


def test_a_film_shows_each_picture_for_two_seconds_and_a_piece_a_part_of_it() -> None:
    whole, piece = frames(film(PICTURES)), frames(film(PICTURES, 1, 3, quality=9))
    assert (len(whole), len(piece)) == (4 * RATE, 2 * RATE)
    assert {frame.size for frame in whole + piece} == {SIZE}
    apart = np.abs(np.asarray(whole[RATE], int) - np.asarray(piece[0], int)).mean()
    assert apart < 10


def test_a_poster_hangs_between_its_corners_and_nowhere_else() -> None:
    room, poster = Image.new("RGB", (200, 100), "white"), Image.new("RGB", (50, 50), "black")
    shown = np.asarray(hung(room, poster, ((20, 20), (80, 30), (80, 70), (20, 80))))
    assert shown[50, 50].tolist() == [0, 0, 0]
    assert shown[50, 10].tolist() == shown[10, 50].tolist() == shown[50, 150].tolist() == [255, 255, 255]
    assert shown[24, 76].tolist() == [255, 255, 255]
