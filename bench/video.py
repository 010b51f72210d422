"""Every frame's fingerprint against the vpdq package: `python -m bench.video [PIXELS | FILM …]`.

Both on one core, in turn in one run, each in a process of its own; medians of processor seconds for one frame. `ours`
and `peer` do the same work: open the film, decode it, fingerprint every frame of its picture. `ratio_whole` holds the
peer against all that the sandbox does with a film: soundtracks, runs, keys, storyboard and preview too. `identical` is
whether both have the same frames, and those of quality 50 or more differ in no more than 31 bits. Films are drawn from
a seed and written by x264; where the corpus is (HAVRE_CORPUS), the reference clips of vPDQ follow.
"""

import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from av.video.reformatter import VideoReformatter

from bench import clips
from havre.errors import Unavailable
from havre.fingerprints.pdq import MATCH_DISTANCE, MIN_QUALITY
from havre.fingerprints.vpdq import frames_from
from havre.media.decode import films, opening, seeing
from havre.media.decode.outcomes import Limits
from havre.media.decode.reading import Clock, Input, held
from havre.media.kinds import kind_of

CHECKOUT = Path(__file__).parent.parent
PEER = CHECKOUT / "build" / "vpdq"
"""Where bench/vpdq.sh puts the peer."""

SECONDS = 10.0
RATE = 30
ROUNDS = 3

Line = dict[str, object]
Seen = list[tuple[str, int]]
"""Of every frame the PDQ in hex, and its quality."""


def measure(sizes: Iterable[int], corpus: Path | None = None) -> Iterator[Line]:
    """One line for a film of 10 seconds of each of these numbers of pixels, 16 : 9, and for each clip of the corpus."""
    _there_is_a_peer()
    with tempfile.TemporaryDirectory(prefix="havre-bench-") as folder:
        for size in sizes:
            yield _measured(drawn(Path(folder), size))
    place = corpus or Path(os.environ.get("HAVRE_CORPUS", CHECKOUT.parent / "shared" / "data" / "dev"))
    for path in sorted((place / "pdq_vectors" / "vpdq").glob("*.mp4")):
        yield _measured(path)


def _there_is_a_peer() -> None:
    sys.path.insert(0, str(PEER))
    try:
        importlib.import_module("vpdq")
    except ModuleNotFoundError as error:
        raise Unavailable("the vpdq package is not here, and is measured against: run bench/vpdq.sh") from error
    finally:
        sys.path.remove(str(PEER))


def drawn(folder: Path, pixels: int) -> Path:
    """A film of so many pixels a frame, as a phone or a site would write it."""
    width = round((pixels * 16 / 9) ** 0.5 / 4) * 4
    clip = clips.scene(7, SECONDS, Fraction(RATE), (width, round(width * 9 / 16 / 2) * 2))
    path = folder / f"{pixels}.mp4"
    options = {**clips.X264, "preset": "medium", "crf": "23"}
    path.write_bytes(clips.encoded(clip, clips.Encoding("mp4", "libx264", options)))
    return path


def _measured(path: Path) -> Line:
    runs: dict[str, list[dict[str, Any]]] = {"ours": [], "whole": [], "peer": []}
    for _ in range(ROUNDS):
        for way, done in runs.items():
            done.append(_run(way, path))
    ours, peer = runs["ours"][0]["seen"], runs["peer"][0]["seen"]
    per_frame = {way: median(run["seconds"] for run in done) / max(len(peer), 1) for way, done in runs.items()}
    bits = differences(ours, peer)
    return {
        "what": f"every frame of {path.stem}, {runs['ours'][0]['form']}",
        "size": len(peer),
        "ours": round(per_frame["ours"], 6),
        "peer": round(per_frame["peer"], 6),
        "ratio": round(per_frame["peer"] / per_frame["ours"], 2),
        "identical": len(ours) == len(peer) and max(bits, default=0) <= MATCH_DISTANCE,
        "ratio_whole": round(per_frame["peer"] / per_frame["whole"], 2),
        "bits_mean": round(sum(bits) / max(len(bits), 1), 3),
        "bits_most": max(bits, default=0),
        "quality_off": max((abs(a[1] - b[1]) for a, b in zip(ours, peer, strict=False)), default=0),
        "rounds": ROUNDS,
    }


def differences(ours: Sequence[Sequence[Any]], peer: Sequence[Sequence[Any]]) -> list[int]:
    """Bits in which frames differ that are not flat."""
    pairs = ((a[0], b[0]) for a, b in zip(ours, peer, strict=False) if b[1] >= MIN_QUALITY)
    return [(int(a, 16) ^ int(b, 16)).bit_count() for a, b in pairs]


def _run(way: str, path: Path) -> dict[str, Any]:
    core = max(os.sched_getaffinity(0))
    call = [sys.executable, "-m", "bench.video", f"--{way}", str(path), str(core)]
    done = subprocess.run(call, check=True, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


# ---- in a process of its own ----


def _source(path: Path) -> tuple[Input, str]:
    data = path.read_bytes()
    kind = kind_of(data)
    assert kind is not None
    return Input(len(data), held(memoryview(data)), Clock(3600)), kind.name


def ours(path: Path) -> dict[str, Any]:
    """Every frame of the first picture."""
    began = process_time()
    seen: Seen = []
    reformatter = VideoReformatter()
    source, kind = _source(path)
    found = opening.opened(source, kind, Limits())
    video = found.videos[0]
    for packet in found.container.demux(video):
        for frame in packet.decode():
            value, quality = seeing.shown(frame, reformatter).fingerprint()
            seen.append((value.hex(), quality))
    seconds = process_time() - began
    form = f"{video.codec_context.name} {video.width} × {video.height}"
    return {"seconds": seconds, "seen": seen, "form": form}


def whole(path: Path) -> dict[str, Any]:
    """Everything that is kept of a film."""
    began = process_time()
    frames = bytearray()
    source, kind = _source(path)
    films.decode(source, kind, Limits(), lambda _, body: frames.extend(body), every_frame=True)
    seconds = process_time() - began
    return {"seconds": seconds, "seen": [(frame.pdq.hex(), frame.quality) for frame in frames_from(bytes(frames))]}


def peer(path: Path) -> dict[str, Any]:
    """The package, one thread, every frame."""
    sys.path.insert(0, str(PEER))
    vpdq = importlib.import_module("vpdq")
    began = process_time()
    made = vpdq.computeHash(str(path), seconds_per_hash=0, thread_count=1)
    seconds = process_time() - began
    return {"seconds": seconds, "seen": [(each.hex, each.quality) for each in made]}


WAYS = {"--ours": ours, "--whole": whole, "--peer": peer}

if __name__ == "__main__":
    match sys.argv[1:]:
        case [way, film, core] if way in WAYS:
            os.sched_setaffinity(0, {int(core)})
            print(json.dumps(WAYS[way](Path(film))))
        case words if words and not words[0].isdigit():
            _there_is_a_peer()
            for word in words:
                print(json.dumps(_measured(Path(word))), flush=True)
        case words:
            for line in measure([int(word) for word in words] or [1920 * 1080]):
                print(json.dumps(line), flush=True)
