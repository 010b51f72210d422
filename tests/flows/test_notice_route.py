"""Where a page is and whom its route means; an analyst's finding of where it leads counts."""

from pathlib import Path

import pytest

from havre.errors import Refused
from havre.flows import notice_route
from havre.flows.at_page import policy_for
from havre.flows.notice_route import (
    contact_wanted,
    must_be_meant,
    must_be_verified,
    must_stand,
    nobody_known,
    way_of,
    where_is_meant,
    where_of,
)
from havre.hotline.models import Finding, Routing
from havre.hotline.models import State as PageState
from havre.notices.ladder import Wanted
from havre.notices.models import Act, Kind, Recipient
from tests.cast import NOON, Node
from tests.notices.standing import HOST, LADDER, contact, judged, outcome, page_of, routed


def test_the_way_of_a_page_is_what_was_written_down(begun: Node) -> None:
    way = way_of(begun.home, begun.anke, routed(begun))
    assert [rung.kind for rung in way.ladder.rungs] == ["host", "upstream", "registrar", "coordinator", "publication"]
    assert (way.rule, way.where.host, way.where.country) == ("hosted in the unit's own country", "photos.example", "BE")


def test_where_it_leads_is_asked_for_where_somebody_found_that_out(begun: Node) -> None:
    page = routed(begun)
    Finding.objects.create(page=page, kind="leads to", value="https://real.example/x", by=begun.anke.person, at=NOON)
    where = where_of(begun.anke, page, "NL")
    assert (where.host, where.site, where.country) == ("real.example", "real.example", "NL")
    contact(begun, "The one that only leads there")
    real = contact(begun, "The one that has it", answers_for=("real.example",))
    assert contact_wanted(begun.anke, way_of(begun.home, begun.anke, page).ladder.first[0], where) == real


def test_whoever_runs_a_shortener_is_written_to_whether_or_not_it_is_known_where_it_leads(begun: Node) -> None:
    shipped = Path(notice_route.__file__).parents[1] / "hotline" / "policies"
    own = begun.home.settings.home / "policies" / "BE.toml"
    own.parent.mkdir()
    own.write_text((shipped / "default.toml").read_text("utf-8"), "utf-8")
    page = routed(begun, follows=outcome(recipients=[("host", "")]), kind="shortener")
    runs = contact(begun, "Short Addresses")
    assert must_be_meant(way_of(begun.home, begun.anke, page), runs).act == Act.REMOVE
    Finding.objects.create(page=page, kind="leads to", value="https://real.example/x", by=begun.anke.person, at=NOON)
    Routing.objects.update(outcome=outcome(*LADDER))
    host = contact(begun, "The one that has it", answers_for=("real.example",))
    way = way_of(begun.home, begun.anke, page)
    assert (must_be_meant(way, host).rung, where_is_meant(way, host).host) == (0, "real.example")
    assert (must_be_meant(way, runs).act, where_is_meant(way, runs).host) == (Act.REMOVE, "photos.example")
    own.unlink()  # Belgium's hotline writes to no host
    with pytest.raises(Refused):
        must_be_meant(way_of(begun.home, begun.anke, page), runs)


def test_contacts_are_the_units_own(begun: Node) -> None:
    made = contact(begun)
    way = way_of(begun.home, begun.anke, routed(begun))
    assert contact_wanted(begun.anke, way.ladder.first[0], way.where) == made
    assert contact_wanted(begun.chiara, way.ladder.first[0], way.where) is None
    assert "Example" not in str(nobody_known(Wanted(Kind.POLICE, Act.INFORM, 0, 1, name="Police"), way.where))


def test_what_does_not_stand_is_refused(begun: Node) -> None:
    page = judged(begun, page_of(begun.anke.unit, state=PageState.RECEIVED))
    with pytest.raises(Refused):
        must_stand(begun.anke, page, policy_for(begun.home, begun.anke.unit))
    with pytest.raises(Refused, match=HOST):
        must_be_verified(Recipient(name=HOST))
