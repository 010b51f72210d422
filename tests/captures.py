"""Captures to read in tests: lists of addresses with digests, and WARC, all benign and synthetic."""

import gzip
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from havre.flows.site_capture import import_capture
from tests.cast import Node


def digest(number: int) -> str:
    """The SHA-256 by which a list calls this content."""
    return sha256(str(number).encode()).hexdigest()


def listed(file: Path, numbers: Sequence[int], *, source: str = "", host: str = "portal.example") -> Path:
    """A list of these contents, one a line, each on its page."""
    rows = [f"http://{host}/p/{n}.jpg,http://{host}/t/{n // 10},{source},{digest(n)}" for n in numbers]
    file.write_text("url,page,source,sha256\n" + "".join(f"{row}\n" for row in rows))
    return file


def read(here: Node, file: Path, site: str, **options: object) -> dict[str, object]:
    """What Bram is told when he reads a capture."""
    return import_capture(here.home, here.bram, str(file), site, **options)  # type: ignore[arg-type]


def record(
    kind: str,
    target: str,
    block: bytes,
    *,
    content: str = "application/http",
    length: int | None = None,
    digest: str = "",
) -> bytes:
    """One record of a WARC; `length` is what it says of itself, `digest` what it says of its payload."""
    said = len(block) if length is None else length
    fields = f"WARC-Type: {kind}\r\nWARC-Target-URI: {target}\r\nContent-Type: {content}\r\nContent-Length: {said}\r\n"
    fields += f"WARC-Payload-Digest: {digest}\r\n" if digest else ""
    return b"WARC/1.0\r\n" + fields.encode() + b"\r\n" + block + b"\r\n\r\n"


def answer(body: bytes, *fields: str, status: str = "200 OK") -> bytes:
    """What a server gave."""
    return "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", *fields, "")).encode() + body


def request(page: str) -> bytes:
    """What a browser asked, coming from a page."""
    return f"GET / HTTP/1.1\r\nHost: x.example\r\nReferer: {page}\r\n\r\n".encode()


def zipped(*records: bytes) -> bytes:
    """Records, each gzipped for itself, as crawlers do."""
    return b"".join(gzip.compress(each, mtime=0) for each in records)
