"""Films and sounds through the sandbox: every frame's fingerprint, runs, views, soundtracks, facts."""

import csv
import io
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bench import clips, variants
from havre.fingerprints import video, vpdq
from havre.fingerprints.pdq import MATCH_DISTANCE, MIN_QUALITY
from havre.fingerprints.vpdq import Frame
from havre.media.decode import Decoded, Failed, Limits, NotMedia, Worker, films
from havre.media.decode.imprints import SOUND_RATE, Hearing
from havre.media.decode.outcomes import Imprint
from havre.media.decode.reading import Clock, Input, held
from havre.media.kinds import kind_of
from tests.media.decode.seeds import FILMS, PICTURES, SOUNDS, film, scene

Count = Callable[[int, int], int]


def every_frame(worker: Worker, data: bytes | BinaryIO, kind: str) -> list[Frame]:
    frames: list[Frame] = []
    worker.decode(data, kind, frames.append)
    return frames


def of(decoded: Decoded) -> video.Film:
    """The film as runs."""
    (made,) = [imprint for imprint in decoded.imprints if imprint.method == video.METHOD]
    return video.unpack(made.data)


def by_size(paths: Iterable[Path]) -> list[Path]:
    """The smallest first."""
    return sorted(paths, key=lambda path: path.stat().st_size)


def distance(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def first(film: video.Film, form: int) -> bytes:
    """The upright fingerprint of its first key in a form."""
    return bytes(film.forms[form].ways[0, 0])


# ---- what comes of good ones ----


@pytest.mark.parametrize("name", FILMS)
def test_every_container_and_codec_gives_all_its_frames(worker: Worker, name: str) -> None:
    kind, make = FILMS[name]
    data = make()
    found = kind_of(data)
    assert found is not None
    assert found.name == kind
    decoded = worker.decode(data, kind)
    assert (decoded.kind, decoded.width, decoded.height, decoded.damage) == (kind, 64, 48, None)
    assert decoded.frame_count == 15
    assert decoded.seconds == pytest.approx(0.6, abs=0.15)
    assert decoded.frames == ()
    assert of(decoded).frames == 15
    assert decoded.preview is not None
    assert [view.at for view in decoded.storyboard] == [0.0]


@pytest.mark.parametrize("kind", SOUNDS)
def test_every_kind_of_sound_is_heard_to_its_end(worker: Worker, kind: str) -> None:
    data = SOUNDS[kind]()
    found = kind_of(data)
    assert found is not None
    assert (found.name, found.family) == (kind, "audio")
    decoded = worker.decode(data, kind)
    assert decoded.seconds == pytest.approx(1.5, abs=0.15)
    assert (decoded.damage, decoded.frame_count, decoded.preview, decoded.notes) == (None, 0, None, ())


def test_each_frame_has_its_number_time_and_fingerprint(worker: Worker) -> None:
    clip = clips.scene(1, 1.0, size=(320, 180))
    frames = every_frame(worker, clips.encoded(clip), "mp4")
    assert [frame.number for frame in frames] == list(range(25))
    assert [round(frame.seconds, 3) for frame in frames] == [round(n / 25, 3) for n in range(25)]
    assert all(frame.quality >= MIN_QUALITY for frame in frames)
    shown = [vpdq.Packed(np.ascontiguousarray(pixels)).fingerprint()[0] for pixels in clip.frames()]
    assert max(distance(frame.pdq, pixels) for frame, pixels in zip(frames, shown, strict=True)) <= MATCH_DISTANCE


@pytest.mark.corpus
@pytest.mark.proof
def test_the_reference_clips_of_vpdq_agree_frame_by_frame(worker: Worker, corpus: Path, count: Count) -> None:
    clips_of_vpdq = sorted((corpus / "pdq_vectors" / "vpdq").glob("*.mp4"), key=lambda path: path.stat().st_size)[
        :: count(5, 1)
    ]
    assert clips_of_vpdq
    for path in clips_of_vpdq:
        frames = every_frame(worker, path.read_bytes(), "mp4")
        expected = list(csv.reader(path.with_suffix(".txt").open()))
        assert len(frames) == len(expected), path.name
        for frame, (number, quality, value, seconds) in zip(frames, expected, strict=True):
            assert frame.number == int(number)
            assert frame.seconds == pytest.approx(float(seconds), abs=0.001)
            assert abs(frame.quality - int(quality)) <= 1
            if int(quality) >= MIN_QUALITY:
                assert distance(frame.pdq, bytes.fromhex(value)) <= MATCH_DISTANCE


@pytest.mark.corpus
@pytest.mark.proof
def test_every_film_of_the_corpus_decodes_whole(worker: Worker, corpus: Path, count: Count) -> None:
    found = by_size((corpus / "videos").iterdir())
    for path in found if count(0, 1) else {path.suffix: path for path in reversed(found)}.values():
        kind = kind_of(path.read_bytes()[:4096])
        assert kind is not None
        decoded = worker.decode(path.read_bytes(), kind.name)
        assert (decoded.damage, decoded.frame_count > 20, bool(decoded.preview)) == (None, True, True), path.name


def test_runs_keep_their_promise_for_a_real_film(worker: Worker) -> None:
    data = clips.encoded(clips.scene(4, 3.0))
    frames = every_frame(worker, data, "mp4")
    for run in of(worker.decode(data, "mp4")).runs:
        own = frames[int(run["first"]) : int(run["first"]) + int(run["frames"])]
        assert max(distance(frame.pdq, bytes(run["pdq"])) for frame in own) <= video.ALIKE


def test_bars_and_the_middle_are_forms_of_their_own(worker: Worker) -> None:
    plain = clips.scene(6, 2.0)
    whole = of(worker.decode(clips.encoded(plain), "mp4"))
    boxed = of(worker.decode(clips.encoded(variants.boxed(plain, 1, 1.3)), "mp4"))
    assert len(whole.forms[video.TRIMMED].runs) == 0
    assert len(boxed.forms[video.TRIMMED].runs) == len(boxed.forms[video.WHOLE].runs) > 2
    marked = of(worker.decode(clips.encoded(variants.marked(plain)), "mp4"))
    assert (
        distance(marked.forms[video.MIDDLE].ways[0, 0].tobytes(), whole.forms[video.MIDDLE].ways[0, 0].tobytes()) <= 16
    )
    assert (
        distance(boxed.forms[video.TRIMMED].ways[0, 0].tobytes(), whole.forms[video.WHOLE].ways[0, 0].tobytes()) <= 16
    )


def test_other_pixel_formats_are_fingerprinted_too(worker: Worker) -> None:
    clip = clips.scene(2, 0.4)
    plain = every_frame(worker, clips.encoded(clip), "mp4")
    for name, kind in (("10 bits", "mp4"), ("4:4:4", "mkv")):
        frames = every_frame(worker, clips.encoded(clip, clips.ENCODINGS[name]), kind)
        assert max(distance(a.pdq, b.pdq) for a, b in zip(frames, plain, strict=True)) <= MATCH_DISTANCE


def test_a_storyboard_shows_distinct_views_spread_over_the_film(worker: Worker) -> None:
    decoded = worker.decode(clips.encoded(clips.scene(8, 12.0)), "mp4")
    times = [view.at for view in decoded.storyboard]
    assert times[0] == 0.0
    assert times == sorted(times)
    assert times[-1] > 8
    assert 5 <= len(times) <= 32
    for view in decoded.storyboard:
        with Image.open(io.BytesIO(view.jpeg)) as shown:
            assert shown.size == (320, 180)
    assert decoded.preview is not None
    with Image.open(io.BytesIO(decoded.preview)) as sheet:
        assert max(sheet.size) <= 640


def test_a_flat_film_is_shown_by_its_first_frame(worker: Worker) -> None:
    grey = clips.Clip(lambda: iter([np.full((48, 64, 3), 90, np.uint8)] * 20), 20, size=(64, 48))
    decoded = worker.decode(clips.encoded(grey), "mp4")
    assert [view.at for view in decoded.storyboard] == [0.0]
    assert len(of(decoded).searched()) == 0


def test_a_camcorders_film_with_a_time_before_each_packet_is_decoded(worker: Worker) -> None:
    plain = FILMS["ts"][1]()
    timed = b"".join(bytes(4) + plain[at : at + 188] for at in range(0, len(plain), 188))
    found = kind_of(timed)
    assert found is not None
    assert worker.decode(timed, found.name).frame_count == 15


def test_the_cover_of_a_record_is_no_film(worker: Worker) -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="mp3") as container:
        track: Any = container.add_stream("libmp3lame", rate=24_000, layout="mono")
        cover: Any = container.add_stream("mjpeg")
        cover.width, cover.height, cover.pix_fmt = 64, 48, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        frame = av.VideoFrame.from_ndarray(np.asarray(scene(1, 64, 48)), format="rgb24").reformat(format="yuvj420p")
        for packet in (*cover.encode(frame), *cover.encode()):
            container.mux(packet)
        for packet in clips._sounding(track, clips.tune(1, 1.0), 24_000):
            container.mux(packet)
    decoded = worker.decode(file.getvalue(), "mp3")
    assert (decoded.frame_count, decoded.imprints, decoded.damage) == (0, (), None)
    assert decoded.seconds == pytest.approx(1.0, abs=0.1)


def test_a_film_without_a_picture_says_so(worker: Worker) -> None:
    decoded = worker.decode(clips.recorded(clips.tune(1, 1.0), "mp4", "aac"), "mp4")
    assert (decoded.damage, decoded.frame_count) == (None, 0)
    assert "it has no picture" in decoded.notes


def test_of_many_soundtracks_the_first_few_are_heard(worker: Worker) -> None:
    decoded = worker.decode(film("mkv", sounds=6), "mkv")
    assert "2 further streams were not looked at" in decoded.notes


def test_one_frame_is_a_film(worker: Worker) -> None:
    decoded = worker.decode(clips.encoded(clips.scene(1, 0.04, size=(64, 48))), "mp4")
    assert (decoded.frame_count, decoded.damage) == (1, None)
    assert decoded.seconds == pytest.approx(0.04)


def test_a_phone_held_upright_is_shown_upright_and_hashed_as_it_lies(worker: Worker) -> None:
    data = bytearray(clips.encoded(clips.scene(1, 0.4)))
    at = data.index(b"tkhd") + 4 + 40  # the matrix of the picture's track, ISO 14496-12, 8.3.2
    lying = worker.decode(bytes(data), "mp4")
    data[at : at + 36] = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
    turned = worker.decode(bytes(data), "mp4")
    assert (turned.width, turned.height) == (320, 180)
    assert of(turned).runs.tobytes() == of(lying).runs.tobytes()
    with Image.open(io.BytesIO(turned.storyboard[0].jpeg)) as shown:
        assert shown.size == (180, 320)
        upright = np.asarray(shown).astype(int)
    with Image.open(io.BytesIO(lying.storyboard[0].jpeg)) as shown:
        assert np.abs(np.rot90(np.asarray(shown).astype(int), -1) - upright).mean() < 8


# ---- where it is read from ----


class Watched(io.BytesIO):
    """A file that remembers how much was read at once."""

    largest = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.largest = max(self.largest, len(data))
        return data


@pytest.mark.parametrize("name", ["mp4", "mkv", "ts", "avi"])
def test_a_film_in_a_file_is_decoded_like_one_in_memory(worker: Worker, name: str) -> None:
    kind, make = FILMS[name]
    file = Watched(make())
    assert worker.decode(file, kind) == worker.decode(make(), kind)
    assert 0 < file.largest <= 1 << 20


def test_a_film_of_many_gigabytes_is_read_where_it_is_needed(worker: Worker) -> None:
    whole = film("h264")
    index = whole.index(b"moov") - 4
    hole = 5 << 30
    with tempfile.TemporaryFile() as file:
        file.write(whole[:index] + struct.pack(">I4sQ", 1, b"free", hole))
        file.seek(index + hole)
        file.write(whole[index:])
        began = time.monotonic()
        decoded = worker.decode(file, "mp4")
    assert (decoded.frame_count, decoded.damage) == (15, None)
    assert time.monotonic() - began < 10


def test_what_reading_a_film_raises_is_raised_and_the_next_one_works(worker: Worker) -> None:
    class Bad(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output error"):
        worker.decode(Bad(film("h264")), "mp4")
    assert worker.decode(film("h264"), "mp4").frame_count == 15


def test_a_picture_has_to_be_bytes_and_an_empty_film_is_nothing(worker: Worker) -> None:
    with pytest.raises(Failed):
        worker.decode(io.BytesIO(PICTURES["png"]()), "png")
    for kind in sorted(films.KINDS):
        with pytest.raises(NotMedia):
            worker.decode(b"", kind)
        with pytest.raises(NotMedia):
            worker.decode(io.BytesIO(), kind)


# ---- sound ----


class Ear:
    """A listener that adds up what it hears."""

    def __init__(self) -> None:
        self.heard: list[NDArray[np.int16]] = []

    def take(self, samples: NDArray[np.int16]) -> None:
        assert samples.dtype == np.int16
        assert samples.ndim == 1
        self.heard.append(samples.copy())

    def finish(self, start: float) -> NDArray[np.uint32]:
        whole = np.concatenate(self.heard)
        return np.array([len(whole), int(np.abs(whole.astype(int)).max()), round(1000 * start)], np.uint32)


HEARING = Hearing("sound", "9", Ear, lambda numbers: numbers.tobytes())


def decoded_here(data: bytes, kind: str, **options: Any) -> tuple[dict[str, Any], bytes]:
    """Decoded without a sandbox: only what was made here a moment ago."""
    source = Input(len(data), held(memoryview(data)), Clock(60))
    return films.decode(source, kind, Limits(), lambda _head, _body: None, **options)


@pytest.mark.parametrize("name", ["h264", "mkv", "wmv", "mpeg2"])
def test_every_soundtrack_is_handed_to_its_own_listener(name: str) -> None:
    encoding = clips.ENCODINGS[name]
    kind = {"h264": "mp4", "mkv": "mkv", "wmv": "wmv", "mpeg2": "ts"}[name]
    tracks = tuple(clips.tune(seed, 2.0, encoding.sound_rate) for seed in (1, 2))
    data = clips.encoded(clips.scene(1, 2.0, size=(64, 48)), encoding, tracks)
    head, body = decoded_here(data, kind, hearings=(HEARING,), viewings=())
    sounds = [made for made in head["imprints"] if made[0] == "sound"]
    assert [made[:3] for made in sounds] == [["sound", "9", None]] * 2
    for samples, loudest, start in np.frombuffer(body[-24:], np.uint32).reshape(2, 3).tolist():
        assert samples == pytest.approx(2 * SOUND_RATE, rel=0.06)
        assert 8_000 < loudest < 20_000
        assert start < 100


def test_a_listener_that_makes_nothing_of_it_leaves_no_imprint() -> None:
    silent = replace(HEARING, pack=lambda _: b"")
    head, _ = decoded_here(SOUNDS["wav"](), "wav", hearings=(silent,))
    assert head["imprints"] == []


def test_each_view_is_handed_to_whoever_makes_features_of_it() -> None:
    seen: list[tuple[int, ...]] = []

    def viewing(pixels: NDArray[np.uint8]) -> Imprint | None:
        seen.append(pixels.shape)
        return Imprint("scene", "1", None, bytes([len(seen)])) if len(seen) != 2 else None

    head, body = decoded_here(clips.encoded(clips.scene(8, 6.0)), "mp4", viewings=(viewing,))
    times = [at for at, _ in head["storyboard"]]
    made = [each for each in head["imprints"] if each[0] == "scene"]
    assert set(seen) == {(180, 320, 3)}
    assert [each[2] for each in made] == [times[0], *times[2:]]
    assert list(body[-len(made) :]) == [1, *range(3, len(times) + 1)]


def test_the_parent_has_no_decoder_loaded() -> None:
    code = "import sys, havre.media.decode.pool, havre.media.look; sys.exit('av' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_facts_of_a_film_come_along(worker: Worker) -> None:
    data = clips.encoded(
        clips.scene(1, 0.4, size=(64, 48)),
        clips.ENCODINGS["mov"],
        tags={"creation_time": "2021-03-04T05:06:07Z", "title": "harbour\x07"},
    )
    facts = {fact.name: fact.value for fact in worker.decode(data, "mov").facts}
    assert facts["created"].startswith("2021-03-04T05:06:07")
    assert facts["title"] == "harbour\\x07"
