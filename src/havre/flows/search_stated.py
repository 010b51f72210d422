"""Media by what is written of them: words, a place, a time, a camera. All that is asked must hold."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.flows.bounded import bounded
from havre.flows.home import Home, consulted
from havre.flows.search import may_search
from havre.flows.search_series import SeriesTold, series_saying
from havre.flows.search_texts import TEXTS, newest_with, told
from havre.linking.keys import CELL, CELL_DEGREES
from havre.linking.stated import TIMES, Place, metres
from havre.media.models import Fact, Medium
from havre.media.queries import media_for, media_of
from havre.restrictions.visible import visible_to
from havre.series.models import Stated
from havre.series.origins import Origins
from havre.units.acting import Acting
from havre.units.models import Person

PAGE = 48
"""Media told at once."""

SECONDS = 5.0
"""How long the database may look for words: longer, and a person is told to ask for less."""

SHORTEST, LONGEST = 2, 200
"""Characters of words that are looked for."""

FARTHEST_KM = 500.0
MOST_NEAR = 2_000
"""Media near a place that are looked at, the newest."""

KM_A_DEGREE = 111.2
"""Kilometres from one degree of latitude to the next."""

CAMERAS = {"make": "camera make", "model": "camera model", "serial": "camera serial"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked; what is empty asks nothing."""

    text: str = ""
    near: Place | None = None
    km: float = 1.0
    since: datetime | None = None
    until: datetime | None = None
    camera: Mapping[str, str] = field(default_factory=dict)
    """Make, model, serial: what is given must be in the field of that name."""

    @property
    def anything(self) -> bool:
        """Whether it asks for anything at all."""
        return bool(self.text or self.near or self.since or self.until or any(self.camera.values()))

    def to_json(self) -> dict[str, Any]:
        """What the log and a standing question keep of it."""
        kept: dict[str, Any] = {"text": self.text} if self.text else {}
        if self.near is not None:
            kept |= {"latitude": self.near.latitude, "longitude": self.near.longitude, "km": self.km}
        kept |= {name: at.isoformat() for name, at in (("since", self.since), ("until", self.until)) if at is not None}
        return kept | {name: value for name, value in self.camera.items() if value}


@dataclass(frozen=True, slots=True)
class Told:
    """One medium and what of it answers: the kind of text or fact, and what stands there."""

    medium: Medium
    why: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answers:
    """One page of media, the newest first, and from where the next begins; None at the end."""

    found: Sequence[Told]
    after: int | None
    series: Sequence[SeriesTold] = ()
    """Series of which words are written; told with the first page alone, where words alone are asked."""


def from_json(kept: Mapping[str, Any]) -> Asked:
    """What a standing question kept, asked again."""
    near = Place(kept["latitude"], kept["longitude"]) if "latitude" in kept else None
    times = {name: datetime.fromisoformat(kept[name]) for name in ("since", "until") if name in kept}
    camera = {name: kept[name] for name in CAMERAS if name in kept}
    return Asked(kept.get("text", ""), near, kept.get("km", 1.0), times.get("since"), times.get("until"), camera)


def search_stated(home: Home, acting: Acting, asked: Asked, after: int | None = None) -> Answers:
    """One page of the unit's media that answer, the newest first. Logged, in clear, before it leaves.

    Raises Invalid for a question that asks nothing or makes no sense, Unavailable where it takes too long.
    """
    may_search(acting)
    check(asked)
    with bounded(SECONDS, _("this took too long to look for: ask for longer words, or add a time or a camera")):
        media, by_kind = _page(acting, asked, after)
        found = _told(acting, asked, media[:PAGE], by_kind)
        of_words = asked == Asked(asked.text) and after is None
        series = series_saying(acting.person, asked.text) if of_words else []
    shown = {"shown": len(found)} | ({"series": [each.series.number for each in series]} if series else {})
    consulted(home, acting, "what is written of media", {"act": "search", **shown, **asked.to_json()})
    return Answers(found, media[PAGE - 1].pk if len(media) > PAGE else None, series)


def _page(
    acting: Acting, asked: Asked, after: int | None
) -> tuple[Sequence[Medium], Mapping[str, Collection[int]] | None]:
    """The media of a page and the first of the next; where that is known, in which kind of text the words stand too."""
    if asked == Asked(asked.text):
        found = newest_with(acting.person, asked.text, after, PAGE + 1)
        media = media_of(acting.person, found.newest)
        return sorted(media, key=lambda medium: -medium.pk), found.by_kind
    rows = answering(acting, asked)
    return list((rows if after is None else rows.filter(id__lt=after))[: PAGE + 1]), None


def check(asked: Asked) -> None:
    """Raises Invalid for what cannot be asked."""
    if not asked.anything:
        raise Invalid(_("say what to look for: words, a digest, a place, a time or a camera"))
    if asked.text and not SHORTEST <= len(asked.text) <= LONGEST:
        raise Invalid(
            _("words to look for have %(least)s to %(most)s characters, not %(count)s")
            % {"least": SHORTEST, "most": LONGEST, "count": len(asked.text)}
        )
    if asked.near is not None and not 0 < asked.km <= FARTHEST_KM:
        raise Invalid(
            _("a place is looked for within %(most)g km at most, not %(km)g") % {"most": FARTHEST_KM, "km": asked.km}
        )
    if asked.since and asked.until and asked.since > asked.until:
        raise Invalid(_("the time ends before it begins: exchange the two"))


def answering(acting: Acting, asked: Asked, among: Collection[int] | None = None) -> "QuerySet[Medium]":
    """The media of the unit that answer, the newest first; of `among` alone where that is given."""
    viewer = acting.person
    rows = media_for(viewer).order_by("-id")
    if among is not None:
        rows = rows.filter(id__in=among)
    if asked.text:
        rows = rows.filter(_says(viewer, asked.text))
    if asked.since is not None or asked.until is not None:
        rows = rows.filter(Exists(_taken(asked)))
    for name, value in asked.camera.items():
        if value:
            stated = Fact.objects.filter(medium=OuterRef("pk"), name=CAMERAS[name], value__icontains=value)
            rows = rows.filter(Exists(stated))
    return rows if asked.near is None else rows.filter(id__in=near(acting, asked.near, asked.km))


def _says(viewer: Person, words: str) -> Q:
    said = Q()
    for text in TEXTS.values():
        said |= Q(Exists(text.containing(viewer, words).filter(**{text.medium: OuterRef("pk")})))
    return said


def _taken(asked: Asked) -> "QuerySet[Fact]":
    """Facts that tell a time between the two; times are ISO 8601 in text, and sort as such."""
    facts = Fact.objects.filter(medium=OuterRef("pk"), name__in=TIMES)
    if asked.since is not None:
        facts = facts.filter(value__gte=asked.since.strftime("%Y-%m-%dT%H:%M:%S"))
    return facts if asked.until is None else facts.filter(value__lt=asked.until.strftime("%Y-%m-%dT%H:%M:%S"))


# ---- places ----


def near(acting: Acting, place: Place, km: float) -> list[int]:
    """The unit's media that state a position so near, at most the newest few."""
    rows = visible_to(acting.person, Stated.objects).filter(name=CELL).values_list("value", "medium")
    likely = {medium for cell, medium in rows.iterator() if _row_near(cell, place, km)}
    asked = sorted(likely, reverse=True)[:MOST_NEAR]
    stated = Origins(acting.unit, 0).of(asked)
    return [each.medium for each in stated.values() if each.place and metres(place, each.place) <= km * 1000]


def _row_near(cell: str, place: Place, km: float) -> bool:
    """Whether a cell's row, north to south, may hold something so near; the distance itself is measured after."""
    row, _, _column = cell.partition(" ")
    degrees = km / KM_A_DEGREE + 2 * CELL_DEGREES
    return math.fabs(int(row) * CELL_DEGREES - place.latitude) <= degrees


# ---- what is told ----


def _told(
    acting: Acting, asked: Asked, media: Sequence[Medium], by_kind: Mapping[str, Collection[int]] | None
) -> list[Told]:
    keys = [medium.pk for medium in media]
    words = told(acting.person, asked.text, keys, by_kind) if asked.text and keys else {}
    facts = _facts(acting.person, asked, keys) if keys else {}
    return [Told(medium, [*words.get(medium.pk, []), *facts.get(medium.pk, [])]) for medium in media]


def _facts(viewer: Person, asked: Asked, media: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    names = list(_names(asked))
    if not names:
        return {}
    found: dict[int, list[tuple[str, str]]] = {}
    rows = visible_to(viewer, Fact.objects.all(), "medium__unit").filter(medium__in=media, name__in=names)
    for medium, name, value in rows.order_by("id").values_list("medium", "name", "value"):
        found.setdefault(medium, []).append((name, value))
    return found


def _names(asked: Asked) -> Iterator[str]:
    """The facts that answer what is asked."""
    if asked.since or asked.until:
        yield from TIMES
    if asked.near:
        yield from ("latitude", "longitude")
    yield from (CAMERAS[name] for name, value in asked.camera.items() if value)
