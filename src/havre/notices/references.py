"""The reference of a notice: short enough to be read aloud, too much chance to be guessed, found again in mail.

Written `HN-` and sixteen letters and digits in groups of four.
"""

import re
from collections.abc import Callable

from havre.sealing.receipt import LETTERS, LOOK_ALIKE

CHANCE_BYTES = 10
"""Five bits a letter: who sees one reference can't guess another's."""

LENGTH = 16
GROUP = 4
LONGEST_TEXT = 1_000_000
"""Characters of a mail that are looked through."""

DASH = "[-\\u2010-\\u2015 ]?"
WRITTEN = re.compile(
    rf"(?<![A-Za-z0-9])HN{DASH}((?:[A-Za-z0-9]{{4}}{DASH}){{3}}[A-Za-z0-9]{{4}})(?![A-Za-z0-9])", re.IGNORECASE
)

Random = Callable[[int], bytes]


def new_reference(random: Random) -> str:
    """A reference that nobody has had."""
    drawn = int.from_bytes(random(CHANCE_BYTES), "big")
    return written("".join(LETTERS[drawn >> (5 * place) & 31] for place in range(LENGTH)))


def written(letters: str) -> str:
    """Sixteen letters as a letter has them."""
    return "HN-" + "-".join(letters[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def reference_in(text: str) -> str | None:
    """The first reference that stands in a text, however it was spaced or quoted; None where there is none."""
    for found in WRITTEN.finditer(text[:LONGEST_TEXT]):
        letters = "".join(char for char in found[1].upper() if char.isalnum()).translate(LOOK_ALIKE)
        if set(letters) <= set(LETTERS):
            return written(letters)
    return None
