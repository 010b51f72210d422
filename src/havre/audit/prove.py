"""A proof that one entry is in the log, short enough to hand to somebody who may not see the rest."""

from collections.abc import Iterable
from dataclasses import dataclass

from havre.audit.entry import Entry, Line, Seal, wrong_with
from havre.errors import Broken, NotFound
from havre.sealing.chain import inclusion_proof, is_included
from havre.sealing.sign import Checkpoint, Verifier, read_note


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry, the signed checkpoint that covers it, and the path between the two."""

    entry: Entry
    path: tuple[bytes, ...]
    note: str


def prove_inclusion(lines: Iterable[Line], index: int) -> Proof:
    """The proof that entry `index` is covered by the newest checkpoint; 32 bytes of memory an entry.

    Raises NotFound where no entry has this number or no checkpoint covers it yet.
    """
    entry, newest, leaves = None, None, []
    for line in lines:
        if isinstance(line, Seal):
            newest = line
        if isinstance(line, Entry):
            leaves.append(line.leaf)
            entry = line if line.index == index else entry
    if entry is None:
        raise NotFound("the log has no entry %(index)s", index=index)
    if newest is None or newest.size <= index:
        raise NotFound("no checkpoint covers entry %(entry)s yet: run `havre audit checkpoint`", entry=index)
    return Proof(entry, tuple(inclusion_proof(leaves[: newest.size], index)), newest.note)


def verify_inclusion(proof: Proof, verifier: Verifier) -> Checkpoint:
    """The checkpoint that covers the entry. Raises Broken where the proof does not show it."""
    wrong = wrong_with(proof.entry, verifier)  # (1) the log signed the entry
    if wrong:
        raise Broken("entry %(entry)s: %(wrong)s", entry=proof.entry.index, wrong=wrong)
    checkpoint = read_note(proof.note, verifier)  # (2) and the checkpoint
    leaf, index = proof.entry.leaf, proof.entry.index
    if not is_included(leaf, index, checkpoint.size, proof.path, checkpoint.root):  # (3) whose tree holds the entry
        raise Broken(
            "entry %(index)s is not in the tree of checkpoint %(number)s", index=index, number=checkpoint.number
        )
    return checkpoint
