"""The proof of one entry as a file for somebody who may not see the rest: docs/protocols/log.md.

Reading believes nothing; what the file claims is its key, its entry and its path, all to be verified.
"""

import json
from typing import Any

from havre.audit.entry import Entry
from havre.audit.export import LONGEST_LINE, read_export, written
from havre.audit.prove import Proof
from havre.errors import Invalid
from havre.sealing.chain import HASH_BYTES
from havre.sealing.sign import Verifier, verifier_of

FORMAT = "havre audit proof 1"
NO_PROOF = "the file is no proof of an entry of a log"
LONGEST_PATH = 64
"""Hashes between an entry and its root: a log of 2^64 entries has no more."""


def write_proof(proof: Proof, verifier: Verifier) -> str:
    """The proof as one JSON object, readable by people as far as it can be."""
    told = {
        "proof": FORMAT,
        "key": verifier.text(),
        "entry": written(proof.entry),
        "path": [node.hex() for node in proof.path],
        "checkpoint": proof.note,
    }
    return json.dumps(told, indent=2) + "\n"


def read_proof(text: str) -> tuple[Proof, Verifier]:
    """The proof in a file, and the key it claims. Raises Invalid where the file is none."""
    told = _told(text)
    entry = next(iter(read_export([json.dumps({"entry": told["entry"]})])))
    if not isinstance(entry, Entry):
        raise Invalid(NO_PROOF)
    return Proof(entry, _path(told["path"]), str(told["checkpoint"])), verifier_of(str(told["key"]))


def _told(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text) if len(text) <= LONGEST_LINE else None
    except (ValueError, RecursionError):
        told = None
    if (
        not isinstance(told, dict)
        or told.get("proof") != FORMAT
        or not {"key", "entry", "path", "checkpoint"} <= set(told)
    ):
        raise Invalid(NO_PROOF)
    return told


def _path(value: object) -> tuple[bytes, ...]:
    try:
        path = tuple(bytes.fromhex(node) for node in value) if isinstance(value, list) else ()
    except (TypeError, ValueError):
        raise Invalid(NO_PROOF) from None
    if len(path) > LONGEST_PATH or any(len(node) != HASH_BYTES for node in path):
        raise Invalid(NO_PROOF)
    return path
