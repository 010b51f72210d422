"""What people say of a site."""

from datetime import date

import pytest

from havre.cases.open import open_case
from havre.errors import Invalid
from havre.settings import Settings
from havre.sites.models import SiteCase, SiteFact
from havre.sites.say import SaidAddress, SaidFact, link_case, open_site, say_address, say_fact, words
from tests.cast import NOON, introduce


def test_what_is_said_is_kept_as_it_was_said(database: Settings) -> None:
    cast = introduce()
    site = open_site("  The   Quay ", cast.anke, NOON)
    said = say_address(
        site, SaidAddress("WWW.Quay.Example:443/a%20b", "moved to", date(2018, 1, 2), None, "a  forum"), cast.anke, NOON
    )
    assert (site.name, said.address, said.host) == ("The Quay", "https://www.quay.example/a%20b", "www.quay.example")
    assert (said.registrable, said.kind, said.source) == ("quay.example", "moved to", "a forum")
    say_fact(site, SaidFact("comments", "harassing", 12, "an officer", date(2018, 1, 3)), cast.bram, NOON)
    fact = SiteFact.objects.get()
    assert (fact.kind, fact.value, fact.count, fact.said_on, fact.by) == (
        "comments",
        "harassing",
        12,
        date(2018, 1, 3),
        cast.bram,
    )
    open_site("The Quay", cast.chiara, NOON)  # another unit has its own
    case = open_case("2018/7", "a law", "a purpose", cast.anke, NOON)
    assert [link_case(site, case, cast.anke, NOON)[1] for _ in range(2)] == [True, False]
    assert SiteCase.objects.count() == 1


def test_what_cannot_be_is_refused(database: Settings) -> None:
    cast = introduce()
    site = open_site("Quay", cast.anke, NOON)
    for name in ("", "Quay", " quay\x00", "x" * 121):
        with pytest.raises(Invalid):
            open_site(name, cast.anke, NOON)
    for address in (
        SaidAddress("ftp://quay.example"),
        SaidAddress(""),
        SaidAddress("quay.example", "somewhere"),
        SaidAddress("quay.example", since=date(2018, 1, 2), until=date(2018, 1, 1)),
        SaidAddress("quay.example", source="a\x00b"),
    ):
        with pytest.raises(Invalid):
            say_address(site, address, cast.anke, NOON)
    for fact in (
        SaidFact("rumour", "x"),
        SaidFact("operator", ""),
        SaidFact("comments", "harassing"),
        SaidFact("visitors", "a month", 17),
        SaidFact("comments", "harassing", -1),
        SaidFact("other", "x\x1b[2J"),
    ):
        with pytest.raises(Invalid):
            say_fact(site, fact, cast.anke, NOON)
    assert (site.addresses.count(), site.facts.count()) == (0, 0)
    assert words(" a\n b ") == "a b"
