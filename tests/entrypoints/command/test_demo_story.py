"""`havre demo --story ten-hours`, by three nodes and by three units of one: the same outcome, as a person types it."""

from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from havre.flows.demo_story import COUNTRIES, SCENES
from tests import command_line
from tests.command_line import Result
from tests.conftest import PROOF, Havre

STEPS = ["find", "upload", "compare", "check", "analyse", "exchange", "alert", "record"]
"""The eight of the field."""

pytestmark = [pytest.mark.xdist_group("demo story"), pytest.mark.proof]  # it is played once for all of them


def play(*words: object, folder: Path) -> Result:
    """The story to its end."""
    said = command_line.run(*words, settings=None, timeout=900, TMPDIR=str(folder))
    assert said.exit == 0, said.stderr
    return said


@pytest.fixture(scope="module")
def federated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """The story by three nodes, as a program reads it, and where it might have left something."""
    folder = tmp_path_factory.mktemp("federated")
    return play("demo", "--story", "ten-hours", "--json", folder=folder), folder


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """The story by three units of one node in a home that was named, as a person reads it, and that home."""
    home = tmp_path_factory.mktemp("central") / "story"
    return play("--home", home, "demo", "--story", "ten-hours", "--central", folder=home.parent), home


def test_a_report_is_followed_to_removal_and_nothing_is_left(tmp_path: Path) -> None:
    said = command_line.run("demo", "--story", "removal", settings=None, timeout=300, TMPDIR=str(tmp_path))
    assert said.exit == 0, said.stderr
    assert "Gone 54 hours after it was reported, after 8 letters." in said.stdout
    assert "can no longer be reached at that address" in said.stdout
    assert list(tmp_path.iterdir()) == []


def test_every_step_is_taken_and_every_node_ends_with_it_identified(federated: tuple[Result, Path]) -> None:
    said, folder = federated
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


def test_it_ends_the_same_centrally_and_federated(federated: tuple[Result, Path], central: tuple[Result, Path]) -> None:
    steps = [(each["step"], each["node"], each["what"]) for each in federated[0].json["steps"]]
    assert _steps(central[0]) == steps


@pytest.mark.skipif(not PROOF, reason="what a person reads of it is compared: played once more in `make proof`")
def test_a_program_reads_the_same_of_both(federated: tuple[Result, Path], tmp_path: Path) -> None:
    told = play("demo", "--story", "ten-hours", "--central", "--json", folder=tmp_path)
    assert _timeless(told.json) == _timeless(federated[0].json)
    assert told.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_the_country_to_which_the_clue_points_is_alerted_and_nobody_works_twice(
    federated: tuple[Result, Path],
) -> None:
    whats = {(each["step"], each["node"]): each["what"] for each in federated[0].json["steps"]}
    assert "Pillar box of the Royal Mail" in whats["alert", "GB"]
    assert {whats["alert", node] for node in ("AU", "US")} == {"leaves it to GB"}
    assert "identified by GB, the child is safe" in whats["record", "AU"]
    assert "nobody else" in whats["check", "AU"]


def test_a_person_reads_a_table_with_the_clock_of_each_step(central: tuple[Result, Path]) -> None:
    said, home = central
    rows = [line.split()[:2] for line in said.stdout.splitlines()]
    assert [row for row in rows if row[:1] and row[0] in STEPS] == [[each.step, each.country] for each in SCENES]
    assert "Seconds" in said.stdout
    assert "The series is identified in AU, identified in US, identified in GB" in said.stdout
    assert "The child is safe, as AU, US, GB know." in said.stdout
    assert "find: AU" in said.stderr
    assert list(home.parent.iterdir()) == [], "nothing is left"


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


def _steps(said: Result) -> list[tuple[str, ...]]:
    """Step, place and what came of it, as the table of a person has them: what is longer goes on in the next lines."""
    lines = iter(said.stdout.splitlines())
    heading = next(line for line in lines if line.startswith("Step "))
    where, what, at = map(heading.index, ("Where", "What", "At (UTC)"))
    found: list[tuple[str, ...]] = []
    for line in takewhile(str.strip, lines):
        cells = [part.strip() for part in (line[:where], line[where:what], line[what:at])]
        if cells[0]:
            found.append(tuple(cells))
        else:
            found[-1] = (*found[-1][:2], f"{found[-1][2]} {cells[2]}")
    return found


def _timeless(told: dict[str, Any]) -> dict[str, Any]:
    steps = [{key: value for key, value in each.items() if key != "at"} for each in told["steps"]]
    return {"steps": steps, "series_state": told["series_state"], "safeguarded": told["safeguarded"]}
