"""Requests are listed with what nobody read, and shown with the letter as it left."""

from datetime import timedelta

from havre.flows.ask_platform import answer_request, end_request
from havre.flows.read_mail import take_mails
from havre.flows.requests_listed import list_requests, show_request
from havre.platforms.letter import letter_of
from havre.platforms.models import Reply
from havre.platforms.queries import unread_counts, unread_replies
from tests.cast import NOON, Node
from tests.flows.test_ask_platform import later
from tests.notices.test_reading_mail import mail
from tests.platforms.asked import asked, queued


def test_the_letter_is_there_again_with_when_it_left(begun: Node) -> None:
    request = asked(begun)
    shown = show_request(begun.home, begun.bram, request.reference)
    assert shown.letter == letter_of(request)
    assert [(each.letter, each.outcome) for each in shown.letters] == [("request", "taken")]


def test_what_came_by_mail_is_unread_until_somebody_opens_the_request_also_when_that_is_over(begun: Node) -> None:
    request, other = asked(begun), queued(begun, "disclose")
    answer_request(begun.home, begun.anke, request.reference, "partial", "they telephoned")
    end_request(begun.home, begun.anke, request.reference)
    raws = [mail(f"I know better {n}", Subject=request.reference, sender="who@elsewhere.example") for n in range(2)]
    take_mails(begun.home, begun.anke, raws)
    unread = {each["request"]: each["unread"] for each in list_requests(begun.home, begun.bram)}
    assert unread == {request.reference: 2, other.reference: 0}
    assert unread_replies(begun.chiara.person).count() == 0
    show_request(begun.home, later(begun.bram, 1), other.reference)
    assert unread_counts(begun.bram.person) == {request.pk: 2}
    show_request(begun.home, later(begun.bram, 2), request.reference)
    show_request(begun.home, later(begun.anke, 3), request.reference)
    assert [each.read_at for each in Reply.objects.order_by("pk")] == [None, *[NOON + timedelta(days=2)] * 2]
    assert [each["request"] for each in list_requests(begun.home, begun.bram)] == [other.reference]
