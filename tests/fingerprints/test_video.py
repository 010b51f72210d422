"""Runs that keep their promise, keys that are spread, and bytes that come back as what was packed."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.fingerprints import pdq, video
from havre.fingerprints.video import (
    ALIKE,
    FORMS,
    KEYS_A_SECOND,
    MIDDLE,
    OCCURRENCES,
    TRIMMED,
    WHOLE,
    Condenser,
    Film,
    Form,
    pack,
    seldom,
    still,
    unpack,
)
from havre.fingerprints.vpdq import Frame
from tests.fingerprints.test_pdq import distance


def walk(seed: int, steps: Sequence[int], rate: float = 25.0) -> list[Frame]:
    """Frames of which each differs in so many bits from the one before it."""
    random = np.random.default_rng(seed)
    look, frames = int.from_bytes(random.bytes(32)), []
    for number, step in enumerate(steps):
        for bit in random.choice(256, step, replace=False):
            look ^= 1 << int(bit)
        frames.append(Frame(number, 100, look.to_bytes(32), number / rate))
    return frames


def condensed(frames: Sequence[Frame], trimmed: bytes | None = None, rate: float = 25.0) -> Film:
    """The film of these frames."""
    made = Condenser()
    for frame in frames:
        if made.take(frame):
            made.key(frame.pdq * 8, trimmed, frame.pdq * 8)
    return made.finish(len(frames) / rate)


@given(seed=st.integers(0, 2**32 - 1), steps=st.lists(st.integers(0, 40), min_size=1, max_size=200))
def test_every_frame_is_within_reach_of_the_first_of_its_run(seed: int, steps: list[int]) -> None:
    frames = walk(seed, steps)
    film = condensed(frames)
    covered = 0
    for run in film.runs:
        inside = frames[int(run["first"]) : int(run["first"]) + int(run["frames"])]
        assert inside[0].number == covered
        assert bytes(run["pdq"]) == inside[0].pdq
        assert all(distance(frame.pdq, inside[0].pdq) <= ALIKE for frame in inside)
        assert int(run["start"]) == round(1000 * inside[0].seconds)
        covered += len(inside)
    assert covered == film.frames == len(frames)
    assert (film.runs["end"][:-1] == film.runs["start"][1:]).all()
    assert film.runs["end"][-1] == film.milliseconds == round(1000 * len(frames) / 25)


def test_a_still_scene_of_an_hour_is_one_run_and_one_key() -> None:
    made, look = Condenser(), bytes(range(32))
    for number in range(108_000):
        if made.take(Frame(number, 100, look, number / 30)):
            made.key(look * 8, None, None)
    film = made.finish(3600)
    assert (len(film.runs), film.frames, film.seconds) == (1, 108_000, 3600)
    assert len(film.forms[WHOLE].runs) == 1
    assert len(pack(film)) < 400


def test_fast_movement_has_so_many_keys_a_second_and_no_more() -> None:
    film = condensed(walk(1, [40] * 250))
    assert len(film.runs) == 250
    assert len(film.forms[WHOLE].runs) == 10 * KEYS_A_SECOND
    assert (film.forms[MIDDLE].runs == film.forms[WHOLE].runs).all()
    assert len(film.forms[TRIMMED].runs) == 0


def test_a_long_film_keeps_keys_over_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video, "MOST_KEYS", 50)
    film = condensed(walk(2, [40] * 2500))
    keys = film.runs["start"][film.forms[WHOLE].runs]
    assert 25 <= len(keys) <= 50
    assert max(np.diff(keys)) <= 4100
    assert keys[-1] > 95_000


def test_flat_frames_are_no_keys() -> None:
    made = Condenser()
    assert not made.take(Frame(0, pdq.MIN_QUALITY - 1, bytes(32), 0.0))
    assert made.take(Frame(1, pdq.MIN_QUALITY, b"\xff" * 32, 0.04))


def test_a_loop_is_searched_for_a_few_times_only() -> None:
    looks = [frame.pdq for frame in walk(5, [128] * 10)]
    frames = [Frame(number, 100, looks[number % 10], number / 25) for number in range(2000)]
    film = condensed(frames)
    assert len(film.runs) == 2000
    assert len(film.searched()) - len(film.forms[MIDDLE].runs) == 10 * OCCURRENCES


def test_what_is_searched_for_is_named_by_run_and_form() -> None:
    film = condensed(walk(3, [40] * 60), trimmed=b"\x01" * 256)
    searched = film.searched()
    runs, keys = len(film.runs), len(film.forms[WHOLE].runs)
    assert searched.forms.tolist() == [WHOLE] * runs + [TRIMMED] * keys + [MIDDLE] * keys
    assert len(searched.hashes) == 32 * len(searched)
    assert searched.hashes[: 32 * runs] == film.runs["pdq"].tobytes()
    assert searched.hashes[32 * runs : 32 * (runs + keys)] == b"\x01" * 32 * keys


def test_a_flat_run_is_not_searched_for() -> None:
    made = Condenser()
    made.take(Frame(0, 10, bytes(32), 0.0))
    assert len(made.finish(1.0).searched()) == 0


def test_a_picture_is_a_film_of_one_frame() -> None:
    ways = bytes(range(256))
    film = still(ways, 80, trimmed=ways[::-1])
    assert (film.frames, film.seconds, film.runs["quality"].tolist()) == (1, 0.0, [80])
    assert film.forms[WHOLE].ways.tobytes() == ways
    assert film.forms[TRIMMED].ways.tobytes() == ways[::-1]
    assert len(film.forms[MIDDLE].runs) == 0
    assert len(still(ways, 10).forms[WHOLE].runs) == 0


# ---- bytes ----


def same(one: Film, other: Film) -> bool:
    return (
        one.milliseconds == other.milliseconds
        and one.runs.tobytes() == other.runs.tobytes()
        and len(one.forms) == len(other.forms) == FORMS
        and all(
            a.runs.tolist() == b.runs.tolist() and a.ways.tobytes() == b.ways.tobytes()
            for a, b in zip(one.forms, other.forms, strict=True)
        )
    )


@given(seed=st.integers(0, 999), steps=st.lists(st.integers(0, 60), max_size=80), bars=st.booleans())
def test_what_was_packed_comes_back(seed: int, steps: list[int], bars: bool) -> None:
    film = condensed(walk(seed, steps), trimmed=bytes(256) if bars else None)
    assert same(unpack(pack(film)), film)


@given(st.binary(max_size=400))
def test_other_bytes_are_no_film(data: bytes) -> None:
    with pytest.raises(Invalid):
        unpack(data)


GOOD = pack(condensed(walk(7, [30] * 40), trimmed=bytes(256)))


@given(place=st.integers(0, len(GOOD) - 1), value=st.integers(0, 255))
def test_an_altered_film_is_refused_or_a_film(place: int, value: int) -> None:
    changed = GOOD[:place] + bytes([value]) + GOOD[place + 1 :]
    try:
        film = unpack(changed)
    except Invalid:
        return
    assert film.frames >= len(film.runs)
    assert pack(film) == changed


@pytest.mark.parametrize("end", [0, 1, 20, -1])
def test_a_film_that_is_cut_off_is_refused(end: int) -> None:
    with pytest.raises(Invalid):
        unpack(GOOD[:end])


def test_a_look_is_found_in_few_runs_and_keys_whoever_made_the_film() -> None:
    film = still(bytes(range(256)), 100, bytes(256), bytes(range(256)))
    runs = np.repeat(film.runs, 50)
    runs["searched"], runs["pdq"][10] = 1, 7
    keys = Form(np.arange(50, dtype=np.uint32), np.repeat(film.forms[MIDDLE].ways, 50, axis=0))
    made = seldom(Film(0, runs, (keys, keys, keys)))
    assert np.flatnonzero(made.runs["searched"]).tolist() == list(range(OCCURRENCES + 1))
    assert [len(form.runs) for form in made.forms] == [50, OCCURRENCES, OCCURRENCES]
    assert len(seldom(made).searched()) == len(made.searched()) == 3 * OCCURRENCES + 1
    assert runs["searched"].all()
    none = Form(keys.runs[:0], keys.ways[:0])
    assert len(seldom(Film(0, runs[:0], (none, none, none))).searched()) == 0
