"""Good lines go on; bad ones come back with their number and the reason."""

from io import BytesIO

from havre.errors import Invalid
from havre.hosting.readers.numbered import LONGEST_LINE, rows_of
from havre.hosting.rows import Bad, Kept, Passed

ENDLESS = 1 << 21


def _row(text: str) -> Kept | Passed:
    if text == "invalid":
        raise Invalid("told %(what)s", what="so")
    if text == "wrong":
        raise ValueError
    return Passed() if text == "pass" else Kept(())


def test_lines_are_numbered_and_comments_and_blank_lines_passed_over() -> None:
    file = BytesIO("\ufeffgood\n\n# words\r\npass\rinvalid\nwrong\n  good  ".encode())
    assert list(rows_of(file, _row, "#")) == [
        Kept((), line=1),
        Passed(),
        Bad(5, "told so", "invalid"),
        Bad(6, "not understood", "wrong"),
        Kept((), line=7),
    ]


def test_an_endless_line_is_one_bad_line() -> None:
    file = BytesIO(b"good\n" + b"x" * ENDLESS + b"\n" + b"y" * (LONGEST_LINE + 1) + b"\ngood\n")
    assert list(rows_of(file, _row, "#")) == [
        Kept((), line=1),
        Bad(2, "the line is too long"),
        Bad(3, "the line is too long"),
        Kept((), line=4),
    ]
