"""Whether two pictures show the same: the same picture, a crop of it or what is under an overlay, or the same place.

A picture asks as it is, as its mirror image and as its negative; only as it is for a place. `agreement.py` says how
features agree; here is decided what that means (docs/decisions/0141).
"""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from havre.errors import Invalid
from havre.fingerprints.scene import LONG, Scene, mirrored, negative
from havre.matching.agreement import (
    NOTHING,
    Agreement,
    Floats,
    Remainder,
    agreements,
    exactness,
    frame,
    remainder,
    turned_round,
)

NEAR_SCORE = 5.0
PLACE_SCORE = 5.5
"""Scores from which on an agreement counts, of an edited picture and of another view (docs/calibration-places.md)."""
FEWEST_POINTS = 10
"""Agreeing points that make a place, where not only a region asks: two flowers of one kind agree in as many as nine."""
SURE_SCORE = 8.0
"""From here on no other form of the picture is asked."""
SAME_AROUND = (0.55, 0.45, 0.4), (0.3, 0.55, 0.7)
"""What of the remainder must agree for two pictures to be the same, one row or the other: blocks of both, blocks of one
of them, parts with features. The second is for a picture of which a caption hides much."""
SAME_WITHOUT_LOOKS = 0.75
"""The same where one has no look, for it stayed where the picture is: parts with features alone. Nine edits in ten have
so many; pictures under one banner have up to 0.67 (docs/decisions/0192-kinds-elsewhere.md)."""
WHOLE = 0.9
"""Share of each picture that the same picture covers of the other."""
WHOLE_BLOCKS = 0.7
LEAST_ERROR, ONE_SIDED = 0.0035, 4.0
"""Median error, in shares of the longer side, below which features fit as only pasted ones do; and how much that rises
with how much more of one picture's blocks agree than of both."""
OPEN_SCORE = -1.5
"""An agreement from here up to PLACE_SCORE is looked at from the other picture as well: one may find what the other
misses. One pair of unrelated pictures in ten comes that far."""

Region = tuple[int, int, int, int]
"""x, y, width, height in pixels of the picture as the scene knows it."""


class Verdict(StrEnum):
    """What two pictures have in common."""

    SAME = "same picture"
    CROP = "crop or overlay"
    PLACE = "same place/object"

    @property
    def near(self) -> bool:
        """Whether it is the same picture, in whole or in part."""
        return self != Verdict.PLACE


@dataclass(frozen=True, slots=True)
class Sighting:
    """What two pictures have in common, and where."""

    verdict: Verdict
    points: int
    """Agreeing features, counted in distinct places."""
    score: float
    """Minus log10 of how often as many agree by chance."""
    query_region: Region
    match_region: Region
    mirrored: bool
    negative: bool
    turned: float
    """Degrees by which the known picture is turned, clockwise on a screen, to lie on the one asked."""


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One way in which a picture asks."""

    scene: Scene
    mirrored: bool = False
    negative: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A picture, or a region of it, in all the ways in which it asks: the likeliest first."""

    forms: tuple[Form, ...]


def question(scene: Scene, region: Region | None = None) -> Question:
    """The picture, or only what lies in a region of it. Raises Invalid for a region that is none of this picture."""
    asked = scene if region is None else _only(scene, region)
    turned = mirrored(asked)
    return Question(
        (
            Form(asked),
            Form(turned, mirrored=True),
            Form(negative(asked), negative=True),
            Form(negative(turned), mirrored=True, negative=True),
        )
    )


def _only(scene: Scene, region: Region) -> Scene:
    x, y, width, height = region
    if min(x, y) < 0 or min(width, height) < 1 or x + width > scene.width or y + height > scene.height:
        raise Invalid(
            "this region lies outside the picture of %(width)s × %(height)s pixels",
            width=scene.width,
            height=scene.height,
        )
    unit = LONG / scene.long
    at = scene.features
    inside = (at["x"] >= x * unit) & (at["x"] <= (x + width) * unit)
    inside &= (at["y"] >= y * unit) & (at["y"] <= (y + height) * unit)
    return replace(scene, features=at[inside])


def compare(asked: Question, known: Scene, *, parts: bool = False) -> Sighting | None:
    """What they have in common, if anything; `parts` where only a region asks: what is around it means nothing.

    The form that agrees most is told of, so that no mirror image is seen in what is under the same banner.
    """
    found: list[tuple[float, Sighting | None]] = []
    for form in asked.forms:
        tight, loose = agreements(form.scene, known)
        sighting = _told(form, known, tight, loose, parts)
        found.append((tight.score, sighting))
        if sighting is not None and sighting.verdict.near and tight.score >= SURE_SCORE:
            break
    best = max(found, key=lambda each: each[0])[1]
    return best or found[0][1]


def compare_form(form: Form, known: Scene, *, parts: bool = False) -> Sighting | None:
    """The same, for one form of the picture."""
    return _told(form, known, *agreements(form.scene, known), parts)


def _told(form: Form, known: Scene, tight: Agreement, loose: Agreement, parts: bool) -> Sighting | None:
    around = remainder(tight) if tight.score > 0 and not parts else NOTHING
    looks = _has_look(form.scene) and _has_look(known)
    if tight.score >= NEAR_SCORE and _is_the_same(around, looks):
        whole = min(around.asked, around.known) >= WHOLE and (around.blocks >= WHOLE_BLOCKS or not looks)
        return _sighting(form, tight, Verdict.SAME if whole else Verdict.CROP)
    if form.mirrored or form.negative:
        return None
    if OPEN_SCORE <= loose.score < PLACE_SCORE:
        loose = turned_round(agreements(known, form.scene)[1])
    if loose.score < PLACE_SCORE or not (parts or (loose.points >= FEWEST_POINTS and not _is_pasted(loose, around))):
        return None
    return _sighting(form, loose, Verdict.PLACE)


def _is_pasted(found: Agreement, around: Remainder) -> bool:
    return exactness(found) < LEAST_ERROR * (1 + ONE_SIDED * max(around.either - around.blocks, 0))


def _has_look(one: Scene) -> bool:
    return bool(one.look.min() < one.look.max())


def _is_the_same(around: Remainder, looks: bool) -> bool:
    if not looks:
        return around.features >= SAME_WITHOUT_LOOKS
    found = around.blocks, around.either, around.features
    return any(all(has >= least for has, least in zip(found, row, strict=True)) for row in SAME_AROUND)


def _sighting(form: Form, found: Agreement, verdict: Verdict) -> Sighting:
    asked, known = found.places()
    if form.mirrored:
        asked = np.array([1, 0]) * frame(form.scene) + asked * np.array([-1, 1])
    turned = np.degrees(np.arctan2(found.matrix[1, 0] - found.matrix[0, 1], found.matrix[0, 0] + found.matrix[1, 1]))
    return Sighting(
        verdict,
        found.points,
        round(found.score, 1),
        _region(asked, form.scene),
        _region(known, found.known),
        form.mirrored,
        form.negative,
        round(float(turned), 1),
    )


def _region(places: Floats, scene: Scene) -> Region:
    """The pixels around these places."""
    pixels = places * (scene.long / LONG)
    low, high = np.floor(pixels.min(0)), np.ceil(pixels.max(0)) + 1
    x, y = np.clip(low, 0, [scene.width - 1, scene.height - 1]).astype(int).tolist()
    right, bottom = np.clip(high, 1, [scene.width, scene.height]).astype(int).tolist()
    return x, y, max(right - x, 1), max(bottom - y, 1)
