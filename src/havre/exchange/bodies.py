"""What is told of a thing, kept under a key of its own row, and destroyed with it."""

import os
from collections.abc import Mapping
from typing import Any

from havre.exchange.gone import take_out_imprints, take_out_prints
from havre.exchange.models import BodyKey, Shared, SharedImprint, SharedPrint
from havre.sealing.body import commitment, seal_body
from havre.sealing.envelope import KEY_BYTES, Random


def keep_body(row: Shared, body: Mapping[str, Any], random: Random = os.urandom) -> None:
    """Save the row with what is told of it; its key stays the same for as long as anything is told."""
    new = seal_in(row, body, random)
    row.save()
    if new:
        BodyKey.objects.create(shared=row, key=new)


def seal_in(row: Shared, body: Mapping[str, Any], random: Random = os.urandom) -> bytes:
    """Put what is told into the row, whose version is set; the key to be saved with it, empty where it has one."""
    held = getattr(row, "body_key", None)
    key = bytes(held.key) if held is not None else random(KEY_BYTES)
    row.sealed, row.body = seal_body(body, key, row.ref, row.version, random), body
    return b"" if held is not None else key


def destroy_body(row: Shared) -> str:
    """Save the row without it: what was told, its key, prints and imprints are gone; what the log keeps instead."""
    held = getattr(row, "body_key", None)
    kept = commitment(bytes(row.sealed), bytes(held.key)) if held is not None else ""
    if held is not None:
        held.delete()
        del row._state.fields_cache["body_key"]
    row.sealed, row.body = b"", {}
    row.save()
    take_out_prints(SharedPrint.objects.filter(shared=row))
    take_out_imprints(SharedImprint.objects.filter(shared=row))
    return kept
