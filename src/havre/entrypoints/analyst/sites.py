"""Dossiers of whole sites: what is known of each, what captures of it hold, and what two of them share.

Addresses are text on these pages, never links: nobody leaves for a site by a click.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from havre.cases.queries import cases_for
from havre.entrypoints.analyst.answers import sentence, status_of
from havre.entrypoints.analyst.asked import number, text
from havre.entrypoints.analyst.keys import Key
from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.zones import day
from havre.errors import HavreError, Invalid, NotFound
from havre.flows import site as sites_of
from havre.flows.site_shown import HEADINGS, compare_sites, list_sites, show_site
from havre.sites.models import AddressKind, FactKind, Told
from havre.sites.queries import fact_for, site_numbered, sites_for
from havre.sites.say import SaidAddress, SaidFact
from havre.units.models import RoleName

KEYS: tuple[Key, ...] = ()
MOST_CHOICES = 500
"""Sites and cases that a form offers."""

ADDRESS_WORDS = {
    AddressKind.ADDRESS: lazy("address"),
    AddressKind.MIRROR: lazy("mirror"),
    AddressKind.MOVED_TO: lazy("moved to"),
}
FACT_WORDS = {
    FactKind.OPERATOR: lazy("operator"),
    FactKind.CONTACT: lazy("way to reach them"),
    FactKind.SECTION: lazy("section behind a password"),
    FactKind.COMMENTS: lazy("comments of one category"),
    FactKind.VISITORS: lazy("visitors as reported"),
    FactKind.ARREST: lazy("arrest"),
    FactKind.OTHER: lazy("something else"),
}
HEADING_WORDS = {
    "operators": lazy("Operators"),
    "contacts": lazy("Ways to reach them"),
    "sections_behind_a_password": lazy("Sections behind a password"),
    "comments": lazy("Comments by category"),
    "visitors": lazy("Visitors as reported"),
    "arrests": lazy("Arrests"),
    "other": lazy("Anything else"),
}
FORMAT_WORDS = {"list": lazy("list"), "warc": lazy("web archive"), "folder": lazy("folder")}
HOSTING_WORDS = {
    "country": lazy("country"),
    "holder": lazy("holder of the network"),
    "network": lazy("network"),
    "cdn": lazy("delivery network"),
    "registrar": lazy("registrar"),
}
TOLD_WORDS = {
    Told.SOURCE: lazy("the capture says where it was taken"),
    Told.ADDRESS: lazy("the platform served it"),
    Told.PAGE: lazy("it stood on a page of the platform"),
}


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def sites(visit: Visit) -> HttpResponse:
    """Every site with a dossier, by name; and the form that opens one."""
    if visit.request.method != "POST":
        return _listed(visit)
    try:
        site = sites_of.add_site(visit.home, visit.acting(), text(visit, "name"))
    except Invalid as error:
        return _listed(visit, error)
    messages.success(visit.request, _("The dossier of %(site)s is open.") % {"site": site.name})
    return redirect("site", number=site.pk)


def _listed(visit: Visit, problem: HavreError | None = None) -> HttpResponse:
    rows = [each | {"opened": _day_here(each["opened_at"])} for each in list_sites(visit.home, visit.acting())]
    context: dict[str, object] = {"sites": rows, "typed": text(visit, "name"), "problem": _said(problem), "keys": KEYS}
    return visit.show("sites.html", context, status=_status(problem))


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def site(visit: Visit, number: int) -> HttpResponse:
    """The dossier of one site."""
    return _dossier(visit, number)


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def site_address(visit: Visit, number: int) -> HttpResponse:
    """The site stands or stood somewhere."""
    return _told(visit, number, "address", lambda name: sites_of.add_address(*_by(visit), name, _address_of(visit)))


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def site_statement(visit: Visit, number: int) -> HttpResponse:
    """Something is known of the site."""
    return _told(visit, number, "statement", lambda name: sites_of.add_fact(*_by(visit), name, _fact_of(visit)))


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def site_case(visit: Visit, number: int) -> HttpResponse:
    """A case belongs to the site."""
    return _told(visit, number, "case", lambda name: sites_of.link(*_by(visit), name, text(visit, "case")))


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def statement_withdrawn(visit: Visit, number: int) -> HttpResponse:
    """A statement was wrong."""
    found = fact_for(visit.person, number)
    if visit.request.method == "POST":
        sites_of.withdraw_fact(*_by(visit), number)
        messages.success(visit.request, _("The statement is withdrawn: it is shown to nobody any more."))
    return redirect("site", number=found.site_id)


@page(RoleName.ANALYST, RoleName.SUPERVISOR)
def sites_compared(visit: Visit) -> HttpResponse:
    """What two sites share."""
    one, other = number(visit, "one"), number(visit, "other")
    context: dict[str, Any] = {"sites": _choices(visit), "one": one, "other": other, "keys": KEYS, "found": None}
    problem: HavreError | None = None
    if one and other:
        names = [site_numbered(visit.person, each).name for each in (one, other)]
        try:
            context["found"] = compare_sites(*_by(visit), names[0], names[1])
        except (Invalid, NotFound) as error:
            problem = error
    return visit.show("sites_compared.html", context | {"problem": _said(problem)}, status=_status(problem))


def _by(visit: Visit) -> tuple[Any, Any]:
    return visit.home, visit.acting()


def _told(visit: Visit, number: int, what: str, tell: Callable[[str], object]) -> HttpResponse:
    """Something was told of a site by a form; what goes wrong is said beside what was typed."""
    found = site_numbered(visit.person, number)
    if visit.request.method == "POST":
        try:
            tell(found.name)
        except (Invalid, NotFound) as error:
            return _dossier(visit, number, error, what)
        messages.success(visit.request, _("Noted."))
    return redirect("site", number=number)


def _address_of(visit: Visit) -> SaidAddress:
    since, until = _date_of(visit, "since"), _date_of(visit, "until")
    return SaidAddress(text(visit, "address"), text(visit, "kind"), since, until, text(visit, "source"))


def _fact_of(visit: Visit) -> SaidFact:
    count = text(visit, "count")
    if count and not (count.isascii() and count.isdigit() and len(count) < 16):
        raise Invalid(_("a count is a whole number that is not below zero"))
    on = _date_of(visit, "on")
    said = int(count) if count else None
    return SaidFact(text(visit, "kind"), text(visit, "value"), said, text(visit, "source"), on)


def _date_of(visit: Visit, name: str) -> date | None:
    said = text(visit, name)
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise Invalid(_("write a day as 2018-01-31")) from None


def _dossier(visit: Visit, number: int, problem: HavreError | None = None, wrong: str = "") -> HttpResponse:
    told = show_site(visit.home, visit.acting(), site_numbered(visit.person, number).name)
    linked = {each["case"] for each in told["cases"]}
    cases = cases_for(visit.person).filter(erased_at=None).values_list("reference", flat=True)[:MOST_CHOICES]
    context: dict[str, object] = {
        "site": told,
        "addresses": [_dated(each, ADDRESS_WORDS) for each in told["addresses"]],
        "hosting": [_hosted(each) for each in told["hosting"]],
        "headings": [(words, [_dated(each, {}) for each in told[key]]) for key, words in HEADING_WORDS.items()],
        "captures": [_capture(each) for each in told["captures"]],
        "origin": [_origin(each) for each in told["origin"]],
        "cases": [reference for reference in cases if reference not in linked],
        "others": [each for each in _choices(visit) if each[0] != number],
        "address_kinds": ADDRESS_WORDS.items(),
        "fact_kinds": FACT_WORDS.items(),
        "problem": _said(problem),
        "wrong": wrong,
        "typed": visit.request.POST if problem is not None else {},
        "keys": KEYS,
    }
    assert HEADINGS.keys() == HEADING_WORDS.keys()
    return visit.show("site.html", context, status=_status(problem))


def _choices(visit: Visit) -> list[tuple[int, str]]:
    return list(sites_for(visit.person).values_list("pk", "name")[:MOST_CHOICES])


def _dated(row: Mapping[str, Any], words: Mapping[Any, Any]) -> dict[str, Any]:
    days = {name: _day(row.get(name)) for name in ("since", "until", "on")}
    return dict(row) | days | {"at": _day_here(row.get("at"))} | {"kind_words": words.get(row["kind"], row["kind"])}


def _hosted(row: Mapping[str, Any]) -> dict[str, Any]:
    since, until = _day(row["since"]), _day(row["until"])
    return dict(row) | {"since": since, "until": until, "words": HOSTING_WORDS.get(row["kind"], row["kind"])}


def _capture(row: Mapping[str, Any]) -> dict[str, Any]:
    share = row["known_share"]
    return dict(row) | {
        "words": FORMAT_WORDS.get(row["format"], row["format"]),
        "percent": None if share is None else 100 * share,
        "counted": _day_here(row["known_at"]),
        "at": _day_here(row["finished_at"]),
        "until": _day(row["retain_until"]),
        "erased": _day_here(row["erased_at"]),
    }


def _origin(row: Mapping[str, Any]) -> dict[str, Any]:
    return dict(row) | {"why": [TOLD_WORDS[each] for each in row["told_by"] if each in TOLD_WORDS]}


def _day(said: object) -> date | None:
    """A day that somebody wrote down, whatever the clock of whoever reads."""
    return datetime.fromisoformat(str(said)).date() if said else None


def _day_here(said: object) -> date | None:
    """The day on which something was done here, on the clock of whoever reads."""
    return day(datetime.fromisoformat(str(said))) if said else None


def _said(problem: HavreError | None) -> str:
    return sentence(problem) if problem is not None else ""


def _status(problem: HavreError | None) -> int:
    return status_of(problem) if problem is not None else 200


ADDRESSES = [
    path("sites", sites, name="sites"),
    path("sites/compare", sites_compared, name="sites_compared"),
    path("sites/<int:number>", site, name="site"),
    path("sites/<int:number>/address", site_address, name="site_address"),
    path("sites/<int:number>/statement", site_statement, name="site_statement"),
    path("sites/<int:number>/case", site_case, name="site_case"),
    path("sites/statements/<int:number>/withdrawn", statement_withdrawn, name="statement_withdrawn"),
]
