"""How common what media state was, counted once for each state of what was read: a page counts nothing again."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from havre.linking.keys import Key

MOST = 20_000
"""Keys that are kept, the last that were counted: some 10 MB."""

State = tuple[int, int]
"""A unit, and the bookmark of how far its media were read: every reading leaves another."""


@dataclass
class Tally:
    """What one process counted, of every unit by itself."""

    most: int = MOST
    _held: dict[tuple[State, Key], Counter[str]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def known(self, state: State, keys: Iterable[Key]) -> dict[Key, Counter[str]]:
        """What was counted of these keys in this state."""
        found = ((key, self._held.get((state, key))) for key in keys)
        return {key: counter for key, counter in found if counter is not None}

    def keep(self, state: State, counted: Mapping[Key, Counter[str]]) -> None:
        """Keep what was counted; what was counted first goes where there is too much."""
        with self._lock:
            self._held |= {(state, key): counter for key, counter in counted.items()}
            while len(self._held) > self.most:
                del self._held[next(iter(self._held))]

    def __len__(self) -> int:
        return len(self._held)
