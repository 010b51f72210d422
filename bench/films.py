"""Films found after what people do to them: `python -m bench.films [ORIGINALS]`.

Everything as in production: written by PyAV's encoders, decoded and condensed in the sandbox, searched in a Hamming
index of all originals, put in order. Originals are drawn from a seed, and where the corpus is (HAVRE_CORPUS) its films
too. One line a variant: how many were found in the right film at the right times (0.5 seconds) and the right way
round, and how many found a film that they are not made of. `unrelated` is every original against every other, and
pans over photographs that scikit-image ships.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import process_time

import numpy as np
import skimage.data
from PIL import Image

from bench import clips, variants
from bench.clips import Clip
from bench.variants import Made, Span
from havre.fingerprints import pdq, video
from havre.fingerprints.video import Film
from havre.matching.films import FilmMatch, found
from havre.matching.index import Index
from havre.matching.segments import Segment
from havre.media.decode import Sandbox, Worker
from havre.media.kinds import kind_of

ORIGINALS = 10
SECONDS = 12.0
UNRELATED = 46
"""Films of which every one is held against every other: 1,035 pairs."""
PANS = ("astronaut", "camera", "chelsea", "coffee", "rocket", "retina", "immunohistochemistry", "hubble_deep_field")
LONG = 600.0
"""Seconds of the long film."""
ACCURACY = 0.5
"""Seconds by which a time may be wrong."""

ORIENTED = {
    "mirrored": "mirrored",
    "turned 90": "turned 270",
    "turned 180": "turned 180",
    "turned 270": "turned 90",
    "letterboxed and mirrored": "mirrored",
}
"""Variants: how the copy must be turned to be the original again."""

Line = dict[str, object]


@dataclass
class Library:
    """Known films and the index over them."""

    index: Index
    films: list[Film] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    records: int = 0

    def add(self, film: Film) -> int:
        """One more film; its number."""
        searched = film.searched()
        self.first.append(self.records + 1)
        self.index.add(range(self.records + 1, self.records + 1 + len(searched)), searched.hashes)
        self.records += len(searched)
        self.films.append(film)
        return len(self.films) - 1

    def owner(self, record: int) -> tuple[int, int]:
        """The film of a record, and its place in it."""
        film = int(np.searchsorted(self.first, record, "right")) - 1
        return film, record - self.first[film]

    def ask(self, film: Film, itself: int | None = None) -> list[FilmMatch]:
        """What of it is known."""
        return found(self.index.search_batch, film, self.owner, self.films.__getitem__, itself)


@contextmanager
def library() -> Iterator[Library]:
    """An empty one."""
    with tempfile.TemporaryDirectory(prefix="havre-films-") as folder:
        yield Library(Index.create(Path(folder, "index")))


def film_of(worker: Worker, data: bytes) -> Film:
    """A film as it is kept: decoded and condensed in the sandbox."""
    kind = kind_of(data)
    assert kind is not None
    decoded = worker.decode(data, kind.name)
    return video.unpack(next(made.data for made in decoded.imprints if made.method == video.METHOD))


def originals(count: int, corpus: Path | None) -> list[Clip]:
    """Drawn ones, every fourth of them a still scene, and the corpus's, which are not all that long."""
    drawn = [clips.scene(seed, SECONDS, still=seed % 4 == 3) for seed in range(count)]
    files = sorted((corpus / "videos").iterdir()) if corpus is not None else []
    # Of the two that are in there twice, one each.
    distinct = [path for path in files if path.name not in ("flower.webm", "sea_360.mov")]
    return drawn + [clips.read(path, 480) for path in distinct]


@dataclass
class Tally:
    """What became of one kind of variant."""

    tried: int = 0
    found: int = 0
    accurate: int = 0
    wrong: int = 0
    missed: list[int] = field(default_factory=list)
    """Numbers of the films that were not found, or not accurately."""

    def count(
        self, matches: Sequence[FilmMatch], number: int, spans: Sequence[Span], oriented: str = "upright"
    ) -> None:
        """One more: whether each of its parts was found, and nothing else."""
        self.tried += 1
        own = [part for match in matches if match.film == number for part in match.segments]
        self.found += all(any(_touches(part.query_span, span) for part in own) for span in spans)
        accurate = all(_is_right(own, span, oriented) for span in spans)
        self.accurate += accurate
        self.missed += [] if accurate else [number]
        self.wrong += any(match.film != number for match in matches)


def _touches(found: tuple[float, float], span: Span) -> bool:
    return min(found[1], span.end) - max(found[0], span.begin) >= 0.3 * (span.end - span.begin)


def _is_right(parts: Sequence[Segment], span: Span, oriented: str) -> bool:
    """Whether what lies in this span was found where it is, the right way round."""
    speed = (span.known_end - span.known_begin) / (span.end - span.begin) if span.end > span.begin else 1.0
    for part in parts:
        begins, there = part.query_span[0], part.match_span[0]
        expected = span.known_begin + (begins - span.begin) * speed
        if abs(expected - there) <= ACCURACY and part.orientation == oriented:
            return True
    return False


def changed(worker: Worker, known: Library, films: Sequence[Clip]) -> Iterator[Line]:
    """Each thing that people do, done to each film."""
    for name, make in variants.VARIANTS.items():
        tally, spent = Tally(), 0.0
        for number, clip in enumerate(films):
            made: Made = make(clip)
            film = film_of(worker, clips.encoded(made.clip, made.encoding))
            began = process_time()
            matches = known.ask(film)
            spent += process_time() - began
            tally.count(matches, number, made.spans, ORIENTED.get(name, "upright"))
        yield _line(name, tally, spent)


def short_in_long(worker: Worker, known: Library, films: Sequence[Clip]) -> Iterator[Line]:
    """Five seconds of a film of ten minutes; and the film of ten minutes asked about, five seconds of it known."""
    long = clips.scene(900, LONG)
    number = known.add(film_of(worker, clips.encoded(long)))
    tally, spent = Tally(), 0.0
    for place in range(len(films)):
        begin = LONG * (place + 0.5) / len(films)
        part = variants.trimmed(long, begin, begin + 5)
        film = film_of(worker, clips.encoded(part, clips.ENCODINGS["h264 poor"]))
        began = process_time()
        matches = known.ask(film)
        spent += process_time() - began
        tally.count(matches, number, (Span(0, part.seconds, begin, begin + 5),))
    yield _line("5 seconds in 10 minutes", tally, spent)


def cut_together(worker: Worker, known: Library, films: Sequence[Clip]) -> Iterator[Line]:
    """Three films in one, a part of each."""
    tally, spent = Tally(), 0.0
    for number in range(len(films)):
        three = [films[(number + step) % len(films)] for step in range(3)]
        parts = [variants.trimmed(clip, clip.seconds * 0.25, clip.seconds * 0.75) for clip in three]
        film = film_of(worker, clips.encoded(variants.joined(*parts)))
        began = process_time()
        matches = known.ask(film)
        spent += process_time() - began
        tally.tried += 1
        wanted = {(number + step) % len(films) for step in range(3)}
        tally.found += wanted <= {match.film for match in matches}
        accurate = _each_in_its_third(matches, films, number, parts)
        tally.accurate += accurate
        tally.missed += [] if accurate else [number]
        tally.wrong += bool({match.film for match in matches} - wanted)
    yield _line("cut together from three", tally, spent)


def _each_in_its_third(matches: Sequence[FilmMatch], films: Sequence[Clip], number: int, parts: Sequence[Clip]) -> bool:
    begin = 0.0
    for step, part in enumerate(parts):
        film = (number + step) % len(films)
        span = Span(begin, begin + part.seconds, films[film].seconds * 0.25, films[film].seconds * 0.75)
        own = [each for match in matches if match.film == film for each in match.segments]
        if not _is_right(own, span, "upright"):
            return False
        begin += part.seconds
    return True


def stills(worker: Worker, known: Library, films: Sequence[Clip]) -> Iterator[Line]:
    """A frame of a film as a JPEG; and the other way round, the film where the frame is known."""
    there, back = Tally(), Tally()
    random = Random(4)
    with library() as pictures:
        for number, clip in enumerate(films):
            wanted = random.randrange(clip.count)
            pixels = next(frame for place, frame in enumerate(clip.frames()) if place == wanted)
            picture = still_of(worker, pixels)
            at = float(wanted / clip.rate)
            there.count(known.ask(picture), number, (Span(0, 0, at, at),)) if picture.runs["quality"][0] >= 50 else None
            pictures.add(picture)
        for number, clip in enumerate(films):
            if pictures.films[number].runs["quality"][0] < pdq.MIN_QUALITY:
                continue
            back.tried += 1
            matches = pictures.ask(film_of(worker, clips.encoded(clip)))
            back.found += any(match.film == number for match in matches)
            back.wrong += any(match.film != number for match in matches)
    there.accurate, back.accurate = there.found, back.found
    yield _line("a frame of a film", there, 0.0)
    yield _line("a film with a known frame", back, 0.0)


def still_of(worker: Worker, pixels: clips.Pixels) -> Film:
    """A picture as the sandbox fingerprints it, as a film of one frame."""
    with tempfile.TemporaryFile() as file:
        Image.fromarray(pixels).save(file, "JPEG", quality=85)
        file.seek(0)
        frame = worker.decode(file.read(), "jpeg").frames[0]
    return video.still(frame.orientations, frame.quality)


def unrelated(worker: Worker, known: Library, _: Sequence[Clip]) -> Iterator[Line]:
    """Films that have nothing in common, each held against all others."""
    pairs = wrong = 0
    with library() as strangers:
        made = [clips.scene(500 + seed, 8.0, still=seed % 5 == 4) for seed in range(UNRELATED - len(PANS))]
        photographs = [getattr(skimage.data, name)() for name in PANS]
        colour = [
            np.ascontiguousarray(each if each.ndim == 3 else np.stack([each] * 3, axis=2)) for each in photographs
        ]
        made += [clips.pan(each[:, :, :3], seed, 8.0) for seed, each in enumerate(colour)]
        for clip in made:
            film = film_of(worker, clips.encoded(clip))
            matches = strangers.ask(film)
            pairs += len(strangers.films)
            wrong += len(matches)
            strangers.add(film)
            wrong += len(known.ask(film))
            pairs += len(known.films)
    yield {"what": "unrelated pairs", "tried": pairs, "wrong": wrong}


def _line(what: str, tally: Tally, seconds: float) -> Line:
    tried = max(tally.tried, 1)
    return {
        "what": what,
        "tried": tally.tried,
        "recall": round(tally.found / tried, 4),
        "accurate": round(tally.accurate / tried, 4),
        "wrong": tally.wrong,
        "search_ms": round(1000 * seconds / tried, 1),
        "missed": tally.missed,
    }


MEASURES: Mapping[str, Callable[[Worker, Library, Sequence[Clip]], Iterator[Line]]] = {
    "variants": changed,
    "short": short_in_long,
    "cut": cut_together,
    "stills": stills,
    "unrelated": unrelated,
}


def measure(
    count: int = ORIGINALS, corpus: Path | None = None, what: Sequence[str] = tuple(MEASURES)
) -> Iterator[Line]:
    """One line for each kind of variant."""
    with Sandbox() as sandbox, Worker(sandbox) as worker, library() as known:
        films = originals(count, corpus)
        for clip in films:
            known.add(film_of(worker, clips.encoded(clip)))
        runs = sum(len(film.runs) for film in known.films)
        seconds = sum(film.seconds for film in known.films)
        size = sum(len(video.pack(film)) for film in known.films)
        yield {
            "what": "known films",
            "tried": len(films),
            "seconds": round(seconds, 1),
            "runs_a_second": round(runs / seconds, 2),
            "records_a_second": round(known.records / seconds, 2),
            "bytes_a_second": round(size / seconds),
        }
        for name in what:
            yield from MEASURES[name](worker, known, films)


if __name__ == "__main__":
    place = os.environ.get("HAVRE_CORPUS")
    chosen = [word for word in sys.argv[1:] if word in MEASURES] or list(MEASURES)
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    for line in measure(numbers[0] if numbers else ORIGINALS, Path(place) if place else None, chosen):
        print(json.dumps(line), flush=True)
