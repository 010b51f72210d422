"""A report as it is read by whoever receives it: nothing is lost, whatever the schema says of it."""

import re

import pytest

from havre.cybertip.table import Place, parts_of
from havre.cybertip.told import details_of, gist_of, in_parts
from havre.cybertip.values import FLAG, Kind
from havre.cybertip.write import xml_of
from havre.errors import Invalid
from tests.cybertip.whole import MINIMAL, whole

ODD = (
    "<report><incidentSummary><incidentType>Something New</incidentType><escalateToHighPriority> now! "
    "</escalateToHighPriority><incidentDateTime>yesterday</incidentDateTime></incidentSummary><internetDetails>"
    "<webPageIncident><url>https://a.example/1</url><url>https://a.example/2</url><url>https://a.example/1</url>"
    "</webPageIncident></internetDetails><reporter><reportingPerson><email type='Work'>desk@platform.example</email>"
    "</reportingPerson></reporter><brandNew kind='x'><deep>kept</deep></brandNew></report>"
)


def test_what_is_to_be_acted_on_is_found_in_a_report_with_faults_too() -> None:
    found = gist_of(ODD.encode())
    assert found.addresses == ("https://a.example/1", "https://a.example/2")
    assert (found.danger, found.when, found.contact) == (True, "yesterday", "desk@platform.example")
    assert found.lines == (
        "incidentSummary/escalateToHighPriority: now!",
        "incidentSummary/incidentType: Something New",
        "incidentSummary/incidentDateTime: yesterday",
        "internetDetails/webPageIncident/url[1]: https://a.example/1",
        "internetDetails/webPageIncident/url[2]: https://a.example/2",
        "internetDetails/webPageIncident/url[3]: https://a.example/1",
        "reporter/reportingPerson/email/@type: Work",
        "reporter/reportingPerson/email: desk@platform.example",
        "brandNew/@kind: x",
        "brandNew/deep: kept",
        *[line for line in found.lines if line.startswith("not as the schema has it: ")],
    )
    assert len(found.lines) == 12
    assert not gist_of(xml_of(MINIMAL)).danger


def said(thing: object) -> list[str]:
    """Every value of a document, as XML spells it."""
    found = []
    for part in parts_of(type(thing)):
        value = getattr(thing, part.name)
        for each in value if part.many else (value,):
            if each is None or (part.kind is FLAG and not each):
                continue
            found += [part.kind.spell(each)] if isinstance(part.kind, Kind) else said(each)
            if part.kind is FLAG:
                found.append(part.xml)
    return found


@pytest.mark.parametrize("turn", [0, 1, 2])
def test_every_field_of_a_report_is_told(turn: int) -> None:
    report = whole(turn)[0]
    told = "\n".join(gist_of(xml_of(report)).lines)
    assert [each for each in said(report) if each.strip().replace("\r\n", "\n") not in told.replace("\r\n", "\n")] == []
    assert Place.ATTRIBUTE.name == "ATTRIBUTE"


def test_only_reports_are_told() -> None:
    for document in whole(1)[1:]:
        with pytest.raises(Invalid, match="is no report but a"):
            gist_of(xml_of(document))


def test_lines_come_in_parts_within_a_length() -> None:
    assert in_parts(["ab", "cd", "e"], 5) == ["ab\ncd", "e"]
    assert in_parts(["abcdefg", "h"], 3) == ["abc", "def", "g\nh"]
    assert in_parts([], 3) == [""]
    lines = [f"{number}: " + "x" * (number % 90) for number in range(200)]
    parts = in_parts(lines, 60)
    assert max(map(len, parts)) <= 60
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", "".join(lines))


def test_of_a_file_everything_is_told_but_the_numbers_of_the_service() -> None:
    said = (
        "<fileDetails><reportId>7</reportId><fileId>a</fileId><fileName>b</fileName><new kind='x'>y</new></fileDetails>"
    )
    assert details_of(said.encode()) == ("fileName: b", "new/@kind: x", "new: y")
    with pytest.raises(Invalid):
        details_of(b"nothing")
