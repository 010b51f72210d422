"""Providers are asked by a law, the clock runs, what is preserved is not forgotten, and a person says what came."""

from dataclasses import replace
from datetime import timedelta

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.flows.ask_platform import (
    Wanted,
    answer_request,
    ask,
    deadlines_passed,
    end_request,
    erase_replies,
    prolong_request,
    to_be_reminded,
)
from havre.flows.dossier import open_dossier
from havre.flows.read_mail import take_mails
from havre.flows.requests_listed import list_requests, show_request
from havre.hotline.models import Judgement, Verdict
from havre.platforms.models import Reply, Request, State
from havre.platforms.policy import answering
from havre.units.acting import Acting
from tests.cast import NOON, Node
from tests.notices.test_reading_mail import mail
from tests.platforms.asked import LAW, asked, queued
from tests.platforms.written import contact, page

SAYS = "the account of Jan Peeters was closed"


def later(who: Acting, days: float) -> Acting:
    """The same person, so many days later."""
    return replace(who, clock=lambda: NOON + timedelta(days=days))


def test_to_preserve_is_asked_for_a_year_with_the_policys_deadline(begun: Node) -> None:
    request = asked(begun)
    assert (request.state, request.deadline) == (State.ASKED, NOON + timedelta(days=7))
    assert request.kept_until == NOON + timedelta(days=365)
    assert asked(begun, "disclose", days=3).kept_until is None
    assert Request.objects.latest("pk").deadline == NOON + timedelta(days=3)
    waits = queued(begun)
    assert (waits.state, waits.deadline, waits.kept_until) == (State.QUEUED, None, None)


def test_nobody_is_asked_who_was_not_verified_nor_to_remove_what_was_not_judged(begun: Node) -> None:
    contact(begun.anke.person, "New", verified=False)
    contact(begun.anke.person)
    judged, other = page(begun.anke.person), page(begun.anke.person, judged=False)
    with pytest.raises(Refused, match="verified"):
        ask(begun.home, begun.anke, Wanted("preserve", "New", LAW, page=str(judged.pk)))
    with pytest.raises(Refused, match="judged"):
        ask(begun.home, begun.anke, Wanted("remove", "Host A", LAW, page=str(other.pk)))
    open_dossier(begun.home, begun.anke, "C-1", "a warrant", "identification")
    with pytest.raises(Refused, match="judged"):
        ask(begun.home, begun.anke, Wanted("remove", "Host A", LAW, case="C-1"))
    assert ask(begun.home, begun.anke, Wanted("disclose", "Host A", LAW, case="C-1")).case is not None
    assert ask(begun.home, begun.anke, Wanted("preserve", "Host A", LAW, page=str(other.pk))).page == other


def test_no_provider_hears_of_a_page_that_was_not_judged_actionable_and_what_was_asked_of_one_that_fell_is_told(
    begun: Node,
) -> None:
    contact(begun.anke.person)
    about, other = page(begun.anke.person), page(begun.anke.person, judged=False)
    with pytest.raises(Refused, match="second person"):
        ask(begun.home, begun.anke, Wanted("inform", "Host A", LAW, page=str(about.pk)))
    Judgement.objects.create(page=about, person=begun.bram.person, verdict=Verdict.ACTIONABLE, at=NOON)
    request = ask(begun.home, begun.anke, Wanted("inform", "Host A", LAW, page=str(about.pk)))
    with pytest.raises(Refused, match="judged"):
        ask(begun.home, begun.anke, Wanted("inform", "Host A", LAW, page=str(other.pk)))
    assert [each["stands"] for each in list_requests(begun.home, begun.anke)] == [True]
    Judgement.objects.filter(page=request.page).update(undone_at=NOON)
    assert [each["stands"] for each in list_requests(begun.home, begun.anke)] == [False]


@pytest.mark.parametrize(
    ("kind", "law", "about", "days"),
    [
        *(("buy", LAW, "page", None), ("preserve", " ", "page", None), ("preserve", "a\x00b", "page", None)),
        *(("preserve", "x" * 2_000, "page", None), ("preserve", LAW, "", None), ("preserve", LAW, "page", 0)),
    ],
)
def test_what_is_no_request_is_refused(begun: Node, kind: str, law: str, about: str, days: int | None) -> None:
    contact(begun.anke.person)
    made = page(begun.anke.person)
    with pytest.raises(Invalid):
        ask(begun.home, begun.anke, Wanted(kind, "Host A", law, page=str(made.pk) if about else "", days=days))
    assert Request.objects.count() == 0


def test_what_is_another_units_is_neither_asked_about_nor_seen(begun: Node) -> None:
    request = asked(begun)
    contact(begun.chiara.person, "Host I")
    wanted = Wanted("disclose", "Host I", LAW)
    for about in (
        replace(wanted, page=str(request.page_id)),
        replace(wanted, case="C-1"),
        replace(wanted, series="S1"),
    ):
        with pytest.raises(NotFound):
            ask(begun.home, begun.chiara, about)
    with pytest.raises(NotFound):
        ask(begun.home, begun.chiara, Wanted("disclose", "Host A", LAW, case="C-1"))
    assert list_requests(begun.home, begun.chiara, old=True) == []
    for act in (
        lambda: show_request(begun.home, begun.chiara, request.reference),
        lambda: answer_request(begun.home, begun.chiara, request.reference, "full"),
        lambda: end_request(begun.home, begun.chiara, request.reference),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_person_says_how_complete_an_answer_is_and_its_words_are_sealed(begun: Node) -> None:
    request = asked(begun)
    answer_request(begun.home, later(begun.anke, 2), request.reference.lower(), "partial", SAYS)
    answer_request(begun.home, later(begun.anke, 5), request.reference, "full")
    request.refresh_from_db()
    assert (request.state, request.completeness) == (State.ANSWERED, "full")
    assert request.answered_at == NOON + timedelta(days=2)
    assert SAYS.encode() not in bytes(Reply.objects.get().sealed)
    (read,) = show_request(begun.home, begun.bram, request.reference).replies
    assert (read[0].at, read[1]) == (NOON + timedelta(days=2), SAYS)
    assert SAYS not in "".join(str(each.detail) for each in Entry.objects.all())
    answer_request(begun.home, begun.anke, request.reference, "none", refused=True)
    request.refresh_from_db()
    assert request.state == State.REFUSED
    for complete, text, refused in (("much", "", False), ("full", "", True), ("full", "a\x00", False)):
        with pytest.raises(Invalid):
            answer_request(begun.home, begun.anke, request.reference, complete, text, refused=refused)


def test_deadlines_pass_to_the_minute_and_what_was_kept_ends(begun: Node) -> None:
    request = asked(begun)
    minute, ends = timedelta(minutes=1), NOON + timedelta(days=7)
    assert request.deadline == ends
    assert deadlines_passed(begun.home, lambda: ends - minute) == 0
    assert deadlines_passed(begun.home, lambda: ends) == 1
    assert deadlines_passed(begun.home, lambda: ends) == 0
    request.refresh_from_db()
    assert request.state == State.UNANSWERED
    (shown,) = list_requests(begun.home, later(begun.anke, 8))
    assert (shown["late"], shown["ends_soon"]) == (True, False)
    assert request.kept_until is not None
    assert deadlines_passed(begun.home, lambda: request.kept_until or NOON) == 1
    request.refresh_from_db()
    assert request.state == State.ENDED
    assert list_requests(begun.home, begun.anke) == []


def test_what_a_provider_said_is_erased_on_its_day_after_the_request_is_over(begun: Node) -> None:
    request = asked(begun)
    answer_request(begun.home, begun.anke, request.reference, "full", SAYS)
    days = answering().erase_replies
    assert erase_replies(begun.home, lambda: NOON + timedelta(days=9_000)) == 0  # it is still open
    end_request(begun.home, begun.anke, request.reference)
    assert erase_replies(begun.home, lambda: NOON + timedelta(days=days)) == 0
    assert erase_replies(begun.home, lambda: NOON + timedelta(days=days + 1)) == 1
    assert erase_replies(begun.home, lambda: NOON + timedelta(days=days + 1)) == 0
    assert bytes(Reply.objects.get().sealed) == b""
    assert show_request(begun.home, begun.anke, request.reference).replies == []


def test_what_comes_long_after_a_request_was_over_waits_its_own_days(begun: Node) -> None:
    request, days = asked(begun), answering().erase_replies
    end_request(begun.home, begun.anke, request.reference)
    take_mails(begun.home, later(begun.anke, days + 9), [mail(SAYS, Subject=request.reference)])
    assert erase_replies(begun.home, lambda: NOON + timedelta(days=days + 10)) == 0
    assert erase_replies(begun.home, lambda: NOON + timedelta(days=2 * days + 10)) == 1


def test_somebody_is_told_before_preserved_data_ends_once_at_each_of_the_days(begun: Node) -> None:
    request = asked(begun)
    told = [
        day
        for day in (304, 305, 306, 334, 335, 357, 358, 359)
        if to_be_reminded(begun.home, later(begun.anke, day)) and not to_be_reminded(begun.home, later(begun.anke, day))
    ]
    assert told == [365 - before for before in answering().reminders]
    prolong_request(begun.home, begun.anke, request.reference, 100, "a new order")
    assert to_be_reminded(begun.home, later(begun.anke, 364)) == []
    assert [each.pk for each in to_be_reminded(begun.home, later(begun.anke, 406))] == [request.pk]


def test_only_what_is_preserved_is_prolonged(begun: Node) -> None:
    other = asked(begun, "disclose")
    with pytest.raises(Invalid):
        prolong_request(begun.home, begun.anke, other.reference, 10, LAW)
    request = asked(begun)
    with pytest.raises(Invalid):
        prolong_request(begun.home, begun.anke, request.reference, 0, LAW)
    assert end_request(begun.home, begun.anke, request.reference, withdrawn=True).state == State.WITHDRAWN
    with pytest.raises(Invalid):
        prolong_request(begun.home, begun.anke, request.reference, 10, LAW)
