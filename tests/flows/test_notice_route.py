"""Where a page is and whom its route means; an analyst's finding of where it leads counts."""

import pytest

from havre.errors import Refused
from havre.flows.at_page import policy_for
from havre.flows.notice_route import (
    contact_wanted,
    must_be_verified,
    must_stand,
    nobody_known,
    way_of,
    where_of,
)
from havre.hotline.models import Finding
from havre.hotline.models import State as PageState
from havre.notices.ladder import Wanted
from havre.notices.models import Act, Kind, Recipient
from tests.cast import NOON, Node
from tests.notices.standing import HOST, contact, judged, page_of, routed


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
