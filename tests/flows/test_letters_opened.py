"""What somebody said is opened where it lies sealed; said again it adds nothing."""

from dataclasses import replace

import pytest

from havre.errors import Invalid
from havre.flows.letters_opened import added_already, opened_addition, opened_report, says_already
from havre.hotline.models import LetterKind, Report
from havre.hotline.telling import Told
from tests.cast import NOON, Node
from tests.flows.test_take_letters import TOLD, take, write

MORE = Told(seen="the boat again")


def test_what_was_said_opens_until_it_is_erased(begun: Node) -> None:
    write(begun)
    write(begun, MORE, kind=LetterKind.ADDITION)
    take(begun)
    report = Report.objects.get()
    assert (opened_report(begun.home, report), opened_addition(begun.home, report.additions.get())) == (TOLD, MORE)
    report.told = None
    with pytest.raises(Invalid, match="erased"):
        opened_report(begun.home, report)


def test_what_was_said_before_is_known_also_beside_what_does_not_open(begun: Node) -> None:
    write(begun)
    take(begun)
    report = Report.objects.get()
    assert (says_already(begun.home, report, TOLD), says_already(begun.home, report, MORE)) == (True, False)
    report.additions.create(told=b"cut off", at=NOON)
    assert not added_already(begun.home, report, MORE)
    write(begun, MORE, kind=LetterKind.ADDITION)
    take(begun)
    assert added_already(begun.home, report, MORE)
    assert not added_already(begun.home, report, replace(MORE, danger=True))
