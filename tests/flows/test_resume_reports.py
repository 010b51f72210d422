"""Everything that waits goes on, each with its own outcome; the totals add up, and what is late is said."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from havre.errors import HavreError, NotFound, Refused, Unavailable
from havre.flows.cybertip_journal import KEPT, LINES, held, key_of
from havre.flows.cybertip_line import preserved, tipline_of
from havre.flows.cybertip_waiting import waiting
from havre.flows.report_platform import retract_report
from havre.flows.resume_reports import ENOUGH, resume_reports, warnings
from tests.cast import NOON
from tests.flows.filed import Platform, apart, filing, once
from tests.simulators.cybertip import CREDENTIAL

HOUR = timedelta(hours=1)


def begun(platform: Platform, reference: str, step: str, code: str = "3300") -> None:
    """A report that stopped at this step."""
    platform.hotline.faults[step] = [code]
    with pytest.raises(HavreError):
        platform.send(filing(reference=reference))


def resumed(platform: Platform, **more: Any) -> dict[str, str]:
    """What became of each."""
    done = resume_reports(platform.root, platform.service, platform.world(**more))
    return {each.reference: each.became for each in done}


def test_each_goes_on_from_where_it_was(tmp_path: Path) -> None:
    with apart(tmp_path / "platform") as platform:
        steps = ("/submit", "/upload", "/fileinfo", "/finish")
        for number, step in enumerate(steps):
            begun(platform, f"T-{number}", step)
        begun(platform, "T-bad", "/finish")
        platform.send(filing(reference="T-done"))
        # The first to be deleted come first, and what was never opened last.
        platform.hotline.faults["/finish"] = ["", "", "", "3300"]
        came = resumed(platform)
        assert came == {"T-0": "finished", "T-1": "finished", "T-2": "finished", "T-3": "finished", "T-bad": "waits"}
        assert len(platform.hotline.finished) == 5
        assert resumed(platform) == {"T-bad": "finished"}
        assert resumed(platform) == {}


def test_what_lapsed_is_sent_anew_and_told(tmp_path: Path) -> None:
    with apart(tmp_path / "platform") as platform:
        begun(platform, "T-17", "/fileinfo")
        platform.clock.go(19 * HOUR)
        (soon,) = warnings(waiting(platform.root, platform.clock()), platform.clock())
        assert "is deleted at 2026-03-03T12:00:00+00:00 unless finished" in soon
        platform.clock.go(-2 * HOUR)
        assert warnings(waiting(platform.root, platform.clock()), platform.clock()) == []
        platform.clock.go(9 * HOUR)
        (late,) = warnings(waiting(platform.root, platform.clock()), platform.clock())
        assert late.endswith("(T-17) was not finished in time: it was never reported")
        assert resumed(platform) == {"T-17": "finished"}
        once(platform.hotline)


def test_what_a_person_takes_back_is_taken_back_and_not_sent(tmp_path: Path) -> None:
    with apart(tmp_path / "platform") as platform:
        begun(platform, "T-17", "/finish")
        platform.hotline.faults["/retract"] = ["1000"] * 3
        with pytest.raises(Unavailable):
            platform.retract()
        assert resumed(platform) == {"T-17": "retracted"}
        assert (platform.hotline.finished, [each.state for each in platform.hotline.reports.values()]) == (
            [],
            ["retracted"],
        )
        assert resumed(platform) == {}


@pytest.mark.parametrize("stopped", ["never opened", "lapsed", "given up"])
def test_what_is_taken_back_while_nothing_is_open_is_never_sent(tmp_path: Path, stopped: str) -> None:
    with apart(tmp_path / "platform") as platform:
        platform.hotline.faults["/submit"] = ["3300"] if stopped == "never opened" else ["", "3300"]
        platform.hotline.faults["/upload"] = (
            [] if stopped == "never opened" else ["5001" if stopped == "lapsed" else "deaf"]
        )
        with pytest.raises(HavreError):
            platform.send()
        assert len(platform.hotline.finished) == 0
        assert platform.retract() == 0
        (row,) = waiting(platform.root, NOON)
        assert (row["state"], row["kept"]) == ("retracted", False)
        assert (resumed(platform), platform.hotline.finished) == ({}, [])
        with pytest.raises(NotFound, match="none waits to be sent"):
            platform.retract()
        platform.send()
        once(platform.hotline)


def test_what_is_only_given_up_is_sent_anew_though_it_was_killed_in_between(tmp_path: Path) -> None:
    with apart(tmp_path / "platform") as platform:
        platform.hotline.faults["/upload"] = ["deaf"]
        platform.hotline.faults["/submit"] = ["", "3300"]
        with pytest.raises(HavreError):
            platform.send(filing())
        assert resumed(platform) == {"T-17": "finished"}
        once(platform.hotline)


def test_what_another_service_or_process_has_is_left_to_it(tmp_path: Path) -> None:
    with apart(tmp_path / "platform") as platform:
        begun(platform, "T-17", "/finish")
        other = tipline_of("http://127.0.0.1:1/ispws", CREDENTIAL, None)
        (there,) = resume_reports(platform.root, other, platform.world())
        assert (there.became, there.why) == ("elsewhere", platform.service.address)
        (folder,) = (each for each in platform.root.iterdir())
        with held(platform.root, folder.name):
            (busy,) = resume_reports(platform.root, platform.service, platform.world())
        assert (busy.became, "another process" in busy.why) == ("waits", True)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        (KEPT, b"[1]", "filing.json was altered: somebody must look"),
        (KEPT, b'{"filing": {"report": {}}, "elsewhere": []}', "incidentSummary"),
        (LINES, b"x\n", "journal.jsonl was altered: somebody must look"),
        (LINES, b'{"what": "finished", "at": "2026-03-02T12:00:00+00:00", "report": 7}\n', "which it never opened"),
    ],
)
def test_one_journal_that_does_not_read_stops_no_other(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    with apart(tmp_path / "platform") as platform:
        begun(platform, "T-bad", "/submit")
        begun(platform, "T-17", "/submit")
        (platform.root / key_of(platform.service.address, "T-bad") / name).write_bytes(content)
        rows = waiting(platform.root, NOON)
        (bad,) = (row for row in rows if row["reference"] != "T-17")
        assert (len(rows), bad["state"], bad["kept"], why in bad["trouble"]) == (2, "waits", True, True)
        done = resume_reports(platform.root, platform.service, platform.world())
        assert {each.reference: each.became for each in done} == {"T-17": "finished", bad["reference"]: "waits"}
        assert why in next(each.why for each in done if each.reference != "T-17")
        with pytest.raises(Refused, match="this looks like report"):
            platform.send(filing(reference=""))
        with pytest.raises(NotFound, match="no journal here is of report 99"):
            retract_report(platform.root, platform.service, platform.world(), report=99)


def test_of_a_service_that_takes_nothing_not_all_are_asked(tmp_path: Path) -> None:
    with apart(tmp_path / "platform") as platform:
        for number in range(ENOUGH + 1):
            begun(platform, f"T-{number}", "/finish")
        platform.hotline.faults["/finish"] = ["1000"] * 3 * (ENOUGH + 1)
        done = resume_reports(platform.root, platform.service, platform.world())
        assert {each.became for each in done} == {"waits"}
        assert [each.why for each in done].count("the service did not take those before it") == 1
        assert done[0].to_json()["report"] == next(iter(platform.hotline.reports))


def test_what_is_finished_is_asked_to_be_kept_until_it_is(tmp_path: Path) -> None:
    with apart(tmp_path / "platform") as platform:
        platform.send()

        def fails(_said: dict[str, Any]) -> None:
            raise Unavailable("no disk")

        assert resumed(platform, preserve=fails) == {"T-17": "waits"}
        assert resumed(platform, preserve=lambda _said: None) == {"T-17": "preserved"}
        assert resumed(platform, preserve=lambda _said: pytest.fail("it is kept")) == {}


def test_a_service_that_does_not_take_until_when_it_is_kept_is_no_hotline_with_havre(tmp_path: Path) -> None:
    with apart(tmp_path / "platform") as platform:
        platform.send()
        world = replace(platform.world(preserve=lambda _said: None), tell=True)
        (done,) = resume_reports(platform.root, platform.service, world)
        assert (done.became, "leave out --tell-preserved" in done.why) == ("waits", True)
        platform.hotline.port = 1
        with pytest.raises(Unavailable, match="was not told"):
            preserved(platform.service, 7, NOON.date())
