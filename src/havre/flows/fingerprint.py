"""Fingerprint files for whoever asks: nothing is kept, no home is needed, decoding is sandboxed all the same."""

from collections.abc import Iterable, Iterator
from typing import Any

from havre.errors import Invalid
from havre.media.decode.outcomes import Limits
from havre.media.decode.pool import Worker
from havre.media.decode.sandbox import Sandbox
from havre.media.look import Looked, look
from havre.media.sources import files_of, shown


def fingerprint_files(paths: Iterable[str], limits: Limits | None = None) -> Iterator[dict[str, Any]]:
    """One answer a file, in the order asked: its fingerprints, or why there are none."""
    sandbox = Sandbox()
    worker = Worker(sandbox, limits)
    try:
        for path in paths:
            yield from _below(worker, path)
    finally:
        worker.close()
        sandbox.close()


def _below(worker: Worker, path: str) -> Iterator[dict[str, Any]]:
    try:
        for found in files_of(path):
            yield _shown(look(worker, found))
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
    return answer | ({"partial": True, "damage": decoded.damage} if decoded and decoded.damage else {})
