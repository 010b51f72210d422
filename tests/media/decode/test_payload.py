"""What servers gave, out of the records of a WARC."""

import gzip
import io
import zlib

from havre.media.decode.payload import Passed, Payload, SpoiltError, payloads_of
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
        record("revisit", A, answer(b"")),
    ) == [(A, ""), (A, ""), (A, ""), (A, page), (A, page), (A, "")]


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
