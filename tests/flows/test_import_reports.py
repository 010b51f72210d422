"""A partner's file is taken in once; its totals add up; what is refused comes back."""

from datetime import timedelta
from pathlib import Path

import pytest

from havre.errors import Invalid, Unavailable
from havre.flows import import_reports as importing
from havre.flows.erase_reports import erase_reports
from havre.flows.follow_page import close_page
from havre.flows.import_reports import import_reports
from havre.flows.letters_opened import opened_addition, opened_report
from havre.hotline.models import Page, Report
from tests.cast import NOON, Node
from tests.cybertip.test_told import ODD
from tests.hotline.reported import page_of


def file(folder: Path, rows: int) -> Path:
    path = folder / "partner.csv"
    lines = [f"R-{row},https://site.example/{row % 7},{'yes' if row == 3 else ''}" for row in range(rows)]
    path.write_text("\n".join(["reference,url,danger", *lines, "R-bad,https://site.example/,perhaps"]) + "\n", "utf-8")
    return path


def test_run_again_nothing_comes_twice(begun: Node, tmp_path: Path) -> None:
    path = file(tmp_path, 60)
    first = import_reports(begun.home, begun.anke, path, "Stopline")
    assert (first.found, first.new, first.known, first.refused) == (61, 60, 0, 1)
    assert first.to_json()["bad"] == [{"line": 62, "reason": "'danger' says neither yes nor no"}]
    again = import_reports(begun.home, begun.anke, path, "Stopline")
    assert (again.found, again.new, again.known, again.refused) == (61, 0, 60, 1)
    assert (Report.objects.count(), Page.objects.count(), sum(p.reports for p in Page.objects.all())) == (60, 7, 60)
    assert (Report.objects.get(number=4).partner, Report.objects.get(number=4).danger) == ("Stopline R-3", True)
    assert import_reports(begun.home, begun.anke, path, "another partner").new == 60


def test_stopped_between_two_rounds_the_rest_comes_later(
    begun: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, taken = file(tmp_path, 12), importing._take
    monkeypatch.setattr(importing, "AT_ONCE", 5)

    def once(*args: object) -> None:
        taken(*args)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(importing, "_take", once)
    with pytest.raises(KeyboardInterrupt):
        import_reports(begun.home, begun.anke, path, "Stopline")
    monkeypatch.setattr(importing, "_take", taken)
    rest = import_reports(begun.home, begun.anke, path, "Stopline")
    assert (rest.new, rest.known) == (7, 5)


def test_what_was_erased_is_still_known_when_it_is_sent_again(begun: Node, tmp_path: Path) -> None:
    path = file(tmp_path, 1)
    import_reports(begun.home, begun.anke, path, "Stopline")
    close_page(begun.home, begun.anke, page_of("https://site.example/0").pk, "a test")
    assert erase_reports(begun.home, lambda: NOON + timedelta(days=200)) == 1
    assert Report.objects.get().partner == ""
    assert import_reports(begun.home, begun.anke, path, "Stopline").known == 1


def test_a_row_that_says_danger_of_what_was_there_is_added_and_told_so(begun: Node, tmp_path: Path) -> None:
    (calm := tmp_path / "calm.csv").write_text("reference,url\nR-1,https://site.example/0\n")
    (now := tmp_path / "now.csv").write_text("reference,url,danger\nR-1,https://site.example/0,yes\n")
    assert import_reports(begun.home, begun.anke, calm, "Stopline").danger == 0
    told = [import_reports(begun.home, begun.anke, now, "Stopline") for _time in range(2)]
    assert [(each.found, each.added, each.known, each.danger) for each in told] == [(1, 1, 0, 1), (1, 0, 1, 0)]
    assert (Report.objects.get().danger, page_of("https://site.example/0").danger) == (True, True)
    close_page(begun.home, begun.anke, page_of("https://site.example/0").pk, "a test")
    erase_reports(begun.home, lambda: NOON + timedelta(days=200))
    assert import_reports(begun.home, begun.anke, calm, "Stopline").known == 1
    again = [import_reports(begun.home, begun.anke, now, "Stopline") for _time in range(2)]
    assert [(each.new, each.known, each.danger) for each in again] == [(1, 0, 1), (0, 1, 0)]
    assert page_of("https://site.example/0").state == "received"


def test_without_a_partner_or_a_file_it_says_so(begun: Node, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="which partner"):
        import_reports(begun.home, begun.anke, tmp_path / "x", " ")
    with pytest.raises(Unavailable, match="cannot be read"):
        import_reports(begun.home, begun.anke, tmp_path / "x", "Stopline")


def test_a_report_as_the_cybertipline_has_it_is_one_report_with_all_that_it_says(begun: Node, tmp_path: Path) -> None:
    path, urls = tmp_path / "tip.xml", "".join(f"<url>https://site.example/{n}</url>" for n in range(60))
    long = ODD.replace(
        "</webPageIncident>", f"{urls}<additionalInfo>{'harbour ' * 2_000}</additionalInfo></webPageIncident>"
    )
    path.write_text(long, "utf-8")
    done = import_reports(begun.home, begun.anke, path, "Platform")
    assert done.to_json() == {"found": 1, "new": 1, "added": 0, "known": 0, "refused": 0, "danger": 1, "bad": []}
    report = Report.objects.get()
    assert (report.danger, Page.objects.count(), report.mentions.count()) == (True, 62, 62)
    assert report.partner.startswith("Platform ")
    said = [opened_report(begun.home, report), *(opened_addition(begun.home, each) for each in report.additions.all())]
    assert len(said) == 3
    assert "".join(each.seen for each in said).count("harbour") == 2_000
    assert "brandNew/deep: kept" in "".join(each.seen for each in said)
    again = import_reports(begun.home, begun.anke, path, "Platform")
    assert (again.new, again.added, again.known, again.danger) == (0, 0, 1, 0)
    assert report.additions.count() == 2


@pytest.mark.parametrize("data", [b"<report>", b"<html/>", b"<!DOCTYPE r><report/>"])
def test_xml_that_is_no_report_is_refused_with_the_reason(begun: Node, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "tip.xml"
    path.write_bytes(data)
    done = import_reports(begun.home, begun.anke, path, "Platform")
    assert (done.found, done.refused, done.bad[0].line) == (1, 1, 1)
    assert Report.objects.count() == 0
