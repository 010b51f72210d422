"""What a film or sound says about itself: the tags of its container and its streams, each with the field it stands in.

Facts, not verdicts: a value that cannot be true is kept as it is written and called refused, with a note.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from havre.media.decode import xmp
from havre.media.decode.facts import MAX_FACTS, Told
from havre.media.decode.outcomes import Fact
from havre.media.decode.plain import decoded, plain

NAMES = {
    "make": "camera make",
    "com.apple.quicktime.make": "camera make",
    "com.android.manufacturer": "camera make",
    "model": "camera model",
    "com.apple.quicktime.model": "camera model",
    "com.android.model": "camera model",
    "com.apple.quicktime.camera.identifier": "camera id",
    "com.apple.quicktime.camera.lens_model": "lens",
    "com.apple.quicktime.software": "software",
    "com.android.version": "android version",
    "software": "software",
    "encoder": "encoder",
    "encoded_by": "encoder",
    "writing_application": "software",
    "com.apple.quicktime.creationdate": "taken",
    "date": "dated",
    "creation_time": "created",
    "modification_time": "modified",
    "title": "title",
    "artist": "creator",
    "author": "creator",
    "album": "album",
    "comment": "comment",
    "description": "description",
    "copyright": "copyright",
    "handler_name": "handler",
    "language": "language",
    "timecode": "timecode",
    "com.apple.quicktime.content.identifier": "content id",
    "media_uuid": "media id",
    "uid": "media id",
    "firmware": "firmware",
    "serial_number": "camera serial",
}
"""Tag in lower case: what it tells. FFmpeg has given the containers' own codes these names."""

PLACES = ("location", "location-eng", "com.apple.quicktime.location.iso6709", "xyz", "gps_coordinates")
UNTOLD = {"handler": {"VideoHandler", "SoundHandler", "DataHandler"}, "language": {"und"}}
"""What says nothing: the names and languages that writers give every stream."""

ISO_6709 = re.compile(r"\s*([+-]\d{2,6}(?:\.\d+)?)([+-]\d{3,7}(?:\.\d+)?)([+-]\d+(?:\.\d+)?)?")
CAMERA = {"camera make", "camera model", "android version"}
EPOCHS = ("1904-01-01", "1970-01-01")
"""Days on which clocks that were never set begin."""


def read(container: Mapping[str, str], streams: Mapping[str, Mapping[str, str]], form: str) -> Told:
    """Facts from the tags of a container of this `form` ('MP4'), and of its streams by their names ('video 1')."""
    facts: list[Fact] = []
    notes: list[str] = []
    _take(container, form, facts, notes)
    for name, tags in streams.items():
        told = {(fact.name, fact.value) for fact in facts}
        own: list[Fact] = []
        _take(tags, f"{form} {name}", own, notes)
        facts += [fact for fact in own if (fact.name, fact.value) not in told]
    return _taken(facts)[:MAX_FACTS], notes[:20]


def _taken(facts: list[Fact]) -> list[Fact]:
    """Where a camera made the file, it was created when it was taken; other programs write when they wrote it."""
    names = {fact.name for fact in facts}
    if "taken" in names or not names & CAMERA:
        return facts
    return [replace(fact, name="taken") if fact.name == "created" else fact for fact in facts]


def _take(tags: Mapping[str, str], where: str, facts: list[Fact], notes: list[str]) -> None:
    for tag, written in tags.items():
        key, value = tag.lower(), plain(decoded(written.encode("utf-8", "surrogateescape")))
        field = f"{where}:{plain(tag, 100)}"
        if key in PLACES:
            facts += _place(value, field, notes)
        elif key == "xmp":
            found, noted = xmp.read(written.encode("utf-8", "surrogateescape"))
            facts += found
            notes += noted
        elif key in NAMES and value and value not in UNTOLD.get(NAMES[key], ()):
            facts.append(_named(NAMES[key], value, field, notes))


def _named(name: str, value: str, field: str, notes: list[str]) -> Fact:
    if name in ("created", "taken", "modified") and value.startswith(EPOCHS):
        notes.append(f"{field}: the clock was not set")
        return Fact(f"{name} refused", value, field)
    return Fact(name, value, field)


def _place(value: str, field: str, notes: list[str]) -> Iterator[Fact]:
    """ISO 6709: latitude and longitude in degrees, or in degrees and minutes run together, then the altitude."""
    match = ISO_6709.match(value)
    if match is None:
        yield Fact("place as written", value, field)
        return
    for name, part, whole, limit in (("latitude", match[1], 2, 90.0), ("longitude", match[2], 3, 180.0)):
        degrees = _degrees(part, whole)
        if abs(degrees) <= limit:
            yield Fact(name, f"{degrees:.7f}", field)
        else:
            yield Fact(f"{name} refused", part, field)
            notes.append(f"{field}: the {name} cannot be true")
    if match[3]:
        yield Fact("altitude", f"{float(match[3]):.1f}", field)


def _degrees(part: str, whole: int) -> float:
    """±DD.D, ±DDMM.M or ±DDMMSS.S; longitudes have one digit more."""
    digits = part[1:].partition(".")[0]
    value = float(part[1:])
    if len(digits) >= whole + 4:
        value = value // 10_000 + value % 10_000 // 100 / 60 + value % 100 / 3600
    elif len(digits) >= whole + 2:
        value = value // 100 + value % 100 / 60
    return -value if part[0] == "-" else value
