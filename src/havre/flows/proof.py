"""What a verification of a log says; an exported file is verified without a home, a database or a key of this node."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from django.utils.translation import gettext as _

from havre.audit.entry import Entry
from havre.audit.export import LONGEST_LINE, read_export, read_key
from havre.audit.proof_file import read_proof
from havre.audit.prove import verify_inclusion
from havre.audit.verify import Verdict, verify
from havre.errors import Invalid
from havre.sealing.sign import Checkpoint, Verifier, verifier_of

UNSEEN = (
    "the checkpoint this home has seen is gone from it: compare the log with one kept elsewhere,"
    " `havre audit verify --seen CHECKPOINT`"
)

FIRST_LINE = 4096
"""Characters the first line of an exported log may have."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What a verification says, and of which log."""

    verifier: Verifier
    verdict: Verdict
    trusted: bool
    """Whether the public key came from outside of what was verified."""
    unseen: bool = False
    """Whether the newest checkpoint should lie outside the database and does not: an older log would not show."""

    @property
    def sound(self) -> bool:
        """Whether nothing at all is wrong."""
        return not self.verdict.problems and not self.unseen

    @property
    def problems(self) -> list[dict[str, Any]]:
        """What is wrong, by entry where it is one."""
        found: list[dict[str, Any]] = [{"entry": each.index, "what": each.what} for each in self.verdict.problems]
        return found + [{"entry": None, "what": UNSEEN}] * self.unseen

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        verdict = self.verdict
        return {
            "log": self.verifier.name,
            "key": self.verifier.text(),
            "key_trusted": self.trusted,
            "sound": self.sound,
            "entries": verdict.entries,
            "checkpoints": verdict.checkpoints,
            "uncovered": verdict.uncovered,
            "root": verdict.root.hex() if verdict.root is not None else None,
            "first_altered": verdict.first_altered,
            "problems": self.problems,
            "more": verdict.more,
        }


def verify_export(file: Path, key: str = "", seen: str = "") -> Proof:
    """An exported log, by the key given; without one by the key the file claims, which proves less."""
    with _read(file) as text:
        claimed = read_key(text.readline(FIRST_LINE))
        verifier = verifier_of(key) if key else claimed
        pieces = iter(lambda: text.readline(LONGEST_LINE + 1), "")  # an endless line costs no more memory
        verdict = verify(read_export(pieces), verifier, seen)
    return Proof(verifier, verdict, trusted=bool(key))


@dataclass(frozen=True, slots=True)
class Shown:
    """What the proof of one entry shows: the entry, the checkpoint whose tree holds it, and whose key signed both."""

    entry: Entry
    checkpoint: Checkpoint
    verifier: Verifier
    trusted: bool
    """Whether the public key came from outside of the file."""

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        columns = ("index", "at", "person", "unit", "verb", "thing", "reason", "detail")
        told: dict[str, Any] = {column: getattr(self.entry, column) for column in columns}
        sealed: dict[str, Any] = {"checkpoint": self.checkpoint.number, "size": self.checkpoint.size}
        sealed["sealed_at"] = self.checkpoint.at.isoformat()
        return {"sound": True, "key": self.verifier.text(), "key_trusted": self.trusted, "entry": told, **sealed}


def check_proof(file: Path, key: str = "") -> Shown:
    """What the proof in this file shows, by the key given; without one by the key it claims, which proves less.

    Needs nothing but the two. Raises Invalid where the file is no proof, Broken where it proves nothing.
    """
    with _read(file) as text:
        proof, claimed = read_proof(text.read(LONGEST_LINE + 1))
    verifier = verifier_of(key) if key else claimed
    return Shown(proof.entry, verify_inclusion(proof, verifier), verifier, trusted=bool(key))


@contextmanager
def _read(file: Path) -> Iterator[TextIO]:
    try:
        with file.open(encoding="utf-8", errors="replace", newline="\n") as text:
            yield text
    except OSError as error:
        raise Invalid(_("%(file)s can't be read: %(error)s") % {"file": file, "error": error.strerror}) from error
