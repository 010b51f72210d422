"""What servers gave, out of the records of a WARC."""

import gzip
import io
import zlib
from base64 import b32encode
from hashlib import sha1

import brotli
import pytest
from backports import zstd

from havre.media.decode.packings import SpoiltError
from havre.media.decode.payload import Again, Passed, Payload, payloads_of
from havre.media.decode.unpack import members
from havre.media.decode.warc import Bad
from tests.captures import answer, record, request, zipped
from tests.media.decode.seeds import PICTURES

JPEG = PICTURES["jpeg"]() if callable(PICTURES["jpeg"]) else PICTURES["jpeg"]
A = "http://a.example/1.jpg"


def taken(*records: bytes) -> list[tuple[str, bytes | str]]:
    """Addresses with the bytes of media, or with what became of the others."""
    found: list[tuple[str, bytes | str]] = []
    for each in payloads_of(io.BytesIO(b"".join(records)), lambda: 1 << 40):
        if isinstance(each, Payload):
            try:
                found.append((each.address, b"".join(each.pieces)))
            except SpoiltError as problem:
                found.append((each.address, str(problem)))
        elif isinstance(each, Passed):
            found.append((each.address, each.page))
        elif isinstance(each, Again):
            found.append((each.address, f"{each.type} {each.claimed}"))
        else:
            found.append(("bad", each.reason))
    return found


def test_bodies_come_without_fields_chunks_and_packing() -> None:
    chunked = b"".join(b"%x;a=b\r\n%s\r\n" % (len(part), part) for part in (JPEG[:100], JPEG[100:])) + b"0\r\n\r\n"
    for block in (
        answer(JPEG, "Content-Type: text/html"),
        answer(chunked, "Transfer-Encoding: chunked"),
        answer(JPEG, "Transfer-Encoding: chunked"),
        answer(gzip.compress(JPEG), "Content-Encoding: gzip"),
        answer(zlib.compress(JPEG), "content-encoding:deflate"),
        answer(brotli.compress(JPEG), "Content-Encoding: br"),
        answer(zstd.compress(JPEG), "Content-Encoding: zstd"),
        answer(gzip.compress(brotli.compress(JPEG)), "Content-Encoding: br, gzip"),
        answer(JPEG, f"Content-Range: bytes 0-{len(JPEG) - 1}/{len(JPEG)}", status="206 Partial Content"),
    ):
        assert taken(record("response", A, block)) == [(A, JPEG)]
    assert taken(record("resource", A, JPEG, content="image/jpeg")) == [(A, JPEG)]


def test_pages_errors_and_what_is_said_about_them_are_passed_over() -> None:
    page = "http://a.example/page"
    assert taken(
        record("response", A, answer(b"<html>")),
        record("response", A, answer(JPEG, status="404 Not Found")),
        record("response", A, b"no answer"),
        record("request", A, request(page)),
        record("metadata", A, f"via: {page}\r\n".encode(), content="application/warc-fields"),
        record("revisit", A, answer(b"", "Content-Type: image/jpeg; a=b"), digest="sha1:" + "A" * 32),
        record("revisit", A, b"", content="a/b", digest="sha1:x"),
    ) == [
        *((A, ""), (A, ""), (A, ""), (A, page), (A, page)),
        *((A, f"image/jpeg {('sha1', '00' * 20)}"), (A, " None")),
    ]


PARTS = ("bytes 0-9/900", "bytes 5-899/900", "bytes 0-899/*", "bytes */900", "", "bytes 0-8/9/9", "bytes -1-899/900")


@pytest.mark.parametrize("said", PARTS)
def test_a_part_of_a_file_has_the_digest_of_none(said: str) -> None:
    block = answer(JPEG, f"Content-Range: {said}", status="206 Partial Content")
    assert taken(record("response", A, block)) == [("bad", "only a part of a file was captured")]


HEX = "ab" * 20


@pytest.mark.parametrize(
    ("said", "claim"),
    [
        (f"sha1:{HEX}", ("sha1", HEX)),
        (f"SHA-1: {b32encode(bytes.fromhex(HEX)).decode()}", ("sha1", HEX)),
        (f"sha256:{'cd' * 32}", ("sha256", "cd" * 32)),
        (f"sha256:{b32encode(bytes(32)).decode().rstrip('=')}", ("sha256", "00" * 32)),
        (f"md5:{'0' * 32}", ("md5", "0" * 32)),
        *(
            (said, None)
            for said in ("sha1:", "sha1:zz", "crc32:00", "sha1", f"md5:{HEX}", "sha1:ÀÀ", "sha256:" + "A" * 9_000)
        ),
    ],
)
def test_a_payload_is_called_by_a_digest_or_by_none(said: str, claim: tuple[str, str] | None) -> None:
    (found,) = payloads_of(io.BytesIO(record("revisit", A, b"", content="a/b", digest=said)), lambda: 1 << 40)
    assert isinstance(found, Again)
    assert found.claimed == claim


def test_what_was_sent_is_known_of_answers_of_servers_alone() -> None:
    nothing = f"sha1:{sha1(b'', usedforsecurity=False).hexdigest()}"
    for block, content, sent in ((JPEG, "image/jpeg", False), (answer(JPEG), "application/http", True)):
        warc = record("resource", A, block, content=content, digest=nothing)
        (found,) = payloads_of(io.BytesIO(warc), lambda: 1 << 40)
        assert isinstance(found, Payload)
        assert (found.claimed is not None, found.sent is not None) == (True, sent)


def test_what_is_packed_and_broken_or_swells_is_said() -> None:
    broken = gzip.compress(JPEG)[:-20] + b"\xff" * 20
    bomb = gzip.compress(JPEG + bytes(60_000_000))
    for packed, words in ((broken, "packed"), (bomb, "expansion")):
        ((_, said),) = taken(record("response", A, answer(packed, "Content-Encoding: gzip")))
        assert isinstance(said, str)
        assert words in said


def test_a_crawl_is_an_archive_of_its_media() -> None:
    sent: list[dict[str, object]] = []
    data = zipped(record("response", A, answer(JPEG)), record("response", "http://a.example/", answer(b"<html>")))
    for archive, kind in ((data, "gzip"), (gzip.decompress(data), "warc"), (data[:-30], "gzip")):
        sent.clear()
        members(io.BytesIO(archive), kind, lambda head, _body: sent.append(head))
        assert [head["member"] for head in sent if "member" in head] == [A]
        assert [head["trouble"] for head in sent if "end" in head] == [None]
        assert bool(sent[-1]["trouble"]) == (archive == data[:-30])


def test_a_picture_that_is_cut_off_says_so() -> None:
    cut = record("response", A, answer(JPEG))[:-200]
    payloads = list(payloads_of(io.BytesIO(cut), lambda: 0))
    assert isinstance(payloads[0], Payload)
    reading = iter(payloads_of(io.BytesIO(cut), lambda: 0))
    found = next(reading)
    assert isinstance(found, Payload)
    assert len(b"".join(found.pieces)) < len(JPEG)
    assert found.trouble
    assert isinstance(next(reading), Bad)
