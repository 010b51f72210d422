"""What comes back from the sandbox: values, and the three ways in which a file can fail."""

from collections.abc import Iterator
from dataclasses import dataclass

from havre.errors import HavreError

MIB = 1 << 20
GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost before it is given up; every excess is named by the field's name."""

    pixels: int = 200_000_000
    """Width times height, read from the header before anything is decoded."""
    frames: int = 1_000
    """Frames or pages looked at; further ones are left out with a note."""
    kept_frames: int = 300
    """Distinct frames that get a fingerprint of their own."""
    memory: int = 2 * GIB
    """Address space of a worker in bytes."""
    seconds: float = 30.0
    """Wall-clock time until an answer, or until the next part of a long one."""
    output: int = 64 * MIB
    """Bytes of a single answer."""
    jobs: int = 500
    """Files after which a worker is replaced by a fresh one."""
    film_seconds: float = 7200.0
    """Wall-clock time for one film or sound; what was read until then is kept, with a note."""
    film_frames: int = 2_000_000
    """Frames of a film that are fingerprinted, 18 hours at 30 a second; further ones are left out with a note."""
    film_pixels: int = 40_000_000
    """Width times height of a frame of a film: 8K has 33 million, and a decoder holds some twenty."""
    tracks: int = 4
    """Pictures of a film that are looked at, and soundtracks listened to; further ones are left out with a note."""


@dataclass(frozen=True, slots=True)
class Protection:
    """One wall of the sandbox: whether it stands on this machine, and if not, why."""

    name: str
    active: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """The fingerprint of one frame or page: eight PDQ hashes of 32 bytes, the upright one first."""

    number: int
    orientations: bytes
    quality: int

    @property
    def pdq(self) -> bytes:
        """The hash of the pixels as the file holds them (32 bytes)."""
        return self.orientations[:32]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that the file says about itself, and where it says it ('EXIF:Model', 'IPTC:2:80')."""

    name: str
    value: str
    field: str


@dataclass(frozen=True, slots=True)
class Imprint:
    """A fingerprint beyond the PDQ of frames: of a film, a soundtrack, or one view of a scene."""

    method: str
    version: str
    at: float | None
    """Seconds into the film, where it is of one frame."""
    data: bytes
    """As the method packs it; checked by its own reader."""
    look: bytes = b""
    """What of it shows the picture itself: small, grey. Only ever stored sealed."""


@dataclass(frozen=True, slots=True)
class View:
    """One frame of a film's storyboard: its time in seconds, and a small JPEG."""

    at: float
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture, film or sound: what it shows as fingerprints, what it says about itself, a preview made anew.

    `damage` names what is wrong with it in one phrase: then every fingerprint is only partial, and there
    may be none. `width` and `height` are 0 if not even the header could be read.
    """

    kind: str
    width: int
    height: int
    frames: tuple[Frame, ...]
    frame_count: int
    damage: str | None
    facts: tuple[Fact, ...]
    preview: bytes | None
    notes: tuple[str, ...]
    imprints: tuple[Imprint, ...] = ()
    seconds: float | None = None
    """How long a film or sound lasts, as decoded; None for a picture."""
    storyboard: tuple[View, ...] = ()
    veil: bytes = b""
    """The preview as a page may carry it: grey, 56 pixels, blurred, as WebP; empty where there is no preview."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of an upright picture, in pixels of a picture of `of_width` by `of_height`."""

    x: int
    y: int
    width: int
    height: int
    of_width: int
    of_height: int


@dataclass(frozen=True, slots=True)
class Cropped:
    """A part of a picture, made anew: JPEGs that hold pixels and nothing else, and its veil as WebP."""

    jpeg: bytes
    width: int
    height: int
    veil: bytes
    small: bytes
    """The same, as a page shows it."""


@dataclass(slots=True)
class Member:
    """One file of an archive. Read `chunks` before asking for the next; then `trouble` is final."""

    name: str
    """Only for display: control and direction characters are escaped, and nothing is ever opened by it."""
    size: int | None
    """What the archive says, None if it does not say."""
    modified: str | None
    """ISO 8601; without a zone where the archive has none."""
    chunks: Iterator[bytes]
    trouble: str | None = None
    """Why it could not be read whole, as 'encrypted: …', 'expansion: …', 'unreadable: …', 'link: …'."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was true of an archive as a whole, told after its last member."""

    members: int = 0
    trouble: str | None = None


class Failed(HavreError):
    """A file that gave no result."""


class NotMedia(Failed):
    """The bytes are not of the kind they were taken for: refuse the file with this reason."""


class Broke(Failed):
    """The worker died or talked nonsense over this file: try again, quarantine it after the third time."""


class Exceeded(Failed):
    """The file asked for more than a limit allows: quarantine it, trying again would not help."""

    def __init__(self, limit: str, reason: str) -> None:
        super().__init__(reason)
        self.limit = limit


@dataclass(slots=True)
class Budget:
    """What all archives under one root may still unpack to; one object is passed to every level."""

    bytes_left: int = 20 * 10**9
    files_left: int = 100_000
    depth: int = 5
    whole: "Budget | None" = None
    """The budget of which this one is a share."""

    def share(self, size: int) -> "Budget":
        """A part of this budget, of at most `size` bytes: what is taken from it is taken from the whole too."""
        return Budget(min(size, self.bytes_left), self.files_left, self.depth, self)

    def take_file(self) -> None:
        """One more file. Raises Exceeded where there were too many."""
        self.files_left -= 1
        if self.files_left < 0:
            raise Exceeded("files", "it holds more files than may be unpacked from one source")
        if self.whole is not None:
            self.whole.take_file()

    def take_bytes(self, size: int) -> None:
        """More bytes. Raises Exceeded where there were too many."""
        self.bytes_left -= size
        if self.bytes_left < 0:
            raise Exceeded("bytes", "it unpacks to more bytes than it may")
        if self.whole is not None:
            self.whole.take_bytes(size)
