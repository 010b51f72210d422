"""What is made of soundtracks and views: packed, readable again, and nothing where there is nothing to tell."""

import numpy as np

from havre.fingerprints import audio, scene
from havre.media.decode import Worker
from havre.media.decode.imprints import HEARINGS, SOUND_RATE, VIEWINGS, scenery
from tests.media.decode.seeds import film, saved
from tests.media.decode.seeds import scene as drawn

PIXELS = np.asarray(drawn(1, 320, 240))


def test_whatever_is_listed_can_be_called() -> None:
    assert [hearing.method for hearing in HEARINGS] == [audio.METHOD]
    assert (scenery,) == VIEWINGS
    assert SOUND_RATE == 11_025


def test_a_sound_that_tells_nothing_leaves_no_bytes() -> None:
    (hearing,) = HEARINGS
    for samples, told in ((np.zeros(60_000, np.int16), False), (_warbling(60_000), True)):
        listener = hearing.begin()
        listener.take(samples)
        data = hearing.pack(listener.finish(1.5))
        assert bool(data) == told
        assert not data or audio.unpack(data).start == 1.5


def _warbling(count: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    pitches = np.repeat(np.random.default_rng(1).uniform(200, 2000, count // 3000), 3000)
    return (9000 * np.sin(2 * np.pi * np.cumsum(pitches) / SOUND_RATE)).astype(np.int16)


def test_a_view_has_features_and_a_look_unless_it_is_bare() -> None:
    made = scenery(PIXELS)
    assert made is not None
    read = scene.unpack(made.data, made.look)
    assert len(read) >= scene.FEWEST
    assert (read.width, read.height) == (320, 240)
    assert scenery(np.full_like(PIXELS, 90)) is None


def test_the_sandbox_makes_all_of_them_unless_the_slow_ones_are_left_out(worker: Worker) -> None:
    data = saved(drawn(1, 320, 240), "PNG")
    decoded = worker.decode(data, "png")
    assert [made.method for made in decoded.imprints] == ["film", "scene"]
    quick = worker.decode(data, "png", slow=False)
    assert quick.imprints == ()
    assert (quick.frames, quick.preview, quick.facts) == (decoded.frames, decoded.preview, decoded.facts)
    made = worker.decode(film("h264", seconds=6.0), "mp4").imprints
    assert [each.method for each in made][:2] == ["film", "sound"]
    scenes = [each for each in made if each.method == "scene"]
    assert scenes[0].at == 0.0
    assert all(len(each.look) == scene.LOOK**2 for each in scenes)
