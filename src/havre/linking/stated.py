"""What one medium states about its origin, read once from its facts and names: camera, serials, times, place.

Anybody can write anything into metadata. What cannot be read or cannot be true is passed over; where a medium states
two different things, the first counts and the name is kept as disputed.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from havre.linking.numbering import EPOCH, Named, named

Fact = tuple[str, str]
"""Name and value, as havre.media.decode.facts names them."""

LONGEST = 100
"""Characters of a value that are compared; no serial or model is longer."""

TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?")
TIMES = ("taken", "digitised", "created")
"""Facts that tell when it was made, the most direct first; when it was changed says nothing of that."""
CAMERAS = ("camera make", "camera model", "camera serial", "lens", "lens serial", "software")
IDS = ("image id", "original document id", "document id")
PLACES = ("latitude", "longitude", "satellite time")
FACTS = frozenset({*TIMES, *CAMERAS, *IDS, *PLACES})
"""All facts that are read; the others need not be handed in."""

ZONE_STEP = 15 * 60
"""Zones differ from UTC by whole quarters of an hour."""
WIDEST_ZONE = 14 * 3600
"""The widest zone, UTC+14 (Line Islands)."""
STALE_FIX = 180
"""Seconds by which a phone's last satellite time may lag behind its clock."""

NOWHERE = 1e-4
"""Degrees around 0, 0 that mean that no place was found: software writes zeros, and it lies in the open sea."""


@dataclass(frozen=True, slots=True)
class Place:
    """Degrees north and east (WGS 84)."""

    latitude: float
    longitude: float


NAMELESS = Named()


@dataclass(frozen=True, slots=True)
class Stated:
    """What a medium states. Empty texts and None mean that it states nothing there.

    Texts are normalised for comparison. Times are seconds since 1970: `local` on the clock of wherever it was made,
    `instant` in UTC.
    """

    medium: int
    camera: str = ""
    body: str = ""
    lens: str = ""
    """The lens's serial number."""
    lens_model: str = ""
    software: str = ""
    image_id: str = ""
    document_id: str = ""
    local: float | None = None
    instant: float | None = None
    place: Place | None = None
    names: Named = NAMELESS
    disputed: frozenset[str] = frozenset()


def stated(medium: int, facts: Iterable[Fact], paths: Iterable[str] = ()) -> Stated:
    """What these facts and paths say of the medium; never raises, whatever they are."""
    by_name: dict[str, list[str]] = {}
    for name, value in facts:
        if name not in FACTS:
            continue
        by_name.setdefault(name, []).append(" ".join(value[:LONGEST].split()))
    names = named(paths)
    local, instant, zone_disputed = _when(by_name, names)
    serials = {name: _identifiers(by_name.get(name, ())) for name in ("camera serial", "lens serial")}
    cameras = _cameras(by_name)
    disputed = {name for name, values in serials.items() if len(values) > 1} | zone_disputed
    disputed |= {"camera model"} if len(cameras) > 1 else set()
    return Stated(
        medium,
        camera=_first(cameras),
        body=_first(serials["camera serial"]),
        lens=_first(serials["lens serial"]),
        lens_model=_first(_lowered(by_name.get("lens", ()))),
        software=_first(_lowered(by_name.get("software", ()))),
        image_id=_first(_identifiers(by_name.get("image id", ()))),
        document_id=_first(_identifiers([*by_name.get("original document id", ()), *by_name.get("document id", ())])),
        local=local,
        instant=instant,
        place=_place(by_name),
        names=names,
        disputed=frozenset(disputed),
    )


def _first(values: Sequence[str]) -> str:
    return values[0] if values else ""


def _lowered(values: Iterable[str]) -> list[str]:
    """Distinct values in small letters, in their order."""
    return [value for value in dict.fromkeys(value.casefold() for value in values) if value]


# ---- serials ----


def telling(serial: str) -> int:
    """How many digits of a serial tell it from others, the same several times in a row being one.

    0 for what is no number at all: "N/A", "0", "00000000", "unknown".
    """
    runs = [c for at, c in enumerate(serial) if at == 0 or c != serial[at - 1]]
    digits = [c for c in runs if c.isdigit()]
    return len(digits) if len(set(digits)) > 1 else 0


def _identifiers(values: Iterable[str]) -> list[str]:
    return [value for value in _lowered(values) if telling(value)]


# ---- make and model ----


def _cameras(by_name: Mapping[str, Sequence[str]]) -> list[str]:
    """Make and model as one: "nikon nikon d810" whether the make is written NIKON or NIKON CORPORATION."""
    makes, models = (_lowered(by_name.get(name, ())) for name in ("camera make", "camera model"))
    make = makes[0].split()[0].strip(",.") if makes else ""
    return list(dict.fromkeys(f"{make} {model.removeprefix(make).strip()}".strip() for model in models))


# ---- times ----


def _when(by_name: Mapping[str, Sequence[str]], names: Named) -> tuple[float | None, float | None, set[str]]:
    """(local, instant, what is disputed): what is written inside counts before what the name says."""
    written = [found for name in TIMES for value in by_name.get(name, ()) if (found := _read(value)) is not None]
    satellite = next((t for v in by_name.get("satellite time", ()) if (t := _read(v)) and t[1] is not None), None)
    by_satellite = None if satellite is None or satellite[1] is None else satellite[0] - satellite[1]
    if not written:
        return names.local, by_satellite if by_satellite is not None else names.instant, set()
    local, zone = written[0]
    if zone is not None:
        return local, local - zone, set()
    if by_satellite is None:
        return local, None, set()
    zone = round((local - by_satellite) / ZONE_STEP) * ZONE_STEP
    if abs(zone) > WIDEST_ZONE or abs(local - zone - by_satellite) > STALE_FIX:
        return local, None, {"satellite time"}
    return local, local - zone, set()


def _read(written: str) -> tuple[float, float | None] | None:
    """(seconds since 1970 on the clock, seconds its zone is ahead of UTC if it says); None for what is no time."""
    found = TIME.fullmatch(written)
    if found is None or not written.isascii():
        return None
    *parts, fraction, zone = found.groups()
    try:
        shown = (datetime(*map(int, parts)) - EPOCH).total_seconds()  # type: ignore[arg-type]
        return shown + float(fraction or 0), None if zone is None else _ahead(zone)
    except ValueError:
        return None


def _ahead(zone: str) -> float:
    if zone == "Z":
        return 0.0
    ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6])) * (-1 if zone[0] == "-" else 1)
    return timezone(ahead).utcoffset(None).total_seconds()  # refuses what is no zone, by ValueError


# ---- places ----


def _place(by_name: Mapping[str, Sequence[str]]) -> Place | None:
    latitude = _degrees(by_name.get("latitude", ()), 90)
    longitude = _degrees(by_name.get("longitude", ()), 180)
    if latitude is None or longitude is None or (abs(latitude) < NOWHERE and abs(longitude) < NOWHERE):
        return None
    return Place(latitude, longitude)


def _degrees(values: Iterable[str], most: float) -> float | None:
    for value in values:
        try:
            degrees = float(value)
        except ValueError:
            continue
        if math.isfinite(degrees) and abs(degrees) <= most:
            return degrees
    return None


EARTH = 6_371_009.0
"""The earth's mean radius in metres (IUGG)."""


def metres(one: Place, other: Place) -> float:
    """Metres between two places along the ground (haversine)."""
    north = math.radians(other.latitude - one.latitude)
    east = math.radians(other.longitude - one.longitude)
    along = math.cos(math.radians(one.latitude)) * math.cos(math.radians(other.latitude)) * math.sin(east / 2) ** 2
    return 2 * EARTH * math.asin(min(1.0, math.sqrt(math.sin(north / 2) ** 2 + along)))
