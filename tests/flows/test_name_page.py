"""Somebody reads an address in what a reporter said: from then on it is one of the report's pages, once."""

import pytest

from havre.errors import Invalid, NotFound, Refused
from havre.flows.answer_reporter import read_report
from havre.flows.follow_page import close_report
from havre.flows.name_page import could_be_named, name_page
from havre.flows.receive_report import receive
from havre.hotline.models import Mention, Report
from havre.hotline.telling import Told
from tests.cast import NOON, Node
from tests.hotline.reported import OTHER, PAGE, page_of

SEEN = f"it was at hxxps://site[.]example/a, and then {OTHER}"


def test_an_address_in_the_words_becomes_a_page_and_is_counted_once(begun: Node) -> None:
    report, _code = receive(begun.home, begun.anke, Told(seen=SEEN, danger=True))
    found = could_be_named(read_report(begun.home, begun.anke, report.number))
    assert sorted(map(str, found)) == sorted([PAGE, OTHER])
    close_report(begun.home, begun.anke, report.number, "nothing seen at first")
    for _again in range(2):
        assert name_page(begun.home, begun.anke, report.number, "hxxps://site[.]example/a").address == PAGE
    assert (page_of().reports, page_of().danger, Mention.objects.get().position) == (1, True, 0)
    kept = Report.objects.get()
    assert (kept.settled_at, kept.erase_after) == (None, None)
    assert name_page(begun.home, begun.anke, report.number, OTHER).mentions.get().position == 1
    assert could_be_named(read_report(begun.home, begun.anke, report.number)) == []


def test_what_is_no_address_or_nobodys_report_is_refused(begun: Node) -> None:
    report, _code = receive(begun.home, begun.anke, Told(seen=SEEN))
    with pytest.raises(Invalid):
        name_page(begun.home, begun.anke, report.number, "not an address")
    with pytest.raises(NotFound):
        name_page(begun.home, begun.chiara, report.number, PAGE)
    Report.objects.update(withdrawn_at=NOON, told=None)
    with pytest.raises(Refused, match="nothing can be added"):
        name_page(begun.home, begun.anke, report.number, PAGE)
    assert could_be_named(read_report(begun.home, begun.anke, report.number)) == []
