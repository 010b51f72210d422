"""What a list carries of a film beside its digests: looks of it, flat and harmless ones left out.

A black frame, a test card or a studio's title that many films have must find none of them: what is flat is never
taken, what is near the operator's collection of harmless pictures neither, and where that is most of a film there is
nothing to find it by but its bytes.
"""

from collections.abc import Sequence

import numpy as np

from havre.fingerprints import video
from havre.fingerprints.looks import Bytes, Harmless, Truths, looks_of, pack, unpack
from havre.fingerprints.pdq_turned import turned
from havre.hashlists.entry import FILM, VERSIONS, Signal
from havre.matches.models import Imprint
from havre.matches.shelves import Shelf
from havre.matching.reference import MATCH_DISTANCE
from havre.media.models import Medium
from havre.restrictions.visible import owned_by


def film_signals(shelf: Shelf, medium: Medium) -> tuple[Signal, ...]:
    """Looks of a medium's film, if any of them may stand on a list; of several picture tracks those that say most."""
    rows = owned_by(medium.unit, Imprint.objects).filter(medium=medium, method=video.METHOD, version=video.VERSION)
    films = [video.unpack(bytes(row.data)) for row in rows.filter(partial=False).order_by("pk")]
    made = [looks for film in films if (looks := looks_of(film, near_harmless(shelf))) is not None]
    if not made:
        return ()
    return (Signal(FILM, pack(max(made, key=len)).hex(), VERSIONS[FILM]),)


def near_harmless(shelf: Shelf) -> Harmless:
    """Which fingerprints are near something harmless, however it is turned."""

    def near(hashes: Bytes) -> Truths:
        found = [bool(shelf.index.search_oriented(turned(each.tobytes()), MATCH_DISTANCE)) for each in hashes]
        return np.array(found, np.bool_)

    return near


def collides(shelf: Shelf, signals: Sequence[Sequence[str]]) -> bool:
    """Whether a look of these signals is near something harmless that was loaded since."""
    films = [value for method, version, value in signals if method == FILM and version == VERSIONS[FILM]]
    return any(near_harmless(shelf)(unpack(bytes.fromhex(value)).hashes).any() for value in films)
