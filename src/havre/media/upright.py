"""A picture as its file holds it, and as it is seen: EXIF may ask to turn or mirror it (EXIF 2.32, tag 0x0112).

Fingerprints and regions are of the pixels as the file holds them; veils and previews are upright. Pure.
"""

from collections.abc import Iterable, Mapping

from havre.media.decode.outcomes import Fact

Matrix = tuple[int, int, int, int]
"""Where the axes go: x to (first, second), y to (third, fourth); y points down, as a canvas takes it."""
Box = tuple[float, float, float, float]
"""x, y, width, height."""
Size = tuple[int, int]

AS_IT_IS: Matrix = (1, 0, 0, 1)
MIRRORED: Matrix = (-1, 0, 0, 1)
CLOCKWISE: Matrix = (0, 1, -1, 0)

UPRIGHT: Mapping[int, Matrix] = {
    1: AS_IT_IS,
    2: MIRRORED,
    3: (-1, 0, 0, -1),
    4: (1, 0, 0, -1),
    5: (0, 1, 1, 0),
    6: CLOCKWISE,
    7: (0, -1, -1, 0),
    8: (0, -1, 1, 0),
}
"""EXIF orientation: what turns the file's pixels upright, as `havre.media.decode.preview.UPRIGHT` does."""


def orientation(told: Iterable[Fact]) -> int:
    """How the pixels must be turned to stand upright: 1 (not at all) to 8."""
    values = (fact.value for fact in told if fact.field == "EXIF:Orientation")
    return next((int(value) for value in values if value in "12345678" and len(value) == 1), 1)


def after(then: Matrix, first: Matrix) -> Matrix:
    """What both do, `first` first."""
    a, b, c, d = first
    return (*_moved(then, a, b), *_moved(then, c, d))


def back(turn: Matrix) -> Matrix:
    """What undoes it: these only turn and mirror, so that rows and columns change places."""
    a, b, c, d = turn
    return (a, c, b, d)


def orientation_undone(name: str) -> Matrix:
    """What lays the known picture over the one that asks, by how PDQ calls that one's orientation."""
    turn = AS_IT_IS
    for _ in range(int(name.rpartition("turned ")[2] or 0) // 90 if "turned" in name else 0):
        turn = after(CLOCKWISE, turn)
    return after(MIRRORED, turn) if name.startswith("mirrored") else turn


def size_seen(size: Size, turn: Matrix) -> Size:
    """Width and height of what is so wide and high in the file."""
    return size if turn[0] else size[::-1]


def box_seen(box: Box, size: Size, turn: Matrix) -> Box:
    """Where a region of a picture of this size lies when the picture is turned so."""
    x, y, width, height = box
    across, down = _moved(turn, x + width / 2 - size[0] / 2, y + height / 2 - size[1] / 2)
    wide, high = (width, height) if turn[0] else (height, width)
    whole = size_seen(size, turn)
    return across + whole[0] / 2 - wide / 2, down + whole[1] / 2 - high / 2, wide, high


def _moved(turn: Matrix, x: float, y: float) -> tuple[int, int]:
    a, b, c, d = turn
    return a * x + c * y, b * x + d * y  # type: ignore[return-value]  # whole numbers of whole numbers
