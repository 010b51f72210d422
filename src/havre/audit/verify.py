"""Whether a log is what was recorded, from its first entry to its end, and where it is not: pure, in one pass.

What it needs besides the log is the log's public key, and from outside the database the newest checkpoint seen:
without that, a log cut off or set back as a whole cannot be told from one that ended earlier.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from havre.audit.entry import End, Entry, Line, Seal, wrong_with
from havre.errors import Broken, Invalid
from havre.sealing.chain import Frontier, frontier_of
from havre.sealing.sign import NO_PREVIOUS, Checkpoint, Verifier, note_digest, read_note

MOST_PROBLEMS = 1000
"""More are counted, not described."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the log: the first entry concerned, where one can be named, and one sentence."""

    index: int | None
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found."""

    entries: int
    checkpoints: int
    uncovered: int
    """Entries behind the last checkpoint: signed each, but their loss would not show."""
    root: bytes | None
    """The root of the whole tree; none where it cannot be known."""
    problems: tuple[Problem, ...]
    more: int
    """Problems that are not described."""

    @property
    def first_altered(self) -> int | None:
        """The index of the first entry that is not as it was recorded, where one can be named."""
        return min((problem.index for problem in self.problems if problem.index is not None), default=None)


def verify(lines: Iterable[Line], verifier: Verifier, seen: str = "") -> Verdict:
    """Recompute every leaf, signature, root and link of a log, and say everything that is wrong with it.

    `seen` is the newest checkpoint known from outside, or empty. That every checkpoint continues the one before
    is shown by growing a single tree through all of them.
    """
    examination = _Examination(verifier, seen)
    for line in lines:
        examination.read(line)
    return examination.verdict()


class _Examination:
    """How far the reading came, and what it found."""

    def __init__(self, verifier: Verifier, seen: str) -> None:
        self.verifier = verifier
        self.problems: list[Problem] = []
        self.told = 0
        self.tree: Frontier | None = Frontier()  # none where entries are lost, until a checkpoint gives it again
        self.count = 0
        self.seals = 0
        self.covered = 0
        self.told_when_covered = 0
        self.next_number = 0
        self.previous: bytes | None = NO_PREVIOUS
        self.ended = False
        self.seen = _Seen(seen, self._read_note("the checkpoint seen outside", seen) if seen else None)

    def read(self, line: Line) -> None:
        """Take the next line of the log."""
        if self.ended:
            self._say(None, "the log goes on behind the line that ends it")
        self.seen.look_at(self.tree, self.count)
        match line:
            case Entry():
                self._read_entry(line)
            case Seal():
                self._read_seal(line)
            case End():
                self._read_end(line)
            case _:
                self._say(line.index, line.place)
                self.tree = None

    def verdict(self) -> Verdict:
        """What was found, once the log is read to its end."""
        if not self.ended:
            self._say(self.count, f"the log breaks off behind {self.count} entries: the line that ends it is missing")
        for problem in self.seen.problems(self.count):
            self._say(problem.index, problem.what)
        root = None if self.tree is None else self.tree.root()
        more = self.told - len(self.problems)
        return Verdict(self.count, self.seals, self.count - self.covered, root, tuple(self.problems), more)

    def _say(self, index: int | None, what: str) -> None:
        self.told += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(index, what))

    def _read_entry(self, entry: Entry) -> None:
        if entry.index < self.count:
            self._say(entry.index, f"entry {entry.index} stands again, where {self.count} belongs")
            self.tree = None
            return
        if entry.index > self.count:
            self._say(self.count, f"{_entries(self.count, entry.index)} missing")
            self.tree = None
        wrong = wrong_with(entry, self.verifier)
        if wrong:
            self._say(entry.index, f"entry {entry.index}: {wrong}")
        self.tree = None if self.tree is None else self.tree.append(_signed_leaf(entry, wrong, self.verifier))
        self.count = entry.index + 1

    def _read_seal(self, seal: Seal) -> None:
        self.seals += 1
        name = f"checkpoint {seal.number}"
        signed = self._read_note(name, seal.note)
        if seal.number > self.next_number:
            self._say(None, f"checkpoints from {self.next_number} up to {name} are missing")
            self.previous = None
        if seal.number < self.next_number:
            self._say(None, f"{name} stands again, where {self.next_number} belongs")
        self.next_number = max(self.next_number, seal.number + 1)
        if signed is None:
            self.previous = None
            return
        if (signed.number, signed.size) != (seal.number, seal.size):
            self._say(None, f"{name}: its number or size was altered: {signed.number} and {signed.size} were signed")
        if self.previous not in (None, signed.previous):
            self._say(None, f"{name}: the checkpoint before it is not the one it was signed after")
        self.previous = note_digest(seal.note)
        self.seen.meet(signed, seal.note)
        self._compare(name, signed, seal)

    def _compare(self, name: str, signed: Checkpoint, seal: Seal) -> None:
        """The tree grown so far against the signed one; where entries were lost, go on from the signed one."""
        if signed.size > self.count:
            self._say(self.count, f"{_entries(self.count, signed.size)} missing: {name} covers them")
            return
        if signed.size < self.count:
            self._say(None, f"{name} stands behind entry {self.count - 1}, which it does not cover")
            return
        same = self.tree is not None and self.tree.root() == signed.root
        if self.tree is not None and not same and self.told == self.told_when_covered:
            self._say(self.covered, f"{_entries(self.covered, signed.size)} not what {name} signed")
        kept = _frontier(seal)
        if kept is None or (kept.size, kept.root()) != (signed.size, signed.root):
            self._say(None, f"{name}: its frontier was altered")
            kept = None
        self.tree = self.tree if same else kept
        self.covered, self.told_when_covered = signed.size, self.told

    def _read_end(self, end: End) -> None:
        self.ended = True
        if end.size != self.count:
            index = self.count if end.size > self.count else None
            self._say(index, f"the log says that it ends behind {end.size} entries, but it holds {self.count}")
        elif self.tree is not None and end.frontier != self.tree.text():
            self._say(None, f"the log's end: its frontier is not that of its {self.count} entries")

    def _read_note(self, name: str, note: str) -> Checkpoint | None:
        try:
            return read_note(note, self.verifier)
        except Broken as error:
            self._say(None, f"{name}: {error}")
            return None


class _Seen:
    """The checkpoint known from outside, and whether the log still holds what it covers."""

    def __init__(self, note: str, known: Checkpoint | None) -> None:
        self.note = note
        self.known = known
        self.met = False
        self.root: bytes | None = None

    def look_at(self, tree: Frontier | None, count: int) -> None:
        """Remember the root of the tree when it is as large as the one that was seen."""
        if self.known is not None and tree is not None and count == self.known.size:
            self.root = tree.root()

    def meet(self, signed: Checkpoint, note: str) -> None:
        """A checkpoint of the log: it may be the one that was seen."""
        self.met |= self.known is not None and signed.number == self.known.number and note == self.note

    def problems(self, count: int) -> Iterator[Problem]:
        """What the log lacks of what was seen."""
        if self.known is None or self.met:
            return
        name = f"checkpoint {self.known.number}, which was seen outside,"
        if count < self.known.size:
            what = f"{name} covers {self.known.size} entries; the log holds {count}: it was cut off or set back"
            yield Problem(count, what)
        elif self.root == self.known.root:
            yield Problem(None, f"{name} was removed from the log; the entries it covers are there")
        else:
            yield Problem(None, f"{name} is of another history of this log than the first {self.known.size} entries")


def _signed_leaf(entry: Entry, wrong: str, verifier: Verifier) -> bytes:
    # Where stored and recomputed hash differ, one of them is what was signed: the recomputed if the signature holds.
    if wrong and verifier.accepts(entry.message(verifier.name), entry.signature):
        return entry.hashed(verifier.name)
    return entry.leaf


def _frontier(seal: Seal) -> Frontier | None:
    try:
        return frontier_of(seal.size, seal.frontier)
    except Invalid:
        return None


def _entries(first: int, behind: int) -> str:
    return f"entry {first} is" if behind == first + 1 else f"entries {first} to {behind - 1} are"
