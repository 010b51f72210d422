"""What a witness of a log decides: whether a checkpoint continues what it has seen, and how it says so. Pure.

A witness remembers the frontier of the tree it has seen, is given the leaves since, and grows its own tree.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from havre.errors import Broken, Invalid
from havre.sealing.chain import EMPTY_ROOT, Frontier, frontier_of
from havre.sealing.sign import DASH, KEY_ID_BYTES, Checkpoint, Signer, Verifier, read_note
from havre.sealing.statement import decoded, encoded


@dataclass(frozen=True, slots=True)
class Seen:
    """What a witness has seen of a log: its newest checkpoint, and the tree it covers."""

    checkpoint: Checkpoint
    note: str
    tree: Frontier


@dataclass(frozen=True, slots=True)
class Shown:
    """What a log shows of itself: a checkpoint, and how it came there from what was seen."""

    note: str
    since: int
    """The entries that the witness is said to have seen."""
    root: bytes
    """The root over them, as the log hashes them now."""
    leaves: Sequence[bytes]
    frontier: str
    """Where the witness begins: the frontier at the checkpoint."""


def begin(shown: Shown, log: Verifier) -> Seen:
    """A log seen for the first time. Raises Broken where the checkpoint is not signed or the tree is another."""
    found = read_note(shown.note, log)
    try:
        tree = frontier_of(found.size, shown.frontier)
    except Invalid:
        raise Broken("its frontier is none") from None
    if tree.root() != found.root:
        raise Broken("its frontier is not that of its checkpoint")
    return Seen(found, shown.note, tree)


def go_on(seen: Seen, shown: Shown, log: Verifier) -> Seen:
    """What is seen of the log from now on. Raises Broken, with the reason, where it contradicts what was seen."""
    found = read_note(shown.note, log)  # (1) it is the log that speaks
    was = seen.checkpoint
    if found.number <= was.number and shown.note != seen.note:  # (2) it goes forward
        raise Broken("it shows checkpoint %(number)s, behind one that was seen", number=found.number)
    if found.size < was.size:  # (3) it did not shrink
        raise Broken("it shrank from %(was)s entries to %(size)s", was=was.size, size=found.size)
    if shown.since != was.size:
        raise Broken("it begins at %(since)s, where %(was)s were seen", since=shown.since, was=was.size)
    if shown.root != (was.root if was.size else EMPTY_ROOT):  # (4) what was seen is still there, as it was
        raise Broken("its first %(was)s entries are others than those that were seen", was=was.size)
    tree = seen.tree
    for leaf in shown.leaves:  # (5) and what came since makes the new tree
        tree = tree.append(leaf)
    if (tree.size, tree.root()) != (found.size, found.root):
        raise Broken("its checkpoint does not continue what was seen")
    return Seen(found, shown.note, tree)


def countersignature(note: str, witness: Signer) -> str:
    """The line that a witness adds below a note (C2SP signed-note)."""
    verifier = witness.verifier
    return f"{DASH} {verifier.name} {encoded(verifier.key_id + witness.sign(_text(note)))}\n"


def must_countersign(line: str, note: str, witness: Verifier) -> None:
    """Raises Broken unless this line is of this witness, below this note."""
    start = f"{DASH} {witness.name} "
    value = b""
    if line.startswith(start) and line.endswith("\n"):
        try:
            value = decoded(line[len(start) : -1])
        except Invalid:
            value = b""
    if value[:KEY_ID_BYTES] != witness.key_id or not witness.accepts(_text(note), value[KEY_ID_BYTES:]):
        raise Broken("this is no countersignature of %(name)s", name=witness.name)


def contradict(one: str, other: str, log: Verifier) -> bool:
    """Whether two notes of a log alone prove that it lied: one place with two contents, or shrinking as it counted."""
    first, second = read_note(one, log), read_note(other, log)
    if first.number > second.number:
        first, second = second, first
    if first.number == second.number:
        return one.partition("\n\n")[0] != other.partition("\n\n")[0]
    return first.size > second.size or (first.size == second.size and first.root != second.root)


def _text(note: str) -> bytes:
    return (note.partition("\n\n")[0] + "\n").encode()
