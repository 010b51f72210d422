"""Plain hash lists: one MD5, SHA-1, SHA-256 or PDQ a line."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from havre.matches.formats import clean
from havre.matches.formats.record import HEX_DIGITS, JSON, Entry, Record, rows_of
from havre.matches.formats.source import Line, lines
from havre.matches.formats.table import TOO_LONG
from havre.matches.formats.tally import Tally

NOT_A_HASH = "not an MD5, SHA-1, SHA-256 or PDQ"

_OF_LENGTH = {32: "md5", 40: "sha1", 64: "sha256"}
# Also what md5sum and its kin print: the digest, two blanks or a blank and a star, the file's name.
_ROW = re.compile(r"(?:(md5|sha-?1|sha-?256|pdq)\s*:\s*)?([0-9A-Fa-f]+)(?:\s+\*?(\S.*)|[,;\s]*)", re.IGNORECASE)


def read(file: BinaryIO, *, pdq: bool = False) -> Iterator[Record]:
    """Every line as an entry, then the Summary.

    64 hex digits are a SHA-256, unless `pdq` is set, the line begins with `pdq:`, or a line `pdq` or `# pdq`
    came before. Blank lines and other comments are passed.
    """
    tally = Tally()
    of_64 = "pdq" if pdq else "sha256"
    for line in lines(file, tally):
        words = line.text.strip() if line.text is not None else None
        heading = words.lstrip("# ").rstrip(":").lower().replace("-", "") if words is not None else ""
        if heading in HEX_DIGITS:
            of_64 = heading if heading in ("pdq", "sha256") else of_64
            continue
        if words is not None and (not words or words.startswith(("#", "//"))):
            continue
        entry = _entry(line, words or "", of_64, tally)
        reason = TOO_LONG if line.text is None else NOT_A_HASH
        yield tally.accept(entry) if entry else tally.refuse(f"line {line.number}", reason, words or "")
    tally.about["read_64_digits_as"] = of_64
    yield tally.summary()


def rows(file: BinaryIO, *, region: str | None = None) -> Iterator[dict[str, JSON]]:
    """`read` as JSON-able rows, for a worker's pipe; a plain list has no categories, so `region` means nothing."""
    del region
    return rows_of(read(file))


def pdq_rows(file: BinaryIO, *, region: str | None = None) -> Iterator[dict[str, JSON]]:
    """`rows` of a list whose 64 hex digits are PDQ."""
    del region
    return rows_of(read(file, pdq=True))


def _entry(line: Line, words: str, of_64: str, tally: Tally) -> Entry | None:
    found = _ROW.fullmatch(words.strip('"'))
    if found is None:
        return None
    stated = (found[1] or "").lower().replace("-", "")
    kind = stated or (of_64 if len(found[2]) == 64 else _OF_LENGTH.get(len(found[2])))
    if kind is None:
        tally.survived(f"hash of {len(found[2])} characters" if len(found[2]) <= 128 else "hash of a wrong length")
        return None
    value = clean.digest(kind, found[2], tally)
    if value is None:
        return None
    name = clean.path(found[3], tally) if found[3] else None
    return replace(Entry(f"line {line.number}", paths=(name,) if name else ()), **{kind: value})  # type: ignore[arg-type]
