"""Fingerprint files for whoever asks: nothing is kept, no home is needed, decoding is sandboxed all the same."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from havre.errors import Invalid
from havre.fingerprints.vpdq import Frame, frames_from
from havre.media.decode.outcomes import Decoded, Limits
from havre.media.decode.pool import Worker
from havre.media.decode.sandbox import Sandbox
from havre.media.look import Looked, look
from havre.media.sources import files_of, shown


def fingerprint_files(
    paths: Iterable[str], limits: Limits | None = None, frames: bool = False
) -> Iterator[dict[str, Any] | Frame]:
    """One answer a file, in the order asked: its fingerprints, or why there are none.

    With `frames`, the answer of a film is followed by the fingerprint of each of its frames.
    """
    sandbox = Sandbox()
    worker = Worker(sandbox, limits)
    decoder = _Watching(worker) if frames else worker
    try:
        for path in paths:
            yield from _below(decoder, path)
    finally:
        worker.close()
        sandbox.close()


@dataclass
class _Watching:
    """A worker, and every frame of the film it decoded last, packed: a film of hours has a hundred thousands."""

    worker: Worker
    seen: bytearray = field(default_factory=bytearray)

    def decode(self, content: bytes | BinaryIO, kind: str) -> Decoded:
        self.seen.clear()
        return self.worker.decode(content, kind, lambda frame: self.seen.extend(frame.pack()))


def _below(decoder: Worker | _Watching, path: str) -> Iterator[dict[str, Any] | Frame]:
    try:
        for found in files_of(path):
            yield _shown(look(decoder, found))
            if isinstance(decoder, _Watching):
                yield from frames_from(bytes(decoder.seen))
                decoder.seen.clear()
    except Invalid as error:
        yield {"path": shown(path), "error": "unreadable", "detail": str(error)}


def _shown(looked: Looked) -> dict[str, Any]:
    path, digests, decoded = looked.found.path, looked.digests, looked.decoded
    if looked.refusal:
        return {"path": path, "error": "refused", "detail": looked.refusal}
    if looked.quarantine:
        return {"path": path, "error": "quarantined", "detail": looked.quarantine}
    if digests is None or looked.kind is None:
        # Only an archive comes back without digests and without a reason.
        return {"path": path, "error": "refused", "detail": "an archive: `havre intake` opens it, this does not"}
    first = decoded.frames[0] if decoded and decoded.frames else None
    answer: dict[str, Any] = {
        "path": path,
        "kind": looked.kind.name,
        "bytes": looked.bytes,
        "md5": digests.md5.hex(),
        "sha1": digests.sha1.hex(),
        "sha256": digests.sha256.hex(),
        "width": decoded.width if decoded else None,
        "height": decoded.height if decoded else None,
        "pdq": first.pdq.hex() if first else None,
        "pdq_quality": first.quality if first else None,
    }
    if decoded and decoded.seconds is not None:
        imprints = dict(sorted(Counter(made.method for made in decoded.imprints).items()))
        answer |= {"seconds": round(decoded.seconds, 3), "frames": decoded.frame_count, "imprints": imprints}
    return answer | ({"partial": True, "damage": decoded.damage} if decoded and decoded.damage else {})
