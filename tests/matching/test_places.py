"""Places: the same picture, a crop or overlay, the same place; and nothing where only a banner is the same."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from havre.errors import Invalid
from havre.fingerprints.scene import LONG, Scene, pack, scene, unpack
from havre.matching.places import Sighting, Verdict, compare, compare_form, question
from tests.matching.scenery import encoded, under_banner
from tests.pictures import PHOTOGRAPHS, Pixels, corpus, photograph

ASTRONAUT, COFFEE, CHELSEA = (photograph(name) for name in ("astronaut", "coffee", "chelsea"))
KNOWN = scene(COFFEE)


def seen(pixels: Pixels, known: Scene = KNOWN) -> Sighting:
    found = compare(question(scene(pixels)), known)
    assert found is not None
    return found


def edited(**_: object) -> Image.Image:
    return Image.fromarray(COFFEE)


def captioned() -> Image.Image:
    picture = edited()
    ImageDraw.Draw(picture).rectangle((0, 0, 600, 70), fill="black")
    ImageDraw.Draw(picture).text((40, 20), "ONLY A CUP OF COFFEE", fill="white")
    return picture


def collage() -> Image.Image:
    whole = Image.new("RGB", (1200, 800))
    for number, pixels in enumerate((ASTRONAUT, CHELSEA, COFFEE, ASTRONAUT[::-1])):
        whole.paste(Image.fromarray(pixels).resize((600, 400)), (number % 2 * 600, number // 2 * 400))
    return whole


@pytest.mark.parametrize(
    ("picture", "verdict"),
    [
        (edited(), Verdict.SAME),
        (edited().resize((300, 200)), Verdict.SAME),
        (edited().rotate(90, expand=True), Verdict.SAME),
        (ImageOps.mirror(edited()), Verdict.SAME),
        (ImageOps.invert(edited()), Verdict.SAME),
        (ImageOps.grayscale(edited()), Verdict.SAME),
        (edited().crop((100, 80, 520, 360)), Verdict.CROP),
        (ImageOps.mirror(edited().crop((200, 100, 560, 400))), Verdict.CROP),
        (ImageOps.expand(edited(), 90, "white"), Verdict.CROP),
        (edited().rotate(45, expand=True), Verdict.CROP),
        (collage(), Verdict.CROP),
    ],
)
def test_edits_are_told_for_what_they_are(picture: Image.Image, verdict: Verdict) -> None:
    assert seen(encoded(picture)).verdict == verdict


def test_a_caption_leaves_the_picture_the_same() -> None:
    assert seen(encoded(captioned())).verdict.near


def test_where_a_crop_lies_is_told_in_pixels_of_both() -> None:
    found = seen(np.ascontiguousarray(COFFEE[80:360, 100:520]))
    x, y, width, height = found.match_region
    assert 95 <= x < 150
    assert 75 <= y < 130
    assert 330 < width <= 430
    assert 200 < height <= 290
    assert (found.mirrored, found.negative) == (False, False)
    asked = found.query_region
    assert asked[2] / width == pytest.approx(1, abs=0.05)
    assert max(abs(asked[0] + 100 - x), abs(asked[1] + 80 - y)) <= 4


def test_a_mirrored_crop_is_told_where_it_is_seen() -> None:
    crop = np.ascontiguousarray(COFFEE[80:360, 100:520][:, ::-1])
    found = seen(crop)
    assert found.mirrored
    x, _, width, _ = found.query_region
    known_x, _, known_width, _ = found.match_region
    assert abs((420 - x - width) + 100 - known_x) <= 4
    assert width == pytest.approx(known_width, abs=6)


def test_how_a_picture_was_turned_is_told() -> None:
    assert seen(encoded(edited().rotate(-30, expand=True))).turned == pytest.approx(30, abs=1)


@pytest.mark.parametrize("seed", range(4))
def test_two_pictures_under_one_banner_are_not_the_same(seed: int) -> None:
    assert compare(question(scene(under_banner(COFFEE, seed))), scene(under_banner(CHELSEA, seed))) is None


def test_different_pictures_have_nothing_in_common() -> None:
    scenes = [scene(photograph(name)) for name in PHOTOGRAPHS]
    for number, one in enumerate(scenes):
        for other in scenes[number + 1 :]:
            assert compare(question(one), other) is None


def test_a_region_is_found_wherever_else_it_is() -> None:
    whole, cup = scene(encoded(collage())), (150, 60, 260, 280)
    found = compare(question(KNOWN, cup), whole, parts=True)
    assert found is not None
    x, y, width, height = found.match_region
    assert 120 <= x < 260
    assert 440 <= y < 560
    assert x + width <= 430
    assert y + height <= 760
    ax, ay, awidth, aheight = found.query_region
    assert min(ax - 150, ay - 60) >= -1
    assert max(ax + awidth - 410, ay + aheight - 340) <= 2
    assert compare(question(KNOWN, (0, 0, 40, 40)), whole, parts=True) is None


@pytest.mark.parametrize("region", [(-1, 0, 10, 10), (0, 0, 0, 10), (590, 0, 20, 10), (0, 390, 10, 20)])
def test_a_region_outside_the_picture_is_refused(region: tuple[int, int, int, int]) -> None:
    with pytest.raises(Invalid, match="600 × 400"):
        question(KNOWN, region)


@pytest.mark.corpus
def test_another_view_of_a_place_is_the_same_place() -> None:
    folder = corpus() / "scenes" / "graffiti"
    views = [scene(np.asarray(Image.open(path).convert("RGB"))) for path in sorted(folder.iterdir())[:3]]
    found = [compare(question(one), other) for one in views for other in views if one is not other]
    assert any(each is not None and each.points > 20 for each in found)


SIZES = [(1024, 768), (768, 1024), (1, 2**32 - 1), (2**32 - 1, 1), (1, 131_072), (1, 33_000), (9, 9)]


@pytest.mark.parametrize("size", SIZES)
def test_what_is_read_as_a_scene_can_be_compared_in_every_form(size: tuple[int, int]) -> None:
    random = np.random.default_rng(3)
    read = 0
    for reach in (40, 600, 20_000, LONG):
        features = KNOWN.features[:60].copy()
        features["x"], features["y"] = (random.integers(0, reach + 1, 60) for _ in range(2))
        packed = pack(Scene(*size, features, KNOWN.look))
        try:
            made = unpack(packed, KNOWN.look.tobytes())
        except Invalid:
            continue
        read += 1
        for asking, known in ((made, KNOWN), (KNOWN, made), (made, made)):
            for form in question(asking).forms:
                compare_form(form, known)
    assert read or min(size) == 1
