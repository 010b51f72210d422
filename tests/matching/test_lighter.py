"""Imprints made lighter are whole imprints, no larger than is told, and still found."""

import numpy as np
import pytest

from havre.errors import Invalid
from havre.fingerprints import audio, pdq, scene, video
from havre.fingerprints.vpdq import Frame
from havre.matching.lighter import (
    FEATURES,
    FILM_BYTES,
    SOUND_BYTES,
    film_within,
    lighter,
    readable,
    scene_within,
    sound_within,
)
from havre.matching.place_index import NO_LOOK
from havre.matching.places import Verdict, compare, question
from tests.pictures import photograph
from tests.sounds import music

SECONDS = 400


def film(seconds: int = SECONDS) -> video.Film:
    """A film of chance, four looks a second."""
    chance = np.random.default_rng(1)
    made = video.Condenser()
    for number in range(4 * seconds):
        ways = chance.bytes(pdq.BYTES * video.WAYS)
        if made.take(Frame(number, 90, ways[: pdq.BYTES], number / 4)):
            made.key(ways, None, ways)
    return made.finish(float(seconds))


def test_a_film_gives_up_keys_and_then_runs() -> None:
    whole = film()
    size = len(video.pack(whole))
    for most in (size, size // 2, size // 5, 20_000, 1_000):
        less = film_within(whole, most)
        data = video.pack(less)
        assert len(data) <= most
        assert video.pack(video.unpack(data)) == data
        assert less.milliseconds == whole.milliseconds
        assert len(less.runs) == len(whole.runs) or most <= 20_000 + len(whole.runs) * 50
    assert len(video.pack(film_within(whole, size))) == size
    assert len(film_within(whole, size // 2).runs) == len(whole.runs)


def test_of_a_sound_the_beginning_is_told() -> None:
    made = audio.Chroma()
    made.take(music(1, 30))
    whole = made.finish(2.5)
    less = sound_within(whole, 500)
    data = audio.pack(less)
    assert 400 < len(data) <= 500
    assert audio.unpack(data).start == 2.5
    assert (less.items == whole.items[: len(less.items)]).all()


def test_of_a_view_the_likeliest_features_are_told_and_it_is_the_same_picture_without_its_look() -> None:
    whole = scene.scene(photograph("coffee"))
    data = lighter(scene.METHOD, scene.pack(whole))
    less = scene.unpack(data, NO_LOOK)
    assert len(less) == FEATURES < len(whole)
    for pixels, verdict in (
        (photograph("coffee"), Verdict.SAME),
        (np.ascontiguousarray(photograph("coffee")[80:360, 100:520]), Verdict.CROP),
    ):
        found = compare(question(scene.scene(pixels)), less)
        assert found is not None
        assert found.verdict == verdict
    assert compare(question(scene.scene(photograph("chelsea"))), less) is None
    assert len(scene_within(less, 10)) == 10


def test_what_is_small_stays_as_it_is() -> None:
    small = video.pack(film(10))
    assert len(small) < FILM_BYTES
    assert lighter(video.METHOD, small) == small
    made = audio.Chroma()
    made.take(music(1, 5))
    sound = audio.pack(made.finish())
    assert len(sound) < SOUND_BYTES
    assert lighter(audio.METHOD, sound) == sound


def test_what_is_of_another_method_or_version_is_not_read() -> None:
    assert not readable("gait", "1", b"")
    assert not readable(video.METHOD, "2", b"")
    for method in (video.METHOD, audio.METHOD, scene.METHOD):
        with pytest.raises(Invalid):
            readable(method, "1", b"nonsense")
