"""What a platform sent with its report is shown to whoever judges it, taken into a case, and deleted in time."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from havre.audit.models import Entry
from havre.cases.models import Item
from havre.cases.open import open_case
from havre.errors import NotFound, Refused, Unavailable
from havre.flows.platform_tips import from_platform, take_evidence
from havre.flows.tend_hotline import tend_hotline
from havre.hotline.models import Report, TipFile
from tests.cast import NOON, Node, noon
from tests.hotline.reported import page_of
from tests.hotline.tipped import begun as opened
from tests.hotline.tipped import finished, with_file

HOUR = timedelta(hours=1)


def test_a_finished_report_is_judged_like_any_other_with_what_its_platform_says(begun: Node, tips: Path) -> None:
    tip = finished(begun.anke.unit.partners.get(), tips, danger=True)
    assert tend_hotline(begun.home, noon).letters == 1
    report = Report.objects.get()
    assert (report.danger, report.partner) == (True, f"Platform: {tip.number}")
    assert page_of("https://platform.example/post/7").danger
    found = from_platform(begun.home, begun.anke, report.number)
    assert found is not None
    assert (found.number, found.finished, found.keep_until) == (tip.number, NOON, date(2027, 3, 2))
    assert (found.kept_until, found.to_json()["kept_until"]) == (None, None)
    (file,) = found.to_json()["files"]
    assert (file["name"], file["bytes"], len(file["sha256"])) == ("boat.jpg", 6, 64)
    assert file["said"] == ["originalFileName: boat.jpg", "fileViewedByEsp: true"]
    assert Entry.objects.filter(thing="report 1", verb="consultation").exists()
    with pytest.raises(NotFound):
        from_platform(begun.home, begun.chiara, report.number)


def test_its_files_become_evidence_once(begun: Node, tips: Path) -> None:
    finished(begun.anke.unit.partners.get(), tips)
    tend_hotline(begun.home, noon)
    open_case("C", "warrant 7", "", begun.anke.person, NOON)
    first = take_evidence(begun.home, begun.anke, 1, "C")
    again = take_evidence(begun.home, begun.anke, 1, "C")
    assert first == again
    assert Item.objects.get().path == "1 boat.jpg"
    with pytest.raises(NotFound):
        take_evidence(begun.home, begun.anke, 2, "C")


def test_a_report_without_files_has_none_and_one_of_a_person_is_no_platforms(begun: Node, tips: Path) -> None:
    from havre.hotline.tips import finish_tip
    from tests.hotline.reported import reported

    tip = opened(begun.anke.unit.partners.get())
    finish_tip(tip.partner, tip.number, NOON)
    tend_hotline(begun.home, noon)
    found = from_platform(begun.home, begun.anke, 1)
    assert found is not None
    assert found.files == []
    with pytest.raises(NotFound, match="no platform sent files"):
        take_evidence(begun.home, begun.anke, 1, "C")
    report, _code = reported(begun)
    assert from_platform(begun.home, begun.anke, report.number) is None


def test_a_file_that_was_altered_costs_no_other(begun: Node, tips: Path) -> None:
    from havre.hotline.tips import finish_tip

    tip = opened(begun.anke.unit.partners.get())
    altered, _whole = with_file(tip, tips), with_file(tip, tips, name="letter.txt")
    finish_tip(tip.partner, tip.number, NOON)
    TipFile.objects.filter(file_id=altered).update(sealed=b"nothing")
    tend_hotline(begun.home, noon)
    found = from_platform(begun.home, begun.anke, 1)
    assert found is not None
    assert [(each.name, each.kept is None) for each in found.files] == [("", True), ("letter.txt", False)]
    open_case("C", "warrant 7", "", begun.anke.person, NOON)
    totals = take_evidence(begun.home, begun.anke, 1, "C")
    assert (totals["quarantined"], sum(totals.values())) == (1, 2)
    left, taken = Item.objects.order_by("path")
    assert (left.path, left.outcome, taken.path) == ("1", "quarantined", "2 letter.txt")
    assert left.reason == "what is known of this file was altered: it does not open"


@pytest.mark.parametrize("damage", ["missing", "altered"])
def test_a_file_that_is_damaged_on_the_disk_costs_no_later_one(begun: Node, tips: Path, damage: str) -> None:
    from havre.hotline.tips import finish_tip

    tip = opened(begun.anke.unit.partners.get())
    damaged = with_file(tip, tips, b"a boat" * 20_000)
    with_file(tip, tips, name="letter.txt")
    finish_tip(tip.partner, tip.number, NOON)
    tend_hotline(begun.home, noon)
    place = tips / TipFile.objects.get(file_id=damaged).blob
    whole = bytearray(place.read_bytes())
    if damage == "missing":
        place.unlink()
    else:
        whole[len(whole) // 2] ^= 1
        place.write_bytes(whole)
    open_case("C", "warrant 7", "", begun.anke.person, NOON)
    assert take_evidence(begun.home, begun.anke, 1, "C")["quarantined"] == 1
    left, taken = Item.objects.order_by("path")
    assert (left.path, left.outcome, taken.path) == ("1 boat.jpg", "quarantined", "2 letter.txt")
    assert place.name in left.reason


def test_files_whose_folder_is_not_there_are_not_given_up(begun: Node, tips: Path) -> None:
    finished(begun.anke.unit.partners.get(), tips)
    tend_hotline(begun.home, noon)
    open_case("C", "warrant 7", "", begun.anke.person, NOON)
    tips.rename(tips.with_name("away"))
    with pytest.raises(Unavailable, match="none of the files of this report lies in"):
        take_evidence(begun.home, begun.anke, 1, "C")
    tips.with_name("away").rename(tips)
    assert sum(take_evidence(begun.home, begun.anke, 1, "C").values()) == 1


def test_only_those_who_read_reports_read_these(begun: Node, tips: Path) -> None:
    from havre.units.models import Role, RoleName

    finished(begun.anke.unit.partners.get(), tips)
    tend_hotline(begun.home, noon)
    Role.objects.filter(person=begun.bram.person).update(name=RoleName.AUDITOR)
    with pytest.raises(Refused):
        from_platform(begun.home, begun.bram, 1)
