"""The log hashed anew from its columns, for a witness who remembers how it was: pure, one pass, nothing believed.

What was stored as a hash counts for nothing here. Who altered an entry makes another root than the witness has seen.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from havre.audit.entry import End, Entry, Line, Seal, Unreadable
from havre.errors import Broken, Invalid
from havre.sealing.chain import EMPTY_ROOT, Frontier, frontier_of
from havre.sealing.sign import NO_PREVIOUS, Verifier, note_digest, parsed_body, read_note


@dataclass(frozen=True, slots=True)
class Continued:
    """How a log goes on behind what a witness has seen of it."""

    note: str
    """A checkpoint of it, signed."""
    size: int
    root_before: bytes
    """The root over what the witness has seen already, hashed anew."""
    leaves: tuple[bytes, ...]
    """The leaves from there to the checkpoint."""
    frontier: str
    """The frontier at the checkpoint, for a witness who begins."""


def recomputed(
    lines: Iterable[Line], verifier: Verifier, since: int, most: int, after: Seal | None = None
) -> Continued | None:
    """How the log goes on behind its first `since` entries, to a checkpoint at most so many later if there is one.

    `after` is a checkpoint at `since` that was seen, where the lines are those behind it alone: whether what lies
    before it was altered is not asked then, and its frontier is what the witness compares. Where nothing came since,
    the checkpoint at their end. None where there is no checkpoint. Raises Broken where the log contradicts itself.
    """
    reading = _Reading(verifier, since, most)
    if after is not None:
        reading.begin(after)
    for line in lines:
        reading.read(line)
    return reading.continued()


@dataclass
class _Reading:
    verifier: Verifier
    since: int
    most: int
    tree: Frontier = field(default_factory=Frontier)
    root_before: bytes = EMPTY_ROOT
    leaves: list[bytes] = field(default_factory=list)
    previous: bytes = NO_PREVIOUS
    seals: int = 0
    last: Seal | None = None
    chosen: Seal | None = None
    ended: bool = False

    def begin(self, after: Seal) -> None:
        """Behind a checkpoint. Raises Broken where its frontier is none."""
        try:
            self.tree = frontier_of(after.size, after.frontier)
        except Invalid:
            raise Broken(
                "checkpoint %(number)s of the log was altered, or stands elsewhere", number=after.number
            ) from None
        self.root_before, self.previous = self.tree.root(), note_digest(after.note)
        self.seals, self.last = after.number + 1, after

    def read(self, line: Line) -> None:
        """The next line. Raises Broken where it contradicts those before."""
        match line:
            case Entry():
                self._entry(line)
            case Seal():
                self._seal(line)
            case End():
                self._end(line)
            case Unreadable():
                raise Broken(line.place)

    def _entry(self, entry: Entry) -> None:
        leaf = entry.hashed(self.verifier.name)
        if entry.index != self.tree.size:
            raise Broken("entry %(index)s of the log is missing, or stands again", index=self.tree.size)
        if leaf != entry.leaf:
            raise Broken("entry %(index)s of the log is not what was recorded", index=entry.index)
        self.tree = self.tree.append(leaf)
        if self.tree.size == self.since:
            self.root_before = self.tree.root()
        if self.tree.size > self.since and not self._enough():
            self.leaves.append(leaf)

    def _enough(self) -> bool:
        return self.chosen is not None and self.tree.size > self.since + self.most

    def _seal(self, seal: Seal) -> None:
        found = parsed_body(seal.note.partition("\n\n")[0] + "\n")
        same = (found.number, found.size, seal.frontier) == (self.seals, self.tree.size, self.tree.text())
        if not same or (seal.number, seal.size) != (found.number, found.size) or found.previous != self.previous:
            raise Broken("checkpoint %(number)s of the log was altered, or stands elsewhere", number=seal.number)
        if found.root != self.tree.root():
            raise Broken("the entries up to checkpoint %(number)s are not those it covers", number=seal.number)
        self.previous, self.seals, self.last = note_digest(seal.note), self.seals + 1, seal
        if seal.size > self.since and (self.chosen is None or seal.size <= self.since + self.most):
            self.chosen = seal

    def _end(self, end: End) -> None:
        if (end.size, end.frontier) != (self.tree.size, self.tree.text()):
            raise Broken("the log does not end where it says that it ends")
        self.ended = True

    def continued(self) -> Continued | None:
        """What was found, once everything was read."""
        if not self.ended or self.tree.size < self.since:
            raise Broken("the log ends before what was seen of it")
        found = self.chosen or self.last
        if found is None or self.last is None:
            return None
        read_note(self.last.note, self.verifier)  # the newest names all before it, so that its signature covers them
        if found.size < self.since:
            raise Broken("the newest checkpoint of the log lies before what was seen of it")
        leaves = tuple(self.leaves[: found.size - self.since])
        return Continued(found.note, found.size, self.root_before, leaves, found.frontier)
