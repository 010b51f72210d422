"""The proof made from the leaves alone is the one made from the whole log."""

import pytest

from havre.audit.entry import Entry as Written
from havre.audit.models import Checkpoint, Entry
from havre.audit.prove import prove_inclusion
from havre.audit.record import record
from havre.audit.rows import entry_from, lines
from havre.audit.stored import prove_stored, signed_notes
from havre.errors import Broken, NotFound
from havre.settings import Settings
from tests.audit.tampering import NODE, NOON, grow


def stored(index: int) -> Written:
    found = entry_from(Entry.objects.get(index=index))
    assert isinstance(found, Written)
    return found


def test_it_agrees_with_the_reference_for_every_entry(database: Settings) -> None:
    grow(13, database.seen)
    for index in range(13):
        assert prove_stored(stored(index), NODE.verifier) == prove_inclusion(lines(), index)


def test_an_altered_log_proves_nothing(database: Settings) -> None:
    grow(13, database.seen)
    Entry.objects.filter(index=3).update(leaf=b"\x00" * 32)
    with pytest.raises(Broken, match="not in the tree"):
        prove_stored(stored(5), NODE.verifier)
    Entry.objects.filter(index=3).delete()
    with pytest.raises(Broken, match="12 of the 13"):
        prove_stored(stored(5), NODE.verifier)


def test_what_no_checkpoint_covers_is_not_proven(database: Settings) -> None:
    record(NODE, person="anke", unit="u", verb="change", thing="t", reason="", at=NOON)
    with pytest.raises(NotFound, match="no checkpoint covers entry 0"):
        prove_stored(stored(0), NODE.verifier)


def test_checkpoints_come_newest_first(database: Settings) -> None:
    Checkpoint.objects.bulk_create(Checkpoint(number=n, size=n + 1, frontier="", note=f"note {n}") for n in range(5))
    assert [checkpoint.number for checkpoint in signed_notes(2)] == [4, 3]
    assert [checkpoint.number for checkpoint in signed_notes(9, 3)] == [2, 1, 0]
