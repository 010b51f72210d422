"""What platforms did not finish in time is deleted, and no file outlives what it belongs to."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from havre.audit.models import Entry
from havre.errors import Unavailable
from havre.flows.erase_reports import erase_reports
from havre.flows.tend_hotline import tend_hotline
from havre.flows.tend_tips import BETWEEN, tend_tips
from havre.hotline.models import Addition, Letter, Tip, TipFile, TipText
from tests.cast import NOON, Node, noon
from tests.hotline.reported import NOT, page_of
from tests.hotline.tipped import begun as opened
from tests.hotline.tipped import files_in, finished, with_file

HOUR = timedelta(hours=1)


def test_what_was_not_finished_in_time_is_deleted_and_that_is_logged(begun: Node, tips: Path) -> None:
    partner = begun.anke.unit.partners.get()
    with_file(opened(partner, danger=True), tips)
    kept = opened(partner, NOON + HOUR, seed=2)
    assert tend_tips(begun.home, lambda: NOON + 23 * HOUR) == 0
    assert tend_tips(begun.home, lambda: NOON + 24 * HOUR) == 1
    assert list(Tip.objects.all()) == [kept]
    assert (TipText.objects.count(), TipFile.objects.count(), Letter.objects.count()) == (1, 0, 0)
    assert Entry.objects.filter(thing="report of a platform", detail__contains='"danger":true').count() == 1


def test_files_of_nothing_are_removed_and_those_of_a_report_stay(begun: Node, tips: Path) -> None:
    partner = begun.anke.unit.partners.get()
    finished(partner, tips)
    (kept,) = files_in(tips)
    stray = kept.with_name("0" * 64 + "." + "0" * 16)
    stray.write_bytes(b"cut off")
    beside = tips.with_name("beside")
    beside.hardlink_to(stray)
    for each in (kept, stray):
        os.utime(each, (NOON.timestamp(), NOON.timestamp()))
    tend_tips(begun.home, lambda: NOON + timedelta(minutes=50))
    assert len(files_in(tips)) == 2
    tend_tips(begun.home, lambda: NOON + timedelta(minutes=50) + BETWEEN / 2)  # not looked through again so soon
    tend_tips(begun.home, lambda: NOON + 2 * HOUR)
    assert files_in(tips) == [kept]
    assert beside.read_bytes() == b"cut off"  # letters do not wait until gigabytes are overwritten


def test_erased_with_its_report_nothing_of_it_is_left_but_that_it_was_finished(begun: Node, tips: Path) -> None:
    from havre.flows.judge_page import judge_page
    from havre.hotline.tips import Finished, finish_tip

    tip = finished(begun.anke.unit.partners.get(), tips)
    (place,) = files_in(tips)
    os.utime(place, (NOON.timestamp(), NOON.timestamp()))
    tend_hotline(begun.home, noon)
    judge_page(begun.home, begun.anke, page_of("https://platform.example/post/7").pk, NOT)
    late = NOON + timedelta(days=40)
    assert erase_reports(begun.home, lambda: late) == 1
    tend_tips(begun.home, lambda: late)
    assert (TipFile.objects.count(), Addition.objects.count(), files_in(tips)) == (0, 0, [])
    tip.refresh_from_db()
    assert (tip.opened_at, tip.over_at) == (NOON.replace(hour=0), NOON.replace(hour=0))
    with pytest.raises(Finished):
        finish_tip(tip.partner, tip.number, late)


def test_what_was_taken_back_is_known_for_a_month(begun: Node, tips: Path) -> None:
    from havre.hotline.tips import retract_tip

    tip = opened(begun.anke.unit.partners.get())
    retract_tip(tip.partner, tip.number, NOON)
    for days, left in ((29, 1), (30, 0)):
        assert tend_tips(begun.home, lambda days=days: NOON + timedelta(days=days)) == 0  # type: ignore[misc]
        assert Tip.objects.count() == left


def test_a_folder_that_cannot_be_used_is_told(begun: Node, tips: Path) -> None:
    tips.mkdir()
    (tips / "swept").symlink_to("swept")
    with pytest.raises(Unavailable, match="files of platforms wait"):
        tend_tips(begun.home, noon)
