"""Films that are cut off, altered, or lie: one outcome each, what can be read is read, and limits hold."""

import io
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import chain, repeat
from pathlib import Path
from random import Random

import numpy as np
import pytest

from bench import clips
from havre.media.decode import Broke, Exceeded, Failed, Limits, NotMedia, Sandbox, Worker, films
from havre.media.decode.opening import TELLING_BYTES
from havre.media.kinds import kind_of
from tests.media.decode.seeds import FILMS, film
from tests.media.decode.test_films import of


@pytest.mark.parametrize("name", FILMS)
@pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97])
def test_a_film_that_is_cut_off_gives_what_is_there(worker: Worker, name: str, share: float) -> None:
    kind, make = FILMS[name]
    data = make()
    cut = data[: int(len(data) * share)]
    try:
        decoded = worker.decode(cut, kind)
    except NotMedia:
        assert len(cut) - cut.count(0) < TELLING_BYTES
        return
    assert decoded.frame_count <= 15
    assert decoded.frame_count or decoded.damage


def test_a_cut_film_says_how_much_is_there(worker: Worker) -> None:
    clip = clips.scene(1, 4.0, size=(64, 48))
    for name, kind in (("mkv", "mkv"), ("flv", "flv")):
        data = clips.encoded(clip, clips.ENCODINGS[name])
        decoded = worker.decode(data[: len(data) // 3], kind)
        assert decoded.damage is not None, name
        assert "cut off" in decoded.damage
        assert 2 < decoded.frame_count < 60


def test_a_film_with_its_index_in_front_is_read_as_far_as_it_goes(worker: Worker) -> None:
    encoding = replace(clips.ENCODINGS["h264"], options={**clips.X264, "movflags": "faststart"})
    data = fast_start(clips.encoded(clips.scene(1, 4.0, size=(160, 96)), encoding))
    decoded = worker.decode(data[: len(data) // 2], "mp4")
    assert decoded.damage is not None
    assert "cut off" in decoded.damage
    assert 10 < decoded.frame_count < 90
    assert of(decoded).frames == decoded.frame_count


def fast_start(data: bytes) -> bytes:
    """The same film with its index in front of its pictures."""
    at = data.index(b"moov") - 4
    before, index = data[:at], bytearray(data[at:])
    start = before.index(b"mdat") - 4
    for place in find_all(bytes(index), b"stco"):
        (count,) = struct.unpack_from(">I", index, place + 8)
        for number in range(count):
            spot = place + 12 + 4 * number
            (offset,) = struct.unpack_from(">I", index, spot)
            struct.pack_into(">I", index, spot, offset + len(index))
    return before[:start] + bytes(index) + before[start:]


def find_all(data: bytes, what: bytes) -> Iterator[int]:
    at = data.find(what)
    while at >= 0:
        yield at
        at = data.find(what, at + 1)


@pytest.mark.parametrize("name", FILMS)
def test_flipped_bits_cost_no_more_than_the_film(worker: Worker, name: str) -> None:
    kind, make = FILMS[name]
    random = Random(name)
    for _ in range(12):
        data = bytearray(make())
        for _ in range(random.choice((1, 8, 64))):
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
        try:
            decoded = worker.decode(bytes(data), kind)
        except Failed:
            continue
        assert decoded.kind == kind


@pytest.mark.parametrize("name", FILMS)
def test_a_signature_and_nothing_behind_it_is_refused(worker: Worker, name: str) -> None:
    kind, make = FILMS[name]
    data = make()
    for rest in (b"", bytes(1 << 20)):
        with pytest.raises(NotMedia, match="nothing follows the signature"):
            worker.decode(data[:24] + rest, kind)


def test_a_film_that_nobody_can_read_is_kept_and_says_so(worker: Worker) -> None:
    data = film("h264")
    lost = data[: data.index(b"moov") - 4] + Random(1).randbytes(5000)
    decoded = worker.decode(lost, "mp4")
    assert decoded.damage is not None
    assert decoded.damage.startswith("it cannot be opened")
    assert (decoded.frame_count, decoded.imprints, decoded.preview, decoded.storyboard) == (0, (), None, ())


def test_noise_behind_a_signature_is_kept_and_says_so(worker: Worker) -> None:
    for name, (kind, make) in FILMS.items():
        noise = make()[:32] + Random(name).randbytes(20_000)
        decoded = worker.decode(noise, kind)
        assert decoded.damage is not None, name


@pytest.mark.corpus
def test_the_hostile_films_of_the_corpus_come_to_what_they_should(worker: Worker, corpus_of_hostile: Path) -> None:
    for name in ("fake_mp4.mp4", "moov_huge.mp4"):
        with pytest.raises(NotMedia):
            worker.decode((corpus_of_hostile / name).read_bytes(), "mp4")
    for name, kind in (("m3u8_named.mp4", "mp4"), ("concat_named.avi", "avi")):
        data = (corpus_of_hostile / name).read_bytes()
        assert kind_of(data) is None
        with pytest.raises(NotMedia):
            worker.decode(data, kind)


def test_a_playlist_opens_nothing_whatever_it_is_taken_for(worker: Worker, tmp_path: Path) -> None:
    secret = tmp_path / "secret.ts"
    secret.write_bytes(FILMS["ts"][1]())
    playlist = f"#EXTM3U\n#EXTINF:1,\nfile://{secret}\n".encode() * 100
    script = f"ffconcat version 1.0\nfile {secret}\n".encode() * 100
    for data in (playlist, script):
        for kind in sorted(films.KINDS):
            decoded = worker.decode(data, kind)
            assert (decoded.frame_count, bool(decoded.damage)) == (0, True), kind


def test_an_index_of_four_gigabytes_costs_its_film_alone(worker: Worker) -> None:
    head = film("h264")[:32]
    decoded = worker.decode(head + struct.pack(">I4s", 0xFFFFFFF0, b"moov") + Random(2).randbytes(4000), "mp4")
    assert decoded.damage is not None


def test_false_sizes_are_one_outcome(worker: Worker) -> None:
    data = film("h264")
    for width, height in ((65_535, 65_535), (1, 1), (0, 0), (30_000, 2)):
        changed = bytearray(data)
        at = changed.index(b"avc1", changed.index(b"stsd")) + 4 + 24
        changed[at : at + 4] = struct.pack(">HH", width, height)
        try:
            decoded = worker.decode(bytes(changed), "mp4")
        except Exceeded as exceeded:
            outcome = exceeded.limit
        else:
            outcome = "film_pixels" if decoded.frame_count <= 15 else "too many frames"
        assert outcome == "film_pixels"


# ---- limits ----


@pytest.fixture
def limited(sandbox: Sandbox) -> Iterator[Callable[[Limits], Worker]]:
    workers: list[Worker] = []

    def limit(limits: Limits) -> Worker:
        workers.append(Worker(sandbox, limits))
        return workers[-1]

    yield limit
    for each in workers:
        each.close()


def test_frames_beyond_the_limit_are_left_out_with_a_note(limited: Callable[[Limits], Worker]) -> None:
    worker = limited(Limits(film_frames=40))
    decoded = worker.decode(clips.encoded(clips.scene(1, 4.0, size=(64, 48))), "mp4")
    assert (decoded.frame_count, decoded.damage) == (40, None)
    assert any("only its first 40 frames were looked at" in note for note in decoded.notes)
    assert of(decoded).frames == 40


def test_a_film_larger_than_the_limit_is_quarantined_by_its_name(limited: Callable[[Limits], Worker]) -> None:
    with pytest.raises(Exceeded) as exceeded:
        limited(Limits(film_pixels=1000)).decode(clips.encoded(clips.scene(1, 0.4, size=(64, 48))), "mp4")
    assert exceeded.value.limit == "film_pixels"


def test_when_time_is_up_what_was_read_is_kept(limited: Callable[[Limits], Worker]) -> None:
    frames = list(clips.scene(1, 1.0, size=(640, 360)).frames())
    again = clips.Clip(lambda: chain.from_iterable(repeat(frames, 20)), 20 * len(frames), size=(640, 360))
    decoded = limited(Limits(film_seconds=0.2)).decode(clips.encoded(again), "mp4")
    assert 0 < decoded.frame_count < 500
    assert any("the time for one film is over" in note for note in decoded.notes)


def test_a_long_film_may_take_longer_than_one_answer(limited: Callable[[Limits], Worker]) -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            time.sleep(0.4)
            return super().read(size)

    data = film("h264", 3.0)
    worker = limited(Limits(seconds=1.0))
    large = data + struct.pack(">I4s", (4 << 20), b"free") + bytes((4 << 20) - 8)
    assert worker.decode(Slow(large), "mp4").frame_count == 75


def test_a_film_that_needs_more_memory_than_there_is_costs_itself(limited: Callable[[Limits], Worker]) -> None:
    worker = limited(Limits(memory=900 << 20))
    huge = clips.Clip(lambda: iter([np.zeros((4096, 8192, 3), np.uint8)] * 2), 2, size=(8192, 4096))
    data = clips.encoded(huge, replace(clips.ENCODINGS["h264"], options={**clips.X264, "preset": "ultrafast"}))
    try:
        decoded = worker.decode(data, "mp4")
        assert decoded.kind == "mp4"
    except (Exceeded, Broke):
        pass
    assert worker.decode(film("h264"), "mp4").frame_count == 15


def test_many_tiny_frames_are_counted_and_bounded(limited: Callable[[Limits], Worker]) -> None:
    dot = np.zeros((16, 16, 3), np.uint8)
    many = clips.Clip(lambda: iter([dot] * 6000), 6000, Fraction(1000), (16, 16))
    data = clips.encoded(many, clips.Encoding("matroska", "mpeg4"))
    decoded = limited(Limits(film_frames=5000)).decode(data, "mkv")
    assert (decoded.frame_count, len(of(decoded).runs)) == (5000, 1)
