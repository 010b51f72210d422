"""What people say of a site: that there is one, where it stands, what is known of it, to which dossiers it belongs."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from havre.addresses.address import address_of
from havre.cases.models import Case
from havre.errors import Invalid
from havre.restrictions.visible import visible_to
from havre.sites.models import (
    LONGEST_NAME,
    AddressKind,
    FactKind,
    Site,
    SiteAddress,
    SiteCase,
    SiteFact,
)
from havre.units.models import Person

LONGEST_WORDS = 2_000
MOST_COUNT = 10**15
MOST_SAID = 2_000
"""Addresses of one site, and statements about it."""


@dataclass(frozen=True, slots=True)
class SaidAddress:
    """An address of a site, and from when to when it stood there."""

    address: str
    kind: str = AddressKind.ADDRESS
    since: date | None = None
    until: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class SaidFact:
    """A statement about a site."""

    kind: str
    value: str
    count: int | None = None
    source: str = ""
    on: date | None = None


def words(text: str, most: int = LONGEST_WORDS, *, needed: bool = False) -> str:
    """A text on one line. Raises Invalid where it can't be printed or is too long, or is `needed` and empty."""
    found = " ".join(text.split())
    if not found.isprintable() or len(found) > most or (needed and not found):
        raise Invalid(_("write 1 to %(most)s characters that can be printed") % {"most": most})
    return found


def open_site(name: str, by: Person, at: datetime) -> Site:
    """A new dossier of a site. Raises Invalid where there is one of this name."""
    called = words(name, LONGEST_NAME, needed=True)
    if visible_to(by, Site.objects).filter(name=called).exists():
        raise Invalid(_("there is a dossier of a site %(name)r already") % {"name": called})
    return Site.objects.create(unit=by.unit, name=called, opened_at=at, opened_by=by)


def say_address(site: Site, said: SaidAddress, by: Person, at: datetime) -> SiteAddress:
    """The site stands or stood there. Raises Invalid where that is no address of the web, or ends before it begins."""
    if said.kind not in AddressKind.values:
        raise Invalid(_("an address is one of: %(kinds)s") % {"kinds": ", ".join(AddressKind.values)})
    if said.since is not None and said.until is not None and said.until < said.since:
        raise Invalid(_("an address can't end before it begins"))
    _room_for_more(site.addresses.count())
    found = address_of(said.address)
    return SiteAddress.objects.create(
        site=site,
        address=str(found),
        host=found.host[:255],
        registrable=found.site[:255],
        kind=said.kind,
        since=said.since,
        until=said.until,
        source=words(said.source),
        by=by,
        at=at,
    )


def say_fact(site: Site, said: SaidFact, by: Person, at: datetime) -> SiteFact:
    """A statement about a site. Raises Invalid where it counts and has no number, or is no more than a kind."""
    if said.kind not in FactKind.values:
        raise Invalid(_("a statement is one of: %(kinds)s") % {"kinds": ", ".join(FactKind.values)})
    counts = said.kind in (FactKind.COMMENTS, FactKind.VISITORS)
    if counts and said.count is None:
        raise Invalid(_("say how many comments or visitors there are"))
    if said.count is not None and not 0 <= said.count <= MOST_COUNT:
        raise Invalid(_("a count is a whole number that is not below zero"))
    if said.kind == FactKind.VISITORS and not said.source.strip():
        raise Invalid(_("say who reported how many visitors there are"))
    _room_for_more(site.facts.count())
    return SiteFact.objects.create(
        site=site,
        kind=said.kind,
        value=words(said.value, needed=True),
        count=said.count,
        source=words(said.source),
        said_on=said.on,
        by=by,
        at=at,
    )


def link_case(site: Site, case: Case, by: Person, at: datetime) -> tuple[SiteCase, bool]:
    """The dossier belongs to the site; whether that is new."""
    return SiteCase.objects.get_or_create(site=site, case=case, defaults={"by": by, "at": at})


def _room_for_more(count: int) -> None:
    if count >= MOST_SAID:
        raise Invalid(_("there are %(most)s already: more than a person can read") % {"most": MOST_SAID})
