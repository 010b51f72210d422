"""A short run of the analysts: every kind of request is answered, and what is counted is what was done."""

import os
from pathlib import Path
from typing import Any

import pytest
from bench.analysts import Analyst, share, told, used_by

from bench import analysts


def test_every_act_of_a_full_home_is_answered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(analysts, "PORT", 8124)
    environment = analysts.environment_of(tmp_path / "home", "")
    plan = analysts.filled(environment, 240)
    assert (len(plan["people"]), len(plan["intakes"]), len(plan["series"]) > 0) == (20, 4, True)
    with analysts.serving(environment, analysts.PORT) as process:
        one = Analyst(analysts.PORT, 3, plan, until=0.0, counted_from=0.0)
        for act in analysts.MIX:
            one.do(act)
        assert used_by(process) > 0
    line: dict[str, Any] = told([one], 1.0)
    assert (line["wrong"], line["errors"]) == ({}, 0)
    assert set(line["kinds"]) == set(analysts.MIX) - {"look"} | {"sealed", "reveal", "veil"}
    assert line["requests_a_second"] == len(analysts.MIX) + 2


def test_a_request_that_is_refused_or_signed_out_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = {"people": [{"session": "", "csrf": ""}], "stacks": []}
    one = Analyst(1, 0, plan, until=0.0, counted_from=0.0)
    answers = iter([(200, b""), ("signed out", b""), (403, b"")])
    monkeypatch.setattr(one, "_answer", lambda *_: next(answers))
    for _ in range(3):
        one.ask("desk", "/desk")
    line = told([one], 1.0)
    assert (line["errors"], line["wrong"], line["holds"]) == (2, {"desk: signed out": 1, "desk: 403": 1}, False)


def test_where_nobody_listens_each_request_is_an_error() -> None:
    one = Analyst(1, 0, {"people": [{"session": "", "csrf": ""}], "stacks": []}, until=0.0, counted_from=0.0)
    assert one.ask("desk", "/desk") == b""
    assert dict(one.wrong) == {"desk: ConnectionRefusedError": 1}


def test_shares_are_of_sorted_times() -> None:
    times = [each / 100 for each in range(100)]
    assert (share(times, 0.5), share(times, 0.95), share([7.0], 0.99), share([], 0.5)) == (0.5, 0.95, 7.0, 0.0)


def test_a_mix_is_seven_in_ten_lists_two_opened_one_written() -> None:
    mix = analysts.MIX
    requests = sum(mix.values()) + 2 * mix["look"]
    opened = sum(mix[kind] for kind in ("media", "series", "compare", "look"))
    written = mix["judge"] + mix["comment"] + 2 * mix["look"]
    assert (requests, opened, written) == (100, 20, 10)


def test_processor_time_of_children_counts() -> None:
    before = used_by(os.getpid())
    sum(range(3_000_000))
    assert used_by(os.getpid()) > before
