"""Mutated pictures, films, sounds and archives through the sandbox: `python -m tests.media.decode.fuzz COUNT SEED`.

Whatever the bytes, the parent meets only the declared errors. Everything else ends the run with the input's seed.
"""

import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence

from havre.media.decode import Broke, Budget, Exceeded, Limits, NotMedia, Sandbox, Worker
from havre.media.decode.outcomes import MIB
from havre.media.kinds import kind_of
from tests.media.decode.seeds import ARCHIVES, FILMS, PICTURES, SOUNDS, saved, scene

LIMITS = Limits(
    pixels=4_000_000,
    frames=50,
    memory=1 << 30,
    seconds=10.0,
    output=16 * MIB,
    film_seconds=5.0,
    film_frames=2_000,
    film_pixels=4_000_000,
)

DECODED = frozenset({*PICTURES, *(kind for kind, _ in FILMS.values()), *SOUNDS})
KNOWN = DECODED | {kind for kind, _ in ARCHIVES.values()}

TELLING = (0, 1, 0x7F, 0x80, 0xFF)
"""Bytes at which signs flip, lengths overflow and markers begin."""


def seeds() -> list[tuple[str, bytes]]:
    """What is mutated: every kind of picture, some with metadata, of film, of sound and of archive."""
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    small = scene(3, 48, 40)
    extra = [
        ("jpeg", saved(small, "JPEG", exif=exif, comment=b"comment", progressive=True)),
        ("jpeg", saved(small.convert("CMYK"), "JPEG")),
        ("png", saved(small.quantize(16), "PNG")),
        ("tiff", saved(small, "TIFF", compression="jpeg")),
        ("tiff", saved(small, "TIFF")),
        ("webp", saved(small, "WEBP", lossless=True, save_all=True, append_images=[scene(4, 48, 40)])),
    ]
    pictures = [(kind, make()) for kind, make in PICTURES.items()]
    films = [(kind, make()) for kind, make in FILMS.values()]
    sounds = [(kind, make()) for kind, make in SOUNDS.items()]
    return [*extra, *pictures, *films, *sounds, *((kind, make()) for kind, make in ARCHIVES.values())]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The data with a few bytes changed, a part cut, doubled, moved or replaced; the start is hit more often."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = int(len(changed) * chance.random() ** chance.choice((1, 3)))
        span = chance.choice((1, 2, 4, 8, 64))
        match chance.randrange(6):
            case 0:
                changed[at : at + 1] = bytes([chance.choice(TELLING)])
            case 1:
                changed[at : at + span] = chance.randbytes(span)
            case 2:
                del changed[at : at + span]
            case 3:
                changed[at:at] = changed[at : at + span] * chance.choice((1, 2, 50))
            case 4:
                del changed[max(at, 16) :]
            case 5:
                changed[at : at + span] = bytes([chance.choice(TELLING)]) * span
    return bytes(changed)


def outcome(worker: Worker, data: bytes, kind: str) -> str:
    """What becomes of one input, in a word or two."""
    try:
        if kind in DECODED:
            decoded = worker.decode(data, kind)
            return "partial" if decoded.damage and decoded.frame_count else "damaged" if decoded.damage else "whole"
        return _unpacked(worker, data, kind)
    except NotMedia:
        return "not media"
    except Exceeded as exceeded:
        return f"exceeded {exceeded.limit}"
    except Broke as broke:
        return f"broke: {str(broke)[:70]}"


def _unpacked(worker: Worker, data: bytes, kind: str) -> str:
    trouble = False
    for part in worker.unpack(data, kind, Budget(bytes_left=50 * MIB, files_left=1_000)):
        for _ in getattr(part, "chunks", ()):
            pass
        trouble |= part.trouble is not None
    return "partly unpacked" if trouble else "unpacked"


def fuzz(count: int, seed: int) -> Counter[tuple[str, str]]:
    """How many of `count` inputs of each kind came to which end. Raises whatever the worker must not raise."""
    ends: Counter[tuple[str, str]] = Counter()
    with Sandbox() as sandbox, Worker(sandbox, LIMITS) as worker:
        for number, (kind, data) in enumerate(inputs(count, seed)):
            try:
                ends[kind, outcome(worker, data, kind)] += 1
            except Exception as problem:
                with tempfile.NamedTemporaryFile("wb", suffix=f".{kind}", delete=False) as kept:
                    kept.write(data)
                raise AssertionError(f"input {number} of seed {seed} escaped; it is in {kept.name}") from problem
    return ends


def inputs(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """The inputs of a run, each by its own generator: number and seed bring one back (7z holds the time too)."""
    originals = seeds()
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")
        kind, data = originals[number % len(originals)]
        changed = mutated(data, chance)
        # Half of them as intake would take them, by their content; half as what they were.
        found = kind_of(changed)
        known = found is not None and found.name in KNOWN
        yield (found.name if found and known and chance.random() < 0.5 else kind), changed


def main(arguments: Sequence[str]) -> None:
    """Run and print what came of it."""
    count, seed = int(arguments[0]), int(arguments[1])
    begin = time.monotonic()
    ends = fuzz(count, seed)
    for (kind, end), times in sorted(ends.items()):
        print(f"{kind:6} {times:8,} {end}")
    seconds = time.monotonic() - begin
    print(f"{count:,} inputs, seed {seed}, {seconds:.0f} s, {count / seconds:.0f} a second, 0 escapes")


if __name__ == "__main__":
    main(sys.argv[1:])
