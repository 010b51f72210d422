"""The log as its keepers see it: proven whole, exported, its newest checkpoint, its last entries."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from django.utils.translation import gettext as _

from havre.audit import models
from havre.audit.entry import Entry
from havre.audit.export import write_export
from havre.audit.proof_file import write_proof
from havre.audit.queries import Found, Sought, entries_of, entry_for
from havre.audit.record import checkpoint
from havre.audit.rows import entry_from, lines
from havre.audit.seen import read_seen
from havre.audit.stored import prove_stored, signed_notes
from havre.audit.verify import verify
from havre.errors import Invalid, Refused, Unavailable
from havre.flows.home import Home, consulted, durable, log, seal_log
from havre.flows.proof import Proof
from havre.sealing.sign import Verifier, signed_note
from havre.units.acting import Acting
from havre.units.models import RoleName

MOST_SHOWN = 1000
"""Entries shown at once."""


def verify_log(home: Home, acting: Acting, seen: str = "") -> Proof:
    """The log of this node, from its first entry to its end, against the newest checkpoints seen outside of it.

    That it was verified is written down only where it is whole: nobody adds to a log that was altered.
    """
    _must_serve(acting, "verify the log")
    last_seen = read_seen(home.settings.seen)
    proof = prove(home.signer.verifier, [last_seen, seen])
    proof = replace(proof, unseen=not last_seen and proof.verdict.checkpoints > 0)
    if proof.sound:
        consulted(home, acting, "log", {"act": "verified", "entries": proof.verdict.entries})
    return proof


def prove(verifier: Verifier, seen: Iterable[str]) -> Proof:
    """Verify the log in the database and write nothing; every checkpoint in `seen` must be in it."""
    known = {note for note in seen if note} or {""}
    proofs = [Proof(verifier, verify(lines(), verifier, note), trusted=True) for note in sorted(known)]
    return min(proofs, key=lambda proof: proof.sound)


def export_log(home: Home, acting: Acting, file: Path) -> dict[str, Any]:
    """Write the whole log to a new file, which anybody can verify; that it was disclosed is its last entry."""
    _must_serve(acting, "export the log")
    with _written(file) as text:
        with durable():
            log(home, acting, "disclosure", "log", {"act": "exported", "file": str(file)})
        seal_log(home, acting)
        for line in write_export(lines(), home.signer.verifier):
            text.write(line)
    return {"file": str(file), "bytes": file.stat().st_size, "key": home.signer.verifier.text()}


def newest_note(home: Home, acting: Acting) -> str:
    """The newest signed checkpoint, made now if anything was added: to be kept elsewhere, or countersigned."""
    _must_serve(acting, "take a checkpoint")
    with durable():
        log(home, acting, "consultation", "log", {"act": "checkpoint"})
    newest = checkpoint(home.signer, acting.now(), home.settings.seen)
    return signed_note(newest, home.signer)


def last_entries(home: Home, acting: Acting, count: int) -> list[dict[str, Any]]:
    """The last entries of the acting person's unit, newest first; that they were looked at is logged first.

    Whoever serves the node as a whole reads the entries of their own unit alone: names and reasons are its own.
    """
    _must_serve(acting, "read the log")
    if not 0 < count <= MOST_SHOWN:
        raise Invalid(
            _("between 1 and %(most)s entries are shown at once, not %(count)s") % {"most": MOST_SHOWN, "count": count}
        )
    consulted(home, acting, "log", {"act": "read", "count": count})
    rows = models.Entry.objects.filter(unit=acting.unit.name).order_by("-index")[:count]
    return [_shown(entry) for row in rows if isinstance(entry := entry_from(row), Entry)]


def search_log(home: Home, acting: Acting, sought: Sought, most: int, before: int | None = None) -> Found:
    """Entries of the own unit that answer what is sought, newest first; that they were looked for is logged first."""
    _must_audit(acting, "read the log")
    consulted(home, acting, "log", {"act": "searched", **sought.named()} | ({"before": before} if before else {}))
    return entries_of(acting.person, sought, most, before)


def read_entry(home: Home, acting: Acting, index: int) -> Entry:
    """One entry of the own unit; that it was looked at is logged first. Raises NotFound for any other."""
    _must_audit(acting, "read the log")
    entry = entry_for(acting.person, index)
    consulted(home, acting, f"entry {index}", {"act": "read"})
    return entry


def prove_entry(home: Home, acting: Acting, index: int) -> str:
    """The proof of one entry of the own unit, as a file to hand out; that it was disclosed is logged first."""
    _must_audit(acting, "prove an entry")
    entry = entry_for(acting.person, index)
    with durable():
        log(home, acting, "disclosure", f"entry {index}", {"act": "proved"})
        seal_log(home, acting)
    return write_proof(prove_stored(entry, home.signer.verifier), home.signer.verifier)


def signed_checkpoints(home: Home, acting: Acting, most: int, before: int | None = None) -> list[models.Checkpoint]:
    """Signed checkpoints, newest first; that they were looked at is logged first."""
    _must_audit(acting, "see the checkpoints")
    consulted(home, acting, "log", {"act": "checkpoints"})
    return signed_notes(most, before)


def _shown(entry: Entry) -> dict[str, Any]:
    columns = ("index", "at", "person", "verb", "thing", "reason", "detail")
    return {column: getattr(entry, column) for column in columns}


def _must_serve(acting: Acting, to: str) -> None:
    acting.must_be(RoleName.AUDITOR, RoleName.SUPERVISOR, RoleName.ADMINISTRATOR, to=to)


def _must_audit(acting: Acting, to: str) -> None:
    acting.must_be(RoleName.AUDITOR, to=to)


@contextmanager
def _written(file: Path) -> Iterator[TextIO]:
    """A new file for its owner alone, durable at the end, gone where its writing failed."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise Refused(_("%(file)s is there already: name another file, or remove it") % {"file": file}) from None
    except OSError as error:
        raise Invalid(_("%(file)s can't be written: %(error)s") % {"file": file, "error": error.strerror}) from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as text:
            yield text
            text.flush()
            os.fsync(descriptor)
    except OSError as error:
        file.unlink(missing_ok=True)
        raise Unavailable(
            _("%(file)s could not be written (%(error)s): free space and run this again")
            % {"file": file, "error": error.strerror}
        ) from error
    except BaseException:
        file.unlink(missing_ok=True)
        raise
