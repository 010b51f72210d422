"""Whatever changes on the board reaches the units here that it concerns: claims, identifications, countries, words.

Called in the transaction of the change, or in the one in which a peer's message is applied.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from havre.exchange.beside import close_beside, narrow_beside
from havre.exchange.models import About, Kind, Notice, SameMedium, Shared, Sighting
from havre.exchange.notify import Concerned, holders, may_know, notify, own_too
from havre.exchange.publish import Changed, publish
from havre.exchange.rules import hands_to, reference, stands
from havre.exchange.support import agreeing, supported
from havre.flows.contenders import counts, forget, hear, may_see
from havre.flows.contest import called_for, log_for, one_wins
from havre.flows.crops_told import crops_told
from havre.flows.home import Home, take_turn
from havre.flows.identified_otherwise import tell_found, tell_side, tell_sides
from havre.flows.identified_too import follow, followed, leaning_on, no_longer, told_by_it
from havre.flows.judged_otherwise import tell_gone, tell_of
from havre.flows.point_countries import Teller, named, pointed
from havre.series.models import Move, Series
from havre.series.moves import was_told
from havre.units.models import Unit

NOTHING: Mapping[str, object] = MappingProxyType({})
"""Nothing more is told."""


def bring(home: Home, series: Series, at: datetime, *, media: bool = True) -> Changed:
    """Bring the board to what a series is now, and tell whom that concerns; cheap where nothing is shared."""
    take_turn()
    changed = publish(series, at, media=media, crop_of=crops_told(home, series))
    tell(home, changed.put, at)
    tell_withdrawn(home, changed.withdrawn, at)
    return changed


def bring_all(home: Home, unit: Unit, at: datetime) -> None:
    """The same for every series of a unit that stands there: they were grouped anew."""
    rows = Shared.objects.filter(owner=unit, kind=Kind.SERIES, withdrawn_at=None).select_related("series__unit")
    for row in rows.order_by(F("series__merged_into").asc(nulls_first=True), "pk"):
        if row.series is not None:
            bring(home, row.series, at)


def tell(home: Home, rows: Iterable[Shared], at: datetime) -> None:
    """These were put on the board: whoever is concerned here hears of it."""
    teller, listed = Teller(home, at), list(rows)
    for row in listed:
        _known_again(teller, row)
        telling = TELLING.get(Kind(row.kind))
        if telling is not None:
            telling(teller, row)
    tell_of(listed, at)
    _lean_again(home, [row.pk for row in listed if row.kind == Kind.MEDIA], at)


def _known_again(teller: Teller, row: Shared) -> None:
    """That it is withdrawn waits for nobody who may know of it again: it is news once more when it is so once more,
    and so is what was said of it before."""
    said = Notice.objects.filter(shared=row, about=About.WITHDRAWN).select_related("unit").order_by("pk")
    for notice in said:
        if notice.told and may_know(notice.unit, row, teller.at):
            Notice.objects.filter(pk=notice.pk).update(told={}, closed_at=teller.at)
            again = Notice.objects.filter(shared=row, unit=notice.unit, about__in=(About.IDENTIFIED, About.CORRECTED))
            again.update(told={})


def tell_members(home: Home, conditions: Collection[int], at: datetime) -> None:
    """Others may know of what is under these conditions: they hear what they would have heard, or that it is gone."""
    rows = Shared.objects.filter(condition__in=conditions, withdrawn_at=None, kind__in=HEARD_LATER)
    tell(home, rows.select_related("condition", "owner", "series__unit").order_by("pk"), at)
    media = Shared.objects.filter(condition__in=conditions, withdrawn_at=None, kind=Kind.MEDIA).order_by("pk")
    tell_of(media, at)
    _lean_again(home, media.values("pk"), at)


def tell_withdrawn(home: Home, rows: Iterable[Shared], at: datetime) -> None:
    """These are withdrawn: nothing is made of them any more, and who was told of them hears that."""
    listed = list(rows)
    leaning = leaning_on([row.pk for row in listed if row.kind == Kind.MEDIA])
    for row in listed:
        SameMedium.objects.filter(theirs=row).delete()
        Notice.objects.filter(shared=row).exclude(about=About.WITHDRAWN).update(told={}, closed_at=at)
        if row.kind in (Kind.SERIES, Kind.IDENTIFICATION):
            _say_withdrawn(Teller(home, at), row)
        if row.kind == Kind.CLAIM:
            forget(row)
        if row.kind == Kind.SERIES:
            close_beside(row, at)
            tell_sides(row.ref, at)
        if row.kind == Kind.IDENTIFICATION:
            tell_sides(row.series_ref, at)
        if row.kind == Kind.CLUE and row.key is None:
            _again(Teller(home, at), row)
    for series in leaning:
        ask_again(home, series, at)
    tell_gone({row.series_ref for row in listed if row.kind == Kind.MEDIA and row.series_ref is not None}, at)


def _lean_again(home: Home, media: Collection[int] | QuerySet[Shared, Any], at: datetime) -> None:
    """Who may know of these media may be another: what some of them supported is looked at again."""
    for series in leaning_on(media):
        ask_again(home, series, at)


def ask_again(home: Home, series: Series, at: datetime) -> None:
    """Something that supported it may be gone: what followed by that alone is over, and a person is asked; where
    nothing agrees any more, the unit hears what it is now."""
    weak = [row for row in followed(series, at) if not supported(series, row.series_ref, at)]
    tell_side(series, at)
    teller = Teller(home, at)
    moved = _no_longer(teller, series, weak[0]) if weak else None
    for row in weak if moved is not None else ():
        each = Concerned(series.unit, series)
        _tell_identified(teller, each, row, {} if _asked(each, row, at) else {"became": series.life})


def _say_withdrawn(teller: Teller, row: Shared) -> None:
    seen = Sighting.objects.filter(shared=row, node="").values_list("unit", flat=True)
    heard = Notice.objects.filter(shared=row, about__in=(About.IDENTIFIED, About.CORRECTED)).values_list("unit")
    units = Unit.objects.filter(Q(name__in=set(seen)) | Q(pk__in=heard)).exclude(pk=row.owner_id or 0)
    back = _taken_back(teller, row) if row.kind == Kind.IDENTIFICATION else set()
    for unit in units.order_by("pk"):
        if unit.pk not in back:
            notify(Concerned(unit, None), About.WITHDRAWN, row, _withdrawn(teller, unit, row), teller.at)


def _taken_back(teller: Teller, row: Shared) -> set[int]:
    """Series that are identified or safe by this word alone are so no longer, and their units hear it; which units."""
    found = set()
    for series in told_by_it(row):
        done = _no_longer(teller, series, row)
        if done is not None:
            said = _withdrawn(teller, series.unit, row) | {"became": done.became}
            notify(Concerned(series.unit, series), About.WITHDRAWN, row, said, teller.at)
            found.add(series.unit_id)
    return found


def _no_longer(teller: Teller, series: Series, row: Shared) -> Move | None:
    done = no_longer(series, row, teller.at)
    if done is not None:
        _log_moved(teller, series, done, row)
        bring(teller.home, series, teller.at, media=False)
    return done


def _withdrawn(teller: Teller, unit: Unit, row: Shared) -> dict[str, object]:
    """What a unit is told of what it may not know of any more: it is called as the unit was told of it before."""
    called = reference(row) if row.kind == Kind.SERIES else called_for(unit, row, teller.at)
    return {"reference": called, "kind": row.kind, "by": row.unit, "country": row.country}


# ---- by kind ----


def _shared(teller: Teller, row: Shared) -> None:
    """Units that were told of the series and may not know of it any more hear that, and see nothing beside it."""
    if row.node:  # what stands beside one of this node was narrowed as it was put
        narrow_beside(row, teller.at)
        tell_sides(row.ref, teller.at)
    seen = Sighting.objects.filter(shared=row, node="").values_list("unit", flat=True)
    for unit in Unit.objects.filter(name__in=set(seen)).exclude(pk=row.owner_id or 0):
        if not may_know(unit, row, teller.at):
            notify(Concerned(unit, None), About.WITHDRAWN, row, _withdrawn(teller, unit, row), teller.at)
    _follow_source(teller, row)
    claims = Shared.objects.filter(kind=Kind.CLAIM, series_ref=row.ref, withdrawn_at=None).order_by("pk")
    for key in list(claims.values_list("pk", flat=True)):
        for claim in claims.filter(pk=key).select_related(
            "condition", "owner", "series__unit"
        ):  # unless it lost by now
            _claimed(teller, claim)  # who may see it may be another


def _follow_source(teller: Teller, row: Shared) -> None:
    """Its source says that it is safe, or no longer: so are the series of those whom it told who is identified."""
    said = Shared.objects.filter(kind=Kind.IDENTIFICATION, series_ref=row.ref, node=row.node, unit=row.unit)
    found = said.filter(withdrawn_at=None).select_related("condition").order_by("pk").first()
    if found is None:
        return
    for each in holders(found, teller.at):
        if each.series is not None and each.same:
            _follow(teller, each.series, found)


def _claimed(teller: Teller, row: Shared) -> None:
    """Holders are told, and the unit that is to go on with it; of two claims one stays.

    The claim of whoever may not see the series is no news, and none any more where it was.
    """
    hear(row, teller.at)
    if counts(row, teller.at):
        if stands(row, teller.at):
            _tell_claim(teller, row)
    else:
        about = (About.CLAIMED, About.HANDED, About.CONTESTED)
        won = Q(about=About.CONTESTED, shared__series_ref=row.series_ref, told__by=row.unit, told__country=row.country)
        said = Notice.objects.filter(Q(shared=row, about__in=about) | won, closed_at=None)
        said.update(told={}, closed_at=teller.at)
    one_wins(teller.home, row, teller.at)


def _tell_claim(teller: Teller, row: Shared) -> None:
    to = hands_to(row)
    for each in holders(row, teller.at):
        told = named(teller, each.unit, row) | {"until": row.body.get("until", "")}
        notify(each, About.CLAIMED, row, told, teller.at)
    for unit in Unit.objects.filter(name=to.unit, country=to.country) if to is not None and not to.node else ():
        if may_know(unit, row, teller.at):
            notify(Concerned(unit, None), About.HANDED, row, named(teller, unit, row), teller.at)


def _identified(teller: Teller, row: Shared) -> None:
    """Every holder is told, their open alerts close, and their own series is identified too."""
    found = [*holders(row, teller.at), *_alerted_before(teller, row)]
    for each in found:
        _tell_identified(teller, each, row)
    for series in own_too(row):
        _tell_own(teller, series, row)
    _close_alerts(teller, row, {each.unit.pk for each in found} | {row.owner_id})
    _taken_back(teller, row)  # from whom the condition is narrowed, or the group that it names
    tell_sides(row.series_ref, teller.at)


def _tell_own(teller: Teller, series: Series, row: Shared) -> None:
    """The unit that says it is asked of its own series as others are; what follows waits for nobody there."""
    if not (alike := _asked(Concerned(series.unit, series), row, teller.at)) and not supported(
        series, row.series_ref, teller.at
    ):
        return
    _tell_identified(teller, Concerned(series.unit, series), row)
    if not alike:
        said = Notice.objects.filter(shared=row, series=series, about__in=(About.IDENTIFIED, About.CORRECTED))
        said.filter(closed_at=None).update(closed_at=teller.at)


def _tell_identified(teller: Teller, each: Concerned, row: Shared, more: Mapping[str, object] = NOTHING) -> None:
    told = _who_identified(teller, each.unit, row) | _asked(each, row, teller.at) | dict(more)
    notify(each, _first_or_corrected(each, row, told), row, told, teller.at)
    if each.series is not None and each.same:
        _follow(teller, each.series, row)


def _asked(each: Concerned, row: Shared, at: datetime) -> dict[str, object]:
    """A person is asked whether it is the same, where too little speaks for it that the series follows by itself."""
    if each.series is None or row.series_ref is None or supported(each.series, row.series_ref, at):
        return {}
    return {"alike": True} if agreeing(each.series, row.series_ref, at).exclude(said=False).exists() else {}


def _first_or_corrected(each: Concerned, row: Shared, told: Mapping[str, object]) -> About:
    """That a child is safe too corrects nothing that was said before."""
    said = Notice.objects.filter(shared=row, unit=each.unit, series=each.series)
    last = said.filter(about__in=(About.IDENTIFIED, About.CORRECTED)).order_by("at", "pk").last()
    if last is None:
        return About.IDENTIFIED
    same = last.told.get("by country") == told["by country"]
    if same and last.told.get("safeguarded") in (None, told["safeguarded"]):
        return About(last.about)
    return About.CORRECTED


def _alerted_before(teller: Teller, row: Shared) -> list[Concerned]:
    """Units that hold nothing of it, and heard of it because they were alerted: they hear what changes, too."""
    heard = Notice.objects.filter(shared=row, about__in=(About.IDENTIFIED, About.CORRECTED), series=None)
    holding = {each.unit.pk for each in holders(row, teller.at)}
    units = Unit.objects.filter(pk__in=heard.values("unit")).exclude(pk__in=holding).order_by("pk")
    return [Concerned(unit, None) for unit in units if may_know(unit, row, teller.at)]


def same_here(series: Series) -> QuerySet[SameMedium]:
    """The media of a series that others hold too."""
    return SameMedium.objects.filter(unit=series.unit_id, medium__member__series=series)


def catch_up(home: Home, unit: Unit, same: QuerySet[SameMedium], at: datetime) -> None:
    """This unit holds what others identified before it did: it is told as if it had held it then."""
    refs = same.filter(theirs__withdrawn_at=None).values("theirs__series_ref")
    rows = Shared.objects.filter(kind=Kind.IDENTIFICATION, series_ref__in=refs, withdrawn_at=None)
    for row in rows.select_related("condition").order_by("pk"):
        for each in holders(row, at):
            if each.unit.pk == unit.pk:
                _tell_identified(Teller(home, at), each, row)
        for series in own_too(row) if row.owner_id == unit.pk else ():
            _tell_own(Teller(home, at), series, row)
    tell_found(same, at)


def said_same(home: Home, series: Series, ref: UUID, at: datetime) -> None:
    """Somebody said whether the series is that one: it follows what is said of it, or no more, and nobody is asked."""
    teller = Teller(home, at)
    rows = Shared.objects.filter(kind=Kind.IDENTIFICATION, series_ref=ref, withdrawn_at=None)
    for row in rows.select_related("condition").order_by("pk"):
        if supported(series, ref, at):
            if row.owner_id == series.unit_id:
                _tell_own(teller, series, row)
            elif may_know(series.unit, row, at):
                _tell_identified(teller, Concerned(series.unit, series), row)
            continue
        about = (About.IDENTIFIED, About.CORRECTED)
        for notice in Notice.objects.filter(shared=row, series=series, about__in=about):
            told = {name: value for name, value in notice.told.items() if name != "alike"}
            Notice.objects.filter(pk=notice.pk).update(told=told, closed_at=notice.closed_at or at)
        if was_told(series):
            _no_longer(teller, series, row)
    tell_side(series, at)


def _who_identified(teller: Teller, unit: Unit, row: Shared) -> dict[str, object]:
    safe = row.body.get("safeguarded_at")
    return named(teller, unit, row) | {"by country": row.body.get("country", ""), "safeguarded": safe}


def _close_alerts(teller: Teller, row: Shared, told: Collection[int | None]) -> None:
    """Units that were alerted and may know of it are told; their alerts close by the word of who may see the series."""
    if row.series_ref is None:
        return
    waiting = Notice.objects.filter(about=About.COUNTRY, closed_at=None, shared__series_ref=row.series_ref)
    holds, heard = bool(own_too(row)), set(told)
    for alert in waiting.select_related("unit", "shared__condition").order_by("pk"):
        if not may_know(alert.unit, row, teller.at) or alert.shared is None:
            continue
        if holds or may_see(row.source, alert.shared, teller.at):
            Notice.objects.filter(pk=alert.pk).update(closed_at=teller.at)
        if alert.unit_id not in heard:
            heard.add(alert.unit_id)
            said = _who_identified(teller, alert.unit, row)
            notify(Concerned(alert.unit, None), About.IDENTIFIED, row, said, teller.at)


def _follow(teller: Teller, series: Series, row: Shared) -> None:
    moves = follow(series, row, teller.at)
    for moved in moves:
        _log_moved(teller, series, moved, row)
    if moves:
        bring(teller.home, series, teller.at, media=False)


def _log_moved(teller: Teller, series: Series, moved: Move, row: Shared) -> None:
    detail = {"act": "moved", "was": moved.was, "became": moved.became, "told by": f"{row.unit} ({row.country})"}
    log_for(teller.home, series.unit, "change", f"series {series.reference}", teller.at, detail)


def _clued(teller: Teller, row: Shared) -> None:
    """A clue that another put beside a series here: where it may be is to be asked again."""
    if row.key is None:
        _again(teller, row)
        _said(teller, row)


def _again(teller: Teller, row: Shared) -> None:
    if row.series_ref is None:
        return
    own = Shared.objects.filter(kind=Kind.SERIES, ref=row.series_ref, node="", withdrawn_at=None)
    for each in own.select_related("series__unit"):
        if each.series is not None:
            bring(teller.home, each.series, teller.at, media=False)


def _said(teller: Teller, row: Shared) -> None:
    """Holders hear it once, though the series that it is about is part of another since, and is called otherwise."""
    for each in holders(row, teller.at):
        told = named(teller, each.unit, row) | {"kind": row.kind}
        heard = Notice.objects.filter(unit=each.unit, about=About.COMMENT, shared=row).exclude(told={})
        if not heard.update(told=told):
            notify(each, About.COMMENT, row, told, teller.at)


HEARD_LATER = (Kind.SERIES, Kind.CLAIM, Kind.IDENTIFICATION, Kind.HYPOTHESIS)
"""What is told to whoever may know of it only later; the rest they find where they look."""

TELLING = {
    Kind.SERIES: _shared,
    Kind.CLAIM: _claimed,
    Kind.IDENTIFICATION: _identified,
    Kind.HYPOTHESIS: pointed,
    Kind.CLUE: _clued,
    Kind.COMMENT: _said,
    Kind.QUESTION: _said,
}
"""What is done once a thing of each kind stands on the board."""
