"""Imprints made smaller for the way to other nodes: what finds most stays, and what is left is a whole imprint."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from havre.fingerprints import audio, scene, video
from havre.fingerprints.audio import Soundprint
from havre.fingerprints.chromaprint import FRAME, HOP, ROWS, SMOOTHING
from havre.fingerprints.scene import Scene
from havre.fingerprints.video import Film, Form
from havre.matching.place_index import NO_LOOK, chosen

FILM_BYTES = 288 << 10
"""Ten minutes of quick cuts with a key each second; a slow film of two hours."""
SOUND_BYTES = 96 << 10
"""The first 50 minutes."""
FEATURES = 400
"""Of up to 1,600 of a view: the index posts 300 of each, and what agrees is counted among these."""


def lighter(method: str, data: bytes) -> bytes:
    """A packed imprint of a known method, no larger than is told. Raises Invalid for bytes that are none."""
    return LIGHTER[method](data)


def _film(data: bytes) -> bytes:
    return data if len(data) <= FILM_BYTES else video.pack(film_within(video.unpack(data), FILM_BYTES))


def film_within(film: Film, most: int) -> Film:
    """The film with every second, fourth, … of its keys, or with none and as few of its runs as fit."""
    every = 1
    while _size(film, every) > most and any(len(form.runs) > every for form in film.forms):
        every *= 2
    if _size(film, every) <= most:
        return replace(film, forms=tuple(Form(form.runs[::every], form.ways[::every]) for form in film.forms))
    room = (most - video.HEADER.size) // video.RUN.itemsize
    runs = film.runs[:: -(-len(film.runs) // room)]
    return replace(film, runs=runs, forms=tuple(Form(form.runs[:0], form.ways[:0]) for form in film.forms))


def _size(film: Film, every: int) -> int:
    keys = sum(-(-len(form.runs) // every) for form in film.forms)
    return video.HEADER.size + len(film.runs) * video.RUN.itemsize + keys * video.KEY_BYTES


def _sound(data: bytes) -> bytes:
    return data if len(data) <= SOUND_BYTES else audio.pack(sound_within(audio.unpack(data), SOUND_BYTES))


def sound_within(sound: Soundprint, most: int) -> Soundprint:
    """The beginning of a sound."""
    items = min((most - audio.HEADER.size) * 8 // 33 - 1, len(sound.items))
    samples = (items + len(SMOOTHING) + ROWS - 3) * HOP + FRAME
    return Soundprint(sound.items[:items], sound.informative[:items], sound.start, samples)


def _scene(data: bytes) -> bytes:
    return scene.pack(scene_within(scene.unpack(data, NO_LOOK), FEATURES))


def scene_within(view: Scene, most: int) -> Scene:
    """The features that are likeliest found again, in their order."""
    return replace(view, features=np.ascontiguousarray(chosen(view.features, most)))


LIGHTER = {video.METHOD: _film, audio.METHOD: _sound, scene.METHOD: _scene}
"""What is told of each kind."""


def readable(method: str, version: str, data: bytes) -> bool:
    """Whether these bytes are of a method and version that are compared here. Raises Invalid where they lie."""
    if VERSIONS.get(method) != version:
        return False
    READ[method](data)
    return True


READ: Mapping[str, Callable[[bytes], object]] = {
    video.METHOD: video.unpack,
    audio.METHOD: audio.unpack,
    scene.METHOD: lambda data: scene.unpack(data, NO_LOOK),
}

VERSIONS = {video.METHOD: video.VERSION, audio.METHOD: audio.VERSION, scene.METHOD: scene.VERSION}
"""What is compared; everything else is kept for later versions."""
