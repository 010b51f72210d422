"""Is it held, claimed or identified elsewhere? The unit's media against what others let it know, in both directions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from havre.assessments.agreement import counted
from havre.compiled import compiled
from havre.exchange.board import told_to
from havre.exchange.compared import left
from havre.exchange.due import compared, keep_silent, passed_over, unlogged, untold
from havre.exchange.find import (
    Agrees,
    by_index,
    held_like,
    identical,
    index_of,
    media_after,
    near,
    others,
)
from havre.exchange.identified import Says, identified, said_by
from havre.exchange.models import About, Checked, Counter, Kind, PassedOver, SameMedium, Shared, SharedPrint
from havre.exchange.notify import Concerned, notify
from havre.exchange.queries import about_series, same_as
from havre.exchange.rules import SAME, reference
from havre.exchange.shelf import open_board
from havre.exchange.sight import entered, sighted
from havre.exchange.support import supported
from havre.fingerprints.pdq import MIN_QUALITY
from havre.flows.agreeing import keep
from havre.flows.baseline import baselines
from havre.flows.contenders import holding as holds
from havre.flows.holding import at_work
from havre.flows.home import Home, consulted, log, seal_log, take_turn
from havre.flows.judged_otherwise import tell_found
from havre.flows.source import holding
from havre.flows.tell_countries import catch_up
from havre.matching.index import Index
from havre.media.models import Medium
from havre.restrictions.keep import actor
from havre.restrictions.model import Level, level_for
from havre.restrictions.visible import visible_to
from havre.series.models import Series
from havre.series.origins import chunks
from havre.series.queries import series_of
from havre.units.acting import Acting
from havre.units.models import Person, RoleName, Unit

FEW = 10_000
"""Things that came since the last check and are asked all media of the unit; from more on, asking the board is less."""

MOST_TOLD = 20
"""Media passed over that one entry of the log names; the others it counts."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """One series, or medium without one, of another source that holds the same."""

    told: dict[str, Any]
    """What its source lets the unit know."""
    reference: str
    """Empty where only that it is held may be known."""
    kind: str
    percent: int
    media: int
    about: tuple[dict[str, Any], ...] = ()
    """Claims, identifications and whatever else stands beside it."""
    baseline: Mapping[str, Any] = field(default_factory=dict)
    """How many of its media two countries judged baseline, and where they disagree."""
    claimed_until: str | None = None
    """Until when the claim that holds runs; nothing where none does."""

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        body, known = self.told.get("body", {}), said_by(self.about)
        return {
            "by": self.told["unit"],
            "country": self.told["country"],
            "contact": self.told.get("contact") or body.get("contact", ""),
            "level": self.told.get("level", "open"),
            "reference": self.reference,
            "kind": self.kind,
            "percent": self.percent,
            "media": self.media,
            "life": body.get("life"),
            "baseline": dict(self.baseline),
            "claimed_until": self.claimed_until,
            "identified_by": ", ".join(sorted({code for said in known for code in said.by})) or None,
            "identified": identified(known),
        }


@dataclass
class Found:
    """What a check found, series by series."""

    media: int = 0
    """Media of the unit that were compared with the whole board."""
    new: int = 0
    """Pairs of media that were not known to agree."""
    waiting: int = 0
    """Media of the unit and of others that films, sounds, places and cameras are yet to be compared of."""
    passed_over: int = 0
    """Media of the unit and of others that could not be compared by these."""
    series: list[tuple[Series | None, list[Elsewhere]]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        told = [
            {"series": series.reference if series is not None else None, **each.to_json()}
            for series, found in self.series
            for each in found
        ]
        counts = {"media": self.media, "new": self.new, "waiting": self.waiting, "passed_over": self.passed_over}
        return counts | {"elsewhere": told}


def check(home: Home, acting: Acting) -> Found:
    """Compare what came since the last check, here and on the board; everything that agrees, series by series."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="check what others hold")
    found = check_after(home, acting)
    for series in [*series_of(acting.person), None]:
        there = elsewhere(acting, series)
        found.series += [(series, there)] if there else []
    found.waiting, found.passed_over = left(acting.unit, acting.now()), passed_over(acting.unit, acting.now())
    number = consulted(home, acting, "the board", {"act": "checked", "media": found.media, "new": found.new})
    entered(actor(acting.unit, acting.now()), number)
    return found


def not_compared(acting: Acting) -> int:
    """How many files of the unit, and of others that let it know, could not be compared by what takes longer."""
    return passed_over(acting.unit, acting.now())


def check_after(home: Home, acting: Acting) -> Found:
    """The same within another flow: compare, write down what agrees, and say what waits for the unit.

    What a check that was killed found and did not say is said by the next.
    """
    found = Found()
    until = Counter.objects.values_list("last", flat=True).filter(pk=1).first() or 0
    if not until:
        return found
    with at_work(home, at_check(acting.unit)):
        mark, _new = Checked.objects.get_or_create(unit=acting.unit)
        _compare_all(home, acting, mark, found)
        mark.changed = until
        with holding(acting.unit):
            mark.save(update_fields=["medium", "changed"])
            compared(mark)
            said = say_found(home, acting)
    if said:
        seal_log(home, acting)
    return found


def at_check(unit: Unit) -> str:
    """How it is called that somebody compares what a unit holds with the board."""
    return f"check-{unit.pk}"


def _compare_all(home: Home, acting: Acting, mark: Checked, found: Found) -> None:
    unit, now = acting.unit, acting.now()
    board = open_board(home.settings.index)
    came = _came_since(unit, mark.changed, now)
    if len(came) > FEW or not mark.medium:
        came, mark.medium = [], 0  # every medium meets the whole board

    def kept(agrees: Iterable[Agrees]) -> None:
        found.new += keep(acting, agrees)

    for media in media_after(unit, mark.medium):
        found.media += len(media)
        mark.medium = media[-1].pk
        _compare(unit, media, board.index, now, kept)
    _ask_all(unit, came, now, kept)


def say_found(home: Home, acting: Acting) -> bool:
    """The unit hears once of what was found since it last did, and of what others said of that before; the log has it,
    and which media could not be compared. Whether there was anything to say. Called with the unit held."""
    unit, now = acting.unit, acting.now()
    if not untold(unit).exists() and not unlogged(unit).exists():
        return False
    take_turn()  # nobody narrows meanwhile what the unit may know
    keep_silent(unit, now)
    same, over = untold(unit), list(unlogged(unit).select_related("theirs").order_by("pk"))
    new = same.count()
    if new:
        _notice(acting)
        tell_found(unit, now)
        catch_up(home, unit, same, now)
        number = log(home, acting, "change", "the board", {"act": "found elsewhere", "media": new})
        entered(actor(unit, now), number)
        same.update(untold=False)
    if over:
        which = [f"{_called(each)}: {each.why}" for each in over[:MOST_TOLD]]
        log(home, acting, "change", "the board", {"act": "passed over", "media": len(over), "which": which})
        for some in chunks(each.pk for each in over):
            unlogged(unit).filter(pk__in=some).update(unlogged=False)
    return bool(new or over)


def _called(each: PassedOver) -> str:
    row = each.theirs
    return f"one of {row.unit} ({row.country})" if row is not None else f"medium {each.medium_id}"


def elsewhere(acting: Acting, series: Series | None) -> list[Elsewhere]:
    """Who else holds what this series holds, as far as their sources let the unit know; the surest first."""
    now = acting.now()
    groups: dict[object, list[SameMedium]] = {}
    for row in same_as(acting.person, series, now):
        groups.setdefault(row.theirs.series_ref or row.theirs.ref, []).append(row)
    if not groups:
        return []
    here = actor(acting.unit, now)
    rolled = [_rolled(acting, here_rows) for here_rows in groups.values()]
    sighted([row for row, _ in rolled], here, "look", now)
    return [each for _, each in rolled]


def beside_ours(acting: Acting, series: Series) -> list[dict[str, Any]]:
    """What others put beside a series of the unit: clues, words, claims, identifications; that it is read is kept."""
    now = acting.now()
    refs = _own_refs(acting.person, series.pk)
    rows = about_series(acting.person, refs, now) if refs else []
    if not rows:
        return []
    here = actor(acting.unit, now)
    sighted(rows, here, "look", now)
    told = [(row, found) for row in rows if (found := told_to(here, row, now)) is not None and "body" in found]
    return [found | {"node": row.node} for row, found in told]


def known_in(acting: Acting, series: Series, beside: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Who says that the child of a series of the unit is known, of what was told of it and of what is the same; and
    whether they say the same as the unit itself. Nothing where nobody does."""
    victims = series.victims.exclude(identified_at=None).values_list("identified_by", flat=True)
    unit, own = acting.unit, tuple(sorted(set(victims)))
    return identified(said_by(beside, Says(unit.name, unit.country, own)))


def about_the_same(acting: Acting, series: Series, found: Iterable[Elsewhere]) -> list[dict[str, Any]]:
    """What stands beside what others hold of the same, and not only of the same place or camera; nor of what merely
    looks alike, or is said to be another."""
    told = [each for one in found if one.kind in SAME for each in one.about]
    same = {ref: supported(series, UUID(ref), acting.now()) for ref in dict.fromkeys(each["series"] for each in told)}
    return [each for each in told if same[each["series"]]]


@compiled
def _own_refs(viewer: Person, series: int) -> "QuerySet[Shared, UUID]":
    own = visible_to(viewer, Shared.objects, "owner").filter(kind=Kind.SERIES, series=series, withdrawn_at=None)
    return own.values_list("ref", flat=True)


def _rolled(acting: Acting, rows: Sequence[SameMedium]) -> tuple[Shared, Elsewhere]:
    now, here = acting.now(), actor(acting.unit, acting.now())
    ref = rows[0].theirs.series_ref
    said = about_series(acting.person, [ref], now) if ref is not None else []
    row = next((each for each in said if each.kind == Kind.SERIES and each.ref == ref), rows[0].theirs)
    told = told_to(here, row, now) or {"unit": row.unit, "country": row.country, "level": "hit"}
    rest = [(each, told_to(here, each, now)) for each in said if each.kind != Kind.SERIES]
    about = [found | {"node": each.node} for each, found in rest if found is not None]
    seen = level_for(here, row.condition.value) is Level.OPEN and row.kind == Kind.SERIES
    media = {each.medium_id for each in rows}
    judged = counted(list(baselines(acting, media).values()))
    kind, percent = rows[0].kind, rows[0].percent
    claim = holds((each for each in said if each.kind == Kind.CLAIM), now)
    return row, Elsewhere(
        told,
        reference(row) if seen else "",
        kind,
        percent,
        len(media),
        tuple(each for each in about if "body" in each),
        judged,
        str(claim.body["until"]) if claim is not None else None,
    )


# ---- comparing ----

Keep = Callable[[Iterable[Agrees]], None]


def _compare(unit: Unit, media: Sequence[Medium], index: Index, at: datetime, keep: Keep) -> None:
    keep([*identical(unit, media, at), *near(unit, [medium.pk for medium in media], by_index(index), at)])


def _came_since(unit: Unit, number: int, at: datetime) -> list[SharedPrint]:
    """What came to the board since; one more than FEW where it is more."""
    rows = others(unit, at).filter(changed__gt=number, kind=Kind.MEDIA)
    return list(SharedPrint.objects.filter(shared__in=rows)[: FEW + 1])


def _ask_all(unit: Unit, came: Sequence[SharedPrint], at: datetime, keep: Keep) -> None:
    """What came to the board since the last check, against everything that the unit holds."""
    keep(held_like(unit, came))
    pdqs = [(row.pk, bytes(row.pdq)) for row in came if row.pdq is not None and row.quality >= MIN_QUALITY]
    if pdqs:
        with index_of(pdqs) as index:
            for media in media_after(unit, 0):
                keep(near(unit, [medium.pk for medium in media], by_index(index), at))


def _notice(acting: Acting) -> None:
    """One notice for each series of the unit and each of others that hold the same."""
    live: list[Series | None] = [*series_of(acting.person), None]
    for series in live:
        groups: dict[object, list[SameMedium]] = {}
        for row in same_as(acting.person, series, acting.now()):
            groups.setdefault(row.theirs.series_ref or row.theirs.ref, []).append(row)
        for rows in groups.values():
            theirs, each = _rolled(acting, rows)
            told = {"kind": each.kind, "percent": each.percent, "media": each.media}
            notify(Concerned(acting.unit, series), About.HELD, theirs, told, acting.now())
            sighted([theirs], actor(acting.unit, acting.now()), "check", acting.now())
