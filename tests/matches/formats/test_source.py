import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.matches.formats.source import CHUNK, lines
from havre.matches.formats.tally import Tally


class Drip(io.BytesIO):
    """A file that gives one byte at a time, as a slow pipe may."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(1, size) if size is not None and size > 0 else size)


def texts(file: io.BytesIO) -> list[str | None]:
    return [line.text for line in lines(file, Tally())]


@given(st.lists(st.sampled_from(["a", "é", "", "b c"])), st.sampled_from(["\n", "\r\n", "\r"]))
def test_lines_are_the_same_with_every_line_end_and_however_slowly_they_come(words: list[str], end: str) -> None:
    data = "".join(word + end for word in words).encode()
    assert texts(io.BytesIO(data)) == texts(Drip(data)) == words


def test_a_line_end_cut_in_two_by_a_read_is_one_line_end() -> None:
    data = b"x" * (CHUNK - 1) + b"\r\n" + b"y"
    assert texts(io.BytesIO(data)) == ["x" * (CHUNK - 1), "y"]


@pytest.mark.parametrize(
    ("data", "defect"),
    [
        (b"\xef\xbb\xbf\xc3\xa9", "bom"),
        ("é".encode("utf-16"), "UTF-16"),
        (b"\xe9", "not UTF-8, read as Windows-1252"),
        (b"\xc3\0\xa9", "not UTF-8, read as Windows-1252"),
        ("\0é".encode(), "null byte"),
    ],
)
def test_encodings_are_survived_and_counted(data: bytes, defect: str) -> None:
    tally = Tally()
    found = [line.text for line in lines(io.BytesIO(data), tally)]
    assert tally.defects[defect] == 1
    assert found == (["é"] if b"\xc3\0" not in data else ["Ã©"])
