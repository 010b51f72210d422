"""Veils in the database, each under a key of its own: what a page carries of a picture until somebody reveals it."""

import os
from dataclasses import dataclass, field

from havre.media.models import Medium
from havre.sealing.envelope import KEY_BYTES, WRAPPED_BYTES, Context, Random, seal, unseal, unwrap_key, wrap_key

PURPOSE = "veil"


@dataclass(frozen=True, slots=True)
class Veils:
    """Seals and opens the veils of one unit."""

    unit: str
    key: bytes = field(repr=False)

    def sealed(self, veil: bytes, sha256: bytes, random: Random = os.urandom) -> bytes:
        """The veil of the medium with this SHA-256, to be kept in its row; nothing of no veil."""
        if not veil:
            return b""
        own, context = random(KEY_BYTES), Context(self.unit, sha256, PURPOSE)
        return wrap_key(own, self.key, context, random) + seal(veil, own, context, random)

    def plain(self, medium: Medium) -> bytes:
        """The veil of a medium, as WebP; empty where it has none. Raises Broken where it was altered or exchanged."""
        kept, context = bytes(medium.veil), Context(self.unit, bytes(medium.sha256), PURPOSE)
        if not kept:
            return b""
        return unseal(kept[WRAPPED_BYTES:], unwrap_key(kept[:WRAPPED_BYTES], self.key, context), context)
