"""What a worker answered, checked before it is believed: the worker has read hostile bytes."""

import json
from collections.abc import Iterator
from typing import Any

from havre.media.decode.outcomes import Broke, Decoded, Exceeded, Fact, Failed, Frame, NotMedia

HARMLESS = (NotMedia,)
"""Failures after which the same worker may go on."""

ORIENTATION_BYTES = 8 * 32
REASON_LENGTH = 500


def raise_failure(head: dict[str, Any]) -> None:
    """Raise what the worker met, if it met anything."""
    failed = head.get("failed")
    if failed is None:
        return
    reason = str(head.get("reason"))[:REASON_LENGTH]
    known: dict[object, Failed] = {
        "not media": NotMedia(reason),
        "exceeded": Exceeded(str(head.get("limit"))[:32], reason),
    }
    raise known.get(failed, Broke(reason))


def decoded(head: dict[str, Any], preview: bytes) -> Decoded:
    """The picture as the worker describes it. Raises Broke where the description makes no sense."""
    try:
        return Decoded(
            kind=_text(head["kind"], 16),
            width=_count(head["width"]),
            height=_count(head["height"]),
            frames=tuple(_frame(*parts) for parts in head["frames"]),
            frame_count=_count(head["frame_count"]),
            damage=None if head["damage"] is None else _text(head["damage"], REASON_LENGTH),
            facts=tuple(Fact(*(_text(part, 2000) for part in parts)) for parts in head["facts"]),
            preview=preview or None,
            notes=tuple(_text(note, REASON_LENGTH) for note in head["notes"]),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise Broke(f"the decoder gave no proper answer: {problem}") from problem


def records(body: bytes) -> Iterator[dict[str, Any]]:
    """The records of one batch. Raises Broke where a line is not an object of JSON."""
    for line in body.splitlines():
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as problem:
            raise Broke("the parser gave a record that is not JSON") from problem
        if not isinstance(record, dict):
            raise Broke("the parser gave a record that is not an object")
        yield record


def _frame(number: object, orientations: object, quality: object) -> Frame:
    hashes = bytes.fromhex(_text(orientations, 2 * ORIENTATION_BYTES))
    if len(hashes) != ORIENTATION_BYTES:
        raise ValueError("a fingerprint of the wrong length")
    return Frame(_count(number), hashes, min(_count(quality), 100))


def _text(value: object, limit: int) -> str:
    if not isinstance(value, str) or len(value) > limit:
        raise ValueError("a text that is none or too long")
    return value


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
        raise ValueError("a number that is none")
    return value
