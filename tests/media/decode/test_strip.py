"""A picture is a film of one frame, an animation one of many: found by its whole, its trimmed and its middle form."""

import io

import numpy as np
from PIL import Image

from bench import clips
from havre.fingerprints import pdq, video
from havre.fingerprints.video import MIDDLE, TRIMMED, WHOLE, Film
from havre.media.decode import Decoded, Worker
from havre.media.decode.strip import Strip
from tests.media.decode.seeds import saved, scene

PIXELS = np.asarray(scene(1))


def of(decoded: Decoded) -> Film:
    (made,) = [imprint for imprint in decoded.imprints if imprint.method == video.METHOD]
    return video.unpack(made.data)


def test_a_picture_is_a_film_that_lasts_no_time(worker: Worker) -> None:
    decoded = worker.decode(saved(scene(1), "PNG"), "png")
    film = of(decoded)
    assert (film.seconds, film.frames, len(film.runs)) == (0.0, 1, 1)
    assert film.forms[WHOLE].ways[0].tobytes() == decoded.frames[0].orientations
    assert [len(form.runs) for form in film.forms] == [1, 0, 1]


def test_its_borders_are_trimmed(worker: Worker) -> None:
    framed = Image.new("RGB", (240, 200), "black")
    framed.paste(scene(1), (40, 40))
    film = of(worker.decode(saved(framed, "PNG"), "png"))
    assert film.forms[TRIMMED].ways[0, 0].tobytes() == pdq.fingerprint(PIXELS).pdq.value


def test_an_animation_lasts_as_long_as_it_says(worker: Worker) -> None:
    frames = [Image.fromarray(each) for each in list(clips.scene(1, 2.0, size=(160, 120)).frames())[::5]]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=200)
    film = of(worker.decode(file.getvalue(), "gif"))
    assert film.seconds == 2.0
    assert film.frames == len(frames) == 10
    assert len(film.forms[MIDDLE].runs) > 5


def test_another_rendering_of_a_frame_and_a_lying_duration_are_passed_over() -> None:
    strip = Strip()
    made = pdq.fingerprint_each_way(PIXELS)
    for number, lasts in ((3, "x"), (3, 10**9), (0, float("nan")), (1, 500)):
        strip.take(number, PIXELS, made)
        strip.lasts(lasts)
    imprint = strip.imprint()
    assert imprint is not None
    film = video.unpack(imprint.data)
    assert (film.frames, film.seconds) == (3, 0.5)


def test_what_is_flat_or_was_never_seen_is_no_film() -> None:
    strip = Strip()
    assert strip.imprint() is None
    flat = np.full_like(PIXELS, 90)
    strip.take(0, flat, pdq.fingerprint_each_way(flat))
    assert strip.imprint() is None
