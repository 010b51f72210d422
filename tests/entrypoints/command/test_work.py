"""`havre intake --later` leaves films, sounds and features; `havre work` does them; items and searches tell."""

import json
from pathlib import Path

import pytest

from tests import films
from tests.conftest import Havre
from tests.sources import lay


@pytest.fixture
def begun(havre: Havre) -> Havre:
    assert havre("init", "--country", "BE", "--unit", "Federal Police", "--person", "anke").exit == 0
    assert havre("case", "open", "A", "--basis", "warrant").exit == 0
    return havre


def test_what_was_left_is_done_and_told(begun: Havre, tmp_path: Path) -> None:
    folder = lay(tmp_path / "in", {"a": films.film(1), "b": films.part(1, 2, 6), "c": films.whole("astronaut")})
    taken = begun("intake", "A", folder, "--later", "--json").json
    assert (taken["new"], taken["waiting"]) == (3, 3)
    assert "3 of them have yet to be looked into: run `havre work`" in begun("intake", "A", folder).stdout
    some = begun("work", "--limit", "1", "--json").json
    assert (some["done"], some["waiting"]) == (1, 2)
    assert "2 media looked into, 1 items changed their outcome" in begun("work").stdout
    assert begun("work", "--json").json["done"] == 0
    again = begun("intake", "A", folder, "--items", tmp_path / "items", "--json").json
    assert (again["new"], again["repeat"], again["waiting"]) == (2, 1, 0)
    row = json.loads((tmp_path / "items").read_text().splitlines()[1])
    (match,) = [each for each in row["matched"] if each["kind"] == "segment"]
    assert match["path"] == f"{folder}/a"
    assert match["match_span"] == pytest.approx([2, 6], abs=0.5)
    assert match["expected_false"] < 1e-6


def test_a_region_is_searched_and_a_bad_one_explained(begun: Havre, tmp_path: Path) -> None:
    folder = lay(tmp_path / "in", {"c": films.whole("astronaut")})
    begun("intake", "A", folder)
    person = begun("search", folder / "c", "--region", "130,30,200,200")
    assert person.exit == 0
    assert "same place/object" in person.stdout
    assert "points" in person.stdout
    (match,) = begun("search", folder / "c", "--region", "130,30,200,200", "--json").json
    assert match["kind"] == "place"
    for region, words in (("1,2,3", "four numbers"), ("0,0,9999,5", "outside the picture"), ("0,0,0,5", "outside")):
        wrong = begun("search", folder / "c", "--region", region)
        assert wrong.exit == 1
        assert words in wrong.stderr
