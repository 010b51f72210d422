"""`havre bench` prints one measurement a line, and says what it lacks."""

from pathlib import Path

import pytest

from havre.entrypoints.command import bench
from havre.errors import Invalid
from tests.conftest import Havre

FIELDS = {"what", "size", "ours", "peer", "ratio", "identical"}


def test_every_line_is_one_measurement(havre_without_home: Havre) -> None:
    done = havre_without_home("bench", "fingerprint", "--size", 40_000, "--size", 90_000, "--json")
    assert done.exit == 0
    assert [line["size"] for line in done.lines] == [40_000, 90_000]
    assert all(set(line) > FIELDS and line["identical"] for line in done.lines)


def test_the_last_line_of_search_is_the_worst_that_is_not_hostile(havre_without_home: Havre) -> None:
    lines = havre_without_home("bench", "search", "--size", 300, "--json").lines
    assert all(line["identical"] and line["bytes_per_entry"] for line in lines)
    assert lines[0]["what"].startswith("search hostile")
    real = [line for line in lines if "hostile" not in line["what"]]
    assert lines[-1]["worst"] is True
    assert lines[-1]["ratio"] == min(line["ratio"] for line in real)


def test_a_person_reads_times_and_how_many_times_faster(havre_without_home: Havre) -> None:
    done = havre_without_home("bench", "join", "--size", 3_000)
    assert done.exit == 0
    assert done.stdout.startswith("join, 3,000: ")
    assert " against " in done.stdout
    assert " ×, identical" in done.stdout


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"recall": 0.97, "bar": 0.95, "holds": True}, "97.0% found of 95% needed"),
        ({"recall": 0.9, "bar": 0.95, "holds": False}, "90.0% found of 95% needed, [red]falls short[/red]"),
        ({"recall": 0.5, "bar": None, "holds": True}, "50.0% found"),
    ],
)
def test_a_person_reads_which_share_was_found_and_whether_that_is_enough(line: bench.Line, told: str) -> None:
    assert bench._found_again(line).replace("[bold]", "").replace("[/bold]", "") == told


def test_a_missing_peer_is_named_in_one_sentence(havre_without_home: Havre, tmp_path: Path) -> None:
    (tmp_path / "faiss.py").write_text("raise ModuleNotFoundError(\"No module named 'faiss'\", name='faiss')\n")
    done = havre_without_home("bench", "search", "--size", 100, "--json", PYTHONPATH=str(tmp_path))
    assert (done.exit, done.stdout) == (1, "")
    assert done.stderr == "faiss is not installed, and is measured against: run `make setup`\n"


def test_without_the_checkout_there_is_nothing_to_measure_with(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="source checkout"):
        bench.measurement("search", tmp_path)


def test_what_cannot_be_measured_is_wrong_use(havre_without_home: Havre) -> None:
    assert havre_without_home("bench", "everything").exit == 2
