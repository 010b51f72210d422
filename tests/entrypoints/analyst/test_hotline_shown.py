"""What the hotline's templates are given says what one may do, and nothing more."""

from datetime import timedelta

from havre.entrypoints.analyst.hotline_shown import groups_of, line_of, page_context, report_context
from havre.flows.answer_reporter import read_report
from havre.flows.hotline_queue import queue
from havre.flows.judge_page import judge_page
from havre.flows.page_shown import page_shown
from havre.settings import Settings
from tests.cast import NOON, node
from tests.hotline.reported import ACTIONABLE, judged, page_of, reported, routed

MAY = ("may_judge", "may_undo", "may_overturn", "may_route", "may_act", "may_close", "may_reopen")


def test_what_one_may_do_follows_from_where_the_page_is(database: Settings) -> None:
    with node(database) as here:
        report, _code = reported(here)

        def may() -> set[str]:
            context = page_context(page_shown(here.home, here.bram, page_of().pk), here.bram.person)
            return {name for name in MAY if context[name]}

        assert may() == {"may_judge", "may_close"}
        judge_page(here.home, here.anke, page_of().pk, ACTIONABLE)
        context = page_context(page_shown(here.home, here.bram, page_of().pk), here.bram.person)
        assert (may(), context["second"]) == ({"may_judge", "may_close"}, True)
        judged(here)
        assert may() == {"may_undo", "may_route", "may_close"}
        routed(here)
        assert may() == {"may_route", "may_act", "may_close"}
        passed = queue(here.home, here.bram, "passed")
        line = line_of(passed[0], NOON)
        assert (line["number"], line["reports"], line["late"], line["due"]) == (page_of().pk, 1, False, "in 3 d 0 h")
        assert line_of(passed[0], NOON + timedelta(hours=73))["due"] == "1 h 00 late"
        assert [(str(each["said"]), each["lines"]) for each in groups_of(passed, NOON)] == [("In their turn", [line])]
        shown = report_context(read_report(here.home, here.bram, report.number))
        assert (shown["may_answer"], shown["may_settle"]) == (True, False)
