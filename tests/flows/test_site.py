"""Dossiers of sites: who may change them, and what the log says of it."""

from datetime import date

import pytest

from havre.audit.models import Entry
from havre.errors import NotFound, Refused
from havre.flows import site
from havre.flows.begin import add_colleague
from havre.flows.dossier import open_dossier
from havre.settings import Settings
from havre.sites.family import Declared
from havre.sites.models import Family, Site
from havre.sites.say import SaidAddress, SaidFact
from havre.units.models import RoleName
from havre.units.queries import person_named
from tests.cast import acting, node

PAGE, CONTACT, WHO = "https://www.instagram.com/anna_secret", "Mother of Anna, 0470", "an operator nobody names"


def test_everything_said_is_logged_without_what_it_says_and_by_who_may(database: Settings) -> None:
    with node(database) as here:
        made = site.add_site(here.home, here.bram, "Quay")
        open_dossier(here.home, here.bram, "2018/7", "a law", "a purpose")
        site.add_address(here.home, here.bram, "Quay", SaidAddress("secret.example"))
        fact = site.add_fact(here.home, here.bram, "Quay", SaidFact("operator", WHO))
        site.link(here.home, here.bram, "Quay", "2018/7")
        family = site.declare(here.home, here.bram, "Quay", Declared(date(2026, 1, 1), PAGE), CONTACT)
        assert family.platform == "instagram"
        assert CONTACT not in Family.objects.get().contact
        assert site.contact_of(here.home, here.anke, "Quay", "F1") == CONTACT
        site.withdraw_fact(here.home, here.anke, fact.pk)
        site.withdraw_consent(here.home, here.anke, "Quay", "F1")
        with pytest.raises(Refused):
            site.contact_of(here.home, here.anke, "Quay", "F1")
        entries = list(Entry.objects.filter(thing=f"site {made.pk}").order_by("pk"))
        assert [entry.verb for entry in entries] == ["change"] * 5 + ["consultation", "change", "erasure"]
        every = " ".join(str(value) for entry in Entry.objects.values() for value in entry.values())
        for secret in ("anna", "Anna", "secret.example", WHO, "Quay"):
            assert secret not in every

        italian, administrator = here.chiara, add_colleague(here.home, here.anke, "ad", "", [RoleName.ADMINISTRATOR])
        assert administrator.name == "ad"
        for who, error in ((italian, NotFound), (acting(person_named("ad")), Refused)):
            for act in (
                lambda who: site.add_address(here.home, who, "Quay", SaidAddress("a.example")),
                lambda who: site.add_fact(here.home, who, "Quay", SaidFact("other", "x")),
                lambda who: site.link(here.home, who, "Quay", "2018/7"),
                lambda who: site.withdraw_fact(here.home, who, fact.pk),
                lambda who: site.withdraw_consent(here.home, who, "Quay", "F1"),
                lambda who: site.contact_of(here.home, who, "Quay", "F1"),
                lambda who: site.declare(here.home, who, "Quay", Declared(date(2026, 1, 1), PAGE)),
            ):
                with pytest.raises(error):
                    act(who)
        assert Site.objects.count() == 1
