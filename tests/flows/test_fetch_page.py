"""A reported page is asked for by a person's decision alone, and what it shows is judged as any seizure is."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from havre.audit.models import Entry
from havre.cases.models import Intake, Item
from havre.errors import Invalid, NotFound, Refused, Unavailable
from havre.flows.dossier import open_dossier
from havre.flows.fetch_page import MOST_SECONDS, Bag, Fetched, fetch_page
from havre.flows.know import know
from havre.flows.receive_report import receive
from havre.hotline.models import Page
from havre.hotline.telling import Told
from havre.media.outside.visit import Asked, Visited
from havre.settings import Egress
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
    found = fetch_page(begun.home, begun.bram, page.pk, "2026-31", number=NUMBER)
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
        fetch_page(begun.home, begun.bram, page.pk, "2026-31", number=NUMBER)
    entry = Entry.objects.order_by("-index")[0]
    assert (entry.person, entry.verb, entry.thing) == ("bram", "consultation", f"page {page.pk}")
    assert json.loads(entry.detail) == {"act": "asked for", "number": NUMBER}


def test_it_is_off_until_an_operator_names_a_proxy(begun: Node) -> None:
    page = reported(begun)
    with pytest.raises(Refused, match="HAVRE_EGRESS"):
        fetch_page(begun.home, begun.bram, page.pk, "2026-31", number=NUMBER)


def test_without_a_known_number_nothing_is_asked_and_nothing_is_resolved(begun: Node, outside: Web) -> None:
    page = reported(begun)
    with pytest.raises(Invalid, match=r"no network address is known for site\.example"):
        fetch_page(begun.home, begun.bram, page.pk, "2026-31")
    assert outside.tunnels == []


@pytest.mark.parametrize("number", ["127.0.0.1", "10.0.0.8", "::1", "169.254.169.254", "x" * 9_000])
def test_a_number_inside_is_refused_whoever_gives_it_before_it_is_logged(
    begun: Node, outside: Web, number: str
) -> None:
    page = reported(begun)
    before = Entry.objects.count()
    with pytest.raises(Refused, match=r"open internet|no network address"):
        fetch_page(begun.home, begun.bram, page.pk, "2026-31", number=number)
    assert (outside.tunnels, Entry.objects.count()) == ([], before)


def test_who_takes_in_nothing_has_nothing_asked_for(begun: Node, outside: Web) -> None:
    page = reported(begun)
    begun.bram.person.roles.all().delete()
    begun.bram.person.roles.create(name=RoleName.AUDITOR, given_at=NOON)
    with pytest.raises(Refused, match="analyst"):
        fetch_page(begun.home, begun.bram, page.pk, "2026-31", number=NUMBER)


def test_a_page_that_is_not_there_says_so_and_takes_in_nothing(begun: Node, outside: Web) -> None:
    page = reported(begun)
    outside.pages["/a"] = (410, {}, b"gone")
    assert fetch_page(begun.home, begun.bram, page.pk, "2026-31", number=NUMBER).to_json() == {
        "status": 410,
        "leads_to": None,
        "files": 0,
        "left_out": {},
        "unread": False,
    }
    assert not Item.objects.exists()


@dataclass
class Outside:
    """What answers without a network: the page, then every file the same; who was asked for what, and when."""

    page: Visited
    file: Visited = field(default_factory=lambda: Visited(404, "", b"", "", (), cut=False))
    asked: list[Asked] = field(default_factory=list)
    most: list[int] = field(default_factory=list)
    time: float = 0.0
    takes: float = 0.0

    def __call__(self, _egress: Egress, asked: Asked, most: int, seconds: float) -> Visited:
        """One answer."""
        assert 0 < seconds <= 60
        self.asked.append(asked)
        self.most.append(most)
        self.time += self.takes
        return self.page if len(self.asked) == 1 else self.file

    def fetch(self, begun: Node, page: Page | None = None) -> Fetched:
        """Have the page asked for here."""
        begun.home.settings = replace(begun.home.settings, egress=Egress("127.0.0.1", 1))
        key = (page or reported(begun)).pk
        return fetch_page(begun.home, begun.bram, key, "2026-31", number=NUMBER, ask=self, seconds=lambda: self.time)


def shows(*links: str, **more: Any) -> Visited:
    """A page that shows these."""
    return Visited(200, "text/html", b"<p>", "", links, **{"cut": False, **more})


FILE = Visited(200, "image/png", b"x" * 900, "", (), cut=False)
MANY = tuple(f"https://{HOST}/{place}" for place in range(200))


def test_a_page_of_another_unit_is_none(begun: Node) -> None:
    page, there = reported(begun), Outside(shows())
    begun.home.settings = replace(begun.home.settings, egress=Egress("127.0.0.1", 1))
    open_dossier(begun.home, begun.chiara, "IT-1", "a warrant", "a test")
    for key in (page.pk, page.pk + 7):
        with pytest.raises(NotFound, match="no page of that number"):
            fetch_page(begun.home, begun.chiara, key, "IT-1", number=NUMBER, ask=there)
    page.refresh_from_db()
    assert (there.asked, page.case) == ([], None)


def test_a_page_chooses_no_ports(begun: Node) -> None:
    links = [f"http://{HOST}:25/EHLO", f"https://{HOST}:6379/x", f"http://{HOST}:80/a", f"http://{HOST}:443/b"]
    there = Outside(shows(*links, "https://cdn.example:25/c"))
    left_out = there.fetch(begun).left_out
    assert [(each.number, each.port) for each in there.asked] == [(NUMBER, None), (NUMBER, None), (NUMBER, 443)]
    assert [link for link, why in left_out.items() if "ports 80 and 443" in why] == [
        *links[:2],
        "https://cdn.example:25/c",
    ]


def test_what_a_page_shows_is_asked_for_within_its_bytes_and_cut_answers_count(
    begun: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("havre.flows.fetch_page.MOST_BYTES", 1_000)
    there = Outside(shows(*MANY), replace(FILE, cut=True))
    found = there.fetch(begun)
    assert there.most == [1_000, 997, 97]
    assert (len(found.left_out), found.files) == (200, {})
    assert "at most" in found.left_out[MANY[-1]]


def test_a_page_with_all_that_it_shows_has_one_time(begun: Node) -> None:
    there = Outside(shows(*MANY), takes=MOST_SECONDS / 4)
    left_out = there.fetch(begun).left_out
    assert len(there.asked) == 4
    assert [left_out[MANY[0]], left_out[MANY[-1]]] == [
        "it did not come whole (404)",
        "one page is asked for 15 minutes at most",
    ]


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (replace(FILE, cut=True), "it did not come whole (200)"),
        (replace(FILE, encoding="gzip"), "it came as gzip, which was not asked for"),
    ],
)
def test_a_page_that_is_itself_a_file_is_evidence_only_as_a_whole(begun: Node, page: Visited, why: str) -> None:
    found = Outside(page).fetch(begun)
    assert (found.files, found.left_out) == ({}, {f"https://{HOST}/a": why})
    assert not Item.objects.exists()


@pytest.mark.parametrize("kind", ["", "text/plain"])
def test_a_picture_of_which_its_server_says_nothing_is_taken_in(begun: Node, tmp_path: Path, kind: str) -> None:
    (picture,) = seizure(tmp_path / "pictures", range(1)).iterdir()
    found = Outside(replace(FILE, type=kind, body=picture.read_bytes())).fetch(begun)
    assert (found.left_out, found.outcomes["new"]) == ({}, 1)


UNREAD: list[tuple[dict[str, Any], Mapping[str, str], bool]] = [
    ({"unread": "encoded"}, {f"https://{HOST}/a": "what it shows was not read"}, True),
    ({"unread": "large"}, {f"https://{HOST}/a": "only the beginning"}, True),
    ({"unread": "broken"}, {f"https://{HOST}/a": "could not be read to its end"}, True),
    ({"cut": True}, {f"https://{HOST}/a": "could not be read to its end"}, True),
    ({"missed": {"http://[x": "broken"}}, {"http://[x": "it is no address"}, False),
    ({"missed": {"data:x": "inline"}}, {"data:x": "in the page itself"}, False),
    ({"more": 7}, {"7 more": "files at most"}, False),
]


@pytest.mark.parametrize(("said", "left_out", "unread"), UNREAD)
def test_what_of_a_page_was_not_seen_is_told(
    begun: Node, said: dict[str, Any], left_out: Mapping[str, str], unread: bool
) -> None:
    found = Outside(shows(**said)).fetch(begun)
    assert (list(found.left_out), found.unread) == (list(left_out), unread)
    assert all(why in found.left_out[what] for what, why in left_out.items())


def test_every_host_and_number_is_logged_before_it_is_asked(begun: Node) -> None:
    there = Outside(shows(f"https://{HOST}/b", "https://cdn.example/c"))
    there.fetch(begun)
    details = [json.loads(entry.detail) for entry in Entry.objects.order_by("index")][-3:]
    assert details == [
        {"act": "asked for", "number": NUMBER},
        {"act": "asked for what it shows", "numbers": {HOST: NUMBER}},
        {"act": "came", "case": "2026-31", "files": 0, "status": 200},
    ]


def test_what_changed_at_the_same_address_is_taken_in_though_an_intake_was_killed(begun: Node, tmp_path: Path) -> None:
    first, second = (path.read_bytes() for path in sorted(seizure(tmp_path / "pictures", range(2)).iterdir()))
    page = reported(begun)
    Outside(replace(FILE, body=first)).fetch(begun, page)
    Intake.objects.update(finished_at=None)  # as one that was killed leaves it
    Outside(replace(FILE, body=second)).fetch(begun, page)
    assert [item.outcome for item in Item.objects.order_by("pk")] == ["new", "new"]
    Outside(replace(FILE, body=second)).fetch(begun, page)
    assert Item.objects.count() == 2


def test_a_bag_is_called_by_what_is_in_it() -> None:
    bags = [Bag(1, {"a": b"x"}), Bag(1, {"a": b"y"}), Bag(1, {"b": b"x"}), Bag(2, {"a": b"x"})]
    assert len({bag.name for bag in bags}) == 4
    assert Bag(1, {"a": b"", "b": b""}).name == Bag(1, {"b": b"", "a": b""}).name
