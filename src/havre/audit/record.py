"""Writing the log: entries inside the caller's transaction, checkpoints that are also kept outside the database.

No log, no answer: whatever goes wrong here fails the transaction it stands in.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from havre.audit import models
from havre.audit.entry import Act, Entry, Seal, Unreadable, entry_of, wrong_with
from havre.audit.rows import COLUMNS, HEAD, entry_from
from havre.audit.seen import keep_seen, read_seen
from havre.compiled import compiled
from havre.errors import Broken, Invalid, Unavailable
from havre.prepared import answer_together, write_together
from havre.sealing.chain import Frontier, frontier_of
from havre.sealing.sign import NO_PREVIOUS, Checkpoint, Signer, Verifier, note_digest, read_note, signed_note

ADDED = (
    'INSERT INTO audit_entry ("index", at, person, unit, verb, thing, reason, detail, signature, leaf)'
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
"""In the order of COLUMNS."""

SEALED = "INSERT INTO audit_checkpoint (number, size, frontier, note) VALUES (%s, %s, %s, %s)"

ENDS = "SELECT id, size, frontier FROM audit_head WHERE id = 1"
"""Of the row HEAD."""
NEWEST = "SELECT number, size, frontier, note FROM audit_checkpoint ORDER BY number DESC LIMIT 1"

UNSIGNED = 1_000
"""Entries without a checkpoint that are read at a time."""


def record(
    signer: Signer,
    *,
    person: str,
    unit: str,
    verb: str,
    thing: str,
    reason: str,
    at: datetime,
    detail: Mapping[str, object] | None = None,
) -> int:
    """Append one entry inside the caller's transaction; its index.

    `verb` begins with consultation, change, disclosure or erasure. Raises Invalid where the entry is not one,
    Unavailable where the database does not take it, Broken where the log contradicts itself.
    """
    return record_all(signer, [Act(person, unit, verb, thing, reason, at, detail or {})]).start


def record_all(signer: Signer, acts: Sequence[Act]) -> range:
    """Append a batch of entries, in order, as `record` does; their indexes."""
    with _writing():
        head = _locked_head()
        tree = _frontier(head.size, head.frontier)
        entries = [entry_of(act, tree.size + place, signer) for place, act in enumerate(acts)]
        for entry in entries:
            tree = tree.append(entry.leaf)
        models.Entry.objects.bulk_create([_row(entry) for entry in entries])
        write_together(connection, [_moved(tree)])
    return range(tree.size - len(entries), tree.size)


def record_signed(signer: Signer, act: Act, seen: Path) -> Checkpoint:
    """Append one entry and sign the log up to it, as `record` and `checkpoint` do one after the other.

    In half their questions to the database: everybody else who writes waits for as long.
    """
    with _writing():
        head, newest = _locked()
        _refuse_rollback(signer.verifier, read_seen(seen), head, newest)
        tree = _proven_tree(newest, head, signer.verifier)
        entry = entry_of(act, tree.size, signer)
        tree = tree.append(entry.leaf)
        note = _note(newest, tree, act.at, signer)
        write_together(connection, [_added(entry), _moved(tree), _sealed(newest, tree, note)])
        transaction.on_commit(lambda: keep_seen(seen, note, signer.verifier))
    return read_note(note, signer.verifier)


def checkpoint(signer: Signer, at: datetime, seen: Path) -> Checkpoint:
    """Sign what the log holds, and once that is committed keep the signed note in the file `seen` too.

    Where nothing was added since, the newest checkpoint stands. Raises Broken, and signs nothing, where the log
    does not continue what was signed or seen before.
    """
    with _writing():
        head, newest = _locked()
        _refuse_rollback(signer.verifier, read_seen(seen), head, newest)
        tree = _proven_tree(newest, head, signer.verifier)
        unchanged = newest is not None and newest.size == tree.size
        note = newest.note if newest is not None and unchanged else _sign(newest, tree, at, signer)
        transaction.on_commit(lambda: keep_seen(seen, note, signer.verifier))
    return read_note(note, signer.verifier)


def newest_checkpoint(verifier: Verifier) -> Checkpoint | None:
    """The last checkpoint, if there is one. Raises Broken where its signature is wrong."""
    newest = _newest_seal()
    return None if newest is None else read_note(newest.note, verifier)


def refuse_rollback(verifier: Verifier, seen: str) -> None:
    """Raises Broken where the log is shorter than, or another than, the checkpoint seen before.

    `seen` is the text of the checkpoint file; empty where none was kept yet. This compares ends and checkpoints,
    in a few queries; `havre audit verify` compares every entry.
    """
    if seen:
        _refuse_rollback(verifier, seen, models.Head.objects.filter(pk=HEAD).first(), _newest_seal())


def _refuse_rollback(verifier: Verifier, seen: str, head: models.Head | None, newest: Seal | None) -> None:
    if not seen:
        return
    known = read_note(seen, verifier)
    size = 0 if head is None else head.size
    if size < known.size:
        raise Broken(
            _("the log holds %(size)s entries, but %(seen)s were seen: it was cut off or went back")
            % {"size": size, "seen": known.size}
        )
    same = newest is not None and (newest.number, newest.note) == (known.number, seen)
    if not same and not _signed(known.number, seen):
        raise Broken(
            _("checkpoint %(number)s, seen before, is not in this log: it has another history")
            % {"number": known.number}
        )


@compiled
def _signed(number: int, note: str) -> "QuerySet[models.Checkpoint, int]":
    return models.Checkpoint.objects.filter(number=number, note=note).values_list("number", flat=True)


def _newest_seal() -> Seal | None:
    return next((Seal(row.number, row.size, row.frontier, row.note) for row in _newest()), None)


@compiled
def _newest() -> "QuerySet[models.Checkpoint]":
    return models.Checkpoint.objects.order_by("-number")[:1]


def _sign(newest: Seal | None, tree: Frontier, at: datetime, signer: Signer) -> str:
    note = _note(newest, tree, at, signer)
    write_together(connection, [_sealed(newest, tree, note)])
    return note


def _note(newest: Seal | None, tree: Frontier, at: datetime, signer: Signer) -> str:
    previous = NO_PREVIOUS if newest is None else note_digest(newest.note)
    origin = signer.verifier.name
    return signed_note(Checkpoint(origin, tree.size, tree.root(), _number(newest), at, previous), signer)


def _number(newest: Seal | None) -> int:
    return 0 if newest is None else newest.number + 1


# ---- what is written, as SQL: every look at anything waits for it ----

Statement = tuple[str, Sequence[object]]


def _added(entry: Entry) -> Statement:
    return ADDED, [getattr(entry, name) for name in COLUMNS]


def _moved(tree: Frontier) -> Statement:
    return "UPDATE audit_head SET size = %s, frontier = %s WHERE id = %s", [tree.size, tree.text(), HEAD]


def _sealed(newest: Seal | None, tree: Frontier, note: str) -> Statement:
    return SEALED, [_number(newest), tree.size, tree.text(), note]


def _proven_tree(newest: Seal | None, head: models.Head, verifier: Verifier) -> Frontier:
    """The tree that continues the newest checkpoint: whoever altered the head makes nobody sign it."""
    tree = Frontier() if newest is None else _signed_tree(newest, verifier)
    # Nearly always none or one: a cursor would cost three questions. Behind the head's own end there is nothing, or
    # what would be the next entry is there already and is refused.
    while tree.size < head.size and (rows := _entries_from(tree.size)):
        tree = _continued(tree, rows, verifier)
    if (head.size, head.frontier) != (tree.size, tree.text()):
        raise Broken(
            _(
                "the log says it ends at %(size)s but its entries say %(entries)s, or another tree; run `havre audit"
                " verify`"
            )
            % {"size": head.size, "entries": tree.size}
        )
    return tree


@compiled
def _entries_from(index: int) -> "QuerySet[models.Entry]":
    return models.Entry.objects.filter(index__gte=index).order_by("index")[:UNSIGNED]


def _continued(tree: Frontier, rows: Sequence[models.Entry], verifier: Verifier) -> Frontier:
    for row in rows:
        entry = entry_from(row)
        if isinstance(entry, Unreadable) or entry.index != tree.size or wrong_with(entry, verifier):
            raise Broken(
                _("entry %(size)s of the log is not what was recorded; run `havre audit verify`") % {"size": tree.size}
            )
        tree = tree.append(entry.leaf)
    return tree


def _signed_tree(newest: Seal, verifier: Verifier) -> Frontier:
    signed = read_note(newest.note, verifier)
    tree = _frontier(newest.size, newest.frontier)
    if (signed.number, signed.size, signed.root) != (newest.number, tree.size, tree.root()):
        raise Broken(
            _("checkpoint %(number)s of the log was altered; run `havre audit verify`") % {"number": newest.number}
        )
    return tree


def _locked() -> tuple[models.Head, Seal | None]:
    """The head, which is ours until the transaction ends, and then the newest checkpoint."""
    heads, seals = answer_together(connection, (_ours(), NEWEST))
    return _head(heads), next((Seal(*row) for row in seals), None)


def _locked_head() -> models.Head:
    return _head(answer_together(connection, (_ours(),))[0])


def _ours() -> str:
    # SQLite's transactions are immediate: there the whole database is ours already.
    return f"{ENDS} FOR UPDATE" if connection.features.has_select_for_update else ENDS


def _head(rows: Sequence[tuple[Any, ...]]) -> models.Head:
    if not rows:
        raise Broken(_("the log has lost the row that says where it ends; run `havre audit verify`"))
    key, size, frontier = rows[0]
    return models.Head(key, size, frontier)


def _frontier(size: int, text: str) -> Frontier:
    try:
        return frontier_of(size, text)
    except (Invalid, TypeError) as error:
        raise Broken(_("the log's tree was altered (%(error)s); run `havre audit verify`") % {"error": error}) from None


def _row(entry: Entry) -> models.Entry:
    return models.Entry(**{name: getattr(entry, name) for name in COLUMNS})


@contextmanager
def _writing() -> Iterator[None]:
    # Without a savepoint: whoever catches this error still cannot commit what was not logged.
    try:
        with transaction.atomic(savepoint=False):
            yield
    except IntegrityError as error:
        raise Broken(_("the log already holds what would be its next entry; run `havre audit verify`")) from error
    except DatabaseError as error:
        raise Unavailable(
            _("the log could not be written, so nothing was done: look at the database and run the same command again")
        ) from error
