"""The clue desk as templates show it: clues with their crops, countries with what speaks for and against, the map."""

import json
from base64 import b64encode
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from havre.entrypoints.analyst.clue_words import CERTAINTY_WORDS, KIND_WORDS, country, folded, names, phrase
from havre.flows.clue import Desk, crop_shown
from havre.flows.home import Home
from havre.linking.atlas import countries
from havre.linking.borders import centres
from havre.linking.countries import Hypothesis, Said, Where
from havre.series.clues import Box, box_of, suggested, upright
from havre.series.models import Clue, ClueCrop
from havre.units.acting import Acting

FIRST_ROWS = 6
"""Rows of countries that are open; the others are behind a click."""
NAMES_IN_A_ROW = 4


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing a clue suggests."""

    place: int
    words: str
    certainty: "str | Promise"


@dataclass(frozen=True, slots=True)
class Shown:
    """A clue in the list."""

    clue: Clue
    kind: "str | Promise"
    suggestions: Sequence[Suggestion]
    box: Box | None
    crop: ClueCrop | None
    picture: str
    """The crop as a data: address: small and clear, or its veil; empty where there is none."""
    own_crop: bool
    """Whether whoever reads asked for the crop: then somebody else must look."""


@dataclass(frozen=True, slots=True)
class Row:
    """Countries of which the same was said."""

    countries: str
    every: str
    speaks_for: str
    against: str
    silent: str
    count: int
    of: int
    points: int
    excluded: bool
    level: int
    """3 for the likeliest, 2 and 1 for others that are possible, 0 for the rest."""


@dataclass(frozen=True, slots=True)
class Marked:
    """The region of a clue on the stage, with where its number is written."""

    number: int
    box: Box


@dataclass(frozen=True, slots=True)
class Stage:
    """The picture that is drawn on."""

    width: int
    height: int
    regions: Sequence[Marked]

    @property
    def text(self) -> int:
        """Height of letters in pixels of the picture."""
        return max(self.width, self.height) // 26 + 1

    @property
    def spot(self) -> int:
        """Radius of what stands behind a number."""
        return max(self.width, self.height) // 34 + 1


def listed(home: Home, acting: Acting, desk: Desk) -> list[Shown]:
    """The clues with their crops."""
    return [_shown(home, acting, clue, desk.crops.get(clue.pk)) for clue in desk.clues]


def _shown(home: Home, acting: Acting, clue: Clue, crop: ClueCrop | None) -> Shown:
    told = [
        Suggestion(place, phrase(each), CERTAINTY_WORDS[each.certainty]) for place, each in enumerate(suggested(clue))
    ]
    asked = crop is not None and crop.asked_by_id == acting.person.pk
    picture = "" if crop is None else _data(crop, crop_shown(home, acting, crop))
    return Shown(clue, KIND_WORDS[clue.kind], told, box_of(clue), crop, picture, asked)


def _data(crop: ClueCrop, picture: bytes) -> str:
    kind = "jpeg" if crop.confirmed_at else "webp"
    return f"data:image/{kind};base64,{b64encode(picture).decode()}"


def stage(desk: Desk) -> Stage | None:
    """What is drawn on, with the regions of the clues that lie on it."""
    if desk.stage is None:
        return None
    width, height = upright(desk.stage)
    on_it = [(clue, box_of(clue)) for clue in desk.clues if clue.medium_id == desk.stage.pk]
    return Stage(width, height, [Marked(clue.number, box) for clue, box in on_it if box is not None])


# ---- countries ----


def rows(desk: Desk) -> list[Row]:
    """The countries for which anything speaks, those of which the same was said in one row, the likeliest first."""
    heard = heard_of(desk.where.said, desk.clues)
    groups: dict[tuple[tuple[Said, ...], tuple[Said, ...], tuple[Said, ...]], list[Hypothesis]] = defaultdict(list)
    for each in desk.where.ranked:
        if each.speaks_for:
            groups[each.speaks_for, each.against, each.silent].append(each)
    levels = levels_of(desk.where)
    return [_row(found, heard, levels) for found in groups.values()]


def _row(found: Sequence[Hypothesis], heard: Mapping[Said, str], levels: Mapping[str, int]) -> Row:
    first = found[0]
    words = sorted((country(each.country) for each in found), key=folded)
    return Row(
        names(words, NAMES_IN_A_ROW),
        ", ".join(words) if len(words) > NAMES_IN_A_ROW + 1 else "",
        _told(first.speaks_for, heard),
        _told(first.against, heard),
        _told(first.silent, heard),
        len(first.speaks_for),
        len(first.speaks_for) + len(first.against) + len(first.silent),
        first.points,
        first.excluded,
        levels.get(first.country, 0),
    )


def _told(said: Sequence[Said], heard: Mapping[Said, str]) -> str:
    return ", ".join(heard[each] for each in said)


def heard_of(said: Sequence[Said], clues: Sequence[Clue]) -> dict[Said, str]:
    """What each constraint is called where it speaks for or against a country: its clue; with what it says, where the
    clue says several things."""
    named = {clue.pk: f"{clue.number} {clue.name}" for clue in clues}
    many = {clue for clue, count in Counter(each.clue for each in said).items() if count > 1}
    return {
        each: f"{named[each.clue]} ({phrase(each.constraint)})" if each.clue in many else named[each.clue]
        for each in said
    }


def contradictions(desk: Desk) -> list[list[str]]:
    """Clues that cannot be true together, as people read them."""
    named = {clue.pk: f"{clue.number} {clue.name}" for clue in desk.clues}
    return [
        [f"{named[each.clue]} ({phrase(each.constraint)})" for each in group] for group in desk.where.contradictions
    ]


def levels_of(where: Where) -> dict[str, int]:
    """How strongly the map draws each country that is possible: 3 for the most points, 2 from half of them, or 1."""
    most = max((each.points for each in where.possible), default=0)
    found = {each.country: each.points for each in where.possible if each.points > 0}
    return {code: 3 if points == most else 2 if 2 * points >= most else 1 for code, points in found.items()}


# ---- the map ----


def map_data(desk: Desk) -> dict[str, str]:
    """What the map draws, as its data attributes: levels by number, circles, dots, the middles of countries."""
    levels = levels_of(desk.where)
    circles = [said.constraint for said in desk.where.said if said.constraint.kind == "circle"]
    middles = {countries()[code].number: centres()[code] for code in levels if code in centres()}
    return {
        "rank": json.dumps({countries()[code].number: level for code, level in levels.items()}),
        "circles": json.dumps([[each.longitude, each.latitude, each.km] for each in circles]),
        "places": json.dumps([list(place) for place in desk.places]),
        "middles": json.dumps({number: list(middle) for number, middle in middles.items()}),
    }


def close_up(desk: Desk) -> bool:
    """Whether there is something small enough to be drawn again, larger."""
    few = sum(level == 3 for level in levels_of(desk.where).values())
    circles = any(said.constraint.kind == "circle" for said in desk.where.said)
    return circles or bool(desk.places) or 0 < few <= 8
