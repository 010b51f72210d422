"""One Media of a VICS document as an Entry, whatever its exporter made of it."""

from havre.matches.formats import clean
from havre.matches.formats.labels import Scheme, labels, pertinent
from havre.matches.formats.record import JSON, Entry
from havre.matches.formats.tally import Tally
from havre.matches.formats.vics_fields import (
    HAVRE_LABEL,
    MEDIA,
    MEDIA_FILES,
    PDQ_QUALITY,
    RESERVED,
    columns_of,
)

NO_FINGERPRINT = "no digest, no PDQ and no file"

_FOLDED = {name.lower(): name for name in (*MEDIA, *MEDIA_FILES, *RESERVED)}
_ON_MEDIA = ("FileName", "FilePath", "Created", "Written", "Accessed", "Unallocated", "Deleted")
_HASH_KINDS = {
    "pdq": "pdq",
    "sha256": "sha256",
    "sha-256": "sha256",
    "sha1": "sha1",
    "sha-1": "sha1",
    "md5": "md5",
}


def entry_of(media: dict[str, object], place: str, tally: Tally, scheme: Scheme | None) -> Entry | None:
    """The entry; None if nothing in it would ever find a medium. Without `scheme` it is unjudged."""
    if "MD5" not in media:
        media = _folded(media, tally)
    digests = {kind: clean.digest(kind, media.get(kind.upper()), tally) for kind in ("md5", "sha1")}
    facts = _facts(media, tally)
    quality = _hashes_into(digests, facts, tally)
    paths = _paths_into(facts, media, tally)
    if not any(digests.values()) and "file" not in facts:
        return None
    category = _category(media.get("Category"), tally)
    label = _label(category, facts, scheme, tally)
    if category in (None, "0") and facts.get("is_precategorized"):
        tally.survived("IsPrecategorized without a category")
    return Entry(
        place,
        digests["md5"],
        digests["sha1"],
        digests.get("sha256"),
        digests.get("pdq"),
        quality if digests.get("pdq") else None,
        label,
        category,
        paths,
        facts,
    )


def _folded(media: dict[str, object], tally: Tally) -> dict[str, object]:
    """The same Media with its fields in the standard's capitals."""
    named = {_FOLDED.get(name.lower(), name): value for name, value in media.items()}
    if named.keys() != media.keys():
        tally.survived("field names in other capitals")
    return named


def _facts(media: dict[str, object], tally: Tally) -> dict[str, JSON]:
    facts: dict[str, JSON] = {}
    other: dict[str, JSON] = {}
    for name, value in media.items():
        if value is None or value == "" or value == [] or name in RESERVED:
            continue
        column = MEDIA.get(name)
        if column is not None:
            made = column.cleaner(value, tally)
            if made is not None:
                facts[column.fact] = made
        elif not _is_elsewhere(name) and len(other) < clean.MAX_ITEMS:
            other[clean.text(name, tally) or ""] = clean.kept(value, tally)
    if other:
        tally.defects["field that VICS does not have"] += len(other)
        facts["other"] = other
    _own_file(media, facts, tally)
    return facts


def _is_elsewhere(name: str) -> bool:
    return "@" in name or name.startswith("odata.") or name in _ON_MEDIA


def _own_file(media: dict[str, object], facts: dict[str, JSON], tally: Tally) -> None:
    """File name and times directly on Media, as some 1.3 exporters write them, become one media file."""
    if not any(name in media for name in _ON_MEDIA):
        return
    own: JSON = columns_of({name: media[name] for name in _ON_MEDIA if name in media}, MEDIA_FILES, tally)
    if not own:
        return
    tally.survived("file name or times directly on Media")
    held = facts.get("media_files")
    facts["media_files"] = [*held, own] if isinstance(held, list) and own not in held else held or [own]


def _hashes_into(digests: dict[str, str | None], facts: dict[str, JSON], tally: Tally) -> int | None:
    """Move PDQ, SHA-256 and PhotoDNA out of the alternative hashes to their places; gives the PDQ's quality."""
    held = facts.pop("alternative_hashes", None)
    others: list[JSON] = []
    for one in held if isinstance(held, list) else []:
        name, value = (one.get("name"), one.get("value")) if isinstance(one, dict) else (None, None)
        kind = str(name).strip().lower()
        if kind in _HASH_KINDS:
            into = _HASH_KINDS[kind]
            digests[into] = digests.get(into) or clean.digest(into, value, tally)
        elif kind == "photodna" and "photodna" not in facts:
            tally.survived("PhotoDNA among the alternative hashes")
            if found := clean.photodna(value, tally):
                facts["photodna"] = found
        else:
            others.append(one)
    if others:
        facts["alternative_hashes"] = others
    return clean.percent(_own_metadata(facts, PDQ_QUALITY), tally)


def _own_metadata(facts: dict[str, JSON], name: str) -> str | None:
    """Take a value of ours out of the metadata."""
    held = facts.get("metadata")
    if not isinstance(held, list):
        return None
    for one in held:
        if isinstance(one, dict) and one.get("name") == name:
            rest = [other for other in held if other is not one]
            facts.pop("metadata")
            if rest:
                facts["metadata"] = rest
            value = one.get("value")
            return value if isinstance(value, str) else None
    return None


def _paths_into(facts: dict[str, JSON], media: dict[str, object], tally: Tally) -> tuple[str, ...]:
    """Every name of the medium; where its bytes lie becomes `facts["file"]`, or "outside" if it leaves the folder."""
    names: list[str] = []
    relative = media.get("RelativeFilePath")
    if relative and (stated := clean.path(relative, tally)):
        names.append(stated)
        if beside := clean.file_beside(stated, tally):
            facts["file"] = beside
        else:
            facts["outside"] = stated
    held = facts.get("media_files")
    found = [one for one in held if isinstance(one, dict)] if isinstance(held, list) else []
    names += [name for one in found if (name := _whole_path(one.get("path"), one.get("name")))]
    return tuple(dict.fromkeys(names))


def _whole_path(folder: JSON, name: JSON) -> str | None:
    if not isinstance(folder, str) or not isinstance(name, str):
        return folder if isinstance(folder, str) else name if isinstance(name, str) else None
    if folder == name or folder.endswith("/" + name):
        return folder
    return folder.rstrip("/") + "/" + name


def _category(value: object, tally: Tally) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        tally.survived("category not understood")
        return None
    words = clean.text(value, tally)
    return words[:64] if words else None


def _label(category: str | None, facts: dict[str, JSON], scheme: Scheme | None, tally: Tally) -> str | None:
    """By the category; a label of our own in the metadata is finer, and believed where it says the same."""
    own = _own_metadata(facts, HAVRE_LABEL)
    stated = scheme.read(category) if scheme is not None else None
    if category not in (None, "0") and (scheme is None or category not in scheme.by_category):
        tally.survived("category that the region's scheme does not have")
    if own is None or own not in labels():
        return stated
    if stated is not None and pertinent(stated) is not pertinent(own):
        tally.survived("label and category disagree")
        return stated
    return own
