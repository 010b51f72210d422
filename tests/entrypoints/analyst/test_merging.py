"""Before two series are one, whoever merges them reads what comes of it, as it is at that moment."""

import re

import pytest

from havre.audit.models import Entry
from havre.flows.restrict import restrict
from havre.restrictions.model import CLOSED, Level, Restriction
from havre.series.models import Member, Series, Status
from havre.settings import Settings
from tests.cast import Node, node
from tests.exchange.shared import confirmed, open_to
from tests.series.many import series_of
from tests.web import visiting


def mark(page: str) -> str:
    """What the page that was read is known by."""
    found = re.search(r'name="read" value="(\w+)"', page)
    assert found is not None
    return found[1]


def sentences(page: str) -> list[str]:
    """What the page says comes of it."""
    listed = page.partition('id="h-then"')[2].partition("<ul>")[2].partition("</ul>")[0]
    return re.findall(r"<li>(.*?)</li>", listed)


def said_of(here: Node, one: Restriction | None, two: Restriction | None) -> list[str]:
    """The sentences on who may know, where these words are said of two series."""
    for series in (confirmed(here.anke, 3), confirmed(here.anke, 2)):
        word = two if series.number == 2 else one
        if word is not None:
            restrict(here.home, here.anke, "series", series.reference, word)
    page = visiting(here, here.anke.person).post("/series/2/merge", {"other": "s1"}).text
    return sentences(page)[2:-1]


def test_it_is_read_before_it_is_done_and_done_as_it_was_read(database: Settings) -> None:
    with node(database) as here:
        confirmed(here.anke, 3)
        series_of(here.anke.person, 5)
        client = visiting(here, here.anke.person)
        page = client.post("/series/2/merge", {"other": "S1"})
        assert (page.status_code, Series.objects.filter(status=Status.MERGED).exists()) == (200, False)
        assert "<title>Merge S2 and S1?" in page.text
        assert sentences(page.text) == [
            "S2 goes on. S1 becomes part of it, with its clues, comments and whoever is recorded.",
            "8 files are then together: 5 of S2 and 3 of S1.",
            "Your unit alone knows of it then.",
            "It is undone by splitting off the stacks that do not belong.",
        ]
        entry = Entry.objects.filter(detail__contains='"compared"').latest("index")
        assert (entry.thing, '"with":"S1"' in entry.detail) == ("series S2", True)
        restrict(here.home, here.anke, "series", "S2", open_to("IT"))
        stale = client.post("/series/2/merge", {"other": "S1", "read": mark(page.text)})
        assert 'tabindex="-1" autofocus>It changed since you read it' in stale.text
        assert "<title>Problem: Merge S2 and S1?" in stale.text
        assert "These see it then: IT." in sentences(stale.text)
        assert not Series.objects.filter(status=Status.MERGED).exists()
        done = client.post("/series/2/merge", {"other": "S1", "read": mark(stale.text)})
        assert done.headers["Location"] == "/series/2#members"
        assert Series.objects.get(status=Status.MERGED).number == 1
        assert Member.objects.filter(series__number=2, confirmed=True).count() == 8


def test_what_a_colleague_changes_while_it_is_done_is_not_done_unread(
    database: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with node(database) as here:
        confirmed(here.anke, 3)
        confirmed(here.anke, 2)
        client = visiting(here, here.anke.person)
        read = mark(client.post("/series/2/merge", {"other": "S1"}).text)

        def looked(_visit: object, _named: str) -> None:
            restrict(here.home, here.bram, "series", "S1", open_to("IT"))  # right after it was compared

        monkeypatch.setattr("havre.entrypoints.analyst.series.asked_first", looked)
        page = client.post("/series/2/merge", {"other": "S1", "read": read})
        assert "changed meanwhile: look at them again" in page.text
        assert not Series.objects.filter(status=Status.MERGED).exists()


FEWER = "Fewer than now may know of {}, or less long: who no longer may hears that it is withdrawn."
MORE = "More than now may know of {}, or longer."
BOTH = [FEWER.format("S1"), FEWER.format("S2")]
HIT = Restriction(Level.HIT, countries=frozenset({"IT", "FR"}), no_countries=frozenset({"GB"}))


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        (open_to("IT", "FR"), open_to("IT", "GB"), ["These see it then: IT.", *BOTH]),
        (open_to("IT"), CLOSED, ["Your unit alone knows of it then.", FEWER.format("S1")]),
        (open_to("IT"), None, ["These see it then: IT.", MORE.format("S2")]),
        (None, open_to("IT"), ["Your unit alone knows of it then.", FEWER.format("S2")]),
        (open_to("IT"), HIT, ["These learn then that it is held: IT. Not these: GB.", *BOTH]),
        (CLOSED, None, ["Your unit alone knows of it then."]),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_who_may_know_is_said_and_for_whom_that_is_new(
    database: Settings, one: Restriction | None, two: Restriction | None, expected: list[str]
) -> None:
    with node(database) as here:
        assert said_of(here, one, two) == expected
