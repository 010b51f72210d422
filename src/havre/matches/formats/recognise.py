"""Which format a file is, by its first bytes; never by its name."""

import codecs
import re

from havre.matches.formats.icse import RECOGNISED_BY
from havre.matches.formats.record import HEX_DIGITS
from havre.matches.formats.table import DELIMITERS, header_of

HEAD = 4096
"""So many bytes are enough."""

_VICS_2 = re.compile(r'"@odata\.context"|DataModels/2\.\d', re.IGNORECASE)
_VICS_1 = re.compile(r'"odata\.metadata"|ProjectVic/DataModels/1\.\d', re.IGNORECASE)
_VICS_BARE = re.compile(r'^[{\[].*"(?:MediaID|MD5|CaseID|CaseNumber|Media|value)"\s*:', re.DOTALL)
_HASH = re.compile(
    r'"?(?:(?:md5|sha-?1|sha-?256|pdq)\s*:\s*)?(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})\b', re.IGNORECASE
)


def recognise(head: bytes) -> str | None:
    """'vics2', 'vics1.3', 'icse', 'csv', 'hashes' or 'pdq', from the first 4096 bytes; None for anything else."""
    text = _text(head[:HEAD]).lstrip()
    if text[:1] in ("{", "["):
        return _vics(text)
    if any(ord(letter) < 32 and letter not in "\t\r\n\0" for letter in text):
        return None
    told = [line.strip() for line in text.replace("\r", "\n").split("\n") if line.strip(" ;,\t\0")]
    said = [line for line in told if not line.startswith(("#", "//"))]
    if any(line.lstrip("# ").rstrip(":").lower() == "pdq" for line in told):
        return "pdq"
    return _lines(said) if said else None


def _lines(said: list[str]) -> str | None:
    columns = header_of(said[0]).columns.keys()
    if columns >= RECOGNISED_BY:
        return "icse"
    if columns & HEX_DIGITS.keys():
        has_cells = any(delimiter in said[0] for delimiter in DELIMITERS)
        return "csv" if has_cells or len(said) > 1 else None
    # The first lines may be broken; a list is one where any of the first ten is a hash.
    found = next((line for line in said[:10] if _HASH.match(line)), None)
    if found is None:
        return None
    return "pdq" if found.lower().startswith("pdq") else "hashes"


def _vics(text: str) -> str | None:
    if _VICS_2.search(text):
        return "vics2"
    if _VICS_1.search(text):
        return "vics1.3"
    return "vics2" if _VICS_BARE.search(text) else None


def _text(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", "replace")
    return head.removeprefix(codecs.BOM_UTF8).decode("latin-1")
