"""What a capture of a site holds, row by row: a list of addresses with digests, or a WARC; either may be gzipped.

Runs in the sandbox. Every row has its place (a line or record, from 1), so that whoever was killed goes on behind it.
"""

from base64 import b32decode
from binascii import Error as Base32Error
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import md5, sha1, sha256
from typing import IO, BinaryIO

from havre.matches.formats.record import HEX_DIGITS, JSON, excerpt
from havre.matches.formats.source import Line, lines
from havre.matches.formats.table import TOO_LONG, Header, cells_of, header_of
from havre.matches.formats.tally import Tally
from havre.media.decode.gunzip import gunzipped
from havre.media.decode.members import is_bomb
from havre.media.decode.packings import SpoiltError
from havre.media.decode.payload import Again, Claim, Hashing, Passed, Payload, payloads_of, payloads_packed
from havre.media.decode.warc import Bad

ROWS = 500
"""Rows in one answer to the parent."""
KINDS = ("sha256", "sha1", "md5")
LONGEST = 2_000
"""Characters of an address."""
REFERERS = 1_000
"""Requests remembered, for answers that come after."""
REMEMBERED = 100_000
"""Contents remembered, for records that say that they come again: some 30 MB."""
SLACK = 256 << 10
"""Bytes that a decompressor may have read ahead."""

ALIASES = {
    **dict.fromkeys(("url", "uri", "link", "location", "image", "picture", "media_url"), "address"),
    **dict.fromkeys(("page_url", "found_on", "found on", "parent"), "page"),
    **dict.fromkeys(("origin", "referrer", "referer", "taken_from"), "source"),
    **dict.fromkeys(("hash", "checksum"), "digest"),
    **dict.fromkeys(("mime", "content-type", "content_type", "mimetype"), "type"),
}
NO_HEADER = "no header with an address and a digest"
NO_ADDRESS = "no address"
NO_DIGEST = "no digest"
LONG_ADDRESS = f"an address of more than {LONGEST:,} characters"
UNPRINTABLE = "characters that can't be printed"
NOT_BEFORE = "it points to a record that does not come before it in this capture"
FAMILIES = ("image", "video", "audio")
"""What servers say that is a picture, a film or a sound."""

Answer = dict[str, JSON]


@dataclass
class Batch:
    """Rows and what was wrong, up to a place."""

    rows: list[JSON] = field(default_factory=list)
    bad: list[JSON] = field(default_factory=list)
    passed: int = 0
    upto: int = 0

    def refuse(self, place: int, reason: str, text: str = "") -> None:
        """Something that can't be used."""
        self.bad.append([place, reason, excerpt(text)])

    @property
    def full(self) -> bool:
        """Whether it is to be sent."""
        return len(self.rows) + len(self.bad) + self.passed >= ROWS

    def told(self) -> Answer:
        """For the pipe."""
        return {"rows": self.rows, "bad": self.bad, "passed": self.passed, "upto": self.upto}


def rows(file: BinaryIO, *, after: int = 0) -> Iterator[Answer]:
    """The rows of a list behind a line, in batches; then whether it broke off."""
    opened, batch = _plain(file), Batch()
    columns: Columns | None = None
    for line in lines(opened, Tally()):  # type: ignore[arg-type]
        if columns is None and (line.text is None or not line.text.strip() or line.text[0] == "#"):
            continue
        if columns is None:
            columns = columns_of(line.text or "")
            if columns is None:
                batch.refuse(line.number, NO_HEADER, line.text or "")
                batch.upto = line.number
                break
            if columns.named:
                continue
        if line.number > after:
            batch.upto = line.number
            _take(line, columns, batch)
        if batch.full:
            yield batch.told()
            batch = Batch()
    yield batch.told()
    yield {"ended_early": opened.ended_early}


def warc_rows(file: BinaryIO, *, after: int = 0) -> Iterator[Answer]:
    """The pictures, films and sounds of a WARC behind a record, in batches; then whether it broke off."""
    crawl = Crawl()
    payloads = payloads_packed(file) if _is_packed(file) else payloads_of(file, file.tell)
    for found in payloads:
        if isinstance(found, Payload):
            crawl.payload(found)
        elif isinstance(found, Again):
            crawl.again(found)
        elif isinstance(found, Passed):
            crawl.passed(found)
        else:
            crawl.refused(found)
        if crawl.batch.full:
            yield crawl.sent(after)
    crawl.settle()
    yield crawl.sent(after)
    yield {"ended_early": bool(payloads.reading.ended_early)}


# ---- lists ----


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each column stands, and whether a header said so."""

    header: Header
    digests: tuple[tuple[str, int], ...]
    address: int
    others: tuple[int | None, int | None, int | None]
    """Page, source and type."""
    named: bool


def columns_of(line: str) -> Columns | None:
    """The columns of a list: as its header names them, or as its first row shows; None where neither tells."""
    header = header_of(line)
    named = {ALIASES.get(name, name): at for name, at in reversed(header.columns.items())}
    digests = tuple((kind, named[kind]) for kind in (*KINDS, "digest") if kind in named)
    if digests and "address" in named:
        page, source, kind = (named.get(name) for name in ("page", "source", "type"))
        return Columns(header, digests, named["address"], (page, source, kind), named=True)
    cells = cells_of(line, header.delimiter) or []
    address = next((at for at, cell in enumerate(cells) if "://" in cell), None)
    digest = next((at for at, cell in enumerate(cells) if any(digest_of("digest", cell))), None)
    if address is None or digest is None:
        return None
    return Columns(header, (("digest", digest),), address, (None, None, None), named=False)


def _take(line: Line, columns: Columns, batch: Batch) -> None:
    if line.text is None:
        batch.refuse(line.number, TOO_LONG)
        return
    if not line.text.strip():
        return
    cells = cells_of(line.text, columns.header.delimiter)
    if cells is None:
        batch.refuse(line.number, "quotes that never close", line.text)
        return
    cells += [""] * (columns.header.width - len(cells))
    address = cells[columns.address].strip()
    page, source, kind = ("" if at is None else cells[at].strip() for at in columns.others)
    found: list[str | None] = [None, None, None]
    for name, at in columns.digests:
        for index, value in enumerate(digest_of(name, cells[at])):
            found[index] = found[index] or value
    reason = "" if any(found) else NO_DIGEST
    if reason := _wrong(address, page, source) or reason:
        batch.refuse(line.number, reason, line.text)
        return
    batch.rows.append([line.number, address, page, source, _type(kind), *found])


def _wrong(address: str, page: str, source: str) -> str:
    if not address:
        return NO_ADDRESS
    if max(len(address), len(page), len(source)) > LONGEST:
        return LONG_ADDRESS
    return "" if (address + page + source).isprintable() else UNPRINTABLE


def _type(text: str) -> str:
    return text[:40] if text.isascii() and text.isprintable() else ""


def digest_of(kind: str, text: str) -> tuple[str | None, str | None, str | None]:
    """SHA-256, SHA-1 and MD5 as a cell has one of them, in lower case; a prefix as `sha1:` says which it is."""
    value = text.strip()
    prefix, sign, rest = value.partition(":")
    if sign and (said := prefix.strip().lower().replace("-", "")) in KINDS:
        kind, value = said, rest.strip()
    if kind == "sha1" and len(value) == 32 and not value.islower():
        value = _of_base32(value)
    value = value.lower()
    for index, each in enumerate(KINDS):
        if len(value) == HEX_DIGITS[each] and kind in (each, "digest"):
            good = value if value.isascii() and value.isalnum() and _is_hex(value) else None
            return (*(None,) * index, good, *(None,) * (2 - index))  # type: ignore[return-value]
    return None, None, None


def _of_base32(text: str) -> str:
    try:
        return b32decode(text).hex()
    except (Base32Error, ValueError):
        return text


def _is_hex(text: str) -> bool:
    try:
        bytes.fromhex(text)
    except ValueError:
        return False
    return True


# ---- WARC ----


@dataclass
class Pending:
    """What became of one record, as long as the next may say that it is not whole, or where it was found."""

    position: int
    row: list[JSON] | None = None
    bad: tuple[str, str] | None = None
    """Why it can't be used, and its address. Neither row nor this: it is no picture, film or sound."""


def _key(claim: Claim) -> bytes:
    return claim[0].encode() + bytes.fromhex(claim[1])


def _hex_of(digests: bytes) -> list[str]:
    """SHA-256, SHA-1 and MD5 that stand one behind the other."""
    return [digests[:32].hex(), digests[32:52].hex(), digests[52:].hex()]


@dataclass
class Crawl:
    """The rows of a WARC."""

    batch: Batch = field(default_factory=Batch)
    pending: Pending | None = None
    pages: "OrderedDict[str, str]" = field(default_factory=OrderedDict)
    """Where a browser came from, by what it asked for."""
    seen: "OrderedDict[bytes, tuple[str, bytes]]" = field(default_factory=OrderedDict)
    """What media are and their digests, one behind the other, by the digest under which they may come again."""

    def payload(self, found: Payload) -> None:
        """One picture, film or sound: digested, and forgotten."""
        self.settle()
        digests = (sha256(), sha1(usedforsecurity=False), md5(usedforsecurity=False))
        page = self.pages.get(found.address, "")
        reason = _wrong(found.address, page, "")
        try:
            for piece in found.pieces:
                for digest in digests:
                    digest.update(piece)
        except SpoiltError as problem:
            reason = str(problem)
        row: list[JSON] = [found.position, found.address, page, "", found.kind.name]
        row += [digest.hexdigest() for digest in digests]
        bad = (reason, found.address) if reason else None
        self.pending = Pending(found.position, None if bad else row, bad)
        if not bad and not found.trouble:
            self._remember(found, dict(zip(KINDS, digests, strict=True)))

    def _remember(self, found: Payload, digests: "Mapping[str, Hashing]") -> None:
        """By the digest that the crawler says it has, where it has that: of what was sent, or of what that held."""
        if found.claimed is None:
            return
        kind, value = found.claimed
        if value == digests[kind].hexdigest() or (found.sent is not None and value == found.sent.hexdigest()):
            named = b"".join(bytes.fromhex(digests[each].hexdigest()) for each in KINDS)
            self.seen[_key(found.claimed)] = found.kind.name, named
            if len(self.seen) > REMEMBERED:
                self.seen.popitem(last=False)

    def again(self, found: Again) -> None:
        """What came before stands at another address, or at another time, too; where it did not come, that is said."""
        self.settle()
        same = self.seen.get(_key(found.claimed)) if found.claimed is not None else None
        page = self.pages.get(found.address, "")
        if same is None and found.type.partition("/")[0] not in FAMILIES:
            self.pending = Pending(found.position)
            return
        reason = _wrong(found.address, page, "") if same is not None else NOT_BEFORE
        if same is None or reason:
            self.pending = Pending(found.position, bad=(reason, found.address))
            return
        row: list[JSON] = [found.position, found.address, page, "", same[0]]
        self.pending = Pending(found.position, [*row, *_hex_of(same[1])])

    def passed(self, found: Passed) -> None:
        """A record that is none; a request may say of the one before or after it where it was found."""
        if found.page and len(found.page) <= LONGEST and found.page.isprintable():
            row = self.pending.row if self.pending is not None else None
            if row is not None and row[1] == found.address and not row[2]:
                row[2] = found.page
            self.pages[found.address[:LONGEST]] = found.page
            if len(self.pages) > REFERERS:
                self.pages.popitem(last=False)
        self.settle()
        self.pending = Pending(found.position)

    def refused(self, found: Bad) -> None:
        """A record that can't be used; where it is the one that waits, that is not whole."""
        if self.pending is not None and self.pending.position == found.position:
            self.pending.bad = self.pending.bad or (found.reason, "")
            return
        self.settle()
        self.pending = Pending(found.position, bad=(found.reason, ""))

    def settle(self) -> None:
        """Nothing more is said of what waits."""
        if self.pending is None:
            return
        if self.pending.bad is not None:
            self.batch.refuse(self.pending.position, *self.pending.bad)
        elif self.pending.row is not None:
            self.batch.rows.append(self.pending.row)
        else:
            self.batch.passed += 1
        self.batch.upto, self.pending = self.pending.position, None

    def sent(self, after: int) -> Answer:
        """What is settled, but what was dealt with before; begins anew."""
        sent, self.batch = self.batch, Batch()
        return (sent if sent.upto > after else Batch(upto=sent.upto)).told()


# ---- what is packed ----


@dataclass
class Opened:
    """The file of a list, unpacked on its way where it is gzipped."""

    file: IO[bytes]
    packed: Callable[[], int] | None = None
    """How much of the file itself was read, where it is packed."""
    broken: Callable[[], str] = str
    swollen: bool = False
    came: int = 0

    @property
    def ended_early(self) -> bool:
        """Whether it broke off, or swelled beyond reason."""
        return self.swollen or bool(self.broken())

    def read(self, size: int) -> bytes:
        """The next bytes; empty where it ends, breaks off, or swells beyond reason."""
        if self.swollen:
            return b""
        data = self.file.read(size)
        self.came += len(data)
        self.swollen = self.packed is not None and is_bomb(self.packed() + SLACK, self.came)
        return data


def _plain(file: BinaryIO) -> Opened:
    if not _is_packed(file):
        return Opened(file)
    unpacked, raw = gunzipped(file)
    return Opened(unpacked, file.tell, lambda: raw.trouble)


def _is_packed(file: BinaryIO) -> bool:
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    return packed
