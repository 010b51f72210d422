"""Whom to call in each country is data, and complete."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from havre.entrypoints.public.helplines import UNION, helplines, read
from havre.errors import Invalid

SHIPPED = sorted(
    each.name for each in (files("havre.entrypoints.public") / "countries").iterdir() if each.name.endswith(".json")
)
GOOD = {"emergency": [{"number": "112", "use": "emergency"}], "lines": [], "leave": "https://a.example/", "checked": ""}


@pytest.mark.parametrize("name", SHIPPED)
def test_each_file_that_comes_with_havre_can_be_read(name: str) -> None:
    found = read((files("havre.entrypoints.public") / "countries" / name).read_text("utf-8"), name)
    assert "112" in [each.number for each in found.emergency]


@pytest.mark.parametrize("country", sorted(UNION))
def test_everywhere_in_the_union_112_and_the_line_for_missing_children_are_shown(country: str) -> None:
    found = helplines(country)
    assert "112" in [each.number for each in found.emergency]
    assert "116000" in [each.number for each in found.lines]


def test_elsewhere_there_is_112(tmp_path: Path) -> None:
    assert [each.number for each in helplines("CA").emergency] == ["112"]
    assert helplines("../x") == helplines("")


def test_a_line_is_for_those_who_speak_its_language() -> None:
    names = {language: [each.name for each in helplines("BE").spoken(language)] for language in ("fr", "nl")}
    assert names == {"fr": ["Child Focus", "Écoute-Enfants"], "nl": ["Child Focus", "Awel", "1712"]}


def test_the_operators_own_file_comes_before(tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    own.write_text(json.dumps(GOOD | {"emergency": [{"number": "911", "use": "police", "hours": "always"}]}))
    (line,) = helplines("BE", own).emergency
    assert (line.number, line.shown, line.purpose, line.when) == ("911", "911", "Police", "day and night")


@pytest.mark.parametrize(
    "changed",
    [
        {"emergency": []},
        {"emergency": [{"number": "javascript:hit()", "use": "police"}]},
        {"emergency": [{"number": "112", "use": "party"}]},
        {"emergency": [{"number": "112", "use": "police", "hours": "sometimes"}]},
        {"leave": "javascript:hit()"},
        {"lines": 3},
    ],
)
def test_a_file_that_is_none_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(Invalid, match="is not a file of help lines"):
        read(json.dumps(GOOD | changed), "own.json")
    with pytest.raises(Invalid):
        read("[", "own.json")


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="HAVRE_HELPLINES"):
        helplines("BE", tmp_path / "none.json")
