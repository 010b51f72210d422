"""What local features say: the same picture, a crop of it, what lies under an overlay; or the same place or object.

Views of films count too: where one is seen in another film, a part of the film is, and its time is told.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol

import numpy as np

from havre.fingerprints import scene
from havre.fingerprints.pdq import ORIENTATIONS
from havre.matches.marks import Mark
from havre.matches.models import MatchKind
from havre.matches.owners import Whose
from havre.matches.read_once import R
from havre.matches.shelves import Stack
from havre.matching.alignment import Agreements
from havre.matching.films import aligned
from havre.matching.place_chance import expected_false
from havre.matching.place_index import MOST, candidates, worth_a_look
from havre.matching.places import Region, Sighting, compare_form, question

VIEW_SECONDS = 3.0
"""How long a view of a storyboard stands for its film where none follows: a usual shot."""

ENOUGH = 0.5
"""Weight of agreeing views from which on their times are put in order: one that both films show briefly."""

SMALLEST_WORTH = 1e-6
"""By how much less a view says than a run of frames, where both found the same."""

MOST_OF_A_VIEW = 8
"""Known views that each of a film's views is compared with: the film has up to 32."""

Size = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Seen(Generic[R]):
    """One view of what asks, and what of it was seen in one view of another."""

    mark: Mark
    row: R
    sighting: Sighting
    query_scene: Size
    match_scene: Size
    expected_false: float

    @property
    def moving(self) -> bool:
        """Whether either is a view of a film."""
        return self.mark.made.at is not None or self.row.at is not None

    @property
    def kind(self) -> MatchKind:
        """What it is told as."""
        if not self.sighting.verdict.near:
            return MatchKind.PLACE
        return MatchKind.SEGMENT if self.moving else MatchKind.NEAR

    @property
    def worth(self) -> float:
        """Of two, the better one has more."""
        return self.sighting.score * SMALLEST_WORTH

    @property
    def orientation(self) -> int:
        """Which of PDQ's orientations comes nearest."""
        return ORIENTATIONS.index("mirrored") if self.sighting.mirrored else 0


class Views(Protocol):
    """What views are found in."""

    @property
    def places(self) -> Stack: ...


def sightings(
    stock: Views, mark: Mark, owners: Whose[R], size: Size | None, region: Region | None
) -> Iterator[Seen[R]]:
    """What of a view, or of a region of it in pixels of its file, is in the views that are searched."""
    own = scene.unpack(mark.made.data, mark.made.look)
    within = (own.width, own.height)
    asked = question(own, None if region is None else scaled(region, size or within, within))
    own_records = owners.own_records(scene.METHOD)
    volumes = [volume.without(own_records) for volume in stock.places.library.volumes()]
    likely = {each.record: each for each in candidates(volumes, asked)}
    rows = owners.rows(likely, scene.METHOD)
    views = sum(volume.count for volume in volumes)
    in_turn = {each.record for each in worth_a_look([each for each in likely.values() if each.record in rows])}
    most = MOST if mark.made.at is None else MOST_OF_A_VIEW
    chosen = owners.in_turn([key for key in likely if key in in_turn], scene.METHOD, most)
    whole = owners.scenes(chosen)
    for record in chosen:
        row, each, known = rows[record], likely[record], whole[record]
        found = compare_form(asked.forms[each.form], known, parts=region is not None)
        if found is not None:
            yield Seen(mark, row, found, within, (known.width, known.height), expected_false(found, views))


def evidence(seen: Seen[R], size: Size | None) -> dict[str, Any]:
    """What a person can check, in pixels of the files; `size` is that of the file that asks."""
    found, row = seen.sighting, seen.row
    query_size = _upright(size, seen.query_scene)
    match_size = _upright(row.size, seen.match_scene)
    told: dict[str, Any] = {
        "verdict": found.verdict.value,
        "points": found.points,
        "query_region": list(scaled(found.query_region, seen.query_scene, query_size)),
        "match_region": list(scaled(found.match_region, seen.match_scene, match_size)),
        "query_size": list(query_size),
        "match_size": list(match_size),
        "mirrored": found.mirrored,
        "negative": found.negative,
        "turned": found.turned,
    }
    if seen.moving:
        told |= {"query_span": [seen.mark.made.at or 0.0] * 2, "match_span": [row.at or 0.0] * 2}
    return told


def _upright(size: Size | None, view: Size) -> Size:
    """The size of the file as its view shows it: films that are to be turned have views that are."""
    if size is None:
        return view
    return size[::-1] if (size[0] - size[1]) * (view[0] - view[1]) < 0 else size


def scaled(region: Region, of: Size, to: Size) -> Region:
    """The same region, in pixels of another size of the same picture."""
    across, down = to[0] / of[0], to[1] / of[1]
    left, top = (min(int(at * by), most - 1) for at, by, most in zip(region, (across, down), to, strict=False))
    right = min(max(round((region[0] + region[2]) * across), left + 1), to[0])
    bottom = min(max(round((region[1] + region[3]) * down), top + 1), to[1])
    return left, top, right - left, bottom - top


# ---- views of two films, put in order of time ----


def spans(seen: Sequence[Seen[R]], views: Iterable[float], owners: Whose[R]) -> dict[str, Any]:
    """Which part of one film is which of the other, where their views follow one clock; nothing where they do not.

    `views` are the times of all views of the film that asks.
    """
    both = [each for each in seen if each.mark.made.at is not None and each.row.at is not None]
    if not both:
        return {}
    times = sorted(views)
    known = sorted(owners.times(both[0].row))
    begins, ends = _stretches([each.mark.made.at or 0.0 for each in both], times)
    known_begins, known_ends = _stretches([each.row.at or 0.0 for each in both], known)
    orientation = np.array([each.orientation for each in both], np.int64)
    agreed = Agreements(begins, ends, known_begins, known_ends, np.ones(len(both)), orientation)
    parts = aligned(agreed, times[-1] + VIEW_SECONDS, known[-1] + VIEW_SECONDS, ENOUGH)
    if not parts:
        return {}
    best = parts[0]
    return {name: [round(at, 3) for at in getattr(best, name)] for name in ("query_span", "match_span")}


def _stretches(at: Sequence[float], views: Sequence[float]) -> tuple["np.typing.NDArray[np.float64]", ...]:
    """From each of these times to that of the next view."""
    begins = np.array(at, np.float64)
    every = np.array([*views, np.inf])
    following = every[np.searchsorted(every, begins, "right")]
    return begins, np.minimum(following, begins + VIEW_SECONDS)
