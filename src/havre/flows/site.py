"""The dossier of a site: opened, told where it stands and what is known of it, linked to cases; families' declarations.

Everything said stands beside what was said before, with its source and day; nothing is viewed and nothing is fetched.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.utils.translation import gettext as _

from havre.addresses.address import address_of
from havre.cases.queries import case_for
from havre.errors import Invalid
from havre.flows.home import Home, consulted, durable, log, seal_log, take_turn
from havre.flows.sealed_text import open_text, seal_text
from havre.sites import family as families
from havre.sites.family import Declared
from havre.sites.models import Family, Site, SiteAddress, SiteCase, SiteFact
from havre.sites.open_platforms import platforms_of
from havre.sites.queries import fact_for, family_for, site_for
from havre.sites.say import SaidAddress, SaidFact, link_case, open_site, say_address, say_fact, words
from havre.units.acting import Acting
from havre.units.models import RoleName

LONGEST_CONTACT = 500


def thing_of(site: Site) -> str:
    """How the log calls a site."""
    return f"site {site.pk}"


def may_work(acting: Acting) -> None:
    """Raises Refused for whoever may not change dossiers of sites."""
    acting.must_be(RoleName.ANALYST, RoleName.SUPERVISOR, to="change dossiers of sites")


@contextmanager
def _changing(home: Home, acting: Acting) -> Iterator[None]:
    """One transaction, in its turn; the log is sealed after it."""
    may_work(acting)
    with durable():
        take_turn()
        yield
    seal_log(home, acting)


def add_site(home: Home, acting: Acting, name: str) -> Site:
    """Open the dossier of a site."""
    with _changing(home, acting):
        site = open_site(name, acting.person, acting.now())
        log(home, acting, "change", thing_of(site), {"act": "opened"})
    return site


def add_address(home: Home, acting: Acting, name: str, said: SaidAddress) -> SiteAddress:
    """The site stands or stood there; a mirror of it does; or it moved there."""
    with _changing(home, acting):
        site = site_for(acting.person, name)
        found = say_address(site, said, acting.person, acting.now())
        log(home, acting, "change", thing_of(site), {"act": "address", "kind": found.kind, "address": found.pk})
    return found


def add_fact(home: Home, acting: Acting, name: str, said: SaidFact) -> SiteFact:
    """Something is known of the site."""
    with _changing(home, acting):
        site = site_for(acting.person, name)
        found = say_fact(site, said, acting.person, acting.now())
        log(home, acting, "change", thing_of(site), {"act": "statement", "kind": found.kind, "statement": found.pk})
    return found


def withdraw_fact(home: Home, acting: Acting, number: int) -> SiteFact:
    """A statement was wrong: it is shown to nobody any more."""
    with _changing(home, acting):
        found = fact_for(acting.person, number)
        found.withdrawn_at = acting.now()
        found.save(update_fields=["withdrawn_at"])
        log(home, acting, "change", thing_of(found.site), {"act": "statement withdrawn", "statement": number})
    return found


def link(home: Home, acting: Acting, name: str, reference: str) -> SiteCase:
    """A case of the unit belongs to the site."""
    with _changing(home, acting):
        site = site_for(acting.person, name)
        found, new = link_case(site, case_for(acting.person, reference), acting.person, acting.now())
        log(home, acting, "change", thing_of(site), {"act": "case", "case": found.case_id, "before": not new})
    return found


# ---- families ----


def declare(home: Home, acting: Acting, name: str, said: Declared, contact: str = "") -> Family:
    """A family says which pictures are its child's, and consents that they are looked for in captures of the site."""
    said_contact = words(contact, LONGEST_CONTACT)
    platform = _platform(home, said.page)
    with _changing(home, acting):
        site = site_for(acting.person, name)
        sealed = seal_text(home, said_contact) if said_contact else ""
        family = families.declare(site, said, platform, sealed, acting.person, acting.now())
        detail = {"act": "family", "family": family.reference, "digests": len(said.digests)}
        log(home, acting, "change", thing_of(site), detail)
    return family


def _platform(home: Home, page: str) -> str:
    """Of which platform a family's page is. Raises Invalid where it is all of one: other children stand there too."""
    if not page:
        return ""
    platforms, found = platforms_of(home.settings.home), address_of(page)
    if platforms.is_front(found):
        raise Invalid(_("name the family's own page on the platform: the platform itself shows other children too"))
    return platforms.of_host(found.host)


def withdraw_consent(home: Home, acting: Acting, name: str, reference: str, on: date | None = None) -> Family:
    """The family consents no more: what it told is gone, and nothing is listed of it from now on."""
    with _changing(home, acting):
        site = site_for(acting.person, name)
        family = family_for(acting.person, site, reference)
        first = families.withdraw(family, on or acting.now().date())
        detail = {"act": "consent withdrawn", "family": family.reference, "before": not first}
        log(home, acting, "erasure", thing_of(site), detail)
    return family


def contact_of(home: Home, acting: Acting, name: str, reference: str) -> str:
    """How to reach a family; that somebody asked is written down. Raises Refused where it consents no more."""
    may_work(acting)
    site = site_for(acting.person, name)
    family = family_for(acting.person, site, reference)
    families.must_consent(family)
    consulted(home, acting, thing_of(site), {"act": "contact of a family", "family": family.reference})
    return open_text(home, family.contact) if family.contact else ""
