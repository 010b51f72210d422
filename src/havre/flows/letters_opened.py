"""What a report and what was added to it say, opened where it lies sealed, and whether something was said before."""

from contextlib import suppress

from django.utils.translation import gettext as _

from havre.errors import HavreError, Invalid
from havre.flows.home import Home
from havre.hotline.letters import bound
from havre.hotline.models import Addition, LetterKind, Report
from havre.hotline.telling import Told, told_in
from havre.sealing.door import door_opener
from havre.sealing.secret import unseal_from


def opened_report(home: Home, report: Report) -> Told:
    """What was said in a report. Raises Invalid where it was erased; who reads it writes that down before."""
    if report.told is None:
        raise Invalid(_("what was said in this report was erased"))
    opener = door_opener(home.keys.unit(str(report.unit_id)))
    return told_in(unseal_from(opener, bytes(report.told), bound(bytes(report.receipt.digest), LetterKind.REPORT)))


def opened_addition(home: Home, addition: Addition) -> Told:
    """What a reporter added. Raises Invalid where it says nothing that can be read; who reads it wrote that down."""
    report = addition.report
    opener = door_opener(home.keys.unit(str(report.unit_id)))
    return told_in(unseal_from(opener, bytes(addition.told), bound(bytes(report.receipt.digest), LetterKind.ADDITION)))


def says_already(home: Home, report: Report, told: Told) -> bool:
    """Whether a report says just this, as it was first said."""
    return report.told is not None and told == opened_report(home, report)


def added_already(home: Home, report: Report, told: Told) -> bool:
    """Whether its reporter added just this before; what does not open says nothing of it."""
    for each in Addition.objects.filter(report=report).select_related("report__receipt"):
        with suppress(HavreError):
            if opened_addition(home, each) == told:
                return True
    return False
