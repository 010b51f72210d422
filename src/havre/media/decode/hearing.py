"""Soundtracks: decoded in the same pass as the picture, brought to one rate, handed to whoever listens."""

import errno
from collections.abc import Iterator, Sequence
from typing import cast

import numpy as np
from av.audio.frame import AudioFrame
from av.error import EOFError as EndError
from av.error import FFmpegError
from av.filter import Graph
from numpy.typing import NDArray

from havre.media.decode.imprints import HEARINGS, SOUND_RATE, Hearing, Listener
from havre.media.decode.outcomes import Imprint

MOST_SECONDS = 24 * 3600
"""Sound after a day is no longer listened to."""

LATEST = 600.0
"""Seconds by which sound may begin after the picture."""


class Track:
    """One soundtrack while it is decoded."""

    def __init__(self, hearings: Sequence[Hearing] = HEARINGS) -> None:
        self._listeners: list[tuple[Hearing, Listener]] = [(hearing, hearing.begin()) for hearing in hearings]
        self._graph: Graph | None = None
        self._form: tuple[object, ...] = ()
        self.samples = 0
        self.began: float | None = None
        """When it begins, in seconds, by the film's own clock."""

    @property
    def seconds(self) -> float:
        """How much was heard."""
        return self.samples / SOUND_RATE

    def take(self, frame: AudioFrame) -> None:
        """One decoded piece. Raises av.FFmpegError or ValueError where it cannot be converted."""
        form = (frame.format.name, frame.layout.name, frame.sample_rate)
        if self._graph is None or form != self._form:
            self._flush()
            self._graph, self._form = _graph(frame), form
        if self.began is None and frame.pts is not None and frame.time_base:
            self.began = float(frame.pts * frame.time_base)
        frame.pts = None  # times that lie would be reckoned with
        self._graph.push(frame)
        self._hand_on(self._graph)

    def _flush(self) -> None:
        if self._graph is not None:
            self._graph.push(None)
            self._hand_on(self._graph)

    def _hand_on(self, graph: Graph) -> None:
        for frame in _pulled(graph):
            samples = cast("NDArray[np.int16]", frame.to_ndarray()).reshape(-1)
            if self.seconds > MOST_SECONDS:
                return
            self.samples += len(samples)
            for _, listener in self._listeners:
                listener.take(samples)

    def finish(self, zero: float | None = None) -> list[Imprint]:
        """What each listener made of it, nothing where there was no sound. `zero` is the first frame's time."""
        self._flush()
        start = 0.0 if zero is None or self.began is None else self.began - zero
        # Sound that seems to begin before the picture, or hours after it, begins with it.
        start = start if 0 <= start <= LATEST else 0.0
        made = ((way, way.pack(listener.finish(start))) for way, listener in self._listeners if self.samples)
        return [Imprint(hearing.method, hearing.version, None, data) for hearing, data in made if data]


def _graph(frame: AudioFrame) -> Graph:
    """What brings sound of this form to 16 bits, one channel and SOUND_RATE; PyAV's own resampler starts threads."""
    graph = Graph()
    graph.threads = 1
    source = {"sample_fmt": frame.format.name, "channel_layout": frame.layout.name, "time_base": f"1/{SOUND_RATE}"}
    wanted = {"sample_fmts": "s16", "channel_layouts": "mono", "sample_rates": str(SOUND_RATE)}
    parts = (
        graph.add("abuffer", sample_rate=str(frame.sample_rate), **source),
        graph.add("aformat", **wanted),
        graph.add("abuffersink"),
    )
    graph.link_nodes(*parts).configure()
    return graph


def _pulled(graph: Graph) -> Iterator[AudioFrame]:
    """All that is ready."""
    while True:
        try:
            yield cast("AudioFrame", graph.pull())
        except EndError:
            return
        except FFmpegError as problem:
            if problem.errno != errno.EAGAIN:
                raise
            return
