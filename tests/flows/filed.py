"""A made-up report of a platform with two files, and whoever files it at the simulated service."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from havre.cybertip.filing import Filing, filing_of
from havre.flows.cybertip_known import known
from havre.flows.cybertip_line import Tipline, tipline_of
from havre.flows.report_platform import Sent, World, retract_report, send_report
from tests.simulators.cybertip import CREDENTIAL, Clock, Hotline, cybertip

SAID: dict[str, Any] = {
    "reference": "T-17",
    "report": {
        "incidentSummary": {
            "incidentType": "Online Enticement of Children for Sexual Acts",
            "incidentDateTime": "2026-03-01T20:15:00Z",
        },
        "internetDetails": [{"webPageIncident": {"url": ["https://platform.example/post/7"]}}],
        "reporter": {"reportingPerson": {"email": [{"value": "safety@platform.example"}]}},
        "personOrUserReported": [{"espIdentifier": "u-7", "screenName": "harbour"}],
    },
    "files": [
        {"path": "harbour.jpg", "details": {"fileViewedByEsp": True, "originalFileName": "boat.jpg"}},
        {"path": "letter.txt"},
    ],
}
CONTENTS = {"harbour.jpg": b"a boat\r\n--havre--\r\n" * 9_000, "letter.txt": b""}


def written(folder: Path, **changed: Any) -> Path:
    """The report and its files, in a folder."""
    for name, content in CONTENTS.items():
        (folder / name).write_bytes(content)
    path = folder / "report.json"
    path.write_text(json.dumps(SAID | changed), "utf-8")
    return path


def filing(**changed: Any) -> Filing:
    """The report as a value."""
    return filing_of(SAID | changed).must_be_right()


@dataclass
class Platform:
    """Whoever files it, from a folder, with a clock that the service shares."""

    folder: Path
    hotline: Hotline
    clock: Clock
    waited: list[float] = field(default_factory=list)
    noted: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        written(self.folder)

    @property
    def root(self) -> Path:
        """Where its journals lie."""
        return self.folder / "journals"

    @property
    def service(self) -> Tipline:
        """The service, as it is set up."""
        return tipline_of(self.hotline.address, CREDENTIAL, None)

    def world(self, **more: Any) -> World:
        """What is outside."""
        return World(self.clock, self.waited.append, lambda act, detail: self.noted.append((act, detail)), **more)

    def send(self, what: Filing | None = None, *, partial: bool = False, **more: Any) -> Sent:
        """File it, or go on."""
        world = self.world(**more)
        return send_report(what or filing(), self.folder, self.root, self.service, world, partial=partial)

    def retract(self, what: Filing | None = None) -> int:
        """Take it back."""
        name = known(what or filing(), self.folder).name
        return retract_report(self.root, self.service, self.world(), name=name)


@contextmanager
def apart(folder: Path) -> Iterator[Platform]:
    """A platform in a folder of its own, and a service."""
    folder.mkdir()
    clock = Clock()
    with cybertip(clock) as hotline:
        yield Platform(folder, hotline, clock)


def once(hotline: Hotline) -> None:
    """Exactly one report is finished at the service, with each file and what is said of it once."""
    (held,) = hotline.finished
    assert held.report == filing().report
    assert list(held.files.values()) == list(CONTENTS.values())
    assert held.names == list(CONTENTS)
    ((first, *more),) = held.said.values()
    assert all(each == first for each in more)
    assert (first.original_file_name, first.file_id) == ("boat.jpg", next(iter(held.files)))
