"""Files are typed by what they hold."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.media.kinds import HEAD_BYTES, KINDS, kind_of
from tests.media.decode.seeds import ARCHIVES, PICTURES, tarred


def name_of(head: bytes) -> str | None:
    found = kind_of(head)
    return found.name if found else None


@pytest.mark.parametrize("kind", PICTURES)
def test_every_picture_is_recognised(kind: str) -> None:
    found = kind_of(PICTURES[kind]()[:HEAD_BYTES])
    assert found == KINDS[kind]
    assert found.family == "picture"


@pytest.mark.parametrize(("kind", "make"), ARCHIVES.values(), ids=ARCHIVES)
def test_every_archive_is_recognised(kind: str, make: object) -> None:
    assert callable(make)
    assert name_of(make()[:HEAD_BYTES]) == kind


MP3_FRAME = b"\xff\xfb\x90\x00" + bytes(413)
ADTS_FRAME = b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(9)

HEADS = {
    b"\0\0\0\x18ftypisom\0\0\2\0isommp42": "mp4",
    b"\0\0\0\x14ftypqt  \0\0\0\0qt  ": "mov",
    b"\0\0\0\x08wide\0\0\0\x08mdat": "mov",
    b"\0\0\0\x18ftyp3gp5\0\0\0\0isom3gp5": "3gp",
    b"\0\0\0\x18ftypM4A \0\0\0\0isomM4A ": "m4a",
    b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf": "avif",
    b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic": "heic",
    b"\0\0\0\x18ftypheic\0\0\0\0mif1heic": "heic",
    b"\0\0\0\x18ftypxxxx\0\0\0\0mif1heic": "heic",
    b"\0\0\0\x18ftypxxxx\0\0\0\0yyyyzzzz": "mp4",
    b"\0\0\0\x10ftypmif3avif": "avif",
    b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1fB\x82\x84webm": "webm",
    b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1fB\x82\x88matroska": "mkv",
    b"RIFF\0\0\0\0AVI LIST": "avi",
    b"RIFF\0\0\0\0WAVEfmt ": "wav",
    b"FLV\x01\x05\0\0\0\x09": "flv",
    b"\0\0\x01\xba\x44": "mpeg",
    b"fLaC\0\0\0\x22": "flac",
    b"#!AMR\n": "amr",
    b"ID3\x04\0": "mp3",
    MP3_FRAME * 2: "mp3",
    ADTS_FRAME * 2: "aac",
    b"OggS\0\x02" + bytes(22) + b"\x01vorbis": "ogg",
    b"OggS\0\x02" + bytes(22) + b"\x80theora": "ogv",
    b"FORM\0\0\0\0AIFFCOMM": "aiff",
    (b"G" + bytes(187)) * 5: "ts",
    bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(100): "wmv",
    bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(4000): "wma",
    b"II+\0\x08\0\0\0" + bytes(8): "tiff",
    b"\xff\x4f\xff\x51\0\x2f": "jp2",
}


@pytest.mark.parametrize(("head", "kind"), HEADS.items(), ids=[f"{n}-{kind}" for n, kind in enumerate(HEADS.values())])
def test_videos_and_sounds_are_recognised(head: bytes, kind: str) -> None:
    assert name_of(head) == kind


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\xff",
        b"hello, world\n" * 50,
        b"<svg xmlns='http://www.w3.org/2000/svg'>",
        b"<!DOCTYPE html><html>",
        b"%PDF-1.7\n\xff\xd8\xff",
        b"#EXTM3U\n#EXT-X-VERSION:3\nfile:///etc/passwd",
        b"ffconcat version 1.0\nfile x",
        b"BM is how this text begins, and it is no bitmap",
        bytes(1024),
        b"\xff\xe0" * 500,
        b"\xff\xfb\x90\x00" + bytes(1000),
    ],
)
def test_what_is_not_media_has_no_kind(head: bytes) -> None:
    assert kind_of(head) is None


def test_a_tar_from_before_posix_is_known_by_its_checksum() -> None:
    old = bytearray(tarred()[:512])
    old[257:265] = bytes(8)
    old[148:156] = b" " * 8
    old[148:156] = b"%06o\0 " % sum(old)
    assert name_of(bytes(old)) == "tar"
    old[0] ^= 1
    assert name_of(bytes(old)) is None


@given(st.binary(max_size=600))
def test_no_bytes_break_the_typing(head: bytes) -> None:
    found = kind_of(head)
    assert found is None or KINDS[found.name] is found


def test_names_lie_and_content_counts(corpus_of_hostile: Path) -> None:
    assert name_of((corpus_of_hostile / "png_named.jpg").read_bytes()) == "png"
    assert name_of((corpus_of_hostile / "jpeg_named.gif").read_bytes()) == "jpeg"
    for name in ("m3u8_named.mp4", "concat_named.avi", "html_named.png", "svg_xxe.svg", "polyglot_pdf_jpg.pdf"):
        assert kind_of((corpus_of_hostile / name).read_bytes()) is None


def test_a_transport_stream_with_a_time_before_each_packet_is_one_too() -> None:
    packets = b"".join(number.to_bytes(4, "big") + b"G" + bytes(187) for number in range(5))
    assert (found := kind_of(packets)) is not None
    assert found.name == "ts"
    assert kind_of(packets[4:]) is None
