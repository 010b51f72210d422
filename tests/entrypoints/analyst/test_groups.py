"""The page of a task force: its board, and words to all members."""

from datetime import timedelta

from havre.exchange.models import Shared
from havre.flows.group import add_member, found_group
from havre.flows.restrict import restrict
from havre.restrictions.model import Level, Restriction
from havre.settings import Settings
from tests.cast import NOON, node
from tests.exchange.shared import confirmed
from tests.web import visiting

HOSTILE = "<img src=x onerror=alert(1)>"


def test_members_see_its_board_and_write_to_it_and_nobody_else(database: Settings) -> None:
    with node(database) as here:
        found_group(here.home, here.anke, "tf-1", "Force one", NOON + timedelta(days=10_000))
        series = confirmed(here.anke)
        restrict(
            here.home,
            here.anke,
            "series",
            series.reference,
            Restriction(Level.OPEN, groups=frozenset({"tf-1"}), retain_until=NOON + timedelta(days=9_000)),
        )
        browser = visiting(here, here.chiara.person)
        assert browser.get("/groups/tf-1").status_code == 404
        assert "Force one" not in browser.get("/groups").text
        add_member(here.home, here.anke, "tf-1", here.chiara.unit.name)
        page = browser.get("/groups/tf-1").text
        assert "Green chair" in page
        assert "Force one" in browser.get("/groups").text
        assert browser.post("/groups/tf-1", {"text": " "}).status_code == 400
        assert browser.post("/groups/tf-1", {"text": HOSTILE, "asks": "yes"}).status_code == 302
        assert Shared.objects.get(kind="question").body["text"] == HOSTILE
        assert HOSTILE not in visiting(here, here.anke.person).get("/groups/tf-1").text
