"""Known scenes in a library on disk, as Havre holds them, and what its index thinks of a question."""

from collections.abc import Iterable
from pathlib import Path

from havre.fingerprints.scene import Scene, pack
from havre.matching.library import Library
from havre.matching.place_index import MOST, SCENES, candidates, worth_a_look
from havre.matching.places import Form, Question


class KnownPlaces:
    """Scenes by their number, from 0; records begin at 1."""

    def __init__(self, folder: Path, scenes: Iterable[Scene]) -> None:
        self.folder = folder
        self._library = Library.rebuild(folder, SCENES, ((at, pack(scene)) for at, scene in enumerate(scenes, start=1)))

    def likely(self, asking: Question, most: int = MOST) -> dict[int, Form]:
        """The numbers of the best candidates, best first, each with the form of the question that found it."""
        named = worth_a_look(candidates(self._library.volumes(), asking))[:most]
        return {candidate.record - 1: asking.forms[candidate.form] for candidate in named}

    @property
    def nbytes(self) -> int:
        """What the index takes on disk."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())
