"""Crops: pixels of the region, none from beside it, and nothing else."""

import io

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from havre.media.decode import NotMedia, Worker
from havre.media.decode.crops import LONGEST_SIDE, SMALL_SIDE, cut
from havre.media.decode.outcomes import Broke, Region
from tests.media.decode.seeds import PICTURES, saved, scene

SECRET = b"GPS of the house"


def _region(x: int, y: int, width: int, height: int, of: tuple[int, int]) -> Region:
    return Region(x, y, width, height, *of)


def test_a_crop_is_the_region_and_made_in_the_sandbox(worker: Worker) -> None:
    whole = scene(2, 400, 300)
    made = worker.crop(saved(whole, "PNG"), "png", _region(40, 60, 120, 90, whole.size))
    assert (made.width, made.height) == (120, 90)
    shown = np.asarray(Image.open(io.BytesIO(made.jpeg))).astype(int)
    wanted = np.asarray(whole.crop((40, 60, 160, 150))).astype(int)
    assert shown.shape == wanted.shape
    assert np.abs(shown - wanted).mean() < 4
    assert any(wall.active for wall in worker.protections())


@pytest.mark.parametrize("kind", sorted(PICTURES))
def test_every_kind_of_picture_can_be_cropped(kind: str, worker: Worker) -> None:
    made = worker.crop(PICTURES[kind](), kind, _region(10, 10, 64, 48, (160, 120)))
    assert Image.open(io.BytesIO(made.jpeg)).size == (made.width, made.height) == (64, 48)
    assert Image.open(io.BytesIO(made.veil)).format == "WEBP"


def test_nothing_from_beside_the_region_is_in_it_not_even_mixed_in(worker: Worker) -> None:
    picture = np.zeros((3000, 4200, 3), np.uint8)
    picture[:] = (255, 0, 0)  # a red surround that must not be seen
    picture[500:2500, 100:4100] = (0, 0, 255)
    made = worker.crop(saved(Image.fromarray(picture), "PNG"), "png", _region(100, 500, 4000, 2000, (4200, 3000)))
    assert max(made.width, made.height) == LONGEST_SIDE
    for shown in (made.jpeg, made.small):
        assert np.asarray(Image.open(io.BytesIO(shown)).convert("RGB"))[..., 0].max() <= 3
    assert Image.open(io.BytesIO(made.small)).size == (SMALL_SIDE, SMALL_SIDE // 2)
    # There was something to see: one pixel further to the left is red.
    wider = worker.crop(saved(Image.fromarray(picture), "PNG"), "png", _region(60, 500, 400, 400, (4200, 3000)))
    assert np.asarray(Image.open(io.BytesIO(wider.jpeg)).convert("RGB"))[..., 0].max() > 200


def test_nothing_of_the_metadata_is_in_it(worker: Worker) -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    jpeg = saved(scene(1, 300, 200), "JPEG", exif=exif, comment=SECRET)
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET.decode())
    png = saved(scene(1, 300, 200), "PNG", pnginfo=text)
    for data, kind in ((jpeg, "jpeg"), (png, "png")):
        assert SECRET in data
        made = worker.crop(data, kind, _region(0, 0, 200, 100, (300, 200)))
        assert SECRET not in made.jpeg + made.small + made.veil
        assert not Image.open(io.BytesIO(made.jpeg)).getexif()
        assert set(Image.open(io.BytesIO(made.jpeg)).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_the_region_is_of_the_picture_as_it_stands_upright(worker: Worker) -> None:
    pixels = np.zeros((100, 200, 3), np.uint8)
    pixels[:, :40] = 255  # a white bar on the left: turned by orientation 6 it is on top
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = saved(Image.fromarray(pixels), "JPEG", quality=95, exif=exif)
    made = worker.crop(turned, "jpeg", _region(0, 0, 100, 32, (100, 200)))
    assert (made.width, made.height) == (100, 32)
    assert np.asarray(Image.open(io.BytesIO(made.jpeg)).convert("L")).min() > 250


def test_a_region_of_a_smaller_picture_is_scaled_and_stays_within() -> None:
    whole = Image.new("RGB", (640, 480))
    assert cut(whole, _region(101, 101, 50, 50, (1280, 960))).size == (24, 24)
    assert cut(whole, _region(0, 0, 1280, 960, (1280, 960))).size == (640, 480)


@pytest.mark.parametrize("region", [(200, 0, 10, 10), (0, 0, 0, 10), (0, 300, 5, 5)])
def test_a_region_without_a_pixel_is_refused(region: tuple[int, int, int, int], worker: Worker) -> None:
    with pytest.raises(NotMedia, match="no pixel"):
        worker.crop(PICTURES["png"](), "png", _region(*region, (160, 120)))


def test_what_is_no_picture_is_refused_and_the_worker_goes_on(worker: Worker) -> None:
    with pytest.raises(NotMedia):
        worker.crop(b"", "png", _region(0, 0, 10, 10, (160, 120)))
    with pytest.raises((NotMedia, Broke)):
        worker.crop(b"\x89PNG\r\n\x1a\nnothing", "png", _region(0, 0, 10, 10, (160, 120)))
    assert worker.crop(PICTURES["png"](), "png", _region(0, 0, 10, 10, (160, 120))).width == 10
