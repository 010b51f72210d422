"""Opening a film or sound with FFmpeg: as the container that our own rules recognised, and nothing else with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container.input import InputContainer
from av.stream import Discard, Disposition, Stream
from av.video.stream import VideoStream

from havre.media.decode.outcomes import Limits
from havre.media.decode.reading import Input

DEMUXERS = {
    **dict.fromkeys(("mp4", "mov", "3gp", "m4a"), "mov"),
    **dict.fromkeys(("mkv", "webm"), "matroska"),
    **dict.fromkeys(("wmv", "wma"), "asf"),
    **dict.fromkeys(("ogv", "ogg"), "ogg"),
    **{kind: kind for kind in ("avi", "flv", "mp3", "wav", "flac", "aac", "amr", "aiff")},
    "ts": "mpegts",
    "mpeg": "mpeg",
}
"""Kind: the only demuxer of FFmpeg that may look at it. None of them opens other files, as 'hls' or 'concat' do."""

VIDEO_SEQUENCE = b"\0\0\x01\xb3"
"""How an MPEG film without a container begins (ISO 11172-2, sequence header)."""

BUFFER = 1 << 16
"""Bytes that FFmpeg asks for at a time."""

TELLING_BYTES = 1024
"""A file that FFmpeg cannot open and that holds fewer bytes than this, zeros aside, holds no picture."""
SAMPLES, SAMPLE = 64, 1 << 16
"""Where it is large: places at which it is looked into, and bytes at each."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A container and the streams of it that are decoded."""

    container: InputContainer
    videos: Sequence[VideoStream]
    sounds: Sequence[AudioStream]
    left_out: int


def opened(source: Input, kind: str, limits: Limits) -> Opened:
    """The container with its streams. Raises av.FFmpegError where it is none, ValueError, MemoryError, Exceeded."""
    demuxer = DEMUXERS[kind]
    if kind == "mpeg" and source.read(len(VIDEO_SEQUENCE)) == VIDEO_SEQUENCE:
        demuxer = "mpegvideo"
    source.seek(0)
    container = av.open(
        source,
        "r",
        format=demuxer,
        container_options={"format_whitelist": demuxer, "protocol_whitelist": "", "export_xmp": "1"},
        metadata_errors="surrogateescape",
        buffer_size=BUFFER,
        io_open=_refused,
    )
    return _chosen(container, limits)


def _refused(*_: object) -> Any:
    raise PermissionError("a film opens no other file")


def _chosen(container: InputContainer, limits: Limits) -> Opened:
    videos = [stream for stream in container.streams.video if _moves(stream)]
    sounds = [stream for stream in container.streams.audio if stream.codec_context is not None]
    wanted: tuple[Stream, ...] = (*videos[: limits.tracks], *sounds[: limits.tracks])
    for stream in container.streams:
        if stream in wanted:
            _prepare(stream, limits)
        else:
            stream.discard = Discard.all
    left_out = len(videos) + len(sounds) - len(wanted)
    return Opened(container, videos[: limits.tracks], sounds[: limits.tracks], left_out)


def _moves(stream: VideoStream) -> bool:
    """Whether it is a film, not the cover of a record."""
    still = Disposition.attached_pic | Disposition.timed_thumbnails
    return stream.codec_context is not None and not stream.disposition & still


def _prepare(stream: Stream, limits: Limits) -> None:
    # One thread: the lanes share the cores. Deblocking is left out where nothing is predicted from the frame: it
    # changes 0.05 bits of a fingerprint and takes a tenth of the time (docs/decisions/0091-decoding-films.md).
    stream.codec_context.thread_count = 1
    if isinstance(stream, VideoStream):
        stream.codec_context.options = {"max_pixels": str(limits.film_pixels), "skip_loop_filter": "noref"}


def tells_nothing(source: Input) -> bool:
    """Whether nothing to speak of follows the signature."""
    found = 0
    step = max(source.size // SAMPLES, SAMPLE)
    for start in range(0, source.size, step):
        source.seek(start)
        piece = source.read(SAMPLE)
        found += len(piece) - piece.count(0)
        if found >= TELLING_BYTES:
            return False
    return True
