"""JPEG by its markers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.media.decode import jpeg
from tests.media.decode.seeds import PICTURES, saved, scene


def read(data: bytes) -> jpeg.Header:
    return jpeg.read(memoryview(data))


def test_the_header_says_what_the_picture_is() -> None:
    header = read(saved(scene(1, 70, 50), "JPEG", comment=b"hello", exif=b"Exif\0\0II*\0"))
    assert (header.width, header.height, header.components, header.precision) == (70, 50, 3, 8)
    assert (header.plain, header.comments, header.exif) == (True, [b"hello"], b"II*\0")


def test_ink_is_not_plain() -> None:
    header = read(saved(scene().convert("CMYK"), "JPEG"))
    assert (header.components, header.plain, header.adobe) == (4, False, True)


@pytest.mark.parametrize("more", [b"", b"PK\x03\x04", PICTURES["jpeg"](), b"\xff\xd9"])
@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_the_end_is_where_the_picture_ends(more: bytes, options: dict[str, bool]) -> None:
    data = saved(scene(), "JPEG", **options)
    assert jpeg.end(memoryview(data + more), read(data)) == len(data)


def test_a_cut_jpeg_has_no_end() -> None:
    data = PICTURES["jpeg"]()[:-2]
    assert jpeg.end(memoryview(data), read(data)) is None


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reading(data: bytes) -> None:
    whole = memoryview(b"\xff\xd8" + data)
    end = jpeg.end(whole, jpeg.read(whole))
    assert end is None or 2 < end <= len(whole)
