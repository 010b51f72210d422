"""Whatever XML comes: a document, or what is wrong with it by place; what is unknown comes back as notes."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.cybertip.files import ReportResponse
from havre.cybertip.read import document_of, read
from havre.cybertip.report import Report
from havre.cybertip.write import xml_of
from havre.errors import Invalid
from tests.cybertip.whole import MINIMAL, whole

SUMMARY = (
    "<incidentSummary><incidentType>Child Sex Tourism</incidentType>"
    "<incidentDateTime>2026-03-02T12:00:00Z</incidentDateTime></incidentSummary>"
)
REPORTER = "<reporter><reportingPerson/></reporter>"


def problems(inner: str) -> list[str]:
    return [str(each) for each in read(f"<report>{inner}</report>".encode()).problems]


def test_what_the_schema_does_not_have_comes_back_as_notes_and_costs_nothing() -> None:
    xml = (
        '<report xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="x" later="1">'
        f"{SUMMARY}<newThing two='2'><inner>harbour</inner></newThing>{REPORTER}loose"
        "<victim><victimPerson><firstName kind='z'>A<b>c</b></firstName><ageAssertionDiscrepancy>true"
        "</ageAssertionDiscrepancy></victimPerson></victim></report>"
    )
    found = read(xml.encode())
    assert found.problems == []
    assert isinstance(found.document, Report)
    assert found.document.victim[0].victim_person.first_name == "A"
    assert (len(found.dropped), found.understood) == (len(found.notes), [])
    for note, dropped in zip(found.notes, found.dropped, strict=True):
        assert note.place == dropped.place
        assert (dropped.why, note.why.startswith(f"{dropped.why}: ")) == (dropped.why.partition(":")[0], True)
    assert [str(each) for each in found.notes] == [
        "report/@later is not in the schema: '1'",
        "report holds text beside its elements: 'loose'",
        "report/newThing/@two is not in the schema: '2'",
        "report/newThing/inner is not in the schema: 'harbour'",
        "report/victim[1]/victimPerson/firstName/@kind is not in the schema: 'z'",
        "report/victim[1]/victimPerson/firstName/b is not in the schema: 'c'",
        "report/victim[1]/victimPerson/ageAssertionDiscrepancy is not in the schema: 'true'",
    ]


def test_order_and_occurrence_are_checked() -> None:
    assert problems(SUMMARY + REPORTER) == []
    assert problems(REPORTER + SUMMARY) == ["report/incidentSummary stands behind reporter, and belongs before it"]
    assert problems(SUMMARY) == ["report/reporter is missing"]
    assert problems(SUMMARY + SUMMARY + REPORTER) == ["report/incidentSummary[2] stands more than once"]
    mixed = "<victim><victimPerson><age>7</age><firstName>A</firstName></victimPerson></victim>"
    wanted = "report/victim[1]/victimPerson/firstName stands behind age, and belongs before it"
    assert problems(SUMMARY + REPORTER + mixed) == [wanted]


def test_marks_stand_in_any_order_and_say_nothing_but_true() -> None:
    marks = "<reportAnnotations><spam>1</spam><sextortion/></reportAnnotations><incidentDateTime>"
    found = read(f"<report>{SUMMARY.replace('<incidentDateTime>', marks)}{REPORTER}</report>".encode())
    assert isinstance(found.document, Report)
    annotations = found.document.incident_summary.report_annotations
    assert annotations is not None
    assert (annotations.spam, annotations.sextortion, annotations.csam_solicitation) == (True, True, False)
    false = SUMMARY.replace("<incidentDateTime>", marks.replace(">1<", ">false<"))
    assert problems(false + REPORTER) == [
        "report/incidentSummary/reportAnnotations/spam can only be true: leave it out where it is not: 'false'"
    ]


def test_bad_values_say_where_and_why() -> None:
    bad = (
        f"<victim><victimPerson><phone>{'1' * 51}</phone><phone type='Pigeon'>1</phone>"
        "<phone verified='yes'>2</phone><age>seven</age><dateOfBirth>2026-02-30</dateOfBirth></victimPerson>"
        "<priorCTReports>1_0</priorCTReports>"
        "<estimatedLocation><countryCode>Belgium</countryCode></estimatedLocation></victim>"
    )
    found = problems(SUMMARY + REPORTER + bad)
    assert [each.partition(" ")[0].removeprefix("report/victim[1]/") for each in found] == [
        "victimPerson/phone[1]",
        "victimPerson/phone[2]/@type",
        "victimPerson/phone[3]/@verified",
        "victimPerson/age",
        "victimPerson/dateOfBirth",
        "priorCTReports[1]",
        "estimatedLocation/countryCode",
    ]
    assert found[3].endswith("is no whole number: 'seven'")


def test_a_time_without_a_zone_is_utc_and_says_so() -> None:
    found = read(f"<report>{SUMMARY.replace('Z<', '<')}{REPORTER}</report>".encode())
    assert isinstance(found.document, Report)
    assert found.document.incident_summary.incident_date_time == MINIMAL.incident_summary.incident_date_time
    assert [each.place for each in found.notes] == ["report/incidentSummary/incidentDateTime"]
    assert ([str(each) for each in found.understood], found.dropped) == (
        ["report/incidentSummary/incidentDateTime says no time zone, and is taken as UTC"],
        [],
    )


def test_other_documents_are_told_apart() -> None:
    answer = xml_of(ReportResponse(response_code=0, response_description="Success", report_id=7))
    assert document_of(answer) == ReportResponse(response_code=0, response_description="Success", report_id=7)
    assert document_of(xml_of(MINIMAL)) == MINIMAL
    with pytest.raises(Invalid, match="this XML is a <html>, and none of: report, fileDetails"):
        read(b"<html/>")
    with pytest.raises(Invalid, match="report/reporter is missing"):
        document_of(f"<report>{SUMMARY}</report>".encode())


WHOLE = [xml_of(document) for document in whole(3)]


def survives(data: bytes) -> None:
    """It is a document or Invalid, and nothing else."""
    try:
        found = read(data)
    except Invalid:
        return
    assert (found.document is None) == bool(found.problems)
    if found.document is not None:
        assert document_of(xml_of(found.document)) == found.document


def test_what_is_broken_anywhere_is_told_and_never_breaks_the_reader(count: Callable[[int, int], int]) -> None:
    chance = random.Random(7)
    for _ in range(count(100, 20_000)):
        data = bytearray(chance.choice(WHOLE))
        for _again in range(chance.randrange(1, 6)):
            at = chance.randrange(len(data))
            piece = bytes(chance.choice(WHOLE)[at : at + chance.randrange(40)])
            junk = chance.choice([b"", b"<", b"\x00", b"\xff", b"&#0;", b"9" * 30, piece])
            data[at : at + chance.randrange(40)] = junk
        survives(bytes(data))


@given(st.binary(max_size=80) | st.text(max_size=80).map(lambda text: f"<report>{text}</report>".encode("utf-16")))
def test_what_is_no_xml_is_invalid(data: bytes) -> None:
    survives(data)
