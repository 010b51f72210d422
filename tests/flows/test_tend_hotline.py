"""What goes on at the hotline by itself is done once, whoever of the units it concerns."""

from datetime import timedelta

from havre.flows.judge_page import judge_page
from havre.flows.open_door import open_door
from havre.flows.tend_hotline import Tended, tend_hotline
from havre.hotline.letters import write_letter
from havre.hotline.models import LetterKind, Report
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
