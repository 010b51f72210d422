"""One stream of pictures of a film: every frame's fingerprint, the runs they make, the views that are kept."""

from collections.abc import Callable
from dataclasses import dataclass, field

from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from havre.fingerprints.video import MOST_RUNS, Condenser, Film
from havre.fingerprints.vpdq import Frame, Shown
from havre.media.decode import seeing
from havre.media.decode.borders import Framing
from havre.media.decode.forms import forms
from havre.media.decode.outcomes import Exceeded, Limits
from havre.media.decode.storyboard import SIDE, Storyboard

Take = Callable[[bytes], object]


@dataclass
class Reel:
    """A stream while it is decoded."""

    limits: Limits
    rate: float = 0.0
    """Frames a second, as far as the film says."""
    every_frame: Take | None = None
    """Is given every frame's fingerprint, packed."""
    count: int = 0
    width: int = 0
    height: int = 0
    storyboard: Storyboard = field(default_factory=Storyboard)

    def __post_init__(self) -> None:
        self._condenser = Condenser()
        self._framing = Framing()
        self._times = seeing.Times(self.rate)
        self._reformatter = VideoReformatter()
        self._small = VideoReformatter()
        self._spare: tuple[float, bytes, VideoFrame] | None = None

    def take(self, picture: VideoFrame) -> None:
        """The next frame. Raises Exceeded where there are too many, and whatever a bad one makes libswscale raise."""
        self._check(picture)
        at = self._times.of(picture)
        shown = seeing.shown(picture, self._reformatter)
        pdq, quality = shown.fingerprint()
        frame = Frame(self.count, quality, pdq, at)
        self.count += 1
        if self.every_frame is not None:
            self.every_frame(frame.pack())
        if self._condenser.take(frame):
            self._key(frame, shown, picture)
        elif self.count == 1:
            self._spare = (at, pdq, picture)

    def _check(self, picture: VideoFrame) -> None:
        if not self.count:
            self.width, self.height = picture.width, picture.height
        if self.count >= self.limits.film_frames:
            raise Exceeded("film_frames", f"only its first {self.count:,} frames were looked at")
        if self._condenser.runs >= MOST_RUNS:
            raise Exceeded("film_frames", f"it changes too often: only its first {self.count:,} frames were looked at")

    def _key(self, frame: Frame, shown: Shown, picture: VideoFrame) -> None:
        self._condenser.key(shown.each_way()[0], *forms(shown, self._framing.of(shown.luma())))
        if self.storyboard.wants(frame.seconds, frame.pdq):
            self._show(frame.seconds, frame.pdq, picture)

    def _show(self, at: float, pdq: bytes, picture: VideoFrame) -> None:
        self.storyboard.take(at, pdq, seeing.looks(picture, SIDE, self._small))

    def finish(self) -> Film:
        """The runs; to be called once. A film in which nothing is to be seen is shown by its first frame."""
        if self._spare is not None and not self.storyboard.views():
            self._show(*self._spare)
        self._spare = None
        return self._condenser.finish(self.seconds)

    @property
    def zero(self) -> float | None:
        """The time of its first frame by the film's own clock, where it has one."""
        return self._times.first

    @property
    def seconds(self) -> float:
        """How long it was seen."""
        return self._times.end if self.count else 0.0
