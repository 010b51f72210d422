"""What goes on at the hotline by itself is done once, whoever of the units it concerns."""

from datetime import timedelta

import pytest

from havre.errors import Broken
from havre.flows.judge_page import judge_page
from havre.flows.open_door import open_door
from havre.flows.tend_hotline import Tended, tend_hotline
from havre.hotline.letters import write_letter
from havre.hotline.models import Door, LetterKind, Report
from havre.hotline.telling import Told
from havre.sealing.receipt import new_code
from tests.cast import NOON, Node, noon
from tests.hotline.reported import NOT, PAGE, page_of, reported
from tests.sealing.wire import chance


def test_letters_are_taken_in_reporters_told_and_reports_erased(begun: Node) -> None:
    assert tend_hotline(begun.home, noon) == Tended(0, 0, 0)
    reported(begun)
    judge_page(begun.home, begun.anke, page_of().pk, NOT)
    door = open_door(begun.home, begun.anke)
    write_letter(door, new_code(chance(900)), LetterKind.REPORT, Told(addresses=(PAGE,)), NOON)
    first = tend_hotline(begun.home, noon)
    assert (first, first.anything, page_of().reports) == (Tended(1, 0, 0), True, 2)
    assert tend_hotline(begun.home, lambda: NOON + timedelta(hours=25)) == Tended(0, 1, 0)
    late = tend_hotline(begun.home, lambda: NOON + timedelta(days=31))
    assert late.to_json() == {"letters": 0, "told": 0, "erased": 2}
    assert not tend_hotline(begun.home, lambda: NOON + timedelta(days=31)).anything
    assert not Report.objects.filter(erased_at=None).exists()


def test_a_fault_of_one_unit_stops_no_other(begun: Node) -> None:
    reported(begun)
    judge_page(begun.home, begun.anke, page_of().pk, NOT)
    for acting, seed in ((begun.anke, 901), (begun.chiara, 902)):
        write_letter(open_door(begun.home, acting), new_code(chance(seed)), LetterKind.REPORT, Told(seen="x"), NOON)
    Door.objects.filter(unit=begun.anke.unit).update(sealing=bytes(32))
    with pytest.raises(Broken, match="key of the door"):
        tend_hotline(begun.home, lambda: NOON + timedelta(days=31))
    assert [report.unit for report in Report.objects.filter(erased_at=None)] == [begun.chiara.unit]
    assert Report.objects.exclude(erased_at=None).count() == 1
