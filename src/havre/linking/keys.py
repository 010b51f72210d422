"""By what a medium is found again: keys that a table indexes and counts, so that not everything is compared."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from havre.linking.stated import Place, Stated

SESSION_SECONDS = 600
"""Pictures of one occasion follow one another within ten minutes; longer pauses are bridged by what lies between."""

PLACE_METRES = 100.0
"""Within this two positions are near: phones err by 5 to 50 m, each, and indoors by more."""

CELL_DEGREES = 0.001
"""Side of a cell north to south, 111 m: what is near lies in the same cell or a neighbour."""

FEW = 200
"""Media under one key that are compared with a new one at most."""

CAMERA, BODY, LENS = "camera", "camera serial", "lens serial"
LOCAL, INSTANT, CELL, DAY = "local time", "time", "place", "day"
IMAGE, DOCUMENT = "image id", "document id"

IDENTIFIERS = frozenset({BODY, LENS, IMAGE, DOCUMENT})
"""Keys whose carriers all say the same: where there are many, the last few of them will do."""


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """One thing by which a medium is found."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """What a table holds of a medium: a key, indexed and counted, and the model of camera or lens stated with it."""

    key: Key
    model: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How common what a medium states is, over all media of the unit, itself included.

    `media` is how many there are, `stating` how many of them state a camera. `carriers` counts the media under a key,
    `alike` those of them whose row has the `model` that the medium asked about has. What is not counted is not there.
    """

    media: int
    stating: int
    carriers: Mapping[Key, int] = field(default_factory=dict)
    alike: Mapping[Key, int] = field(default_factory=dict)


def rows(stated: Stated) -> tuple[Row, ...]:
    """The rows to store for a medium; none for one that states nothing."""
    return tuple(sorted({Row(key, model(stated, key.name)) for key in _keys(stated)}))


def model(stated: Stated, name: str) -> str:
    """The model that rows of this name are counted by: of the lens for its serial number, else of the camera."""
    return stated.lens_model if name == LENS else stated.camera


def _keys(stated: Stated) -> Iterator[Key]:
    plain = {CAMERA: stated.camera, BODY: stated.body, LENS: stated.lens}
    plain |= {IMAGE: stated.image_id, DOCUMENT: stated.document_id}
    yield from (Key(name, value) for name, value in plain.items() if value)
    if stated.local is not None:
        yield Key(LOCAL, str(_bucket(stated.local)))
    if stated.instant is not None:
        yield Key(INSTANT, str(_bucket(stated.instant)))
    if stated.place is not None:
        yield _cell(stated.place)
    yield from (Key(DAY, number.row) for number in stated.names.days)


def lookups(stated: Stated) -> tuple[Key, ...]:
    """The keys under which media lie that may be linked with this one: count them, and follow those of `worth`."""
    found = set(_keys(stated)) - {Key(CAMERA, stated.camera)}
    for name, seconds in ((LOCAL, stated.local), (INSTANT, stated.instant)):
        if seconds is not None:
            found |= {Key(name, str(_bucket(seconds) + step)) for step in (-1, 1)}
    if stated.place is not None:
        found |= {_cell(stated.place, north, east) for north in (-1, 0, 1) for east in (-1, 0, 1)}
    return tuple(sorted(found))


def worth(key: Key, carriers: int) -> int:
    """How many of a key's carriers to compare with: of identifiers the last FEW, else all or, if there are more, none.

    A second that thousands of media share is no occasion but a clock that was never set.
    """
    if carriers <= FEW:
        return carriers
    return FEW if key.name in IDENTIFIERS else 0


def _bucket(seconds: float) -> int:
    return math.floor(seconds / SESSION_SECONDS)


def _columns(row: int) -> int:
    """Cells around the earth in this row: each as wide as a cell is high, or a little wider, at its narrow edge too."""
    edge = math.radians(max(abs(row), abs(row + 1)) * CELL_DEGREES)
    return max(1, math.floor(360 / CELL_DEGREES * math.cos(edge)))


def _cell(place: Place, north: int = 0, east: int = 0) -> Key:
    """The cell of a place, or the one that lies so many rows north and columns east of it, around the date line too."""
    row = math.floor(place.latitude / CELL_DEGREES) + north
    columns = _columns(row)
    column = math.floor((place.longitude + 180) / 360 * columns) + east
    return Key(CELL, f"{row} {column % columns}")


def around(stated: Stated, name: str) -> tuple[Key, ...]:
    """The lookups of one name: a time's bucket with its neighbours, a place's cell with those around it."""
    return tuple(key for key in lookups(stated) if key.name == name)
