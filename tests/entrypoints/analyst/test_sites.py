"""The pages of dossiers of sites."""

import re
from pathlib import Path

from havre.flows.dossier import open_dossier
from havre.flows.site import add_fact, add_site
from havre.settings import Settings
from havre.sites.models import Capture, Site, SiteAddress, SiteCase, SiteFact
from havre.sites.say import SaidFact
from tests import captures
from tests.cast import node
from tests.web import visiting

HOSTILE = "<img src=x onerror=hit()>"


def test_a_dossier_is_opened_told_of_and_shown(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        open_dossier(here.home, here.bram, "2018/7", "a law", "a purpose")
        captures.read(
            here, captures.listed(tmp_path / "a.csv", range(3), source="https://www.instagram.com/p/x"), "Quay"
        )
        site = Site.objects.get()
        browser = visiting(here, here.bram.person)
        told = {"kind": "mirror", "address": "quay.example/x", "since": "2018-01-31", "source": HOSTILE}
        assert "Noted." in browser.post(f"/sites/{site.pk}/address", told, follow=True).text
        said = {"kind": "comments", "value": f"harassing {HOSTILE}", "count": "12345", "source": "an officer"}
        assert "Noted." in browser.post(f"/sites/{site.pk}/statement", said, follow=True).text
        page = browser.post(f"/sites/{site.pk}/case", {"case": "2018/7"}, follow=True).text
        for words in ("https://quay.example/x", "mirror", "12,345", "2018/7", "Instagram", "Comments by category"):
            assert words in page, words
        assert "<img src=x" not in page
        assert re.findall(r'href="https?:', page) == []
        statement = SiteFact.objects.get()
        assert "withdrawn" in browser.post(f"/sites/statements/{statement.pk}/withdrawn", follow=True).text
        assert "12,345" not in browser.get(f"/sites/{site.pk}").text
        assert "no last day" not in page
        Capture.objects.update(retain_until=None)
        assert "no last day" in browser.get(f"/sites/{site.pk}").text


def test_what_is_typed_wrong_is_said_and_kept(database: Settings) -> None:
    with node(database) as here:
        browser = visiting(here, here.bram.person)
        assert browser.post("/sites", {"name": "Quay"}).status_code == 302
        again = browser.post("/sites", {"name": "Quay"})
        assert (again.status_code, "already" in again.text) == (400, True)
        number = Site.objects.get().pk
        wrong = browser.post(f"/sites/{number}/address", {"kind": "mirror", "address": "ftp://quay.example"})
        assert wrong.status_code == 400
        assert 'value="ftp://quay.example"' in wrong.text
        for told in (
            {"kind": "visitors", "value": "a month", "count": "many", "source": "x"},
            {"kind": "visitors", "value": "a month", "count": "17", "source": ""},
            {"kind": "visitors", "value": "a month", "count": "", "source": "x"},
            {"kind": "other", "value": "", "on": ""},
            {"kind": "other", "value": "x", "on": "31 January"},
            {"kind": "nothing", "value": "x"},
        ):
            assert browser.post(f"/sites/{number}/statement", told).status_code == 400, told
        assert (SiteAddress.objects.count(), SiteFact.objects.count()) == (0, 0)


def test_two_sites_are_compared(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        captures.read(here, captures.listed(tmp_path / "a.csv", range(10)), "Quay")
        captures.read(here, captures.listed(tmp_path / "b.csv", range(5, 25), host="mirror.example"), "Mole")
        add_site(here.home, here.bram, "Jetty")
        one, other, empty = (Site.objects.get(name=name).pk for name in ("Quay", "Mole", "Jetty"))
        browser = visiting(here, here.bram.person)
        page = browser.get(f"/sites/compare?one={one}&other={other}").text
        for words in ("5 distinct media", "50.0 %", "25.0 %", "http://mirror.example/p/7.jpg"):
            assert words in page, words
        assert "no capture of Jetty" in browser.get(f"/sites/compare?one={one}&other={empty}").text
        assert browser.get("/sites/compare").status_code == 200


def test_another_unit_sees_none_of_it_and_changes_none(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        captures.read(here, captures.listed(tmp_path / "a.csv", range(3)), "Quay")
        add_fact(here.home, here.bram, "Quay", SaidFact("operator", "somebody"))
        site, fact = Site.objects.get(), SiteFact.objects.get()
        italian = visiting(here, here.chiara.person)
        assert "Quay" not in italian.get("/sites").text
        assert italian.get(f"/sites/{site.pk}").status_code == 404
        for address in (
            f"{site.pk}/address",
            f"{site.pk}/statement",
            f"{site.pk}/case",
            f"statements/{fact.pk}/withdrawn",
        ):
            assert italian.post(f"/sites/{address}").status_code == 404, address
        assert italian.get(f"/sites/compare?one={site.pk}&other={site.pk}").status_code == 404
        assert (SiteAddress.objects.count(), SiteCase.objects.count()) == (0, 0)
        assert SiteFact.objects.get().withdrawn_at is None
