"""`havre demo --story ten-hours`, by three nodes and by three units of one: the same outcome, as a person types it."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from havre.flows.demo_story import COUNTRIES, SCENES
from tests import command_line
from tests.command_line import Result
from tests.conftest import Havre

STEPS = ["find", "upload", "compare", "check", "analyse", "exchange", "alert", "record"]
"""The eight of the field."""

WAYS = {"federated": [], "central": ["--central"]}


pytestmark = pytest.mark.xdist_group("demo story")  # it is played once for all of them


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Result, Path]]:
    """The story both ways, each with where it might have left something."""
    found = {}
    for way, words in WAYS.items():
        folder = tmp_path_factory.mktemp(way)
        said = command_line.run(
            "demo", "--story", "ten-hours", *words, "--json", settings=None, timeout=900, TMPDIR=str(folder)
        )
        assert said.exit == 0, said.stderr
        found[way] = said, folder
    return found


def test_a_report_is_followed_to_removal_and_nothing_is_left(tmp_path: Path) -> None:
    said = command_line.run("demo", "--story", "removal", settings=None, timeout=300, TMPDIR=str(tmp_path))
    assert said.exit == 0, said.stderr
    assert "Gone 54 hours after it was reported, after 8 letters." in said.stdout
    assert "can no longer be reached at that address" in said.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("way", WAYS)
def test_every_step_is_taken_and_every_node_ends_with_it_identified(
    played: dict[str, tuple[Result, Path]], way: str
) -> None:
    said, folder = played[way]
    told = said.json
    assert list(told) == ["steps", "series_state", "safeguarded", "clock"]
    assert list(dict.fromkeys(each["step"] for each in told["steps"])) == STEPS
    assert all(list(each) == ["step", "node", "what", "at"] for each in told["steps"])
    at = [datetime.fromisoformat(each["at"]) for each in told["steps"]]
    assert at == sorted(at)
    assert told["series_state"] == dict.fromkeys(COUNTRIES, "identified")
    assert told["safeguarded"] == dict.fromkeys(COUNTRIES, True)
    assert list(told["clock"]) == STEPS
    assert all(seconds >= 0 for seconds in told["clock"].values())
    assert said.stderr == ""
    assert list(folder.iterdir()) == [], "nothing is left"


def test_it_ends_the_same_centrally_and_federated(played: dict[str, tuple[Result, Path]]) -> None:
    central, federated = (_timeless(played[way][0].json) for way in ("central", "federated"))
    assert central == federated


def test_the_country_to_which_the_clue_points_is_alerted_and_nobody_works_twice(
    played: dict[str, tuple[Result, Path]],
) -> None:
    whats = {(each["step"], each["node"]): each["what"] for each in played["federated"][0].json["steps"]}
    assert "Pillar box of the Royal Mail" in whats["alert", "GB"]
    assert {whats["alert", node] for node in ("AU", "US")} == {"leaves it to GB"}
    assert "identified by GB, the child is safe" in whats["record", "AU"]
    assert "nobody else" in whats["check", "AU"]


def test_a_person_reads_a_table_with_the_clock_of_each_step(havre_without_home: Havre, tmp_path: Path) -> None:
    words = ("--home", tmp_path / "story", "demo", "--story", "ten-hours", "--central")
    said = havre_without_home(*words, timeout=900)
    assert said.exit == 0, said.stderr
    rows = [line.split()[:2] for line in said.stdout.splitlines()]
    assert [row for row in rows if row[:1] and row[0] in STEPS] == [[each.step, each.country] for each in SCENES]
    assert "Seconds" in said.stdout
    assert "The series is identified in AU, identified in US, identified in GB" in said.stdout
    assert "The child is safe, as AU, US, GB know." in said.stdout
    assert "find: AU" in said.stderr
    assert not (tmp_path / "story").exists()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--story", "ten-days"), "ten-hours"),
        (("--central",), "--central belongs to --story"),
        (("--serve", "--story", "ten-hours"), "either --serve or --story"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(havre_without_home: Havre, words: tuple[str, ...], why: str) -> None:
    said = havre_without_home("demo", *words)
    assert (said.exit, said.stdout, said.stderr.count("\n")) == (1, "", 1)
    assert why in said.stderr


def _timeless(told: dict[str, Any]) -> dict[str, Any]:
    steps = [{key: value for key, value in each.items() if key != "at"} for each in told["steps"]]
    return {"steps": steps, "series_state": told["series_state"], "safeguarded": told["safeguarded"]}
