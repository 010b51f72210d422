"""When a report is erased: once all its pages are over, so many days later."""

from datetime import date, timedelta

from havre.hotline.life import become
from havre.hotline.models import Mention, Page, Receipt, Report, State
from havre.hotline.policy_file import policy_of
from havre.hotline.retention import set_erasure, settle
from havre.settings import Settings
from havre.units.models import Unit
from tests.cast import NOON, introduce
from tests.hotline.reported import OTHER, page

POLICY = policy_of("BE")


def report(unit: Unit, number: int, *pages: Page) -> Report:
    receipt = Receipt.objects.create(unit=unit, digest=bytes([number]) * 32, sealing=bytes(32), made_at=NOON)
    made = Report.objects.create(unit=unit, number=number, receipt=receipt, at=NOON, taken_at=NOON, via="door")
    for position, each in enumerate(pages):
        Mention.objects.create(report=made, page=each, position=position)
    return made


def day(number: int) -> date | None:
    return Report.objects.get(number=number).erase_after


def test_a_report_is_erased_after_the_last_of_its_pages_is_over(database: Settings) -> None:
    unit = introduce().belgium
    one, other = page(unit), page(unit, OTHER)
    report(unit, 1, one)
    report(unit, 2, one, other)
    become(one, State.NOT_ACTIONABLE, NOON, POLICY.times)
    set_erasure(one, NOON, POLICY.days)
    assert (day(1), day(2)) == ((NOON + timedelta(days=30)).date(), None)
    later = NOON + timedelta(days=3)
    become(other, State.CLOSED, later, POLICY.times)
    set_erasure(other, later, POLICY.days)
    assert (day(1), day(2)) == ((NOON + timedelta(days=30)).date(), (later + timedelta(days=180)).date())
    assert Report.objects.get(number=2).settled_at == later


def test_a_page_that_is_open_again_takes_the_day_back(database: Settings) -> None:
    unit = introduce().belgium
    one = page(unit)
    report(unit, 1, one)
    become(one, State.NOT_ACTIONABLE, NOON, POLICY.times)
    set_erasure(one, NOON, POLICY.days)
    become(one, State.RECEIVED, NOON, POLICY.times)
    set_erasure(one, NOON, POLICY.days)
    kept = Report.objects.get()
    assert (kept.erase_after, kept.settled_at) == (None, None)


def test_a_report_without_pages_is_settled_by_itself(database: Settings) -> None:
    made = report(introduce().belgium, 1)
    settle(made, NOON, POLICY.days)
    assert (day(1), made.settled_at) == ((NOON + timedelta(days=30)).date(), NOON)
