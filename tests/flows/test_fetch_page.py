"""A reported page is asked for by a person's decision alone, and what it shows is judged as any seizure is."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from havre.audit.models import Entry
from havre.cases.models import Item
from havre.errors import Invalid, Refused, Unavailable
from havre.flows.dossier import open_dossier
from havre.flows.fetch_page import fetch_page
from havre.flows.know import know
from havre.flows.receive_report import receive
from havre.hotline.models import Page
from havre.hotline.telling import Told
from havre.units.models import RoleName
from tests.cast import NOON, Node
from tests.seizure import seizure
from tests.simulators.egress import HOST, Web, web

NUMBER = "9.9.9.9"
SHOWS = b"<img src=/0000.png><img src=/0001.png><img src=/gone.png><img src=https://cdn.example/v.png>"


@pytest.fixture
def outside(begun: Node, tmp_path: Path) -> Iterator[Web]:
    """A page that shows two pictures, one of which is known; the node may ask for it."""
    folder = seizure(tmp_path / "pictures", range(2))
    known = seizure(tmp_path / "known", range(1))
    know(begun.home, begun.anke, str(known), "pertinent", workers=1)
    with web(tmp_path) as made:
        begun.home.settings = replace(begun.home.settings, egress=made.egress)
        made.pages["/a"] = (200, {"Content-Type": "text/html"}, SHOWS)
        for picture in folder.iterdir():
            made.pages[f"/{picture.name}"] = (200, {"Content-Type": "image/png"}, picture.read_bytes())
        yield made


def reported(begun: Node) -> Page:
    receive(begun.home, begun.bram, Told(addresses=(f"https://{HOST}/a",)))
    open_dossier(begun.home, begun.bram, "2026-31", "a warrant", "a test")
    return Page.objects.get()


def test_what_a_page_shows_is_taken_in_and_what_is_known_is_known(begun: Node, outside: Web) -> None:
    page = reported(begun)
    found = fetch_page(begun.home, begun.bram, page, "2026-31", number=NUMBER)
    assert (found.status, len(found.files)) == (200, 2)
    assert {item.path: item.outcome for item in Item.objects.all()} == {
        f"https://{HOST}/0000.png": "known",
        f"https://{HOST}/0001.png": "new",
    }
    assert set(found.left_out) == {f"https://{HOST}/gone.png", "https://cdn.example/v.png"}
    assert "404" in found.left_out[f"https://{HOST}/gone.png"]
    assert "no network address is known" in found.left_out["https://cdn.example/v.png"]
    assert found.to_json()["known"] == 1
    page.refresh_from_db()
    assert page.case is not None
    assert page.case.reference == "2026-31"
    assert {there.rpartition(":")[0] for there in outside.tunnels} == {NUMBER}


def test_who_decided_it_and_why_is_logged_before_anything_is_asked(begun: Node, outside: Web) -> None:
    page = reported(begun)
    outside.refuses = True
    with pytest.raises(Unavailable, match="the proxy said no"):
        fetch_page(begun.home, begun.bram, page, "2026-31", number=NUMBER)
    entry = Entry.objects.order_by("-index")[0]
    assert (entry.person, entry.verb, entry.thing) == ("bram", "consultation", f"page {page.pk}")
    assert json.loads(entry.detail) == {"act": "asked for", "number": NUMBER}


def test_it_is_off_until_an_operator_names_a_proxy(begun: Node) -> None:
    page = reported(begun)
    with pytest.raises(Refused, match="HAVRE_EGRESS"):
        fetch_page(begun.home, begun.bram, page, "2026-31", number=NUMBER)


def test_without_a_known_number_nothing_is_asked_and_nothing_is_resolved(begun: Node, outside: Web) -> None:
    page = reported(begun)
    with pytest.raises(Invalid, match=r"no network address is known for site\.example"):
        fetch_page(begun.home, begun.bram, page, "2026-31")
    assert outside.tunnels == []


@pytest.mark.parametrize("number", ["127.0.0.1", "10.0.0.8", "::1", "169.254.169.254"])
def test_a_number_inside_is_refused_whoever_gives_it(begun: Node, outside: Web, number: str) -> None:
    page = reported(begun)
    with pytest.raises(Refused, match="open internet"):
        fetch_page(begun.home, begun.bram, page, "2026-31", number=number)
    assert outside.tunnels == []


def test_who_takes_in_nothing_has_nothing_asked_for(begun: Node, outside: Web) -> None:
    page = reported(begun)
    begun.bram.person.roles.all().delete()
    begun.bram.person.roles.create(name=RoleName.AUDITOR, given_at=NOON)
    with pytest.raises(Refused, match="analyst"):
        fetch_page(begun.home, begun.bram, page, "2026-31", number=NUMBER)


def test_a_page_that_is_not_there_says_so_and_takes_in_nothing(begun: Node, outside: Web) -> None:
    page = reported(begun)
    outside.pages["/a"] = (410, {}, b"gone")
    assert fetch_page(begun.home, begun.bram, page, "2026-31", number=NUMBER).to_json() == {
        "status": 410,
        "leads_to": None,
        "files": 0,
        "left_out": {},
    }
    assert not Item.objects.exists()
