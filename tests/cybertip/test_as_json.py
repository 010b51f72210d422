"""JSON says the same as the XML, one to one; what is wrong in it is told by its place."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given

from havre.cybertip.as_json import json_of, of_json
from havre.cybertip.check import Document, Problem, problems_of
from havre.cybertip.files import FileDetails
from havre.cybertip.report import Report
from tests.cybertip.whole import any_of, whole

SMALL: dict[str, Any] = {
    "incidentSummary": {"incidentType": "Child Sex Tourism", "incidentDateTime": "2026-03-02T12:00:00Z"},
    "reporter": {"reportingPerson": {"email": [{"value": "desk@platform.example", "verified": True}]}},
}


def again(document: Document) -> tuple[Any, list[Problem]]:
    found: list[Problem] = []
    said = json.loads(json.dumps(json_of(document)))
    return of_json(type(document), said, "x", found), found


@pytest.mark.parametrize("turn", range(12))
def test_every_field_comes_back_as_it_was_said(turn: int) -> None:
    for document in whole(turn):
        assert again(document) == (document, [])


@given(any_of(Report))
def test_any_report_comes_back_as_it_was_said(document: Report) -> None:
    assert again(document) == (document, [])


def wrong(said: Any) -> list[str]:
    found: list[Problem] = []
    assert of_json(Report, said, "report", found) is None
    return [str(each) for each in found]


def test_what_is_wrong_is_told_by_its_place() -> None:
    assert wrong([]) == ["report is no object"]
    assert wrong({}) == ["report/incidentSummary is missing", "report/reporter is missing"]
    assert wrong(SMALL | {"victim": {}}) == ["report/victim is no list"]
    assert wrong(SMALL | {"colour": 1, "victim": [7, {}]}) == [
        "report/colour is not in the schema",
        "report/victim[1] is no object",
        "report/victim[2]/victimPerson is missing",
    ]
    summary = {"incidentType": 3, "incidentDateTime": "2026-03-02T12:00:00", "platform": "a\x01"}
    assert wrong(SMALL | {"incidentSummary": summary}) == [
        "report/incidentSummary/incidentType is no text: '3'",
        "report/incidentSummary/platform holds the character U+0001, which XML can't carry: 'a?'",
        "report/incidentSummary/incidentDateTime says no time zone: write 2026-03-02T12:00:00+00:00 for UTC:"
        " '2026-03-02T12:00:00'",
    ]
    ages = [{"victimPerson": {"age": age}} for age in ("7", True, 7.0, 151)]
    assert [each.partition(" ")[2] for each in wrong(SMALL | {"victim": ages})] == [
        "is no whole number: '7'",
        "is no whole number: 'True'",
        "is no whole number: '7.0'",
        "is not between 0 and 150: '151'",
    ]
    found: list[Problem] = []
    assert of_json(FileDetails, {"reportId": 1, "fileId": "a", "details": [{"nameValuePair": []}]}, "f", found) is None
    assert [str(each) for each in found] == ["f/details[1]/nameValuePair is missing"]


def test_whole_degrees_are_numbers_too() -> None:
    phone = {"cellPhoneIncident": {"latitude": 51, "longitude": 4.4}}
    found: list[Problem] = []
    made = of_json(Report, SMALL | {"internetDetails": [phone]}, "report", found)
    assert found == []
    assert made.internet_details[0].cell_phone_incident.latitude == 51.0
    for degrees in (10**400, True, "51"):
        place = wrong(SMALL | {"internetDetails": [{"cellPhoneIncident": {"latitude": degrees}}]})[0]
        assert place.startswith("report/internetDetails[1]/cellPhoneIncident/latitude is no")


def junk(chance: Random, deep: int = 0) -> Any:
    plain = [None, True, 7, 1e300, float("nan"), "x", "\ud800", "", -1]
    kind = chance.randrange(4 if deep < 3 else 2)
    if kind == 2:
        return [junk(chance, deep + 1) for _ in range(chance.randrange(3))]
    if kind == 3:
        names = ["victimPerson", "reportingPerson", "url", "webPageIncident", "age", "value", "x"]
        return {name: junk(chance, deep + 1) for name in chance.sample(names, 3)}
    return chance.choice(plain)


def test_whatever_is_said_is_a_report_or_told(count: Callable[[int, int], int]) -> None:
    chance = Random(7)
    for _ in range(count(300, 30_000)):
        name = chance.choice(["incidentSummary", "reporter", "victim", "internetDetails", "additionalInfo"])
        found: list[Problem] = []
        made = of_json(Report, SMALL | {name: junk(chance)}, "report", found)
        assert made is not None or found
        assert bool(found) == bool(made is None or problems_of(made))
