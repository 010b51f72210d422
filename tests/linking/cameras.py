"""Media that state where they come from, and a table that answers as the real one would."""

from collections import Counter
from collections.abc import Iterable

from havre.linking.keys import Counts, Key, lookups, model, rows, worth
from havre.linking.stated import Stated, stated

IPHONE = {"camera make": "Apple", "camera model": "iPhone 6"}
NIKON = {"camera make": "NIKON CORPORATION", "camera model": "NIKON D810"}
CANON = {"camera make": "Canon", "camera model": "Canon EOS 5D Mark III"}
NOON = "2019-04-14T12:00:00"


def of(medium: int, *facts: dict[str, str], path: str = "", **more: str) -> Stated:
    """A medium with these facts, underscores in names for blanks, at this path."""
    told = {name.replace("_", " "): value for some in (*facts, more) for name, value in some.items()}
    return stated(medium, told.items(), [path] if path else [])


class Table:
    """All that the media of a unit state, indexed by key."""

    def __init__(self, media: Iterable[Stated], size: int = 0) -> None:
        self.media = {one.medium: one for one in media}
        self.rows = {medium: rows(one) for medium, one in self.media.items()}
        self.size = max(size, len(self.media))

    def counts(self, asking: Stated) -> Counts:
        """How common what this medium states is."""
        wanted = {*lookups(asking), Key("camera", asking.camera)}
        held = [row for found in self.rows.values() for row in found if row.key in wanted]
        return Counts(
            media=self.size,
            stating=sum(bool(one.camera) for one in self.media.values()),
            carriers=Counter(row.key for row in held),
            alike=Counter(row.key for row in held if row.model == model(asking, row.key.name)),
        )

    def candidates(self, asking: Stated) -> list[Stated]:
        """Those that are worth comparing with it."""
        found: set[int] = set()
        for key in lookups(asking):
            under = [medium for medium, held in self.rows.items() if key in {row.key for row in held}]
            found |= set(under[len(under) - worth(key, len(under)) :])
        return [self.media[medium] for medium in sorted(found - {asking.medium})]
