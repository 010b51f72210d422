"""A platform that is killed with -9 while it reports, and starts again: its report is taken once, by a hotline too."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from havre.cybertip.write import xml_of
from havre.flows.import_reports import import_reports
from havre.hotline.models import Page, Report
from havre.settings import Settings
from tests.cast import node
from tests.flows.filed import SAID, filing, once, written
from tests.simulators.cybertip import Hotline, cybertip

POINTS = 34
"""At least as many as there are; beyond the last nothing kills it."""


def begun(path: Path, hotline: Hotline, point: int) -> "subprocess.Popen[bytes]":
    words = [sys.executable, "-m", "tests.simulators.killed_reporter", str(path), str(path.parent / "journals")]
    return subprocess.Popen([*words, hotline.address, str(point)], env={**os.environ})


def test_killed_again_and_again_it_is_reported_once(tmp_path: Path, count: Callable[[int, int], int]) -> None:
    chance = random.Random(7)
    for turn in range(count(1, 40)):
        folder = tmp_path / str(turn)
        folder.mkdir()
        path = written(folder)
        with cybertip(lambda: datetime.now(UTC)) as hotline:
            for _ in range(2):
                ended = begun(path, hotline, chance.randrange(1, POINTS)).wait(60)
                assert ended in (0, -signal.SIGKILL)
            assert begun(path, hotline, 0).wait(60) == 0
            once(hotline)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_a_platform_writes_a_hotline_reads(database: Settings, tmp_path: Path) -> None:
    escalated = SAID["report"]["incidentSummary"] | {"escalateToHighPriority": "she writes that he is at the door"}
    report = filing(report=SAID["report"] | {"incidentSummary": escalated}).report
    path = tmp_path / "T-17.xml"
    path.write_bytes(xml_of(report))
    with node(database) as here:
        done = import_reports(here.home, here.anke, path, "Platform")
        assert (done.new, done.danger, done.refused) == (1, 1, 0)
        assert Report.objects.get().danger
        assert Page.objects.get().address == "https://platform.example/post/7"
