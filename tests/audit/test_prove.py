"""That one entry is in the log can be shown to somebody who sees no other."""

from dataclasses import replace

import pytest

from havre.audit.prove import prove_inclusion, verify_inclusion
from havre.audit.record import newest_checkpoint, record
from havre.audit.rows import lines
from havre.errors import Broken, NotFound
from havre.settings import Settings
from tests.audit.tampering import FORGER, NODE, NOON, grow


def test_every_entry_is_proven_to_be_covered_by_the_newest_checkpoint(database: Settings) -> None:
    grow(13, database.seen)
    newest = newest_checkpoint(NODE.verifier)
    for index in range(13):
        proof = prove_inclusion(lines(), index)
        assert proof.entry.index == index
        assert verify_inclusion(proof, NODE.verifier) == newest


def test_a_proof_shows_nothing_about_another_entry(database: Settings) -> None:
    grow(13, database.seen)
    proof, other = prove_inclusion(lines(), 4), prove_inclusion(lines(), 5)
    with pytest.raises(Broken, match="entry 5 is not in the tree"):
        verify_inclusion(replace(proof, entry=other.entry), NODE.verifier)
    with pytest.raises(Broken, match="entry 4: "):
        verify_inclusion(replace(proof, entry=replace(proof.entry, person="nobody")), NODE.verifier)
    with pytest.raises(Broken, match="not in the tree"):
        verify_inclusion(replace(proof, path=proof.path[:-1]), NODE.verifier)
    with pytest.raises(Broken):
        verify_inclusion(proof, FORGER.verifier)


def test_there_is_no_proof_of_an_entry_that_is_not_there_or_not_covered_yet(database: Settings) -> None:
    with pytest.raises(NotFound, match="no entry 0"):
        prove_inclusion(lines(), 0)
    record(NODE, person="anke", unit="u", verb="change", thing="t", reason="", at=NOON)
    with pytest.raises(NotFound, match="no checkpoint covers entry 0 yet"):
        prove_inclusion(lines(), 0)
    grow(1, database.seen)
    record(NODE, person="anke", unit="u", verb="change", thing="t", reason="", at=NOON)
    with pytest.raises(NotFound, match="no checkpoint covers entry 2 yet"):
        prove_inclusion(lines(), 2)
