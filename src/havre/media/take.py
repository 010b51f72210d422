"""What one lane of an intake does with one file: look at it, then seal the original and its preview.

A lane holds the unit's key but never decodes: the bytes go to its sandboxed worker and come back as fingerprints,
facts and a preview. It asks the database one question: whether the unit holds these bytes already.
"""

from dataclasses import dataclass, replace
from hashlib import sha256

from havre.media.look import Content, Decoder, Held, Looked, Opened, look
from havre.media.sources import Found
from havre.media.store import Kept, Store
from havre.media.veils import Veils


@dataclass(frozen=True, slots=True)
class Lane:
    """Everything a lane works with."""

    decoder: Decoder
    store: Store
    unit: str
    unit_key: bytes
    held: Held
    """Whether the unit holds the bytes with this SHA-256."""

    def seal(self, content: Content, looked: Looked) -> tuple[Kept, ...]:
        """The original in the store, and the preview where there is one."""
        if looked.digests is None:
            return ()
        original = self._keep("original", content, looked.digests.sha256)
        preview = looked.decoded.preview if looked.decoded else None
        if not preview:
            return (original,)
        return (original, self._keep("preview", preview, sha256(preview).digest()))

    def _keep(self, purpose: str, content: Content, digest: bytes) -> Kept:
        return self.store.keep(content, digest, unit=self.unit, unit_key=self.unit_key, purpose=purpose)


def take(lane: Lane, found: Found, opened: Opened | None = None) -> Looked:
    """Everything about one file, with its bytes kept unless it is refused, held already, or an archive."""
    return veiled(look(lane.decoder, found, opened, lane.held, lane.seal), Veils(lane.unit, lane.unit_key))


def veiled(looked: Looked, veils: Veils) -> Looked:
    """The same with the veil of its preview, sealed."""
    if looked.decoded is None or looked.digests is None:
        return looked
    return replace(looked, veil=veils.sealed(looked.decoded.veil, looked.digests.sha256))
