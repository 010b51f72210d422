"""gzip of many members, whole and broken."""

import gzip
import io

from hypothesis import given
from hypothesis import strategies as st

from havre.media.decode.gunzip import gunzipped


def unpacked(data: bytes) -> tuple[bytes, str]:
    """What comes out, and what was wrong."""
    file, raw = gunzipped(io.BytesIO(data))
    return file.read(), raw.trouble


@given(st.lists(st.binary(max_size=500), max_size=6))
def test_members_follow_one_another(parts: list[bytes]) -> None:
    assert unpacked(b"".join(gzip.compress(part) for part in parts)) == (b"".join(parts), "")


def test_zeros_that_fill_a_tape_are_no_member() -> None:
    assert unpacked(gzip.compress(b"one") + bytes(512)) == (b"one", "")


def test_what_comes_before_a_break_is_given() -> None:
    text = bytes(range(256)) * 4_000
    packed = gzip.compress(b"first") + gzip.compress(text)
    came, trouble = unpacked(packed[:-12])
    assert came[:50_000] == (b"first" + text)[:50_000]
    assert trouble == "it breaks off inside a gzip member"
    for wrong in (packed[:-8] + b"12345678", gzip.compress(b"first") + b"\x1f\x8b\x08" + b"\xff" * 30):
        came, trouble = unpacked(wrong)
        assert came.startswith(b"first")
        assert "broken" in trouble
