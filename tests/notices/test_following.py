"""Notices as the rule sees them: what left last, what came back since somebody verified the address."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.notices.following import followed, followed_in
from havre.notices.models import Notice, Outcome, Recipient, Response, State, Transmission
from tests.cast import NOON, Node
from tests.notices.standing import page_of, taken_down

HOUR = timedelta(hours=1)


def test_what_left_last_counts_and_what_has_not_does_not(begun: Node) -> None:
    notice = taken_down(begun.anke, NOON)
    Transmission.objects.update(outcome=Outcome.BEGUN)
    assert followed([notice])[notice.pk].left_at is None
    Transmission.objects.update(outcome=Outcome.PERHAPS, at=None)
    assert followed([notice])[notice.pk].left_at == NOON
    Transmission.objects.update(outcome=Outcome.TAKEN, at=NOON + HOUR)
    assert followed([notice])[notice.pk].left_at == NOON + HOUR


def test_mail_that_came_back_counts_until_somebody_verified_the_address_again(begun: Node) -> None:
    notice = taken_down(begun.anke, NOON)
    Response.objects.update(kind="bounce", at=NOON + HOUR)
    assert followed([notice])[notice.pk].bounced_at == NOON + HOUR
    Recipient.objects.update(verified_at=None)
    notice.recipient.refresh_from_db()
    assert followed([notice])[notice.pk].bounced_at == NOON + HOUR
    Recipient.objects.update(verified_at=NOON + 2 * HOUR)
    notice.recipient.refresh_from_db()
    assert followed([notice])[notice.pk].bounced_at is None


def test_a_refusal_has_its_time(begun: Node) -> None:
    notice = taken_down(begun.anke, NOON)
    notice.state, notice.ended_at = State.REFUSED, NOON + HOUR
    assert followed([notice])[notice.pk].refused_at == NOON + HOUR
    assert followed([]) == {}


def test_read_in_one_go_they_are_the_same_and_the_questions_as_few(begun: Node) -> None:
    notice = taken_down(begun.anke, NOON)
    Response.objects.update(kind="bounce", at=NOON + HOUR)
    asked = []
    for number in range(2):
        rows = Notice.objects.all()
        with CaptureQueriesContext(connection) as queries:
            found = followed_in(rows)
        asked.append(len(queries))
        assert found == followed(Notice.objects.select_related("recipient"))
        for more in range(20 * (1 - number)):
            notice.pk, notice.reference = None, f"HN-{more}"
            notice.page = page_of(begun.anke.unit, f"https://photos.example/more/{more}")
            notice.save()
    assert (asked[0], asked[1], len(found)) == (3, 3, 21)
    Recipient.objects.update(barred_at=NOON, email="")
    assert {each.barred for each in followed_in(Notice.objects.all()).values()} == {True}
