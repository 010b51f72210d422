"""A report without a reference that was changed in a word is not sent twice; one that is another is sent."""

import json
from pathlib import Path
from typing import Any

import pytest

from havre.cybertip.filing import Filing
from havre.errors import Invalid, Refused
from havre.flows.cybertip_alike import Traits
from havre.flows.cybertip_journal import LINES, folders_in
from tests.flows.filed import SAID, Platform, apart, filing


def unnamed(**changed: Any) -> Filing:
    """The report without a reference, changed."""
    return filing(reference="", report=SAID["report"] | changed)


ANOTHER = {
    "incidentSummary": SAID["report"]["incidentSummary"] | {"incidentDateTime": "2026-03-01T21:00:00Z"},
    "internetDetails": [{"webPageIncident": {"url": ["https://platform.example/post/8"]}}],
    "personOrUserReported": [{"espIdentifier": "u-8", "screenName": "bay"}],
}


def refusal(platform: Platform, what: Filing) -> str:
    with pytest.raises(Refused) as error:
        platform.send(what)
    return str(error.value)


def test_what_looks_like_a_finished_report_is_refused_with_how_to_go_on(tmp_path: Path) -> None:
    with apart(tmp_path / "platform") as platform:
        first = platform.send(unnamed())
        said = refusal(platform, unnamed(additionalInfo="one word more"))
        assert said.startswith(f"this looks like report {first.report} (")
        assert "was finished on 2026-03-02: both have a file, an account, an address and the time" in said
        assert said.endswith("needs a reference of its own: --reference")
        assert len(platform.hotline.reports) == 1
        assert platform.send(unnamed()).again  # the same is the same
        assert not platform.send(filing(reference="T-18")).again
        assert not platform.send(unnamed(**ANOTHER)).again  # the same file alone is no likeness
        assert len(platform.hotline.finished) == 3


def test_what_looks_like_an_open_report_is_refused_until_that_is_taken_back(tmp_path: Path) -> None:
    with apart(tmp_path / "platform") as platform:
        platform.hotline.faults["/fileinfo"] = ["4100"]
        with pytest.raises(Invalid):
            platform.send(filing())
        changed = unnamed(additionalInfo="one word more")
        said = refusal(platform, changed)
        number = next(iter(platform.hotline.reports))
        assert f"report {number} (T-17), which is open at the service" in said
        assert f"take that back first with --retract --report {number}" in said
        platform.retract()
        assert not platform.send(changed).again


def test_what_waits_to_be_sent_and_what_is_another_services_are_told_apart(tmp_path: Path) -> None:
    with apart(tmp_path / "platform") as platform:
        platform.hotline.faults["/submit"] = ["4100"]
        with pytest.raises(Invalid):
            platform.send(unnamed())
        changed = unnamed(additionalInfo="one word more")
        assert "which waits to be sent" in refusal(platform, changed)
        (folder,) = (each for each in folders_in(platform.root))
        kept = folder / "filing.json"
        kept.write_text(json.dumps(json.loads(kept.read_text()) | {"to": "https://other.example"}))
        assert not platform.send(changed).again
        (folder / LINES).write_bytes(b"x\n")  # altered: told where it is read itself


def test_two_things_in_common_are_needed() -> None:
    none: frozenset[str] = frozenset()
    one = Traits(frozenset("f"), frozenset("a"), none, frozenset("t"))
    assert one.common(Traits(frozenset("f"), none, none, none)) == ["a file"]
    assert one.common(one) == ["a file", "an account", "the time"]
