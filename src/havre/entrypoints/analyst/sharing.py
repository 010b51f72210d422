"""Who may know of a thing of the unit: of a case, a series, a medium, a clue or a comment; shown, and changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from havre.cases.queries import case_numbered
from havre.entrypoints.analyst import sessions
from havre.entrypoints.analyst.answers import sentence, status_of
from havre.entrypoints.analyst.jinja import dated
from havre.entrypoints.analyst.pages import Visit, again, page
from havre.errors import HavreError, Invalid, Refused
from havre.flows.home import consulted
from havre.flows.restrict import SEEN_OR_NOT, restrict, restriction_for, was_said
from havre.flows.units_named import as_written, units_named
from havre.media.queries import medium_by_id
from havre.restrictions.model import Level, Name, Restriction
from havre.restrictions.models import Kind
from havre.restrictions.rules import widens
from havre.series.models import Series
from havre.series.queries import clue_for, comment_for, held_media, series_for
from havre.series.united import goes_on, united
from havre.units.models import RoleName

WORKING = (RoleName.ANALYST, RoleName.SUPERVISOR)

LEVELS: "Mapping[str, str | Promise]" = {
    "closed": lazy("Closed: your unit alone"),
    "hit": lazy("Hit: the others below learn that you hold it, and whom to contact"),
    "open": lazy("Open: the others below see it"),
}

BOUNDS: "Mapping[str, str | Promise]" = {
    Kind.CASE: lazy("It bounds every file that was found in the case: of what is said of each, the narrowest holds."),
    Kind.MEDIA: lazy("What is said of its series and of its cases bounds it too: the narrowest holds."),
    Kind.CLUE: lazy(
        "What is said of its series, of the file it is drawn on and of that one's cases bounds it too: the narrowest"
        " holds."
    ),
    Kind.COMMENT: lazy("Nobody reads it who may not see its series; your name does not go with it."),
}
"""What else decides who may know of a thing of this kind."""

UNSAID: "Mapping[str, str | Promise]" = {
    Kind.CASE: lazy("Nothing was said of this case yet: what is said of its series and files holds alone."),
    Kind.MEDIA: lazy("Nothing was said of this file yet: what is said of its series holds."),
    Kind.CLUE: lazy("Nothing was said of this clue yet: what is said of its series holds."),
    Kind.COMMENT: lazy("Nothing was said of this comment yet: your unit alone reads it."),
}
"""What holds while nobody said anything of a thing of this kind."""


@dataclass(frozen=True, slots=True)
class Of:
    """A thing whose page this is: how the command line names it, how people do, and where it lives."""

    kind: Kind
    named: str
    called: str
    home: str
    seen: str = ""
    """The page of who saw it, where there is one."""
    unsaid: str = ""
    """What holds while nobody said anything of it, where that is not what holds for its kind."""


@page(*WORKING)
def series_share(visit: Visit, number: int) -> HttpResponseBase:
    """Who may know of a series of the unit."""
    series = series_for(visit.person, str(number))
    lives, seen = (reverse(name, args=[number]) for name in ("one_series", "series_seen"))
    return _share(visit, Of(Kind.SERIES, series.reference, series.reference, lives, seen))


@page(*WORKING)
def case_share(visit: Visit, number: int) -> HttpResponseBase:
    """Who may know of what was found in a case of the unit."""
    case = case_numbered(visit.person, number)
    called = _("Case %(case)s") % {"case": case.reference}
    return _share(visit, Of(Kind.CASE, case.reference, called, reverse("cases")))


@page(*WORKING)
def media_share(visit: Visit, number: int) -> HttpResponseBase:
    """Who may know of one file."""
    medium = medium_by_id(visit.person, number)
    called = held_media(visit.person, [medium.pk])[medium.pk].name
    return _share(visit, Of(Kind.MEDIA, bytes(medium.sha256).hex(), called, reverse("medium", args=[number])))


@page(*WORKING)
def clue_share(visit: Visit, number: int, clue: int) -> HttpResponseBase:
    """Who may know of one clue of a series."""
    found = clue_for(visit.person, united(series_for(visit.person, str(number))), clue)
    called = _("Clue %(number)s, %(name)s") % {"number": found.number, "name": found.name}
    where = f"{reverse('clues', args=[number])}#clue-{clue}"
    return _share(
        visit, Of(Kind.CLUE, f"{found.series.reference}/{found.number}", called, where, "", _part(found.series))
    )


@page(*WORKING)
def comment_share(visit: Visit, number: int, comment: int) -> HttpResponseBase:
    """Who may read one comment on a series."""
    series = series_for(visit.person, str(number))
    found = comment_for(visit.person, united(series), comment)
    called = _("Comment of %(at)s") % {"at": dated(found.at, "DATETIME_FORMAT")}
    where = f"{reverse('one_series', args=[number])}#talk"
    return _share(visit, Of(Kind.COMMENT, f"{series.reference}/{found.pk}", called, where))


def _part(series: Series) -> str:
    """What holds for a clue of which nothing was said, where its series became part of another."""
    if series.merged_into is None:
        return ""
    named = {"part": series.reference, "series": goes_on(series).reference}
    return _(
        "Nothing was said of this clue yet: it was drawn in %(part)s, which became part of %(series)s; whoever may see"
        " both sees it."
    ) % named  # fmt: skip


def _share(visit: Visit, of: Of) -> HttpResponseBase:
    """Shown, and changed; whoever lets others know more proves who they are."""
    acting = visit.acting()
    thing, was = restriction_for(acting, of.kind, of.named)
    if visit.request.method != "POST":
        consulted(visit.home, acting, f"{thing.kind} {thing.called}", {"act": "restriction"})
        return _form(visit, of, was, said=was_said(thing))
    try:
        becomes = _said(visit, was)
        if widens(was, becomes) and not sessions.fresh(visit.request.session):
            return again(visit)
        done = restrict(visit.home, visit.acting(), of.kind, of.named, becomes)
    except (Invalid, Refused) as error:
        return _form(visit, of, was, error, said=was_said(thing))
    told = {"shared": len(done.changed.put), "withdrawn": len(done.changed.withdrawn)}
    messages.success(visit.request, _("Changed on the board: %(shared)d. Withdrawn: %(withdrawn)d.") % told)
    return redirect(of.home)


def _form(visit: Visit, of: Of, was: Restriction, problem: HavreError | None = None, *, said: bool) -> HttpResponse:
    given = visit.request.POST if problem is not None else {}
    typed = {
        "level": was.level.name.lower(),
        "countries": " ".join(sorted(was.countries)),
        "units": ", ".join(as_written(was.units)),
        "groups": " ".join(sorted(was.groups)),
        "no_countries": " ".join(sorted(was.no_countries)),
        "no_units": ", ".join(as_written(was.no_units)),
        "purpose": was.purpose,
        "until": was.retain_until.date().isoformat() if was.retain_until is not None else "",
        "onward": was.onward,
        **{name: value for name, value in given.items() if isinstance(value, str)},
    }
    levels = [each for each in LEVELS.items() if of.kind not in SEEN_OR_NOT or each[0] != "hit"]
    context: dict[str, object] = {"of": of, "typed": typed, "levels": levels, "held": was.legal_hold}
    context |= {"bounds": BOUNDS.get(of.kind, ""), "unsaid": "" if said else of.unsaid or UNSAID.get(of.kind, "")}
    context["problem"] = sentence(problem) if problem is not None else ""
    return visit.show("share.html", context, status=status_of(problem) if problem is not None else 200)


def _said(visit: Visit, was: Restriction) -> Restriction:
    given = visit.request.POST
    level = given.get("level", "")
    if level not in LEVELS:
        raise Invalid(_("choose a level: closed, hit or open"))
    return Restriction(
        Level[level.upper()],
        _units(given.get("units", "")),
        _codes(given.get("countries", "").upper()),
        _codes(given.get("groups", "")),
        _units(given.get("no_units", "")),
        _codes(given.get("no_countries", "").upper()),
        given.get("purpose", "").strip()[:200],
        given.get("onward") == "yes",
        day_said(given.get("until", "")),
        legal_hold=was.legal_hold,
    )


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.replace(",", " ").split())


def _units(text: str) -> frozenset[Name]:
    return units_named(name for name in text.split(",") if name.strip())


def day_said(text: str) -> datetime | None:
    """The day that somebody typed, or none. Raises Invalid."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text.strip() else None
    except ValueError:
        raise Invalid(_("a day is written as 2031-12-31")) from None


ADDRESSES = [
    path("series/<int:number>/share", series_share, name="series_share"),
    path("series/<int:number>/clues/<int:clue>/share", clue_share, name="clue_share"),
    path("series/<int:number>/comments/<int:comment>/share", comment_share, name="comment_share"),
    path("cases/<int:number>/share", case_share, name="case_share"),
    path("media/<int:number>/share", media_share, name="media_share"),
]
