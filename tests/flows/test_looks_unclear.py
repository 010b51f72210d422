"""What the fetcher could not tell is listed once a page, with the lowest notice on it, for its own unit alone."""

from datetime import timedelta

from havre.flows.looks_unclear import list_unclear
from havre.media.outside.signs import Saw, Why
from havre.notices.models import BY_FETCHER, Look, Notice, State
from tests.cast import NOON, Node
from tests.notices.standing import taken_down

HOUR = timedelta(hours=1)


def looked(notice: Notice, hours: int, saw: str, why: str) -> Look:
    told = {"saw": saw, "why": why, "status": 200, "how": BY_FETCHER, "gone": False}
    return Look.objects.create(page=notice.page, by=notice.drafted_by, at=NOON + hours * HOUR, **told)


def test_the_newest_look_counts_and_only_where_something_was_written(begun: Node) -> None:
    notice, theirs = taken_down(begun.anke, NOON), taken_down(begun.chiara, NOON)
    for each in (notice, theirs):
        looked(each, 1, Saw.UNCLEAR, Why.BUSY)
    looked(notice, 2, Saw.UNCLEAR, Why.LOGIN)
    (found,) = list_unclear(begun.home, begun.bram)
    assert found.to_json() == {
        "page": notice.page_id,
        "notice": notice.reference,
        "address": notice.page.address,
        "why": "login",
        "status": 200,
        "at": (NOON + 2 * HOUR).isoformat(),
    }
    assert [each.notice for each in list_unclear(begun.home, begun.chiara)] == [theirs.reference]
    looked(notice, 3, Saw.ANSWERS, Why.THERE)
    assert list_unclear(begun.home, begun.bram) == []
    for over in (State.RETRACTED, State.REMOVED):
        Notice.objects.filter(pk=theirs.pk).update(state=over)
        assert list_unclear(begun.home, begun.chiara) == []
