"""Crops of clues in the database, each size under a key of its own, as veils are."""

import os
from dataclasses import dataclass, field
from hashlib import sha256

from havre.media.decode.outcomes import Cropped
from havre.sealing.envelope import KEY_BYTES, WRAPPED_BYTES, Context, Random, seal, unseal, unwrap_key, wrap_key
from havre.series.models import ClueCrop

PURPOSES = {"jpeg": "clue crop", "small": "clue small", "veil": "clue veil"}
"""For each column of a crop, what its sealed bytes are bound to."""


@dataclass(frozen=True, slots=True)
class Crops:
    """Seals and opens the crops of one unit."""

    unit: str
    key: bytes = field(repr=False)

    def sealed(self, made: Cropped, random: Random = os.urandom) -> ClueCrop:
        """A row with the crop in it, of no clue yet and saved nowhere."""
        digest = sha256(made.jpeg).digest()
        columns = {column: self._seal(getattr(made, column), digest, column, random) for column in PURPOSES}
        return ClueCrop(**columns, sha256=digest, width=made.width, height=made.height)

    def plain(self, crop: ClueCrop, column: str) -> bytes:
        """One size of a crop: jpeg, small or veil. Raises Broken where it was altered or exchanged."""
        kept, context = bytes(getattr(crop, column)), Context(self.unit, bytes(crop.sha256), PURPOSES[column])
        return unseal(kept[WRAPPED_BYTES:], unwrap_key(kept[:WRAPPED_BYTES], self.key, context), context)

    def _seal(self, plain: bytes, digest: bytes, column: str, random: Random) -> bytes:
        own, context = random(KEY_BYTES), Context(self.unit, digest, PURPOSES[column])
        return wrap_key(own, self.key, context, random) + seal(plain, own, context, random)
