"""A platform that is killed with -9 while it reports, and starts again: its report is taken once, by a hotline too."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from havre.cases.open import open_case
from havre.cybertip.write import xml_of
from havre.entrypoints.command.serve import platform
from havre.flows.cybertip_line import tipline_of
from havre.flows.import_reports import import_reports
from havre.flows.open_door import open_door
from havre.flows.platform_tips import from_platform, take_evidence
from havre.flows.report_platform import World
from havre.flows.resume_reports import resume_reports
from havre.flows.tend_hotline import tend_hotline
from havre.hotline.models import Page, Partner, Report
from havre.hotline.partners import key_digest
from havre.settings import Settings
from tests.cast import NOON, Node, node
from tests.flows.filed import CONTENTS, SAID, filing, once, written
from tests.preloaded import begun_server
from tests.simulators.cybertip import CREDENTIAL, Hotline, cybertip
from tests.web import free_port, wait_for

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


def reporter(here: Node) -> Partner:
    """A platform whose key is the password of the simulators, at an open door."""
    open_door(here.home, here.anke)
    digest = key_digest(CREDENTIAL.partition(":")[2])
    return Partner.objects.create(unit=here.anke.unit, name="Platform", digest=digest, made_at=NOON, tipline=True)


@contextmanager
def tipline(settings: Settings) -> Iterator[str]:
    """The address at which a hotline really takes reports of platforms."""
    port = free_port()
    environment = {**os.environ, "HAVRE_HOME": str(settings.home), "HAVRE_DATABASE": settings.database}
    process = begun_server(platform(port, 1)[2:], environment)
    try:
        wait_for(f"http://127.0.0.1:{port}/cybertip/xsd", lambda: process.exitcode)
        yield f"http://127.0.0.1:{port}/cybertip"
    finally:
        process.terminate()
        process.join(20)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_killed_again_and_again_a_hotline_has_its_report_once_with_its_files(
    database: Settings, tmp_path: Path, count: Callable[[int, int], int]
) -> None:
    chance = random.Random(8)
    with node(database) as here:
        reporter(here)
        open_case("C", "warrant 7", "", here.anke.person, NOON)
        with tipline(database) as address:
            for turn in range(count(1, 20)):
                folder = tmp_path / str(turn)
                folder.mkdir()
                path = written(folder)
                for point in (chance.randrange(1, POINTS), 0):
                    words = [str(path), str(folder / "journals"), address, str(point)]
                    words = [sys.executable, "-m", "tests.simulators.killed_reporter", *words]
                    again = subprocess.run(words, check=False)
                assert again.returncode == 0
                tend_hotline(here.home, lambda: datetime.now(UTC))
                report = Report.objects.get(number=turn + 1)
                assert report.partner.startswith("Platform: ")
                world = World(lambda: datetime.now(UTC), lambda _seconds: None, preserve=lambda _said: None, tell=True)
                (kept,) = resume_reports(folder / "journals", tipline_of(address, CREDENTIAL, None), world)
                assert kept.became == "preserved"
                found = from_platform(here.home, here.anke, report.number)
                assert found is not None
                assert found.kept_until == found.keep_until
                first, second = found.files
                assert (first.name, first.bytes) == ("harbour.jpg", len(CONTENTS["harbour.jpg"]))
                assert (second.name, second.bytes, second.said) == ("letter.txt", 0, [])
                assert first.said == ["originalFileName: boat.jpg", "fileViewedByEsp: true"]
        assert Report.objects.count() == count(1, 20)
        assert Page.objects.get().address == "https://platform.example/post/7"
        assert take_evidence(here.home, here.anke, 1, "C")
