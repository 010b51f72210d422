"""Imprints without a sandbox: of drawn pictures, films that are rows of them, melodies; and rows that have them."""

from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from havre.fingerprints import audio, pdq, video
from havre.fingerprints.vpdq import Frame
from havre.matches.marks import Looks, Mark, keep_imprints
from havre.matches.models import Knowledge, Source
from havre.matches.stock import Stock, open_stock
from havre.media.decode.imprints import scenery
from havre.media.decode.outcomes import Decoded, Imprint
from havre.media.models import Medium
from havre.units.models import Person, Unit
from tests.cast import NOON
from tests.folders import scene
from tests.pictures import Pixels
from tests.sounds import music

KEY = bytes(range(32))


@cache
def film(*seeds: int, seconds: float = 1.0) -> Imprint:
    """A film that shows each of these pictures for a while."""
    made = video.Condenser()
    for number, seed in enumerate(seeds):
        shown = pdq.fingerprint_each_way(scene(seed))
        if made.take(Frame(number, shown.quality, shown.pdq.value, number * seconds)):
            made.key(shown.orientations, None, None)
    return Imprint(video.METHOD, video.VERSION, None, video.pack(made.finish(len(seeds) * seconds)))


@cache
def still(seed: int) -> Imprint:
    """One picture as a film."""
    shown = pdq.fingerprint_each_way(scene(seed))
    return Imprint(video.METHOD, video.VERSION, None, video.pack(video.still(shown.orientations, shown.quality)))


@cache
def sound(seed: int, seconds: float = 12.0, begin: float = 0.0) -> Imprint:
    """A piece of music, from a second on."""
    made = audio.Chroma()
    made.take(np.ascontiguousarray(music(seed, begin + seconds)[round(begin * 11_025) :]))
    return Imprint(audio.METHOD, audio.VERSION, None, audio.pack(made.finish()))


def view(pixels: Pixels, at: float | None = None) -> Imprint:
    """The features of a picture, or of a view of a film at this second."""
    made = _seen(pixels.tobytes(), pixels.shape)
    return Imprint(made.method, made.version, at, made.data, made.look)


@lru_cache(32)
def _seen(content: bytes, shape: tuple[int, ...]) -> Imprint:
    made = scenery(np.frombuffer(content, np.uint8).reshape(shape))
    assert made is not None
    return made


def decoded(*imprints: Imprint, damage: str | None = None) -> Decoded:
    """What the sandbox says of a file that has these."""
    return Decoded("mp4", 160, 160, (), 1, damage, (), None, (), imprints)


def stock(root: Path, unit: Unit) -> Stock:
    """The unit's indexes, its key one of the tests."""
    return open_stock(root, unit, KEY)


def looks(unit: Unit) -> Looks:
    """What seals and opens the looks of a unit."""
    return Looks(unit, KEY)


def held(unit: Unit, *imprints: Imprint, damage: str | None = None, family: str = "video") -> Medium:
    """A medium that the unit holds, with these."""
    number = Medium.objects.count() + 1
    digest = number.to_bytes(32, "big")
    medium = Medium.objects.create(
        unit=unit,
        sha256=digest,
        sha1=digest[:20],
        md5=digest[16:],
        bytes=1,
        kind="mp4",
        family=family,
        width=160,
        height=160,
        held_since=NOON,
        damage=damage or "",
    )
    keep_imprints(Looks(unit, KEY), [(medium, decoded(*imprints, damage=damage))])
    return medium


def known(by: Person, pertinent: bool | None, *imprints: Imprint) -> Knowledge:
    """An entry of a source, with these."""
    source = Source.objects.create(unit=by.unit, path="/l", listing=b"", added_by=by, added_at=NOON)
    entry = Knowledge.objects.create(source=source, unit=by.unit, pertinent=pertinent, label=str(pertinent))
    keep_imprints(Looks(by.unit, KEY), [(entry, decoded(*imprints))])
    return entry


def marks(*imprints: Imprint) -> tuple[Mark, ...]:
    """A file that asks by these, without rows."""
    return tuple(Mark(made) for made in imprints)
