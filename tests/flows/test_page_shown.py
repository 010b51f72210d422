"""A page is shown with all that is known of it, once it is written down who looks."""

import json

import pytest

from havre.audit.models import Entry
from havre.errors import NotFound
from havre.flows.page_shown import page_shown, read_page
from tests.cast import Node
from tests.hotline.reported import page_of, reported, routed


def test_a_page_is_shown_and_that_is_logged(begun: Node) -> None:
    report, _code = reported(begun)
    routed(begun)
    found = page_shown(begun.home, begun.anke, page_of().pk)
    assert (list(found.reports), found.standing.settled, found.waits, found.late) == ([report], True, "act", False)
    assert found.category is not None
    assert (found.category.category, found.way.routing.route, found.routings[0].route) == ("BE 1", "inhope", "inhope")
    assert (len(found.words), len(found.findings), found.reopenings, found.alone) == (2, 1, [], False)
    entry = Entry.objects.filter(verb="consultation", thing=f"page {page_of().pk}").get()
    assert json.loads(entry.detail) == found.told
    assert read_page(begun.home, begun.anke, page_of()).page == page_of()


def test_another_units_page_is_none(begun: Node) -> None:
    reported(begun)
    with pytest.raises(NotFound):
        page_shown(begun.home, begun.chiara, page_of().pk)
