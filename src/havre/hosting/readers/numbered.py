"""Files that say one thing a line: good lines go on, bad ones come back with their number and the reason."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import BinaryIO

from havre.errors import Invalid
from havre.hosting.rows import Bad, Kept, Passed, Row, text_of
from havre.matches.formats.source import lines
from havre.matches.formats.tally import Tally

LONGEST_LINE = 20_000
"""Letters of a line that says something."""


def rows_of(file: BinaryIO, row: Callable[[str], Kept | Passed], comment: str) -> Iterator[Row]:
    """What `row` makes of each line but blank ones and comments; one for which it raises an error is bad."""
    for line in lines(file, Tally()):
        text = line.text.strip() if line.text is not None else None
        if text == "" or (text is not None and text.startswith(comment)):
            continue
        yield _made(line.number, text, row)


def _made(number: int, text: str | None, row: Callable[[str], Kept | Passed]) -> Row:
    if text is None or len(text) > LONGEST_LINE:
        return Bad(number, "the line is too long")
    try:
        made = row(text)
        return replace(made, line=number) if isinstance(made, Kept) else made
    except (ValueError, Invalid, RecursionError) as error:
        return Bad(number, text_of(str(error)) or "not understood", text_of(text))
