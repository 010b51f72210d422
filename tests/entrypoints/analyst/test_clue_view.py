"""What templates are given: rows of countries, levels of the map."""

import json

from havre.entrypoints.analyst.clue_view import (
    NAMES_IN_A_ROW,
    close_up,
    contradictions,
    heard_of,
    levels_of,
    map_data,
    rows,
)
from havre.flows.clue import Desk
from havre.linking.countries import Constraint, Said, constraint, where
from havre.series.models import Clue, Series

CIRCLE = constraint({"kind": "circle", "longitude": -1.98, "latitude": 50.72, "km": 60})
LEFT = constraint({"kind": "side", "values": ["left"], "certainty": "sure"})
ENGLISH = constraint({"kind": "language", "values": ["en"]})
MALTESE = constraint({"kind": "language", "values": ["mt"], "certainty": "sure"})


def desk(*told: tuple[int, Constraint]) -> Desk:
    clues = [Clue(pk=key, number=key, name=f"clue {key}") for key in sorted({key for key, _ in told})]
    said = where(Said(key, each) for key, each in told)
    return Desk(Series(number=1), [], clues, [], {}, said, [(-1.98, 50.72)], None, [], False)


def test_countries_of_which_the_same_was_said_stand_in_one_row() -> None:
    found = rows(desk((1, CIRCLE), (2, ENGLISH), (2, LEFT)))
    assert (found[0].countries, found[0].count, found[0].of, found[0].points) == ("United Kingdom", 3, 3, 8)
    assert found[0].speaks_for == "1 clue 1, 2 clue 2 (Official language: English), 2 clue 2 (Drives on the left)"
    assert (found[0].against, found[0].silent, found[0].level) == ("", "", 3)
    many = next(row for row in found if row.every)
    assert len(many.every.split(", ")) > NAMES_IN_A_ROW
    assert many.countries.endswith(" more")
    assert many.against == "1 clue 1"
    shown = [name for row in found for name in (row.every or row.countries).split(", ")]
    assert len(shown) == len(set(shown))


def test_what_is_sure_puts_a_country_into_the_rows_that_are_excluded() -> None:
    found = rows(desk((1, ENGLISH), (2, LEFT)))
    assert [row.excluded for row in found] == sorted(row.excluded for row in found)
    assert any("United States" in (row.every or row.countries) for row in found if row.excluded)
    assert all(row.level == 0 for row in found if row.excluded)


def test_a_clue_that_says_one_thing_is_called_by_its_name_alone() -> None:
    said = [Said(1, CIRCLE), Said(2, ENGLISH), Said(2, LEFT)]
    clues = [Clue(pk=1, number=1, name="sign"), Clue(pk=2, number=2, name="driver")]
    assert heard_of(said, clues)[said[0]] == "1 sign"
    assert heard_of(said, clues)[said[2]] == "2 driver (Drives on the left)"


def test_clues_that_contradict_are_named_with_what_they_say() -> None:
    france = Constraint("country", ("FR",))
    assert contradictions(desk((1, france), (2, LEFT))) == [
        ["1 clue 1 (Country: France)", "2 clue 2 (Drives on the left)"]
    ]


def test_the_map_is_given_what_the_table_says() -> None:
    held = desk((1, CIRCLE), (2, MALTESE), (3, LEFT))
    assert levels_of(held.where) == {"MT": 3}
    data = map_data(held)
    assert json.loads(data["rank"]) == {"470": 3}
    assert json.loads(data["circles"]) == [[-1.98, 50.72, 60.0]]
    assert json.loads(data["places"]) == [[-1.98, 50.72]]
    assert list(json.loads(data["middles"])) == ["470"]
    assert close_up(held)


def test_nothing_said_colours_nothing() -> None:
    held = desk()
    assert (rows(held), levels_of(held.where), contradictions(held)) == ([], {}, [])
