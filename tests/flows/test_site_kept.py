"""What a capture holds goes on its day, whatever cut that off; what was counted of it stays in the dossier."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.flows import site_kept
from havre.flows.dossier import open_dossier
from havre.flows.holding import alone_at
from havre.flows.site_kept import erase_captures, keep_capture, list_due
from havre.flows.site_shown import show_site
from havre.flows.tend_hotline import tend_hotline
from havre.hotline.policy import CAPTURE_DAYS
from havre.sites.models import Capture, Captured, Content
from havre.sites.queries import seen_at
from tests.captures import digest, listed, read
from tests.cast import NOON, Node
from tests.notices.standing import at
from tests.seizure import seizure

DAY = timedelta(days=1)
LAST = (NOON + CAPTURE_DAYS * DAY).date()


def test_a_capture_is_kept_as_long_as_its_case_else_as_the_policy_says(begun: Node, tmp_path: Path) -> None:
    case = open_dossier(begun.home, begun.bram, "2026-31", "a warrant", "a test")
    read(begun, seizure(tmp_path / "folder", range(1)), "Quay", case="2026-31", workers=1)
    read(begun, listed(tmp_path / "a.csv", range(3)), "Quay")
    assert set(Capture.objects.values_list("retain_until", flat=True)) == {LAST, case.retain_until}


def test_read_again_into_a_case_it_is_kept_until_the_later_day(begun: Node, tmp_path: Path) -> None:
    case = open_dossier(begun.home, begun.bram, "2026-31", "a warrant", "a test")
    folder = seizure(tmp_path / "folder", range(1))
    read(begun, folder, "Quay", workers=1)
    for stands, then in ((LAST, max(LAST, case.retain_until)), (date(2040, 1, 1), date(2040, 1, 1)), (None, None)):
        Capture.objects.update(retain_until=stands)
        read(begun, folder, "Quay", case="2026-31", workers=1)
        assert Capture.objects.get().retain_until == then
    Capture.objects.update(retain_until=NOON.date())
    read(begun, folder, "Quay", workers=1)  # into no case: as it was
    assert Capture.objects.get().retain_until == NOON.date()


def test_on_its_day_the_rows_go_and_the_figures_stay(begun: Node, tmp_path: Path) -> None:
    told = read(begun, listed(tmp_path / "a.csv", range(10), source="https://www.instagram.com/p/1"), "Quay")
    read(begun, listed(tmp_path / "b.csv", range(2)), "Quay")
    Capture.objects.exclude(pk=str(told["capture"])).update(retain_until=LAST + DAY)
    evening = NOON + CAPTURE_DAYS * DAY
    assert [each.pk for each in list_due(begun.home, at(begun.bram, evening - 9 * DAY), 10)] == [told["capture"]]
    assert list_due(begun.home, at(begun.chiara, evening)) == []
    assert erase_captures(begun.home, lambda: evening) == 0
    with alone_at(begun.home, f"capture-{told['capture']}"):  # somebody reads it on
        assert erase_captures(begun.home, lambda: evening + DAY) == 0
    assert tend_hotline(begun.home, lambda: evening + DAY).erased == 1
    assert tend_hotline(begun.home, lambda: evening + DAY).erased == 0
    assert (Captured.objects.count(), Content.objects.count()) == (2, 2)
    assert seen_at(begun.bram.person, bytes.fromhex(digest(9))) == []
    shown = next(
        each for each in show_site(begun.home, begun.bram, "Quay")["captures"] if each["capture"] == told["capture"]
    )
    assert {name: shown[name] for name in ("good", "media", "path", "finished_at", "erased_at")} == {
        "good": 10,
        "media": 10,
        "path": "",
        "finished_at": None,
        "erased_at": (evening + DAY).isoformat(timespec="seconds"),
    }
    entry = Entry.objects.get(verb="erasure")
    assert json.loads(entry.detail) == {"act": "erased on its day", "good": 10, "media": 10}
    assert read(begun, tmp_path / "a.csv", "Quay")["again"] is False


def test_a_capture_without_a_last_day_is_due_until_it_is_given_one_and_nothing_erases_it(
    begun: Node, tmp_path: Path
) -> None:
    numbers = [read(begun, listed(tmp_path / f"{each}.csv", range(each)), "Quay")["capture"] for each in (1, 2, 3)]
    Capture.objects.filter(pk=numbers[1]).update(retain_until=None)
    Capture.objects.filter(pk=numbers[2]).update(retain_until=LAST + 300 * DAY)
    evening = NOON + CAPTURE_DAYS * DAY
    assert [each.pk for each in list_due(begun.home, begun.bram, 0)] == [numbers[1]]
    assert [each.pk for each in list_due(begun.home, at(begun.bram, evening))] == [numbers[1], numbers[0]]
    assert list_due(begun.home, at(begun.chiara, evening)) == []
    assert erase_captures(begun.home, lambda: evening + 900 * DAY) == 2
    assert isinstance(numbers[1], int)
    keep_capture(begun.home, begun.anke, "Quay", numbers[1], LAST, "the trial goes on")
    assert list_due(begun.home, begun.bram, 0) == []


def test_killed_while_it_is_erased_the_next_go_ends_it(
    begun: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(Exception):
        pass

    def killed(_capture: Capture) -> None:
        raise KilledError

    read(begun, listed(tmp_path / "a.csv", range(4)), "Quay")
    after = NOON + (CAPTURE_DAYS + 1) * DAY
    with monkeypatch.context() as patched:
        patched.setattr(site_kept, "remove_rows", killed)
        with pytest.raises(KilledError):
            erase_captures(begun.home, lambda: after)
    with pytest.raises(NotFound):  # what is half erased is kept by nobody
        keep_capture(begun.home, at(begun.anke, after), "Quay", Capture.objects.get().pk, LAST + 30 * DAY, "x")
    assert (Captured.objects.count(), seen_at(begun.bram.person, bytes.fromhex(digest(1)))) == (4, [])
    assert (erase_captures(begun.home, lambda: after), Captured.objects.count()) == (1, 0)


def test_a_supervisor_keeps_it_longer_for_a_reason(begun: Node, tmp_path: Path) -> None:
    number = read(begun, listed(tmp_path / "a.csv", range(2)), "Quay")["capture"]
    assert isinstance(number, int)
    acting, later = begun.anke, LAST + 30 * DAY
    keep_capture(begun.home, acting, "Quay", number, later, "the trial goes on")
    assert Capture.objects.get().retain_until == later
    assert erase_captures(begun.home, lambda: NOON + (CAPTURE_DAYS + 1) * DAY) == 0
    for until, because in ((later, "again"), (date(2040, 1, 1), "for ever"), (later + DAY, "")):
        with pytest.raises(Invalid):
            keep_capture(begun.home, acting, "Quay", number, until, because)
    for standing in (None, LAST):  # a day that is over would erase it
        Capture.objects.update(retain_until=standing)
        for until in (NOON.date() - DAY, NOON.date()):
            with pytest.raises(Invalid):
                keep_capture(begun.home, acting, "Quay", number, until, "a slip")
    Capture.objects.update(retain_until=NOON.date() - 9 * DAY)
    with pytest.raises(Invalid):
        keep_capture(begun.home, acting, "Quay", number, NOON.date() - DAY, "a slip")
    for wrong in (number + 1, 0, 1 << 70):
        with pytest.raises(NotFound):
            keep_capture(begun.home, acting, "Quay", wrong, later + DAY, "x")
    with pytest.raises(Refused):
        keep_capture(begun.home, begun.bram, "Quay", number, later + DAY, "x")
