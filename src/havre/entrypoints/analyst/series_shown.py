"""Everything that the page of one series shows, as its template reads it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from havre.entrypoints.analyst.pages import Visit
from havre.entrypoints.analyst.series_drawn import Line, line, places
from havre.entrypoints.analyst.series_words import (
    CHIPS,
    KINDS,
    LIVES,
    PURSUED,
    RELATIONS,
    SAID,
    SEXES,
    STATUSES,
    STEPS,
    age_band,
    briefly,
    lasted,
)
from havre.entrypoints.analyst.veils import Veiled, veiled
from havre.flows.series_life import BY_HAND
from havre.flows.series_opened import Opened
from havre.linking.explain import connection, rarity, sentence
from havre.linking.languages import language_of
from havre.linking.links import Link
from havre.linking.phrases import Language
from havre.series.models import Life, Move, Series
from havre.series.moves import MAY_BECOME, told_by
from havre.series.queries import (
    OVER,
    claims_of,
    comments_of,
    courses,
    decisions_on,
    moves_of,
)
from havre.series.steps import BY_ITSELF, Course, Stage
from havre.victims.models import ChildAge, OffenderAge
from havre.victims.queries import offenders_of, victims_of

MANY = 16
"""Circles of a graph that have room for their names: of more, each carries the number of its tile alone."""

SHORT = 22
"""Letters of a file's name under a tile and a node."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One stack as it lies on the page."""

    number: int
    medium: int
    veil: Veiled
    name: str
    path: str
    count: int
    film: bool
    confirmed: bool

    @property
    def label(self) -> str:
        """What a screen reader says of it."""
        kind = _("film") if self.film else _("sound") if self.veil.sound else ""
        kind = kind or _("stack of %(count)d") % {"count": self.count}
        return f"{self.number}, {kind}: {self.name}"


@dataclass(frozen=True, slots=True)
class Node:
    """One circle of the graph."""

    medium: int
    label: str
    number: str
    """Of its tile; empty where it lies outside."""
    x: int
    y: int
    outside: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """One reason, with what it links."""

    one: int
    other: int
    one_label: str
    other_label: str
    sentence: str
    rarity: str
    short: str
    dashed: bool
    elsewhere: Series | None = None
    """The series that the end outside is in."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history."""

    at: datetime
    by: str
    what: str
    reason: str


def series_context(visit: Visit, opened: Opened) -> dict[str, object]:
    """What the template reads."""
    series, viewer, now = opened.series, visit.person, visit.acting().now()
    family = opened.clues.family
    timed = courses(viewer, [series], now)[series.pk]
    recorded = opened.recorded
    moved = list(moves_of(viewer, family)) if "moves" in recorded else []
    claim = claims_of(viewer, [series.pk]).get(series.pk) if "claims" in recorded else None
    tiles = _tiles(visit, opened)
    edges = _edges(opened, {tile.medium: tile for tile in tiles}, language_of(get_language() or "en"))
    return {
        "series": series,
        "opened": opened,
        "over": series.status in OVER,
        "life": LIVES[series.life],
        "chip": CHIPS[series.life],
        "told_by": next((told_by(each) for each in moved if each.became == series.life), ""),
        "status": STATUSES[series.status],
        "claim": claim,
        "holds": claim is not None and claim.until > now,
        "mine": claim is not None and claim.by_id == viewer.pk,
        "may_release": claim is not None and (claim.by_id == viewer.pk or "supervisor" in visit.roles),
        "moves": [(life, LIVES[life]) for life in BY_HAND if life in MAY_BECOME[Life(series.life)]],
        "tiles": tiles,
        "edges": edges,
        "nodes": (nodes := _nodes(tiles, edges)),
        "crowded": len(nodes) > MANY,
        "chains": [
            connection(bridge, _names(opened), language_of(get_language() or "en")) for bridge in opened.bridges
        ],
        "line": _moments(opened, tiles),
        "proposed_more": any(not tile.confirmed for tile in tiles),
        "comments": comments_of(viewer, family) if "comments" in recorded else [],
        "history": _history(visit, family, recorded, moved),
        **_timed(timed),
        **_people(visit, family, recorded),
    }


def _timed(timed: Course) -> dict[str, object]:
    steps = [
        {
            "step": each.step,
            "word": STEPS[each.step],
            "stage": each.stage,
            "css": {Stage.PASSED: "skip-step", Stage.AHEAD: ""}.get(each.stage, str(each.stage)),
            "at": each.at if index == 0 else None,
            "took": briefly(each.took) if each.took is not None else "",
        }
        for index, each in enumerate(timed.steps)
    ]
    open_steps = [
        (each.step, STEPS[each.step]) for each in timed.steps if each.at is None and each.step not in BY_ITSELF
    ]
    now = timed.now
    return {
        "course": timed,
        "steps": steps,
        "open_steps": open_steps,
        "clock": lasted(timed.clock),
        "waits": STEPS[now] if now else "",
    }


def _people(visit: Visit, family: Sequence[int], recorded: Collection[str]) -> dict[str, object]:
    victims = [
        {"row": row, "age": age_band(row.age), "sex": SEXES[row.sex]}
        for row in (victims_of(visit.person, family) if "victims" in recorded else ())
    ]
    offenders = [
        {
            "row": row,
            "age": age_band(row.age),
            "sex": SEXES[row.sex],
            "relation": RELATIONS[row.relation],
            "status": PURSUED[row.status],
        }
        for row in (offenders_of(visit.person, family) if "offenders" in recorded else ())
    ]
    return {
        "victims": victims,
        "offenders": offenders,
        "child_ages": [(band, age_band(band)) for band in ChildAge.values],
        "offender_ages": [(band, age_band(band)) for band in OffenderAge.values],
        "sexes": list(SEXES.items()),
        "relations": list(RELATIONS.items()),
        "pursued": list(PURSUED.items()),
        "own_country": visit.person.unit.country,
    }


# ---- members ----


def _tiles(visit: Visit, opened: Opened) -> list[Tile]:
    veils = veiled(visit.home, visit.person.unit, opened.shown.values())
    return [
        Tile(
            number,
            stack.first,
            veils[stack.first],
            _short(opened.held[stack.first].path),
            opened.held[stack.first].path,
            len(stack.media),
            stack.film,
            stack.confirmed,
        )
        for number, stack in enumerate(opened.stacks, start=1)
    ]


def _short(path: str) -> str:
    name = path.replace(chr(92), "/").rpartition("/")[2] or path
    return name if len(name) <= SHORT else f"{name[: SHORT - 6]}…{name[-5:]}"


def _names(opened: Opened) -> dict[int, str]:
    return {medium: held.name for medium, held in opened.held.items()}


def _moments(opened: Opened, tiles: Sequence[Tile]) -> Line | None:
    """The time of each stack, by the first of its media that states one."""
    told = {
        stack.first: opened.stated[medium]
        for stack in opened.stacks
        for medium in reversed(stack.media)
        if medium in opened.stated and opened.stated[medium].local is not None
    }
    return line(told, {tile.medium: f"{tile.number} {tile.name}" for tile in tiles})


# ---- links ----


def _edges(opened: Opened, tiles: Mapping[int, Tile], language: Language) -> list[Edge]:
    home = {medium: stack.first for stack in opened.stacks for medium in stack.media}
    inside = [_edge(opened, link, home, tiles, language, dashed=False) for link in opened.links]
    apart = [_edge(opened, link, home, tiles, language, dashed=True) for link in opened.apart]
    return [*inside, *apart]


def _edge(
    opened: Opened, link: Link, home: Mapping[int, int], tiles: Mapping[int, Tile], language: Language, dashed: bool
) -> Edge:
    one, other = home.get(link.one, link.one), home.get(link.other, link.other)
    outside = next((end for end in (link.one, link.other) if end not in home), 0)
    return Edge(
        one,
        other,
        _label(opened, one, tiles),
        _label(opened, other, tiles),
        sentence(link, language),
        rarity(link, opened.size, language),
        str(KINDS[link.kind]),
        dashed,
        opened.homes.get(outside),
    )


def _label(opened: Opened, medium: int, tiles: Mapping[int, Tile]) -> str:
    if medium in tiles:
        return f"{tiles[medium].number} {tiles[medium].name}"
    held, series = opened.held.get(medium), opened.homes.get(medium)
    name = _short(held.path) if held else str(medium)
    return f"{name}, {series.reference}" if series else name


def _nodes(tiles: Sequence[Tile], edges: Sequence[Edge]) -> list[Node]:
    """Tiles that something links, and what lies outside."""
    labels: dict[int, str] = {}
    for edge in edges:
        labels |= {edge.one: edge.one_label, edge.other: edge.other_label}
    inside = {tile.medium: str(tile.number) for tile in tiles}
    at = places(sorted(labels), [(edge.one, edge.other) for edge in edges])
    return [
        Node(medium, labels[medium], inside.get(medium, ""), *at[medium], medium not in inside)
        for medium in sorted(labels)
    ]


# ---- history ----


def _told_words(who: str) -> str:
    return _("as told by %(who)s") % {"who": who}


def _history(visit: Visit, family: Sequence[int], recorded: Collection[str], moved: Sequence[Move]) -> list[Event]:
    return sorted(_events(visit, family, recorded, moved), key=lambda event: event.at, reverse=True)


def _events(visit: Visit, family: Sequence[int], recorded: Collection[str], moved: Sequence[Move]) -> Iterator[Event]:
    for each in moved:
        what = _("%(was)s → %(became)s") % {"was": LIVES[each.was], "became": LIVES[each.became]}
        told = told_by(each)
        yield Event(each.at, each.by.name if each.by else "", what, _told_words(told) if told else each.reason)
    for said in decisions_on(visit.person, family) if "decisions" in recorded else ():
        yield Event(said.at, said.by.name, str(SAID[said.said]), said.reason)
