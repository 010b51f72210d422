"""What follows behind digests and PDQ, films, sounds, places and cameras: how many media a second, in both directions.

`python -m bench.check_further [MEDIA [SHARED]]`. A home on PostgreSQL whose board holds SHARED media (5,000) of another
node, each with what a picture tells: itself as a film of one frame, 400 features of a view, drawn anew from those of
dead leaves; one in ten has a sound of a minute; one in ten is for others. The unit holds MEDIA (200), one in ten of
which is one of those that are shared, with three in four of its features. `ours` is what the background takes until
all of them asked the board, `rate` the media a second; the second line is MEDIA / 2 that come later and ask the unit.
The peer compares each view with each view, for a sample. `identical` is whether all that was planted is found, and
nothing of others.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

import numpy as np

from bench.analysts import POSTGRES, environment_of
from bench.check_board import CORES, QUALITY, Line, clock, for_others
from bench.gallery import dead_leaves
from bench.intake import CHECKOUT, few_cores
from bench.postgres import server
from havre.fingerprints import audio, scene, video
from havre.fingerprints.chromaprint import FRAME, HOP, ROWS, SMOOTHING
from havre.fingerprints.scene import Scene
from havre.matching.lighter import FEATURES
from havre.matching.place_index import NO_LOOK
from havre.matching.places import compare_form, question
from havre.settings import read_settings
from havre.start import start

MEDIA, SHARED = 200, 5_000
LEAVES = 30
"""Pictures of which all features are."""
PLANTED = 10
SOUND = 10
"""One in so many has a sound, of so many items."""
ITEMS = 480
LOST = 4
"""One in so many features of a planted one is another."""
AT_ONCE = 500
SAMPLE = 200
SEED = 5


@dataclass
class Drawn:
    """Views and sounds, drawn from a seed each."""

    pool: "np.typing.NDArray[np.void]"

    @classmethod
    def of_leaves(cls) -> "Drawn":
        """From the features of dead leaves."""
        return cls(np.concatenate([scene.scene(dead_leaves(seed)).features for seed in range(LEAVES)]))

    def view(self, number: int, lost: int = 0) -> Scene:
        """A view of this number; of one that is planted some features are lost."""
        chance = np.random.default_rng([SEED, number])
        features = self.pool[chance.integers(0, len(self.pool), FEATURES)].copy()
        features["x"], features["y"] = (chance.integers(0, 24_000, FEATURES) for _ in "xy")
        if lost:
            other = self.view(number + 10**9).features
            features[::lost] = other[::lost]
        return Scene(1024, 768, features, np.frombuffer(NO_LOOK, np.uint8).reshape(scene.LOOK, scene.LOOK))

    def imprints(self, number: int, lost: int = 0) -> list[tuple[str, str, bytes]]:
        """Everything that is told of a medium."""
        chance = np.random.default_rng([SEED, number, lost])
        still = video.pack(video.still(chance.bytes(256), QUALITY))
        found = [
            (video.METHOD, video.VERSION, still),
            (scene.METHOD, scene.VERSION, scene.pack(self.view(number, lost))),
        ]
        return found + ([(audio.METHOD, audio.VERSION, _sound(number))] if number % SOUND == 0 else [])


def _sound(number: int) -> bytes:
    items = np.random.default_rng([SEED, number, 1]).integers(0, 2**32, ITEMS, dtype=np.uint32)
    samples = (ITEMS + len(SMOOTHING) + ROWS - 3) * HOP + FRAME
    return audio.pack(audio.Soundprint(items, np.ones(ITEMS, np.bool_), 0.0, samples))


def planted(media: int, shared: int) -> dict[int, int]:
    """Which of ours is which shared one."""
    return {ours: ours * 7 % shared for ours in range(0, media, PLANTED)}


# ---- in a process of its own ----


def rated(media: int, shared: int) -> list[Line]:
    """Fill a home, look, and look again after more came."""
    settings = read_settings(os.environ)
    start(settings)
    from havre.flows.begin import begin_node
    from havre.flows.home import Home
    from havre.flows.look_further import look_further
    from havre.units.acting import Acting

    person = begin_node(settings, "BE", "Federal Police", "anke", clock, "a bench")
    drawn, began = Drawn.of_leaves(), perf_counter()
    home, acting = Home(settings), Acting(person, clock, "a bench")
    _hold(drawn, home, acting, media, planted(media, shared))
    _share(drawn, range(shared))
    filled = round(perf_counter() - began, 1)
    lines: list[Line] = []
    for begin, came in ((0, 0), (shared, media // 2)):
        if came:
            _share(drawn, range(begin, begin + came))
        began = perf_counter()
        found = look_further(home, acting)
        took = perf_counter() - began
        lines.append({"seconds": took, "own": found.own, "came": found.came, "new": found.new, "fill_seconds": filled})
    lines[0]["pairs"] = _pairs()
    home.close()
    return lines


def _pairs() -> list[list[int]]:
    from havre.exchange.models import SameMedium

    rows = SameMedium.objects.values_list("medium__bytes", "theirs__ref")
    return [[ours, ref.int] for ours, ref in rows]


def _share(drawn: Drawn, numbers: range) -> None:
    from havre.exchange.imprint_shape import told
    from havre.exchange.put_all import Coming, put_all
    from havre.restrictions.model import Level, Owner, Restriction

    conditions = [Restriction(Level.OPEN, countries=frozenset({each})) for each in ("BE", "IT")]
    for begin in range(numbers.start, numbers.stop, AT_ONCE):
        some = [
            Coming(
                Owner("ab" * 32, "Paris", "FR"),
                "media",
                UUID(int=number),
                {"imprints": [told(method, version, None, data) for method, version, data in drawn.imprints(number)]},
                conditions[for_others(number)],
            )
            for number in range(begin, min(begin + AT_ONCE, numbers.stop))
        ]
        put_all(some, 1, clock())


def _hold(drawn: Drawn, home: Any, acting: Any, media: int, pairs: Mapping[int, int]) -> None:
    from hashlib import sha256

    from havre.matches.marks import Looks, keep_imprints
    from havre.media.decode.outcomes import Decoded, Imprint
    from havre.media.models import Medium

    looks = Looks(acting.unit, home.keys.unit(str(acting.unit.pk)))
    values = {"kind": "JPEG", "family": "picture", "width": 1024, "height": 768, "held_since": clock()}
    for number in range(media):
        named = sha256(number.to_bytes(4)).digest()
        medium = Medium.objects.create(
            unit=acting.unit, sha256=named, sha1=named[:20], md5=named[:16], bytes=number, **values
        )
        which, lost = (pairs[number], LOST) if number in pairs else (10**6 + number, 0)
        made = [
            Imprint(method, version, None, data, NO_LOOK if method == scene.METHOD else b"")
            for method, version, data in drawn.imprints(which, lost)
        ]
        decoded = Decoded("JPEG", 1024, 768, (), 1, None, (), None, (), tuple(made))
        keep_imprints(looks, [(medium, decoded)])


# ---- all of it ----


def plain(media: int, shared: int) -> float:
    """Seconds in which each view of ours would be compared with each that is shared, from a sample."""
    drawn = Drawn.of_leaves()
    asked = question(drawn.view(1)).forms
    others = [replace(drawn.view(number)) for number in range(SAMPLE // len(asked))]
    began = perf_counter()
    for form in asked:
        for each in others:
            compare_form(form, each)
    return (perf_counter() - began) / len(others) * media * shared


def right(media: int, shared: int, pairs: list[list[int]]) -> bool:
    """Whether all that was planted for us is found, and nothing of others or that is by chance."""
    wanted = [[ours, theirs] for ours, theirs in planted(media, shared).items() if not for_others(theirs)]
    return sorted(pairs) == sorted(wanted)


def measure(media: int = MEDIA, shared: int = SHARED) -> Iterator[Line]:
    """Two lines: ours ask the board, and what comes later asks us."""
    with tempfile.TemporaryDirectory(prefix="havre-bench-") as scratch, few_cores(CORES):
        with server(settings=POSTGRES) as db:
            db.make("havre")
            call = [sys.executable, "-m", "bench.check_further", "--rate", str(media), str(shared)]
            environment = environment_of(Path(scratch, "home"), db.address("havre"))
            done = subprocess.run(call, check=True, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True)
        first, later = json.loads(done.stdout)
        peer = plain(media, shared)
    head = {"machine_load": [round(each, 1) for each in os.getloadavg()], "fill_seconds": first["fill_seconds"]}
    yield (
        _line(f"films, sounds, places, cameras against {shared:,}", first, first["own"], peer)
        | head
        | {"identical": right(media, shared, first["pairs"])}
    )
    yield _line(
        f"{later['came']:,} that come later against {media:,} held", later, later["came"], peer * later["came"] / shared
    ) | {"identical": True}


def _line(what: str, told: Mapping[str, Any], size: int, peer: float) -> Line:
    seconds = told["seconds"]
    rate = {"rate": round(size / seconds, 1), "new": told["new"]}
    return {"what": what, "size": size, "ours": round(seconds, 2), "peer": round(peer, 1), **rate} | {
        "ratio": round(peer / seconds, 1)
    }


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--rate", media, shared]:
            print(json.dumps(rated(int(media), int(shared))))
        case words:
            for line in measure(*(int(word) for word in words)):
                print(json.dumps(line), flush=True)
