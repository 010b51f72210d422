"""A medium is proposed for the lists that take it, and told why not for the others."""

import re

from havre.feeds.models import Entry
from tests.cast import Node
from tests.entrypoints.analyst.test_feeds import lists, said
from tests.flows.conftest import begun
from tests.flows.fed import Fed
from tests.web import visiting

__all__ = ["begun", "lists"]


def test_a_medium_is_proposed_from_its_page_for_lists_that_take_it(lists: Fed) -> None:
    medium = lists.medium()
    anke = visiting(lists.node, lists.node.anke.person)
    assert f'href="/media/{medium.pk}/lists"' in anke.get(f"/media/{medium.pk}").text
    page = anke.get(f"/media/{medium.pk}/lists").text
    offered = {
        name: "btn btn-plain" in piece
        for name, piece in re.findall(r'<li data-list="([\w-]+)">(.*?)</li>', page, re.DOTALL)
    }
    assert offered == {"baseline": False, "national-be": True, "generated": False}
    assert "2 countries confirmed; of this 1 did" in page
    done = anke.post(f"/media/{medium.pk}/lists", {"list": "national-be"}, follow=True)
    assert "Proposed: somebody else confirms it." in said(done)
    assert 'data-list="national-be"' not in done.text
    assert Entry.objects.get().proposed_by == lists.node.anke.person
    for name, status in (("baseline", 403), ("national-be", 403), ("x", 400), ("", 400)):
        assert anke.post(f"/media/{medium.pk}/lists", {"list": name}).status_code == status
    assert Entry.objects.count() == 1


def test_a_unit_without_lists_is_told_so_beside_its_medium(begun: Node) -> None:
    from tests.exchange.shared import confirmed

    medium = confirmed(begun.anke, 1, "Tiles").members.get().medium
    page = said(visiting(begun, begun.bram.person).get(f"/media/{medium.pk}/lists"))
    assert "Your unit has no hash lists" in page
    refused = visiting(begun, begun.bram.person).post(f"/media/{medium.pk}/lists", {"list": "baseline"})
    assert (refused.status_code, "havre feed keys" in said(refused)) == (404, True)
