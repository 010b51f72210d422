"""The dossier of a site, and what two share."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.addresses.address import address_of
from havre.audit.models import Entry
from havre.errors import Invalid, NotFound
from havre.flows import site
from havre.flows.site_shown import compare_sites, list_sites, show_site
from havre.hotline.models import Page
from havre.matches.models import Knowledge, Source
from havre.settings import Settings
from havre.sites.say import SaidAddress, SaidFact
from havre.units.models import Unit
from tests.captures import digest, listed, read
from tests.cast import NOON, node
from tests.notices.standing import taken_down


def reported(unit: Unit, address: str) -> None:
    """A page that somebody reported to a unit."""
    found = address_of(address)
    Page.objects.create(
        unit=unit, address=str(found), digest=found.digest, host=found.host, site=found.site, reports=2,
        first_at=NOON, last_at=NOON,
    )  # fmt: skip


def test_a_dossier_says_all_that_is_known_and_only_to_its_unit(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        read(here, listed(tmp_path / "a.csv", range(10), source="https://vk.com/x"), "Quay")
        site.add_address(here.home, here.bram, "Quay", SaidAddress("www.quay.example"))
        for kind, value, count in (
            ("operator", "somebody", None),
            ("comments", "harassing", 7),
            ("arrest", "one", None),
        ):
            site.add_fact(here.home, here.bram, "Quay", SaidFact(kind, value, count))
        for unit, address in (
            (here.bram.unit, "http://p.quay.example/1"),
            (here.bram.unit, "http://mole.example/1"),
            (here.chiara.unit, "http://q.quay.example/2"),
        ):
            reported(unit, address)
        told = {"path": "x", "format": "csv", "listing": b"", "added_by": here.bram.person, "added_at": NOON}
        source = Source.objects.create(unit=here.bram.unit, **told)
        Knowledge.objects.create(source=source, unit=here.bram.unit, sha256=bytes.fromhex(digest(3)))

        found = show_site(here.home, here.bram, "Quay")
        assert json.dumps(found)
        assert (found["reports"]["pages"], found["reports"]["by_state"]) == (1, {"received": 1})
        assert [each["known_share"] for each in found["captures"]] == [0.1]
        assert [row["name"] for row in found["origin"]] == ["VK"]
        assert [row["value"] for key in ("operators", "comments", "arrests") for row in found[key]] == [
            "somebody",
            "harassing",
            "one",
        ]
        assert (found["comments"][0]["count"], found["visitors"], found["cases"], found["series"]) == (7, [], [], [])
        assert Entry.objects.filter(thing__startswith="site ", verb="consultation").count() == 1
        assert [row["site"] for row in list_sites(here.home, here.bram)] == ["Quay"]
        assert list_sites(here.home, here.chiara) == []
        asks: tuple[Callable[[], object], ...] = (
            lambda: show_site(here.home, here.chiara, "Quay"),
            lambda: compare_sites(here.home, here.chiara, "Quay", "Quay"),
        )
        for ask in asks:
            with pytest.raises(NotFound):
                ask()


def test_two_sites_are_compared_by_their_newest_captures_or_those_that_are_named(
    database: Settings, tmp_path: Path
) -> None:
    with node(database) as here:
        old = read(here, listed(tmp_path / "a.csv", range(10)), "Quay")["capture"]
        read(here, listed(tmp_path / "b.csv", range(3), host="b.example"), "Quay")
        read(here, listed(tmp_path / "c.csv", range(1, 5), host="c.example"), "Mole")
        found = compare_sites(here.home, here.bram, "Quay", "Mole")
        assert (found["shared"], found["one"]["share"], found["other"]["share"]) == (2, 0.6667, 0.5)
        assert (found["first_seen"], found["compared_by"]) == ("Quay", ["sha256"])
        assert {row["first_seen"] for row in found["sample"]} == {f"http://b.example/p/{n}.jpg" for n in (1, 2)}
        assert compare_sites(here.home, here.bram, f"Quay#{old}", "Mole")["shared"] == 4
        for one, error in (("Mole", Invalid), ("Quay#99999", NotFound), ("Jetty", NotFound)):
            with pytest.raises(error):
                compare_sites(here.home, here.bram, one, "Mole")


def test_a_site_that_is_called_like_a_capture_is_meant(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        first = read(here, listed(tmp_path / "a.csv", [1, 2]), "Board")
        called = f"Board #{first['capture']}"
        read(here, listed(tmp_path / "b.csv", [2]), called)
        told = compare_sites(here.home, here.bram, "Board", called)
        assert (told["one"]["site"], told["other"]["site"], told["shared"]) == ("Board", called, 1)


def test_a_dossier_with_many_notices_asks_no_more(database: Settings) -> None:
    with node(database) as here:
        notice = taken_down(here.bram, NOON)
        site.add_site(here.home, here.bram, "Quay")
        site.add_address(here.home, here.bram, "Quay", SaidAddress(notice.page.address))
        counts = []
        for more in range(2):
            with CaptureQueriesContext(connection) as asked:
                found = show_site(here.home, here.bram, "Quay")
            counts.append((len(found["reports"]["notices"]), len(asked)))
            notice.pk, notice.reference, notice.rung = None, f"{notice.reference[:-1]}{more + 8}", notice.rung + 1
            notice.state = "retracted"
            notice.save()
        (one, few), (two, many) = counts
        assert (one, two, many) == (1, 2, few)
