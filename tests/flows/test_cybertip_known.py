"""A report is known by its reference, else by what it says and what its files are, wherever they lie."""

from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from havre.cybertip.filing import Enclosed
from havre.errors import Invalid, NotFound, Refused
from havre.flows.cybertip_known import digest_of, known, lies_at, named
from havre.flows.report_platform import retract_report
from tests.flows.filed import CONTENTS, SAID, apart, filing, written


def made(folder: Path) -> Path:
    folder.mkdir()
    written(folder)
    return folder


def anonymous(**changed: Any) -> Any:
    return filing(reference="", **changed)


def test_where_files_lie_and_their_order_do_not_matter(tmp_path: Path) -> None:
    here, there = made(tmp_path / "a"), made(tmp_path / "b")
    (there / "harbour.jpg").rename(there / "boat.jpg")
    files = [SAID["files"][1], SAID["files"][0] | {"path": "boat.jpg"}]
    assert known(anonymous(), here) == known(anonymous(files=files), there)
    assert known(filing(), here).name == "T-17"
    assert known(filing(), here).source == known(anonymous(), here).source


def test_another_report_or_other_files_are_another(tmp_path: Path) -> None:
    folder = made(tmp_path / "a")
    first = known(anonymous(), folder)
    summary = SAID["report"]["incidentSummary"] | {"incidentDateTime": "2026-03-01T20:16:00Z"}
    assert known(anonymous(report=SAID["report"] | {"incidentSummary": summary}), folder).name != first.name
    undescribed = known(anonymous(files=[{"path": path} for path in CONTENTS]), folder)
    assert (undescribed.name == first.name, undescribed.was(first.source)) == (True, False)
    (folder / "letter.txt").write_bytes(b"other")
    other = known(anonymous(), folder)
    assert (other.name == first.name, other.said == first.said, other.was(first.source)) == (False, True, False)


def test_files_that_are_gone_are_taken_for_what_they_were_under_a_reference_alone(tmp_path: Path) -> None:
    folder = made(tmp_path / "a")
    before = known(filing(), folder).source
    (folder / "letter.txt").unlink()
    assert known(filing(), folder).was(before)
    assert not known(filing(files=SAID["files"][:1]), folder).was(before)
    with pytest.raises(Refused, match=r"these are not there: letter\.txt; put them there, or say --reference"):
        known(anonymous(), folder)


def test_files_lie_in_the_folder_and_are_measured(tmp_path: Path) -> None:
    folder = made(tmp_path / "a")
    assert digest_of(lies_at(folder, Enclosed("harbour.jpg"))) == sha256(CONTENTS["harbour.jpg"]).hexdigest()
    assert digest_of(folder / "none") == ""
    (folder / "link").symlink_to(tmp_path)
    with pytest.raises(Invalid, match=r"^link leads out"):
        lies_at(folder, Enclosed("link"))
    assert lies_at(folder, Enclosed(str(tmp_path), elsewhere=True)) == tmp_path.resolve()
    assert named(["a"] * 22).endswith("a and 2 more")


def test_without_a_reference_the_same_report_is_known_by_what_it_says(tmp_path: Path) -> None:
    with apart(tmp_path / "platform") as platform:
        platform.send(filing(reference=""))
        assert platform.send(filing(reference="")).again
        for name in CONTENTS:
            (platform.folder / name).rename(platform.folder / f"moved {name}")
        moved = [each | {"path": f"moved {each['path']}"} for each in reversed(SAID["files"])]
        assert platform.send(filing(reference="", files=moved)).again
        with pytest.raises(Refused, match="this was reported before"):
            platform.send(filing(reference="", files=[{"path": each["path"]} for each in moved]))
        (platform.folder / "moved letter.txt").write_bytes(b"another letter")
        with pytest.raises(Refused, match="this looks like report"):
            platform.send(filing(reference="", files=moved))
        assert len(platform.hotline.finished) == 1


def test_it_is_taken_back_by_its_number_at_the_service(tmp_path: Path) -> None:
    with apart(tmp_path / "platform") as platform:
        platform.hotline.faults["/upload"] = ["4200"]
        with pytest.raises(Invalid):
            platform.send(filing(reference=""))
        (number,) = platform.hotline.reports
        back = partial(retract_report, platform.root, world=platform.world())
        with pytest.raises(NotFound, match="no journal here is of report 1 at"):
            back(platform.service, report=1)
        with pytest.raises(NotFound, match="at this service"):
            back(replace(platform.service, address="https://other.example/"), report=number)
        assert back(platform.service, report=number) == number
        assert platform.hotline.reports[number].state == "retracted"
