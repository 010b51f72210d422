"""Sources of needs: each says what of its own waits, for whom it waits, and since when."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.translation import override

from havre.entrypoints.analyst.need import COUNTED_TO, Near, ago
from havre.entrypoints.analyst.needs import (
    MOST,
    SOURCES,
    approvals,
    danger_elsewhere,
    ending_claims,
    mail_to_requests,
    needs,
    proposed_series,
    quarantined,
    reported,
    reviews,
)
from havre.entrypoints.analyst.troubles import in_words
from havre.flows.disclose import ACT, Order
from havre.flows.read_mail import take_mails
from havre.flows.requests_listed import show_request
from havre.hotline.models import Letter, LetterKind, Page, Receipt
from havre.restrictions.keep import say
from havre.restrictions.model import Level, Restriction
from havre.series.claims import claim
from havre.series.models import Claim, Status
from havre.settings import Settings
from havre.units.approve import approval_for
from havre.units.models import Approval, RoleName
from tests.cast import NOON, Cast, Node, introduce
from tests.desked import brought, fill, series
from tests.flows.conftest import begun
from tests.notices.test_reading_mail import mail
from tests.platforms.asked import asked
from tests.platforms.written import page

__all__ = ["begun"]

ROLES = frozenset(role.value for role in RoleName)


@pytest.fixture
def cast(database: Settings) -> Cast:
    return introduce()


def test_proposed_series_are_one_need_since_the_oldest(cast: Cast) -> None:
    for number in (1, 2):
        series(cast.bram, NOON - timedelta(days=number), number, "", 0, Status.PROPOSED)
    series(cast.chiara, NOON - timedelta(days=9), 1, "", 0, Status.PROPOSED)
    found = list(proposed_series(cast.bram, NOON))
    assert [(need.what, need.at) for need in found] == [
        ("2 proposed series wait for a decision", NOON - timedelta(days=2))
    ]


def test_nothing_is_counted_to_its_end(cast: Cast) -> None:
    for number in range(COUNTED_TO + 9):
        series(cast.bram, NOON, number + 1, "", 0, Status.PROPOSED)
    assert next(proposed_series(cast.bram, NOON)).what.startswith("100 and more ")


@pytest.mark.parametrize(
    ("left", "told"),
    [(timedelta(hours=30), ""), (timedelta(hours=6), "ends soon"), (timedelta(hours=-1), "has ended")],
)
def test_a_claim_is_a_need_of_its_holder_in_its_last_day(cast: Cast, left: timedelta, told: str) -> None:
    claim(series(cast.bram, NOON, 1, "Blue tiles", 0), cast.bram, NOON)
    Claim.objects.update(until=NOON + left)
    found = list(ending_claims(cast.bram, NOON))
    assert [need.what for need in found] == ([f"Your claim on S1 Blue tiles {told}"] if told else [])
    assert not list(ending_claims(cast.anke, NOON))


def test_a_request_is_a_need_of_colleagues_alone(cast: Cast) -> None:
    approval_for(cast.anke, "restriction", "S1", NOON)
    assert [need.what for need in approvals(cast.bram, NOON)] == ["anke asks for a second person"]
    assert not list(approvals(cast.anke, NOON))
    assert not list(approvals(cast.chiara, NOON))
    for label, source in (("1", "a list"), ("1", ""), ("", "a list"), ("", "")):
        subject = Order(Path("/out.json"), "vics", label=label, source=source).subject()
        Approval.objects.update(act=ACT, subject=subject)
        with override("fr"):
            assert [need.why for need in approvals(cast.bram, NOON)] == [f"à communiquer\xa0: {in_words(subject)}"]
            assert in_words(subject).startswith("tout ce qui")


def test_files_that_could_not_be_read_are_a_need_for_a_fortnight(cast: Cast) -> None:
    brought(cast.bram, NOON - timedelta(days=20), case="Drive 1")
    brought(cast.bram, NOON - timedelta(days=2), case="Drive 2", bad=1)
    brought(cast.bram, NOON, case="Drive 3", bad=0)
    brought(cast.chiara, NOON, case="Torino")
    assert [need.what for need in quarantined(cast.bram, NOON)] == ["1 file of Drive 2 could not be read"]


def test_needs_are_sorted_and_only_those_of_the_roles(cast: Cast) -> None:
    fill(cast.bram, cast.anke, NOON)
    found = needs(cast.bram, ROLES, NOON)
    assert [need.near for need in found] == sorted(need.near for need in found)
    assert {str(need.kind) for need in found} == {"Claim", "Series", "Approval", "Quarantine"}
    assert {str(need.kind) for need in needs(cast.bram, frozenset({"administrator"}), NOON)} == {"Approval"}
    assert needs(cast.bram, frozenset({"auditor"}), NOON) == []


def test_what_was_reported_is_a_need_and_danger_comes_first_of_all(cast: Cast) -> None:
    assert list(reported(cast.bram, NOON)) == []
    first = page(cast.anke, judged=False)
    page(cast.anke, judged=False, at=NOON - timedelta(hours=3))
    page(cast.chiara, judged=False)
    Page.objects.filter(pk=first.pk).update(danger=True)
    found = [(need.near, need.what, need.when, need.address) for need in reported(cast.bram, NOON)]
    assert found == [
        (Near.DANGER, "1 reported page where a child may be in danger now", "0 min ago", "/hotline/next"),
        (Near.REPORT, "1 reported page waits at the hotline", "3 h 00", "/hotline"),
    ]
    assert min(Near) == Near.DANGER


def test_danger_that_no_page_says_is_a_need_too(cast: Cast) -> None:
    receipt = Receipt.objects.create(unit=cast.bram.unit, digest=bytes(32), sealing=bytes(32), made_at=NOON)
    Letter.objects.create(receipt=receipt, kind=LetterKind.ADDITION, sealed=b"x", danger=True, at=NOON, trouble="x")
    (need,) = danger_elsewhere(cast.bram, NOON)
    assert (need.near, need.at, need.address) == (Near.DANGER, NOON, "/hotline")
    assert list(danger_elsewhere(cast.chiara, NOON)) == []


def test_no_source_gives_more_than_a_few(cast: Cast) -> None:
    for place in range(MOST + 3):
        brought(cast.bram, NOON, case=f"Drive {place}")
        approval_for(cast.anke, "restriction", f"S{place}", NOON)
        claim(series(cast.bram, NOON, place + 1, "", 0), cast.bram, NOON)
    Claim.objects.update(until=NOON)
    for _, source in SOURCES:
        assert len(list(source(cast.bram, NOON))) <= MOST


@pytest.mark.parametrize(
    ("since", "told"),
    [(timedelta(seconds=20), "0 min ago"), (timedelta(minutes=59), "59 min ago"), (timedelta(hours=27), "27 h 00")],
)
def test_a_time_is_told_in_a_few_characters(since: timedelta, told: str) -> None:
    assert ago(NOON - since, NOON) == told


def test_what_others_may_know_is_a_need_once_it_is_to_be_reviewed(cast: Cast) -> None:
    day = timedelta(days=1)
    for key in (1, 2):
        italy = Restriction(Level.OPEN, countries=frozenset({"IT"}), retain_until=NOON + 9 * day, review_at=NOON - day)
        say(cast.belgium, "series", key, italy, cast.anke, NOON)
    found = [(need.what, need.when, need.address) for need in reviews(cast.bram, NOON)]
    assert found == [("2 things that others may know are to be reviewed", "24 h 00", "/reviews")]
    assert not list(reviews(cast.bram, NOON - 2 * day))
    assert not list(reviews(cast.chiara, NOON))


def test_mail_to_requests_is_one_need_of_its_unit_since_the_oldest(begun: Node) -> None:
    request = asked(begun)
    for text in ("one", "two"):
        take_mails(begun.home, begun.anke, [mail(text, Subject=request.reference, sender="who@elsewhere.example")])
    assert [(need.what, need.at, need.address) for need in mail_to_requests(begun.bram.person, NOON)] == [
        ("2 mails to requests that nobody has read", NOON, "/requests")
    ]
    assert list(mail_to_requests(begun.chiara.person, NOON)) == []
    show_request(begun.home, begun.bram, request.reference)
    assert list(mail_to_requests(begun.bram.person, NOON)) == []
