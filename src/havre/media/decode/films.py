"""From the bytes of a film or sound to everything that is kept of it. Runs inside the sandbox.

What can be read is read: a packet that cannot be decoded costs itself, a limit that is reached ends the film where it
is, and either is told.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import av
from av.packet import Packet
from av.stream import Stream

from havre.errors import HavreError
from havre.fingerprints import video
from havre.media.decode import filmfacts, frames, opening, parts, storyboard
from havre.media.decode.hearing import Track
from havre.media.decode.imprints import HEARINGS, VIEWINGS, Hearing, Viewing
from havre.media.decode.outcomes import Exceeded, Fact, Imprint, Limits, NotMedia, View
from havre.media.decode.plain import plain
from havre.media.decode.reading import Clock, Input
from havre.media.decode.reel import Reel
from havre.media.kinds import KINDS as KINDS_OF_FILE

KINDS = frozenset(opening.DEMUXERS)

UNREADABLE = (av.FFmpegError, ValueError, LookupError, ArithmeticError, RuntimeError, TypeError, OSError, HavreError)
"""Whatever FFmpeg, PyAV and our own fingerprints raise over bad data; not MemoryError alone."""

RESUMES = 8
"""How often reading goes on after a container failed; most never do."""
STUCK = 10_000
"""Packets in a row that cannot be decoded, after which the rest is not tried."""

TELL_EVERY = 2.0
"""Seconds between two messages that the work goes on."""
FRAMES_SENT = 4096
"""Fingerprints that are sent together, where every frame is wanted."""

CUT_OFF = 0.05
CUT_OFF_SECONDS = 2.0
"""Share, and seconds, of what was announced that may be missing at the end."""

Tell = Callable[[dict[str, Any], bytes], object]


@dataclass
class Work:
    """What has been found out so far."""

    kind: str
    limits: Limits
    tell: Tell
    reels: dict[int, Reel] = field(default_factory=dict)
    tracks: dict[int, Track] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    damages: list[str] = field(default_factory=list)
    packets: dict[int, int] = field(default_factory=dict)
    failed: int = 0
    stuck: int = 0
    told: float = 0.0
    waiting: list[bytes] = field(default_factory=list)

    def progress(self) -> None:
        """Say that the work goes on, and send the frames that wait."""
        now = time.monotonic()
        if now - self.told >= TELL_EVERY or len(self.waiting) >= FRAMES_SENT:
            self.told = now
            body = b"".join(self.waiting)
            self.waiting.clear()
            self.tell({"progress": True}, body)

    @property
    def seen(self) -> int:
        """Frames of all pictures."""
        return sum(reel.count for reel in self.reels.values())

    @property
    def heard(self) -> float:
        """Seconds of the longest soundtrack."""
        return max((track.seconds for track in self.tracks.values()), default=0.0)


def decode(
    source: Input,
    kind: str,
    limits: Limits,
    tell: Tell,
    *,
    every_frame: bool = False,
    hearings: Sequence[Hearing] = HEARINGS,
    viewings: Sequence[Viewing] = VIEWINGS,
) -> tuple[dict[str, Any], bytes]:
    """The description of the film and the bytes it speaks of. Raises NotMedia, Exceeded, MemoryError.

    `tell` is given a sign of life every few seconds and, where wanted, every frame's fingerprint.
    """
    if kind not in KINDS:
        raise NotMedia(f"{kind} is not a kind of film or sound")
    work = Work(kind, limits, tell, told=time.monotonic())
    try:
        found = opening.opened(source, kind, limits)
    except Exceeded:
        raise
    except UNREADABLE as problem:
        return _unopened(source, work, frames.phrase(problem))
    with found.container:
        _begin(work, found, hearings, every_frame)
        try:
            _run(work, found, source.clock)
        except (Exceeded, MemoryError) as problem:
            _ended_early(work, problem)
        if not work.seen and not work.heard:
            _check_for_sense(source, work, found)
        return _finish(work, found, viewings)


def _unopened(source: Input, work: Work, reason: str) -> tuple[dict[str, Any], bytes]:
    """Kept all the same: another program may read it, unless there is nothing to read."""
    _refuse_if_bare(source, work)
    work.damages.append(f"it cannot be opened: {reason}")
    return _answer(work, [], (), None)


def _refuse_if_bare(source: Input, work: Work) -> None:
    if opening.tells_nothing(source):
        raise NotMedia(f"not a readable film or sound: nothing follows the signature of a {work.kind}")


def _check_for_sense(source: Input, work: Work, found: opening.Opened) -> None:
    """Why nothing at all came of it, where that is a reason to refuse or quarantine it."""
    _refuse_if_bare(source, work)
    for stream in found.videos:
        if stream.width * stream.height > work.limits.film_pixels:
            size, most = f"{stream.width:,} × {stream.height:,}", work.limits.film_pixels
            raise Exceeded("film_pixels", f"it says {size} pixels, more than {most:,} are allowed")


def _begin(work: Work, found: opening.Opened, hearings: Sequence[Hearing], every_frame: bool) -> None:
    for stream in found.videos:
        wanted = work.waiting.append if every_frame and not work.reels else None
        work.reels[stream.index] = Reel(work.limits, float(stream.average_rate or 0), wanted)
    for sound in found.sounds:
        work.tracks[sound.index] = Track(hearings)
    if found.left_out:
        work.notes.append(f"{found.left_out:,} further streams were not looked at")
    tags = {f"{stream.type} {stream.index}": stream.metadata for stream in found.container.streams}
    work.facts, notes = filmfacts.read(found.container.metadata, tags, work.kind.upper())
    work.notes += notes


# ---- running through it ----


def _run(work: Work, found: opening.Opened, clock: Clock) -> None:
    for packet in _packets(work, found):
        clock.check()
        work.progress()
        if packet.size:
            work.packets[packet.stream_index] = work.packets.get(packet.stream_index, 0) + 1
        _take(work, packet.stream, packet)
        if work.stuck > STUCK:
            return


def _packets(work: Work, found: opening.Opened) -> Iterator["Packet[Any]"]:
    streams = (*found.videos, *found.sounds)
    for _ in range(RESUMES if streams else 0):
        try:
            yield from found.container.demux(*streams)
        except Exceeded:
            raise
        except UNREADABLE as problem:
            work.damages.append(f"its container is broken: {frames.phrase(problem)}")
        else:
            return


def _take(work: Work, stream: Stream, packet: "Packet[Any]") -> None:
    """Decode a packet and hand on what it holds; what cannot be decoded is counted."""
    reel = work.reels.get(stream.index)
    take: Callable[[Any], None] = reel.take if reel is not None else work.tracks[stream.index].take
    try:
        for frame in packet.decode():
            take(frame)
            work.stuck = 0
    except EOFError:
        return  # the stream ended, and says so once more
    except Exceeded:
        raise
    except UNREADABLE as problem:
        work.stuck += 1
        _note_failure(work, reel, frames.phrase(problem))


def _note_failure(work: Work, reel: Reel | None, reason: str) -> None:
    """A packet in the midst of a film is damage; before the first frame, and of sound, it is worth a note."""
    if reel is not None and reel.count:
        work.failed += 1
        if work.failed == 1:
            work.damages.append(f"parts of it cannot be decoded: {reason}")
        return
    what = "the beginning of the picture" if reel is not None else "part of the sound"
    note = f"{what} cannot be decoded: {reason}"
    if note not in work.notes and len(work.notes) < 10:
        work.notes.append(note)


def _ended_early(work: Work, problem: Exception) -> None:
    """A limit was reached: what was read until then counts. Raises the limit where that is nothing."""
    if not work.seen and not work.heard:
        raise problem
    reason = "it needs more memory than a decoder may use" if isinstance(problem, MemoryError) else str(problem)
    seconds = max([work.heard, *(reel.seconds for reel in work.reels.values())])
    work.notes.append(f"stopped after {seconds:,.0f} seconds of it: {reason}")


# ---- what came of it ----


def _finish(work: Work, found: opening.Opened, viewings: Sequence[Viewing]) -> tuple[dict[str, Any], bytes]:
    imprints = []
    for reel in work.reels.values():
        film = reel.finish()
        if reel.count:
            imprints.append(Imprint(video.METHOD, video.VERSION, None, video.pack(film)))
    zero = next((reel.zero for reel in work.reels.values() if reel.count), None)
    for track in work.tracks.values():
        try:
            imprints += track.finish(zero)
        except UNREADABLE as problem:
            work.notes.append(f"part of the sound cannot be decoded: {frames.phrase(problem)}")
    _judge(work, found)
    first = next((reel for reel in work.reels.values() if reel.count), None)
    views = first.storyboard.views() if first is not None else []
    imprints += storyboard.imprints(views, viewings)
    if work.waiting:
        work.tell({"progress": True}, b"".join(work.waiting))
    return _answer(work, imprints, storyboard.jpegs(views), storyboard.sheet(views))


def _judge(work: Work, found: opening.Opened) -> None:
    """What is missing altogether, and what was announced and did not come."""
    if not work.seen and not work.heard:
        names = ", ".join(stream.name or "nothing known" for stream in (*found.videos, *found.sounds))
        work.damages.insert(0, f"nothing of it can be decoded ({plain(names, 100) or 'it has no streams'})")
    elif found.videos and not work.seen:
        work.damages.insert(0, "nothing of its picture can be decoded")
    elif not found.videos and KINDS_OF_FILE[work.kind].family == "video":
        work.notes.append("it has no picture")
    if not any(note.startswith("stopped after") for note in work.notes):
        _missing(work, found)


def _missing(work: Work, found: opening.Opened) -> None:
    for stream in found.videos if opening.DEMUXERS[work.kind] == "mov" else ():
        came = work.packets.get(stream.index, 0)
        if stream.frames and came < stream.frames * (1 - CUT_OFF) - 2:
            work.damages.append(f"it is cut off: {came:,} of {stream.frames:,} frames are there")
            return
    announced = (found.container.duration or 0) / av.time_base
    came_to = max([work.heard, *(reel.seconds for reel in work.reels.values())])
    if announced * (1 - CUT_OFF) - CUT_OFF_SECONDS > came_to > 0:
        work.damages.append(f"it is cut off: {came_to:,.0f} of {announced:,.0f} seconds are there")


def _answer(
    work: Work, imprints: Sequence[Imprint], views: Sequence[View], sheet: bytes | None
) -> tuple[dict[str, Any], bytes]:
    first = next((reel for reel in work.reels.values() if reel.count), None)
    about, body = parts.laid(sheet or b"", views, imprints)
    seconds = max([work.heard, *(reel.seconds for reel in work.reels.values())])
    head = {
        "kind": work.kind,
        "width": first.width if first else 0,
        "height": first.height if first else 0,
        "frames": [],
        "frame_count": first.count if first else 0,
        "damage": plain("; ".join(dict.fromkeys(work.damages)), 400) or None,
        "facts": [[fact.name, fact.value, fact.field] for fact in work.facts],
        "notes": [plain(note, 400) for note in work.notes],
        "seconds": seconds,
        **about,
    }
    return head, body
