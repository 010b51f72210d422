"""Files of sounds for the measurements: written and read with PyAV's own encoders and decoders."""

import io
from collections.abc import Iterator
from typing import NamedTuple, cast

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from numpy.typing import NDArray

from havre.fingerprints.chromaprint import RATE

Samples = NDArray[np.int16]


class Form(NamedTuple):
    """How a file of sound is written."""

    codec: str
    container: str
    bits: int
    rate: int


FORMS = {
    "wav": Form("pcm_s16le", "wav", 0, 44_100),
    "mp3 128k": Form("libmp3lame", "mp3", 128_000, 44_100),
    "mp3 32k": Form("libmp3lame", "mp3", 32_000, 22_050),
    "aac 64k": Form("aac", "mp4", 64_000, 44_100),
    "aac 24k": Form("aac", "mp4", 24_000, 22_050),
    "opus 24k": Form("libopus", "ogg", 24_000, 48_000),
    "opus 12k": Form("libopus", "ogg", 12_000, 48_000),
    "amr 12.2k": Form("libopencore_amrnb", "amr", 12_200, 8_000),
    "amr 4.75k": Form("libopencore_amrnb", "amr", 4_750, 8_000),
    "wma 32k": Form("wmav2", "asf", 32_000, 22_050),
    "opus 6k": Form("libopus", "ogg", 6_000, 48_000),
}
"""What phones, messengers and hosts make of a sound; by name, with bits a second."""


def encoded(samples: Samples, rate: int, form: Form) -> bytes:
    """One channel as a file of that form."""
    file = io.BytesIO()
    with av.open(file, "w", format=form.container) as container:
        stream = cast(AudioStream, container.add_stream(form.codec, rate=form.rate, layout="mono"))
        if form.bits:
            stream.bit_rate = form.bits
        for packets in written(stream, samples, rate):
            container.mux(packets)
    return file.getvalue()


def written(stream: AudioStream, samples: Samples, rate: int) -> Iterator["list[Packet[AudioStream]]"]:
    """All of a sound as the packets of a stream."""
    if not stream.codec_context.is_open:
        stream.codec_context.open()
    frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
    frame.sample_rate = rate
    turned = av.AudioResampler(stream.format.name, "mono", stream.rate, stream.codec_context.frame_size)
    for part in (*turned.resample(frame), *turned.resample(None)):
        yield stream.encode(part)
    yield stream.encode(None)


def decoded(data: bytes, rate: int = RATE) -> Samples:
    """The first sound of a file, one channel at this rate."""
    with cast(InputContainer, av.open(io.BytesIO(data))) as container:
        turned = av.AudioResampler("s16", "mono", rate)
        parts = [part for frame in container.decode(audio=0) for part in turned.resample(_loose(frame))]
        parts += turned.resample(None)
    return np.concatenate([np.zeros(0, np.int16), *(part.to_ndarray()[0] for part in parts)])


def _loose(frame: av.AudioFrame) -> av.AudioFrame:
    # Gaps and overlaps in the times of frames would make the resampler add or refuse samples.
    frame.pts = None
    return frame
