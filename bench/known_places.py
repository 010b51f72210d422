"""Known scenes in a library on disk, as Havre holds them, and what its index thinks of a question."""

from collections.abc import Iterable
from pathlib import Path

from havre.matching.library import Library
from havre.matching.place_index import PLACES, candidates
from havre.matching.places import Question

from havre.fingerprints.scene import Scene, pack

MOST = 20
"""Candidates that are compared: as many as `candidates` gives where nobody asks for more."""


class KnownPlaces:
    """Scenes by their number, from 0; records begin at 1."""

    def __init__(self, folder: Path, scenes: Iterable[Scene]) -> None:
        self.folder = folder
        self._library = Library.rebuild(folder, PLACES, ((at, pack(scene)) for at, scene in enumerate(scenes, start=1)))

    def likely(self, asking: Question, most: int = MOST) -> list[int]:
        """The numbers of the best candidates, best first."""
        every = [
            (candidate.votes, int(volume.records[candidate.row]) - 1)
            for volume in self._library.volumes()
            for candidate in candidates(volume, asking, most)
        ]
        return [number for _, number in sorted(every, key=lambda each: (-each[0], each[1]))[:most]]

    @property
    def nbytes(self) -> int:
        """What the index takes on disk."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())
