"""Notices as the rule sees them: what left last, what came back since somebody verified the address."""

from datetime import timedelta

from havre.notices.following import followed
from havre.notices.models import Outcome, Recipient, Response, State, Transmission
from tests.cast import NOON, Node
from tests.notices.standing import taken_down

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
