"""Entries written as a VICS `#Media` document, 1.3 or 2.0, one after the other."""

import base64
import json
from collections import Counter
from collections.abc import Iterable
from typing import BinaryIO

from havre.matches.formats.labels import Scheme, chosen_region, scheme_of_region
from havre.matches.formats.record import JSON, Entry, Written
from havre.matches.formats.vics_fields import (
    EXIFS,
    HASHES,
    HAVRE_LABEL,
    MEDIA,
    MEDIA_FILES,
    METADATA,
    PDQ_QUALITY,
    SEGMENTS,
    Columns,
)

_CONTEXT_2 = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/{region}/$metadata#Media"
_CONTEXT_13 = "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media"

_ROWS: dict[str, Columns] = {
    "AlternativeHashes": HASHES,
    "Exifs": EXIFS,
    "MediaFiles": MEDIA_FILES,
    "MediaMetadata": METADATA,
    "Segments": SEGMENTS,
}
_ONLY_2 = frozenset({"MediaMetadata", "Segments", "Identifiers", "Repositories", "SelfGenerated"})


def write_vics2(entries: Iterable[Entry], out: BinaryIO, *, region: str = "US") -> Written:
    """A VICS 2.0 hash set with the region's categories; entries without an MD5 are left out and counted."""
    return _write(entries, out, "@odata.context", _CONTEXT_2.format(region=chosen_region(region)), region, True)


def write_vics13(entries: Iterable[Entry], out: BinaryIO, *, region: str = "US") -> Written:
    """A VICS 1.3 hash set; it has no place for labels finer than the category, nor for the PDQ's quality."""
    return _write(entries, out, "odata.metadata", _CONTEXT_13, chosen_region(region), False)


def _write(entries: Iterable[Entry], out: BinaryIO, key: str, context: str, region: str, is_2: bool) -> Written:
    scheme = scheme_of_region(region)
    if scheme is None:
        raise AssertionError(region)
    left_out: Counter[str] = Counter()
    written = 0
    out.write(f'{{"{key}":{json.dumps(context)},"value":['.encode())
    for entry in entries:
        if entry.md5 is None:
            left_out["no MD5, which VICS cannot do without"] += 1
            continue
        media = json.dumps(media_of(entry, scheme, is_2=is_2), ensure_ascii=False, separators=(",", ":"))
        # One Media a line: readable with line tools, and damage is found by line.
        out.write((",\n" if written else "\n").encode() + media.encode("utf-8", "replace"))
        written += 1
    out.write(b"\n]}\n")
    return Written(written, dict(left_out))


def media_of(entry: Entry, scheme: Scheme, *, is_2: bool) -> dict[str, JSON]:
    """The Media of an entry, its category in this scheme."""
    own = entry.category if entry.category in scheme.by_category else None
    category = own if own is not None and scheme.read(own) == entry.label else scheme.write(entry.label)
    media: dict[str, JSON] = {
        "MD5": entry.md5,
        "SHA1": entry.sha1,
        "Category": int(category),
        "IsPrecategorized": category != "0",
        "RelativeFilePath": entry.facts.get("file"),
    }
    for name, column in MEDIA.items():
        value = entry.facts.get(column.fact)
        if value is not None and (is_2 or name not in _ONLY_2):
            media[name] = _renamed(value, _ROWS[name]) if name in _ROWS else value
    photodna = entry.facts.get("photodna")
    if isinstance(photodna, str):
        media["PhotoDNA"] = base64.b64encode(bytes.fromhex(photodna)).decode()
    _add_hashes(media, entry)
    if is_2:
        _add_own(media, entry, scheme.read(category))
    return {name: value for name, value in media.items() if value is not None}


def _renamed(value: JSON, columns: Columns) -> JSON:
    """Rows with VICS's names for their columns."""
    named = {column.fact: name for name, column in columns.items()}
    if not isinstance(value, list):
        return None
    return [
        {named[fact]: inner for fact, inner in row.items() if fact in named} for row in value if isinstance(row, dict)
    ]


def _add_hashes(media: dict[str, JSON], entry: Entry) -> None:
    held = media.get("AlternativeHashes")
    hashes = list(held) if isinstance(held, list) else []
    pairs = (("SHA256", entry.sha256), ("PDQ", entry.pdq))
    hashes += [{"HashName": name, "HashValue": value} for name, value in pairs if value is not None]
    if hashes:
        media["AlternativeHashes"] = [{"MD5": entry.md5, **one} for one in hashes if isinstance(one, dict)]


def _add_own(media: dict[str, JSON], entry: Entry, says: str | None) -> None:
    held = media.get("MediaMetadata")
    metadata = list(held) if isinstance(held, list) else []
    if entry.pdq is not None and entry.pdq_quality is not None:
        metadata.append({"PropertyName": PDQ_QUALITY, "PropertyValue": str(entry.pdq_quality)})
    if entry.label != says and entry.label is not None:
        metadata.append({"PropertyName": HAVRE_LABEL, "PropertyValue": entry.label})
    if metadata:
        media["MediaMetadata"] = metadata
