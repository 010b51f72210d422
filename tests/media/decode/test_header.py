"""Sizes read without a decoder agree with those a decoder finds."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from havre.media.decode.header import READERS, declared
from havre.media.decode.outcomes import NotMedia
from tests.media.decode.seeds import PICTURES, saved, scene


@pytest.mark.parametrize("kind", READERS)
def test_the_declared_size_is_the_real_one(kind: str) -> None:
    data = PICTURES[kind]()
    assert declared(memoryview(data), kind) == Image.open(io.BytesIO(data)).size


@pytest.mark.parametrize("options", [{"lossless": True}, {"exif": b"Exif\0\0x"}])
def test_every_form_of_webp_says_its_size(options: dict[str, object]) -> None:
    assert declared(memoryview(saved(scene(1, 77, 55), "WEBP", **options)), "webp") == (77, 55)


@given(st.binary(max_size=80), st.sampled_from(["png", "gif", "bmp", "webp", "tiff"]))
def test_no_header_breaks_it(head: bytes, kind: str) -> None:
    try:
        size = declared(memoryview(head), kind)
    except NotMedia:
        return
    assert size is None or min(size) >= 0
