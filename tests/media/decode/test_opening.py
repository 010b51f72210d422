"""Each kind is opened by its own demuxer, with the streams that move and sound, and nothing else is opened with it."""

import io
from random import Random

import av
import pytest

from bench import clips
from havre.media.decode.opening import DEMUXERS, SAMPLE, TELLING_BYTES, opened, tells_nothing
from havre.media.decode.outcomes import Limits
from havre.media.decode.reading import Clock, Input, held
from havre.media.kinds import KINDS
from tests.media.decode.seeds import FILMS, SOUNDS, film


def source(data: bytes) -> Input:
    return Input(len(data), held(memoryview(data)), Clock(60))


def test_every_kind_of_film_and_sound_has_a_demuxer_that_exists() -> None:
    assert set(DEMUXERS) == {name for name, kind in KINDS.items() if kind.family in ("video", "audio")}
    for name in set(DEMUXERS.values()):
        assert av.format.ContainerFormat(name, "r")
    assert not {"hls", "concat", "image2", "lavfi"} & set(DEMUXERS.values())


@pytest.mark.parametrize("name", FILMS)
def test_the_streams_of_a_film_are_there_to_be_decoded_on_one_thread(name: str) -> None:
    kind, make = FILMS[name]
    found = opened(source(make()), kind, Limits())
    with found.container:
        (video,) = found.videos
        assert len(found.sounds) <= 1
        assert all(stream.codec_context.thread_count == 1 for stream in (video, *found.sounds))
        assert video.codec_context.options["max_pixels"] == str(Limits().film_pixels)


@pytest.mark.parametrize("kind", SOUNDS)
def test_a_sound_has_one_stream_that_sounds(kind: str) -> None:
    found = opened(source(SOUNDS[kind]()), kind, Limits())
    with found.container:
        assert (len(found.videos), len(found.sounds), found.left_out) == (0, 1, 0)


def test_further_streams_are_left_out_and_not_read() -> None:
    found = opened(source(film("mkv", sounds=6)), "mkv", Limits(tracks=2))
    with found.container:
        assert (len(found.videos), len(found.sounds), found.left_out) == (1, 2, 4)


def test_a_film_without_a_container_is_opened_too() -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="mpeg1video") as container:
        stream = container.add_stream("mpeg1video", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for pixels in clips.scene(1, 0.4, size=(64, 48)).frames():
            for packet in stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    found = opened(source(file.getvalue()), "mpeg", Limits())
    with found.container:
        assert found.container.format.name == "mpegvideo"


@pytest.mark.parametrize("kind", sorted(DEMUXERS))
def test_a_kind_that_it_is_not_is_no_reason_to_crash(kind: str) -> None:
    for data in (film("h264"), SOUNDS["ogg"](), Random(1).randbytes(5000)):
        try:
            found = opened(source(data), kind, Limits())
        except (av.FFmpegError, ValueError):
            continue
        found.container.close()


def test_a_file_tells_something_from_some_bytes_on_wherever_they_lie() -> None:
    assert tells_nothing(source(b""))
    assert tells_nothing(source(bytes(10 << 20)))
    assert tells_nothing(source(b"x" * (TELLING_BYTES - 1) + bytes(10 << 20)))
    assert not tells_nothing(source(b"x" * TELLING_BYTES + bytes(10 << 20)))
    assert not tells_nothing(source(bytes(SAMPLE) + b"x" * TELLING_BYTES))
    assert not tells_nothing(source(bytes(20 << 20) + b"x" * (20 << 20)))
