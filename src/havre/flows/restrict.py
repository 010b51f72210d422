"""A source decides what others may know of its things: set, narrowed, widened, held; at once, and logged."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from havre.cases.models import Case
from havre.cases.queries import case_for
from havre.errors import Invalid, NotFound, Refused
from havre.exchange.models import Shared
from havre.exchange.publish import Changed, publish_media
from havre.flows.home import Home, durable, log, seal_log, take_turn
from havre.flows.tell_countries import bring, tell, tell_withdrawn
from havre.linking.atlas import countries
from havre.media.models import Exhibit, Medium
from havre.media.queries import media_for
from havre.restrictions import models
from havre.restrictions.keep import said, say
from havre.restrictions.model import CLOSED, Level, Restriction, told
from havre.restrictions.models import Group, Kind
from havre.restrictions.rules import complete, widens
from havre.series.models import Clue, Comment, Member, Series
from havre.series.queries import clue_for, comment_for, series_for
from havre.series.united import goes_on, united
from havre.units.acting import NO_REASON, Acting
from havre.units.models import RoleName, Unit

SHORTEST = 8
"""Hex digits of a SHA-256 by which a medium may be named."""


SEEN_OR_NOT = (Kind.CLUE, Kind.COMMENT)
"""What others see or know nothing of: nobody looks for it, so there is nobody to learn that it is held."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What a restriction is said of."""

    kind: Kind
    key: int
    called: str
    series: tuple[Series, ...] = ()
    media: tuple[int, ...] = ()
    """What stands on the board of it, to be looked at again."""


@dataclass(frozen=True, slots=True)
class Restricted:
    """What holds for a thing from now on."""

    thing: Thing
    was: Restriction
    now: Restriction
    changed: Changed

    def to_json(self) -> dict[str, Any]:
        """The fields of the command line."""
        return {
            "kind": str(self.thing.kind),
            "thing": self.thing.called,
            "restriction": told(self.now),
            "widened": widens(self.was, self.now),
            "shared": len(self.changed.put),
            "withdrawn": len(self.changed.withdrawn),
        }


def restrict(
    home: Home, acting: Acting, kind: str, named: str, restriction: Restriction, *, sure: bool = True
) -> Restricted:
    """From now on this holds for the thing; what it lets nobody know any more is withdrawn in the same moment.

    `sure` says that whoever acts proved again who they are: without it nothing is widened. Raises Refused, Invalid.
    """
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="restrict things")
    thing = thing_for(acting, kind, named)
    if restriction.level is Level.HIT and thing.kind in SEEN_OR_NOT:
        raise Invalid(_("a clue or a comment is closed or open: that you hold it others learn of its series alone"))
    becomes = complete(restriction, acting.now())
    with durable():
        take_turn()  # before any row of the board: whoever brings one there holds the turn
        was = said(thing.kind, [thing.key]).get(thing.key, CLOSED)
        _check_names(was, becomes)
        if not sure and widens(was, becomes):
            raise Refused(_("this lets others know more: prove again who you are"))
        if was.legal_hold and not becomes.legal_hold:
            acting.must_be(RoleName.SUPERVISOR, to="lift a legal hold")
        say(acting.unit, thing.kind, thing.key, becomes, acting.person, acting.now())
        changed = _bring(home, acting, thing)
        detail = {"act": "restricted", "was": told(was), "becomes": told(becomes), **_counted(changed)}
        log(home, acting, "change", f"{thing.kind} {thing.called}", detail)
        seal_log(home, acting)
    return Restricted(thing, was, becomes, changed)


def hold(home: Home, acting: Acting, kind: str, named: str, held: bool) -> Restricted:
    """Put a legal hold on a thing, which then does not expire; or lift it. Raises Invalid without a reason, or where
    nothing was said of the thing: a word on it alone would close what follows what it is in."""
    must_say(acting.reason if acting.reason != NO_REASON else "")
    with durable():
        take_turn()  # what a colleague says meanwhile is not undone by what stood before
        thing, was = restriction_for(acting, kind, named)
        if not was_said(thing):
            raise Invalid(
                _("nobody said yet who may know of %(thing)s itself: say that first, or hold what it is in")
                % {"thing": thing.called}
            )
        return restrict(home, acting, kind, named, replace(was, legal_hold=held))


def must_say(because: str) -> None:
    """Raises Invalid where nothing is said."""
    if not because.strip():
        raise Invalid(_("say why: whoever reviews it next needs it"))


def restriction_for(acting: Acting, kind: str, named: str) -> tuple[Thing, Restriction]:
    """The thing and what its source said of it."""
    thing = thing_for(acting, kind, named)
    return thing, said(thing.kind, [thing.key]).get(thing.key, CLOSED)


def was_said(thing: Thing) -> bool:
    """Whether anything was ever said of it; where nothing was, it follows what it is in."""
    return bool(said(thing.kind, [thing.key]))


def thing_for(acting: Acting, kind: str, named: str) -> Thing:
    """A thing of the unit: a case by its reference, S1, a SHA-256, S1/clue, S1/comment. Raises NotFound, Invalid."""
    if kind not in Kind.values:
        raise Invalid(_("a restriction is on a case, series, media, clue or comment, not on %(kind)r") % {"kind": kind})
    return FINDING[Kind(kind)](acting, named)


def _case(acting: Acting, named: str) -> Thing:
    case = case_for(acting.person, named)
    media = Exhibit.objects.filter(item__intake__case=case).values_list("medium", flat=True).distinct()
    shared = Shared.objects.filter(owner=acting.unit, medium__in=media).values_list("medium", flat=True)
    series = Member.objects.filter(medium__in=media, confirmed=True).values_list("medium", flat=True)
    found = tuple({key for key in (*shared, *series) if key})
    return Thing(Kind.CASE, case.pk, case.reference, _with_clues_on(acting, media), found)


def _series(acting: Acting, named: str) -> Thing:
    series = series_for(acting.person, named)
    return Thing(Kind.SERIES, series.pk, series.reference, (series,))


def _medium(acting: Acting, named: str) -> Thing:
    begun = named.strip().lower()
    if len(begun) < SHORTEST or not set(begun) <= set("0123456789abcdef") or len(begun) > 64:
        raise Invalid(_("a medium is named by %(least)s or more hex digits of its SHA-256") % {"least": SHORTEST})
    low, high = bytes.fromhex(begun.ljust(64, "0")), bytes.fromhex(begun.ljust(64, "f"))
    found = list(media_for(acting.person).filter(sha256__gte=low, sha256__lte=high)[:2])
    if len(found) != 1:
        raise NotFound(_("there is no such medium"))
    media = (found[0].pk,)
    return Thing(Kind.MEDIA, found[0].pk, bytes(found[0].sha256).hex(), _with_clues_on(acting, media), media)


def _with_clues_on(acting: Acting, media: Collection[int] | QuerySet[Exhibit, int]) -> tuple[Series, ...]:
    """The series of clues drawn on these: with what is said of a file others see them, or do not any more."""
    clues = Clue.objects.filter(series__unit=acting.unit, medium__in=media, withdrawn_at=None)
    drawn_in = Series.objects.filter(pk__in=clues.values("series")).select_related("unit").order_by("pk")
    return tuple(dict.fromkeys(goes_on(series) for series in drawn_in))


def _clue(acting: Acting, named: str) -> Thing:
    series, number = _within(acting, named)
    clue = series.clues.filter(number=number).first()
    found = clue_for(acting.person, united(series), clue.pk if clue is not None else 0)
    return Thing(Kind.CLUE, found.pk, named, (goes_on(series),))


def _comment(acting: Acting, named: str) -> Thing:
    series, number = _within(acting, named)
    found = comment_for(acting.person, united(series), number)
    return Thing(Kind.COMMENT, found.pk, named, (goes_on(series),))


def _within(acting: Acting, named: str) -> tuple[Series, int]:
    series, _slash, number = named.partition("/")
    if not number.isdecimal() or len(number) > 9:
        raise Invalid(_("a clue or comment is named with its series, as S1/2"))
    return series_for(acting.person, series), int(number)


def called(row: models.Restricted) -> str:
    """How the thing is named of which something was said; empty where it is not there any more."""
    return NAMING[Kind(row.kind)](row.key)


def _case_called(key: int) -> str:
    found = Case.objects.filter(pk=key).first()
    return found.reference if found is not None else ""


def _series_called(key: int) -> str:
    found = Series.objects.filter(pk=key).first()
    return found.reference if found is not None else ""


def _medium_called(key: int) -> str:
    found = Medium.objects.filter(pk=key).values_list("sha256", flat=True).first()
    return bytes(found).hex() if found is not None else ""


def _clue_called(key: int) -> str:
    found = Clue.objects.filter(pk=key).select_related("series").first()
    return f"{found.series.reference}/{found.number}" if found is not None else ""


def _comment_called(key: int) -> str:
    found = Comment.objects.filter(pk=key).select_related("series").first()
    return f"{found.series.reference}/{found.pk}" if found is not None else ""


NAMING = {
    Kind.CASE: _case_called,
    Kind.SERIES: _series_called,
    Kind.MEDIA: _medium_called,
    Kind.CLUE: _clue_called,
    Kind.COMMENT: _comment_called,
}

FINDING = {Kind.CASE: _case, Kind.SERIES: _series, Kind.MEDIA: _medium, Kind.CLUE: _clue, Kind.COMMENT: _comment}


def _check_names(was: Restriction, becomes: Restriction) -> None:
    """Raises Invalid for new names: of units of this node and groups that are not there, and of what is no country.

    What was accepted once hinders nothing: a thing that names it can still be put under legal hold.
    """
    units = (becomes.units - was.units) | (becomes.no_units - was.no_units)
    here = {name.unit for name in units if not name.node}
    groups = becomes.groups - was.groups
    missing = sorted(here - set(Unit.objects.filter(name__in=here).values_list("name", flat=True)))
    known = set(Group.objects.filter(code__in=groups).values_list("code", flat=True))
    missing += sorted(groups - known)
    if missing:
        raise Invalid(_("there is no %(names)s here") % {"names": ", ".join(missing)})
    said = (becomes.countries - was.countries) | (becomes.no_countries - was.no_countries)
    wrong = sorted(said - countries().keys())
    if wrong:
        raise Invalid(_("no country is called %(names)s: write two letters, as GB") % {"names": ", ".join(wrong)})


def _bring(home: Home, acting: Acting, thing: Thing) -> Changed:
    changed = Changed([], [])
    for series in thing.series:
        found = bring(home, series, acting.now(), media=not thing.media)
        changed.put.extend(found.put)
        changed.withdrawn.extend(found.withdrawn)
    return _bring_media(home, acting, thing.media, changed) if thing.media else changed


def _bring_media(home: Home, acting: Acting, media: Collection[int], changed: Changed) -> Changed:
    publish_media(acting.unit, media, acting.now(), changed)
    tell(home, changed.put, acting.now())
    tell_withdrawn(home, changed.withdrawn, acting.now())
    return changed


def _counted(changed: Changed) -> dict[str, object]:
    return {"shared": len(changed.put), "withdrawn": len(changed.withdrawn)}
