"""A platform's report reaches the service once, whatever happens on the way (formats.md c2)."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from havre.cybertip.codes import CODES, Then
from havre.errors import HavreError, Invalid, NotFound, Refused, Unavailable
from havre.flows.cybertip_waiting import waiting
from havre.flows.report_platform import PAUSES
from tests.cast import NOON
from tests.flows.filed import CONTENTS, Platform, apart, filing, once
from tests.simulators.cybertip import Hotline
from tests.simulators.killed_reporter import Killed, dying

HOUR = timedelta(hours=1)
Count = Callable[[int, int], int]


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    """A platform with a report, and the service."""
    with apart(tmp_path / "platform") as made:
        yield made


def test_the_whole_way(platform: Platform) -> None:
    sent = platform.send()
    once(platform.hotline)
    assert platform.hotline.asked == ["/submit", "/upload", "/upload", "/fileinfo", "/finish"]
    number = next(iter(platform.hotline.reports))
    assert sent.to_json() == {
        "report": number,
        "state": "finished",
        "finished_at": NOON.isoformat(),
        "files": {"harbour.jpg": f"{0:032x}", "letter.txt": f"{1:032x}"},
        "missing_files": [],
        "keep_until": "2027-03-02",
        "preserved": False,
        "sent_before": False,
    }
    assert platform.noted == [
        ("sending", {"to": "127.0.0.1", "files": 2}),
        ("finished", {"to": "127.0.0.1", "report": number}),
    ]


def test_sent_again_nothing_leaves(platform: Platform) -> None:
    first = platform.send()
    asked = len(platform.hotline.asked)
    assert platform.send() == replace(first, again=True)
    assert len(platform.hotline.asked) == asked
    with pytest.raises(Refused, match="T-17 was reported before"):
        platform.send(filing(files=[]))


def test_what_is_not_logged_does_not_leave(platform: Platform) -> None:
    def refuses(_act: str, _detail: dict[str, object]) -> None:
        raise Unavailable("no log")

    world = replace(platform.world(), noted=refuses)
    from havre.flows.report_platform import send_report

    with pytest.raises(Unavailable, match="no log"):
        send_report(filing(), platform.folder, platform.root, platform.service, world)
    assert platform.hotline.asked == []


# ---- before ----


def test_enrichment_is_asked_for_before_anything_leaves(platform: Platform) -> None:
    def enrich(said: dict[str, Any]) -> dict[str, Any]:
        assert said["reference"] == "T-17"
        event = {"ipAddress": "192.0.2.7", "dateTime": "2026-03-01T20:14:00Z", "port": 4711}
        assert platform.hotline.asked == []
        return {"report": {"personOrUserReported": [{"espIdentifier": "u-7", "ipCaptureEvent": [event]}]}}

    platform.send(enrich=enrich)
    (held,) = platform.hotline.finished
    assert held.report.person_or_user_reported[0].ip_capture_event[0].port == 4711
    assert held.report.person_or_user_reported[0].screen_name == "harbour"


def test_a_report_whose_files_are_all_missing_is_not_sent(platform: Platform) -> None:
    for name in CONTENTS:
        (platform.folder / name).unlink()
    with pytest.raises(Refused, match=r"none of the files of this report is there \(harbour.jpg"):
        platform.send()
    assert platform.hotline.asked == []
    (platform.folder / "letter.txt").write_bytes(b"found again")
    with pytest.raises(Refused, match=r"not there: harbour\.jpg; "):
        platform.send()
    assert (platform.hotline.asked, waiting(platform.root, NOON)) == ([], [])
    assert platform.send(partial=True).missing == ("harbour.jpg",)


def test_what_was_begun_in_part_is_not_finished_in_part_unless_that_is_said_again(platform: Platform) -> None:
    (platform.folder / "letter.txt").unlink()
    platform.hotline.faults["/upload"] = ["1110"] * 3
    with pytest.raises(Unavailable):
        platform.send(partial=True)
    with pytest.raises(Refused, match=r"not there: letter\.txt; "):
        platform.send()
    assert [held.state for held in platform.hotline.reports.values()] == ["open"]
    (platform.folder / "letter.txt").write_bytes(CONTENTS["letter.txt"])
    platform.send()
    once(platform.hotline)
    assert [held.state for held in platform.hotline.reports.values()] == ["retracted", "finished"]


def test_a_report_without_files_is_one(platform: Platform) -> None:
    platform.send(filing(files=[]))
    assert platform.hotline.asked == ["/submit", "/finish"]


# ---- after ----


def test_preservation_is_recorded_with_its_last_day_and_asked_for_until_it_is(platform: Platform) -> None:
    told: list[dict[str, Any]] = []

    def fails(_said: dict[str, Any]) -> None:
        raise Unavailable("the store is away")

    assert not platform.send(preserve=fails).preserved
    assert waiting(platform.root, NOON)[0]["trouble"] == "the store is away"
    assert platform.send(preserve=told.append).preserved
    assert platform.send(preserve=told.append).until == date(2027, 3, 2)
    assert [each["keepUntil"] for each in told] == ["2027-03-02"]
    assert [each["fileId"] for each in told[0]["files"]] == [f"{0:032x}", f"{1:032x}"]
    assert waiting(platform.root, NOON) == []
    assert waiting(platform.root, NOON, every=True)[0]["preserved"] == "2027-03-02"


# ---- lapsed, taken back, changed ----


def test_what_would_lapse_is_shown_and_sent_anew(platform: Platform) -> None:
    platform.hotline.faults["/finish"] = ["http 503"] * 3
    with pytest.raises(Unavailable, match="finish: the service does not take it now"):
        platform.send()
    assert platform.waited == list(PAUSES)
    platform.hotline.faults["/upload"] = ["1110"] * 3
    (row,) = waiting(platform.root, platform.clock())
    assert (row["reference"], row["state"], row["lapses_at"]) == (
        "T-17",
        "described",
        (NOON + 24 * HOUR).isoformat(),
    )
    platform.clock.go(30 * HOUR)
    platform.hotline.faults.clear()
    platform.send()
    once(platform.hotline)
    assert [held.state for held in platform.hotline.reports.values()] == ["deleted", "finished"]


@pytest.mark.parametrize("hours", [23, 24, 30])
def test_the_24_hour_rule_between_two_files(platform: Platform, hours: int) -> None:
    platform.hotline.faults["/upload"] = ["", "1110", "1110", "1110"]
    with pytest.raises(Unavailable):
        platform.send()
    platform.clock.go(hours * HOUR)
    assert [row["state"] for row in waiting(platform.root, platform.clock())] == ["opened" if hours < 24 else "lapsed"]
    platform.send()
    once(platform.hotline)
    assert len(platform.hotline.reports) == (1 if hours < 24 else 2)


def test_an_end_that_was_not_answered_is_asked_about_however_late(platform: Platform) -> None:
    platform.hotline.faults["/finish"] = ["deaf", "cut", "cut"]
    with pytest.raises(Unavailable):
        platform.send()
    platform.clock.go(100 * HOUR)
    platform.send()
    once(platform.hotline)
    assert len(platform.hotline.reports) == 1


def test_what_is_not_finished_can_be_taken_back_and_what_is_can_not(platform: Platform) -> None:
    with pytest.raises(NotFound):
        platform.retract()
    platform.hotline.faults["/upload"] = ["4200"]
    with pytest.raises(Invalid, match=r"upload: the service can't read the file \(4200: code 4200\)"):
        platform.send()
    number = platform.retract()
    assert platform.hotline.reports[number].state == "retracted"
    platform.send()
    once(platform.hotline)
    with pytest.raises(Refused, match="is finished: only the service itself"):
        platform.retract()


def test_what_was_changed_under_way_is_taken_back_and_sent_as_it_is_now(platform: Platform) -> None:
    platform.hotline.faults["/fileinfo"] = ["4100"]
    with pytest.raises(Invalid, match="finds a fault"):
        platform.send()
    changed = filing(files=[{"path": "letter.txt"}])
    platform.send(changed)
    assert [held.state for held in platform.hotline.reports.values()] == ["retracted", "finished"]
    assert platform.hotline.finished[0].names == ["letter.txt"]


def test_what_was_changed_and_turns_out_to_be_finished_is_not_sent_again(platform: Platform) -> None:
    platform.hotline.faults["/finish"] = ["deaf", "cut", "cut"]
    with pytest.raises(Unavailable):
        platform.send()
    with pytest.raises(Refused, match="is finished at the service"):
        platform.send(filing(files=[]))
    once(platform.hotline)
    assert platform.send().again


def test_a_file_that_is_not_what_it_was_is_not_sent(platform: Platform) -> None:
    platform.hotline.faults["/upload"] = ["1110"] * 3
    with pytest.raises(Unavailable):
        platform.send()
    (platform.folder / "harbour.jpg").write_bytes(b"another")
    with pytest.raises(Refused, match=r"harbour\.jpg is not what it was"):
        platform.send()
    assert all(not held.files for held in platform.hotline.reports.values())
    (platform.folder / "harbour.jpg").unlink()
    with pytest.raises(Refused, match=r"harbour\.jpg is not what it was"):
        platform.send()
    platform.retract()
    assert platform.send(partial=True).missing == ("harbour.jpg",)


# ---- whatever the service answers ----


STEPS = ("/submit", "/upload", "/fileinfo", "/finish")
FAULTS = ("cut", "half", "deaf", "junk", "http 503", "http 429", "http 504")


def pairs(count: Count, whats: Sequence[str]) -> list[tuple[str, str]]:
    """Each of these at a step, in turn; all at all steps where everything is to be proven."""
    turns = [(STEPS[number % len(STEPS)], what) for number, what in enumerate(whats)]
    return turns if count(0, 1) == 0 else list(product(STEPS, whats))


def test_whatever_happens_once_to_a_step_it_is_reported_once(tmp_path: Path, count: Count) -> None:
    for step, fault in pairs(count, FAULTS):
        with apart(tmp_path / f"{step[1:]} {fault}") as platform:
            platform.hotline.faults[step] = [fault]
            platform.send()
            once(platform.hotline)
            assert all(held.state != "open" or not held.files for held in platform.hotline.reports.values())


@pytest.mark.parametrize("step", ["/submit", "/finish"])
def test_what_a_proxy_doubles_is_reported_once(platform: Platform, step: str) -> None:
    platform.hotline.faults[step] = ["twice"]
    platform.send()
    once(platform.hotline)


def test_a_file_that_a_proxy_doubles_is_told(platform: Platform) -> None:
    platform.hotline.faults["/upload"] = ["twice"]
    platform.send()
    (row,) = waiting(platform.root, NOON)
    assert row["trouble"] == "the service names other files than were sent: ask it which it has"


@pytest.mark.parametrize("fault", ["deaf", "junk", "other md5"])
def test_a_file_of_which_nobody_knows_whether_it_came_whole_comes_with_another_report(
    platform: Platform, fault: str
) -> None:
    platform.hotline.faults["/upload"] = ["", fault]
    platform.send()
    once(platform.hotline)
    assert [held.state for held in platform.hotline.reports.values()] == ["retracted", "finished"]


def test_a_service_that_never_says_whether_a_file_came_is_given_up(platform: Platform) -> None:
    platform.hotline.faults["/upload"] = ["deaf"] * 10
    with pytest.raises(Unavailable, match="given up 3 times"):
        platform.send()
    assert [held.state for held in platform.hotline.reports.values()] == ["retracted"] * 3


def test_every_code_at_its_step(tmp_path: Path, count: Count) -> None:
    for step, code in pairs(count, [str(code) for code in CODES if code]):
        with apart(tmp_path / f"{step[1:]} {code}") as platform:
            _answers(platform, step, int(code))


def _answers(platform: Platform, step: str, code: int) -> None:
    platform.hotline.faults[step] = [str(code)]
    follows, meaning = CODES[code]
    finished_by_that = (step, code) == ("/finish", 5102)
    sent_anew = follows is Then.ANEW and step != "/submit"
    if follows is Then.AGAIN or sent_anew or finished_by_that:
        platform.send()
        if not finished_by_that:
            once(platform.hotline)
        return
    with pytest.raises(HavreError, match=meaning) as told:
        platform.send()
    assert str(code) in str(told.value)
    assert type(told.value) is (Refused if 2000 <= code < 4000 or code in (5101, 5102) else Invalid)
    assert platform.hotline.finished == []
    assert waiting(platform.root, NOON)[0]["trouble"] == f"{step[1:]}: {meaning} ({code})"
    platform.send()
    once(platform.hotline)


def test_a_wrong_password_and_an_unknown_code_need_a_person(platform: Platform) -> None:
    platform.hotline.faults["/submit"] = ["http 403", "9999"]
    for said in ("may not do that", "not documented"):
        with pytest.raises(HavreError, match=said):
            platform.send()


def test_what_somebody_else_took_back_is_told_and_then_sent_anew(platform: Platform) -> None:
    platform.hotline.faults["/finish"] = ["5101"]
    with pytest.raises(Refused, match=r"finish: the report was taken back \(5101"):
        platform.send()
    assert waiting(platform.root, NOON)[0]["state"] == "retracted"
    platform.send()
    once(platform.hotline)


def test_a_report_that_may_not_be_taken_back_is_told(platform: Platform) -> None:
    platform.hotline.faults["/fileinfo"], platform.hotline.faults["/retract"] = ["4100"], ["3300"]
    with pytest.raises(Invalid):
        platform.send()
    with pytest.raises(Refused, match=r"retract: this user may not change this report \(3300"):
        platform.retract()
    platform.send()
    once(platform.hotline)


def test_a_service_that_is_away_or_gives_no_number_is_asked_later(platform: Platform) -> None:
    port, platform.hotline.port = platform.hotline.port, 1
    with pytest.raises(Unavailable, match="submit: the service does not take it now"):
        platform.send()
    assert platform.waited == list(PAUSES)
    platform.hotline.port = port
    platform.hotline.faults["/submit"] = ["0"]
    with pytest.raises(Unavailable, match="gave it no number"):
        platform.send()
    platform.send()
    once(platform.hotline)


# ---- killed ----


def test_killed_at_any_point_and_run_again_it_is_reported_once(tmp_path: Path, count: Count) -> None:
    with apart(tmp_path / "all") as platform, dying(0, lambda: None) as points:
        platform.send()
    assert points[0] > 25
    every = range(1, points[0] + 1)
    for point in every if count(0, 1) else random.Random(7).sample(every, 6):
        with apart(tmp_path / str(point)) as platform:
            with pytest.raises(Killed), dying(point, _die):
                platform.send()
            platform.send()
            once(platform.hotline)


def _die() -> None:
    raise Killed


def test_two_processes_never_send_one_report(platform: Platform) -> None:
    def meanwhile(_said: dict[str, Any]) -> None:
        with pytest.raises(Unavailable, match="another process"):
            platform.send()

    platform.send(enrich=meanwhile)
    once(platform.hotline)
    assert isinstance(platform.hotline, Hotline)
