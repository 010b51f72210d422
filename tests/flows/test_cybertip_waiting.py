"""What is over is kept no longer than it must be, and what is written down does not repeat the report."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from havre.errors import Invalid, NotFound, Unavailable
from havre.flows.cybertip_journal import KEPT, LINES, folders_in, held
from havre.flows.cybertip_waiting import forget, waiting
from tests.cast import NOON
from tests.flows.filed import Platform, apart, filing, once

YEAR = timedelta(days=365)


def kept(platform: Platform) -> list[bool]:
    return [(folder / KEPT).exists() for folder in folders_in(platform.root)]


def test_what_was_taken_back_is_not_kept(tmp_path: Path) -> None:
    with apart(tmp_path / "platform") as platform:
        platform.hotline.faults["/upload"] = ["4200"]
        with pytest.raises(Invalid):
            platform.send()
        forget(platform.root, NOON + 2 * YEAR)
        assert kept(platform) == [True]
        platform.retract()
        assert kept(platform) == [False]
        (row,) = waiting(platform.root, NOON)
        assert (row["state"], row["trouble"]) == ("retracted", None)
        platform.send()
        once(platform.hotline)


def test_what_is_finished_is_kept_until_its_last_day_and_known_after_it(tmp_path: Path) -> None:
    with apart(tmp_path / "platform") as platform:
        first = platform.send()
        platform.clock.go(YEAR)
        assert platform.clock().date() == first.until
        (row,) = waiting(platform.root, platform.clock())
        assert (row["report"], row["state"], kept(platform)) == (first.report, "finished", [True])
        platform.clock.go(timedelta(days=1))
        (folder,) = folders_in(platform.root)
        (folder / f".{KEPT}").write_text("cut off")
        with held(platform.root, folder.name):
            forget(platform.root, platform.clock())
            assert kept(platform) == [True]
        assert len(waiting(platform.root, platform.clock())) == 1
        assert kept(platform) == [False]
        again = platform.send(preserve=lambda _said: pytest.fail("nothing is left to keep"))
        assert again == replace(first, again=True, files=dict(zip("12", first.files.values(), strict=True)))
        assert sorted(each.name for each in folder.iterdir()) == [LINES, "lock"]
        assert len(platform.hotline.reports) == 1


def test_another_report_that_is_sent_or_taken_back_forgets_what_is_over(tmp_path: Path) -> None:
    with apart(tmp_path / "platform") as platform:
        platform.send()
        platform.clock.go(2 * YEAR)
        with pytest.raises(NotFound):
            platform.retract(filing(reference="T-18"))
        assert kept(platform) == [False]
        (altered,) = folders_in(platform.root)
        (altered / LINES).write_bytes(b"x\n")
        assert not platform.send(filing(reference="T-18")).again


def test_what_is_written_down_repeats_nothing_that_the_service_said(tmp_path: Path) -> None:
    with apart(tmp_path / "platform") as platform:
        platform.hotline.faults["/upload"] = ["4200"]
        with pytest.raises(Invalid, match=r"\(4200: code 4200\)"):
            platform.send()
        platform.hotline.faults["/upload"] = ["1110"] * 3
        with pytest.raises(Unavailable, match=r"\(1110 code 1110\)"):
            platform.send()
        (folder,) = folders_in(platform.root)
        assert b"code " not in (folder / LINES).read_bytes()
        assert waiting(platform.root, NOON)[0]["trouble"] == "upload: the service does not take it now (1110)"
