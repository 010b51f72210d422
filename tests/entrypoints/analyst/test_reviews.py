"""The page of what is due: looked at, kept longer, let go, held; each by whoever may, and logged."""

from datetime import timedelta

import pytest

from havre.audit.models import Entry
from havre.exchange.models import Shared
from havre.flows.begin import add_colleague
from havre.flows.expire import let_end
from havre.flows.restrict import restrict
from havre.restrictions.keep import said
from havre.restrictions.model import Level, Restriction
from havre.restrictions.models import Restricted
from havre.series.models import Series
from havre.settings import Settings
from havre.units.models import RoleName
from havre.units.queries import person_named
from tests.cast import NOON, Node, node
from tests.entrypoints.analyst.test_sharing import stale
from tests.exchange.shared import confirmed
from tests.web import visiting

MONTH = NOON + timedelta(days=30)


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages' clock stands where the cast works."""
    monkeypatch.setattr("havre.entrypoints.analyst.pages.now", lambda: NOON)


def opened(here: Node) -> tuple[Series, int]:
    """Belgium's series, open to Italy for a month; the number of what was said of it."""
    series = confirmed(here.anke)
    month = Restriction(Level.OPEN, countries=frozenset({"IT"}), retain_until=MONTH)
    restrict(here.home, here.anke, "series", series.reference, month)
    return series, Restricted.objects.get().pk


def test_what_ends_soon_is_listed(database: Settings) -> None:
    with node(database) as here:
        _series, number = opened(here)
        browser = visiting(here, here.bram.person)
        page = browser.get("/reviews").text
        assert f'data-review="{number}"' in page
        assert "ends on 1 April 2026" in page
        assert "/reviews" in browser.get("/notices").text


def test_it_is_kept_longer_by_whoever_proves_who_they_are(database: Settings) -> None:
    with node(database) as here:
        series, number = opened(here)
        browser = visiting(here, here.bram.person)
        year = {"until": "2027-03-01", "because": "the case is open"}
        for wrong in ({**year, "because": " "}, {**year, "until": ""}, {**year, "until": "2026-03-03"}):
            answer = browser.post(f"/reviews/{number}/prolonged", wrong)
            assert (answer.status_code, f'value="{wrong["until"]}"' in answer.text) == (400, True)
        assert browser.post(f"/reviews/{number}/prolonged", year).status_code == 302
        assert f"{said('series', [series.pk])[series.pk].retain_until:%Y-%m-%d}" == "2027-03-01"
        assert "the case is open" in Entry.objects.filter(detail__contains="prolonged").get().detail
        later = stale(browser).post(f"/reviews/{number}/prolonged", {**year, "until": "2028-03-01"})
        assert later.headers["Location"].startswith("/again")


def test_it_is_let_go_on_its_day(database: Settings) -> None:
    with node(database) as here:
        _series, number = opened(here)
        browser = visiting(here, here.bram.person)
        assert browser.post(f"/reviews/{number}/ended", {"because": ""}).status_code == 400
        assert browser.post(f"/reviews/{number}/ended", {"because": "nobody needs it"}).status_code == 302
        assert Restricted.objects.get().reviewed_at == NOON
        assert f'data-review="{number}"' not in browser.get("/reviews").text
        assert "ends on its day" in browser.get("/reviews?all=yes").text


def test_a_hold_is_put_by_an_analyst_and_lifted_by_a_supervisor_alone(database: Settings) -> None:
    with node(database) as here:
        series, number = opened(here)
        browser = visiting(here, here.bram.person)
        assert browser.post(f"/reviews/{number}/held", {"because": ""}).status_code == 400
        browser.post(f"/reviews/{number}/held", {"because": "court of Ghent"})
        assert said("series", [series.pk])[series.pk].legal_hold
        assert Shared.objects.get(kind="series").condition.expires_at is None
        page = browser.get("/reviews").text
        assert ("Legal hold" in page, "Lift the hold" in page) == (True, False)
        assert browser.post(f"/reviews/{number}/held", {"held": "no", "because": "closed"}).status_code == 403
        later = stale(visiting(here, here.bram.person)).post(f"/reviews/{number}/held", {"because": "court of Ghent"})
        assert later.headers["Location"].startswith("/again")
        add_colleague(here.home, here.anke, "sven", "", [RoleName.SUPERVISOR])
        supervisor = visiting(here, person_named("sven"))
        assert "Lift the hold" in supervisor.get("/reviews").text
        assert supervisor.post(f"/reviews/{number}/held", {"held": "no", "because": "closed"}).status_code == 302
        assert not said("series", [series.pk])[series.pk].legal_hold


def test_another_unit_neither_sees_nor_decides_it(database: Settings) -> None:
    with node(database) as here:
        series, number = opened(here)
        italian = visiting(here, here.chiara.person)
        assert "data-review" not in italian.get("/reviews?days=3650&all=yes").text
        for act in ("prolonged", "ended", "held"):
            assert italian.post(f"/reviews/{number}/{act}", {"because": "x", "until": "2030-01-01"}).status_code == 404
        let_end(here.home, here.anke, "series", series.reference, "x")
        assert said("series", [series.pk])[series.pk].retain_until == MONTH
