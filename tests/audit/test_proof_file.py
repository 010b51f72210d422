"""The proof of one entry as a file: read again it is the same, and what is no proof is said to be none."""

import json

import pytest

from havre.audit.proof_file import NO_PROOF, read_proof, write_proof
from havre.audit.prove import Proof, prove_inclusion, verify_inclusion
from havre.audit.rows import lines
from havre.errors import Broken, Invalid
from havre.settings import Settings
from tests.audit.tampering import NODE, grow


@pytest.fixture
def proof(database: Settings) -> Proof:
    grow(13, database.seen)
    return prove_inclusion(lines(), 6)


def test_a_proof_written_and_read_is_the_same(proof: Proof) -> None:
    assert read_proof(write_proof(proof, NODE.verifier)) == (proof, NODE.verifier)


def test_it_holds_no_column_of_another_entry(proof: Proof) -> None:
    written = write_proof(proof, NODE.verifier)
    assert [json.loads(written)["entry"]["index"], written.count('"thing"')] == [6, 1]


@pytest.mark.parametrize("field", ["key", "entry", "path", "checkpoint", "proof"])
@pytest.mark.parametrize("value", [None, 1, [], {}, "", [1], ["zz"], ["00"], ["00" * 32] * 65, {"index": 1}])
def test_a_file_that_was_bent_proves_nothing(proof: Proof, field: str, value: object) -> None:
    told = json.loads(write_proof(proof, NODE.verifier)) | {field: value}
    with pytest.raises((Invalid, Broken)):
        verify_inclusion(read_proof(json.dumps(told))[0], read_proof(json.dumps(told))[1])


@pytest.mark.parametrize("text", ["", "null", "[]", "{", "[" * 100_000, '{"proof": "havre audit proof 1"}'])
def test_what_is_no_proof_is_said_to_be_none(text: str) -> None:
    with pytest.raises(Invalid, match=NO_PROOF):
        read_proof(text)
