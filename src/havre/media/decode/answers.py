"""What a worker answered, checked before it is believed: the worker has read hostile bytes."""

import json
import math
import re
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from havre.errors import Invalid
from havre.fingerprints import audio, scene, video, vpdq
from havre.media.decode.outcomes import (
    Broke,
    Cropped,
    Decoded,
    Exceeded,
    Fact,
    Failed,
    Frame,
    Imprint,
    Limits,
    NotMedia,
    View,
)

HARMLESS = (NotMedia,)
"""Failures after which the same worker may go on."""

ORIENTATION_BYTES = 8 * 32
REASON_LENGTH = 500

LARGEST_VEIL = 1000
"""Bytes of a veil; one has some 200."""

LARGEST_CROP = 8 << 20
"""Bytes of a crop; one of 1600 pixels a side has 2 million of them at most."""

SCAN = 0xDA
BARE = {0xE0: 16, 0xDB: 4096, 0xC0: 64, 0xC4: 4096, SCAN: 64, 0xDD: 4}
"""Segments that a crop may have, with their greatest length: JFIF, tables, the frame, the scan (ITU-T T.81)."""

MOST_VIEWS = 32
"""As many as a storyboard has (`storyboard.MOST`)."""

PACKED: dict[str, tuple[str, Callable[[bytes, bytes], object], int]] = {
    video.METHOD: (video.VERSION, lambda data, look: video.unpack(data + look), Limits().tracks),
    audio.METHOD: (audio.VERSION, lambda data, look: audio.unpack(data + look), Limits().tracks),
    scene.METHOD: (scene.VERSION, scene.unpack, MOST_VIEWS),
}
"""Method of an imprint: its version, what reads it and raises Invalid where it is none, how many one file may have.

Only a scene has a look: the others are of another length with one."""


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


def decoded(head: dict[str, Any], body: bytes) -> Decoded:
    """The picture, film or sound as the worker describes it. Raises Broke where the description makes no sense."""
    try:
        preview, views, imprints = _parts(head, body)
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
            imprints=imprints,
            seconds=None if head.get("seconds") is None else _seconds(head["seconds"]),
            storyboard=views,
            veil=_veil(head.get("veil", "")),
        )
    except (KeyError, TypeError, ValueError, Invalid) as problem:
        raise Broke(f"the decoder gave no proper answer: {problem}") from problem


def cropped(head: dict[str, Any], body: bytes) -> Cropped:
    """The part of a picture. Raises Broke where it is no JPEG that holds pixels and nothing else."""
    try:
        jpeg, small = _cut(body, [len(body) - _count(head["small"]), head["small"]])
        sides = _count(head["width"]), _count(head["height"])
        return Cropped(_bare(jpeg), *sides, _veil(head["veil"]), _bare(small))
    except (KeyError, TypeError, ValueError) as problem:
        raise Broke(f"the decoder gave no proper answer: {problem}") from problem


def _bare(jpeg: bytes) -> bytes:
    """The same bytes, if every segment before the pixels is one of BARE and nothing follows the end marker.

    Whoever took over the decoder could otherwise put the rest of the picture beside the crop.
    """
    if jpeg[:2] != b"\xff\xd8" or jpeg[-2:] != b"\xff\xd9" or len(jpeg) > LARGEST_CROP:
        raise ValueError("a crop that is no JPEG or too large")
    at, marker = 2, 0
    while marker != SCAN:
        start, marker, length = struct.unpack_from(">BBH", jpeg, at) if at + 4 <= len(jpeg) else (0, 0, 0)
        if start != 0xFF or marker not in BARE or length > BARE[marker]:
            raise ValueError("a crop that holds more than pixels")
        at += 2 + length
    # Within the scan 0xFF is followed by 0 or a restart marker; the first other marker must be the end.
    if re.search(rb"\xff[^\x00\xd0-\xd7]", jpeg[at:-1] + b"\xd9").start() != len(jpeg) - at - 2:  # type: ignore[union-attr]
        raise ValueError("a crop with something after its pixels")
    return jpeg


def frames(body: bytes) -> Iterator[vpdq.Frame]:
    """The frames of a film that were sent along. Raises Broke where they are none."""
    try:
        yield from vpdq.frames_from(body)
    except Invalid as problem:
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


def _parts(head: dict[str, Any], body: bytes) -> tuple[bytes, tuple[View, ...], tuple[Imprint, ...]]:
    """What lies one after the other in the body: all of it is the preview where the head says nothing of parts."""
    if "preview" not in head:
        return body, (), ()
    views, imprints = head["storyboard"], head["imprints"]
    sizes = [
        head["preview"],
        *(size for _, size in views),
        *(size for *_, data, look in imprints for size in (data, look)),
    ]
    preview, *rest = _cut(body, sizes)
    shown = tuple(View(_seconds(at), jpeg) for (at, _), jpeg in zip(views, rest, strict=False))
    data, looks = rest[len(shown) :: 2], rest[len(shown) + 1 :: 2]
    made = tuple(_imprint(*parts) for parts in zip(imprints, data, looks, strict=True))
    _not_too_many(made)
    return preview, shown, made


def _cut(body: bytes, sizes: Sequence[object]) -> list[bytes]:
    parts, at = [], 0
    for size in map(_count, sizes):
        parts.append(body[at : at + size])
        at += size
    if at != len(body):
        raise ValueError("parts that are not as long as they say")
    return parts


def _imprint(about: Sequence[object], data: bytes, look: bytes) -> Imprint:
    method, version, at, *_ = about
    made = Imprint(_text(method, 16), _text(version, 16), None if at is None else _seconds(at), data, look)
    expected, read, _ = PACKED[made.method]
    if version != expected:
        raise ValueError("an imprint of a version that is not ours")
    read(data, look)
    return made


def _not_too_many(made: Sequence[Imprint]) -> None:
    for method, count in Counter(imprint.method for imprint in made).items():
        if count > PACKED[method][2]:
            raise ValueError(f"{count} imprints of the kind {method}")


def _frame(number: object, orientations: object, quality: object) -> Frame:
    hashes = bytes.fromhex(_text(orientations, 2 * ORIENTATION_BYTES))
    if len(hashes) != ORIENTATION_BYTES:
        raise ValueError("a fingerprint of the wrong length")
    return Frame(_count(number), hashes, min(_count(quality), 100))


def _veil(value: object) -> bytes:
    veil = bytes.fromhex(_text(value, 2 * LARGEST_VEIL))
    if veil and (veil[:4], veil[8:12]) != (b"RIFF", b"WEBP"):
        raise ValueError("a veil that is no WebP")
    return veil


def _text(value: object, limit: int) -> str:
    if not isinstance(value, str) or len(value) > limit:
        raise ValueError("a text that is none or too long")
    return value


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise ValueError("a time that is none")
    return float(value)


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
        raise ValueError("a number that is none")
    return value
