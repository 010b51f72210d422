"""Each unit reads its own notices, contacts and pages; what is another's is as absent."""

import pytest

from havre.errors import NotFound
from havre.hotline.policy import Looks
from havre.notices import queries
from tests.cast import NOON, Node
from tests.notices.standing import taken_down


def test_another_units_are_as_absent(begun: Node) -> None:
    notice = taken_down(begun.anke, NOON)
    anke, chiara = begun.anke.person, begun.chiara.person
    rows = (
        lambda who: queries.contacts_of(who),
        lambda who: queries.notices_of(who),
        lambda who: queries.about_page(who, notice.page),
        lambda who: queries.waiting(who),
        lambda who: queries.transmissions_of(who, [notice]),
        lambda who: queries.responses_of(who, notice),
        lambda who: queries.looks_at(who, notice.page),
    )
    assert [each(anke).exists() for each in rows] == [True] * 7
    assert [each(chiara).exists() for each in rows] == [False] * 7
    ones = (
        lambda who: queries.contact_for(who, "A host"),
        lambda who: queries.contact_numbered(who, notice.recipient_id),
        lambda who: queries.page_known(who, str(notice.page_id)),
        lambda who: queries.page_known(who, notice.page.address),
        lambda who: queries.notice_for(who, notice.reference.lower()),
        lambda who: queries.pages_meant(who, notice.reference),
    )
    for each in ones:
        assert each(anke) is not None
        with pytest.raises(NotFound):
            each(chiara)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_whom_the_fetcher_asks_next_is_found_by_an_index_for_each_page(begun: Node) -> None:
    looks = Looks()
    rows = queries.pages_to_look_at(begun.anke.person, NOON, looks)
    plan = [line for line in rows.explain().splitlines() if "U0" in line and "looks" in line]
    assert len(plan) == 3
    assert all("USING COVERING INDEX looks_by_how (page_id=? AND how=?" in line for line in plan)


@pytest.mark.parametrize("text", ["", "\x00", "9" * 30, "HN-\x00", "é"])
def test_what_no_database_takes_is_not_found(begun: Node, text: str) -> None:
    for ask in (queries.page_known, queries.notice_for, queries.pages_meant, queries.contact_for):
        with pytest.raises(NotFound):
            ask(begun.anke.person, text)
