"""EXIF, read tolerantly."""

import contextlib

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from havre.media.decode import exif


def block() -> bytes:
    made = Image.Exif()
    made[0x010F], made[0x0112] = "Canon", 6
    made.get_ifd(0x8769).update({0xA431: "serial 1", 0x9003: "2020:01:02 03:04:05"})
    made.get_ifd(0x8825).update({1: "N", 2: (50.0, 30.0, 0.0)})
    return made.tobytes().removeprefix(b"Exif\0\0")


def test_values_of_all_directories_come_by_name() -> None:
    assert exif.read(block()) == (
        {
            "Make": "Canon",
            "Orientation": 6,
            "BodySerialNumber": "serial 1",
            "DateTimeOriginal": "2020:01:02 03:04:05",
            "GPSLatitudeRef": "N",
            "GPSLatitude": (50.0, 30.0, 0.0),
        },
        [],
    )


def test_a_cut_block_gives_what_is_left_and_says_so() -> None:
    values, broken = exif.read(block()[:60])
    assert values.get("Orientation") == 6
    assert broken


@given(st.binary(max_size=200), st.sampled_from([b"II*\0", b"MM\0*", b""]))
def test_no_bytes_break_it(data: bytes, start: bytes) -> None:
    with contextlib.suppress(exif.BrokenExifError):
        exif.read(start + data)


@given(st.integers(0, 10**6), st.binary(min_size=1, max_size=8))
def test_no_change_breaks_it(at: int, change: bytes) -> None:
    changed = bytearray(block())
    changed[at % len(changed) : at % len(changed) + len(change)] = change
    with contextlib.suppress(exif.BrokenExifError):
        exif.read(bytes(changed))
