"""Each limit holds on both sides of its edge, written, read and said in JSON; so do the rules across fields."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from havre.cybertip import files, incidents, people, report
from havre.cybertip.as_json import json_of, of_json
from havre.cybertip.check import Problem, must_be_right, problems, problems_of, refuse, root_of
from havre.cybertip.files import FileAnnotations, FileDetails
from havre.cybertip.incidents import EmailIncident, InternetDetails, WebPageIncident
from havre.cybertip.read import read
from havre.cybertip.report import Report
from havre.cybertip.table import Part, parts_of
from havre.cybertip.values import LONGEST, Kind
from havre.cybertip.write import xml_of
from havre.errors import Invalid
from tests.cybertip.whole import MINIMAL, ROUND, full

ACCOUNT = {"esp_identifier": 255, "esp_service": 100, "screen_name": 256, "profile_url": 2083}
WHO = {"first_name": 100, "last_name": 100}
LONGEST_TEXTS: dict[type, dict[str, int]] = {
    people.IpCaptureEvent: {"ip_address": 255},
    people.DeviceId: {"id_type": 255, "id_value": 2083},
    people.Phone: {"value": 50, "extension": 10},
    people.Email: {"value": 255},
    people.Address: {"address": 255, "city": 100, "zip_code": 20, "non_usa_state": 100},
    people.EstimatedLocation: {"city": 255, "region": 255},
    people.ContactPerson: WHO,
    people.Person: WHO,
    people.Platform: {"value": 256},
    people.AssociatedAccount: {
        **dict.fromkeys(("first_name", "middle_name", "last_name", "esp_service", "esp_identifier"), 256),
        "screen_name": 256,
        "group_identifier": 256,
        "profile_url": 2083,
    },
    incidents.NewsgroupIncident: {"name": 255},
    incidents.ChatImIncident: {"chat_client": 255, "chat_room_name": 255},
    incidents.OnlineGamingIncident: {"game_name": 255, "console": 255},
    incidents.NonInternetIncident: {"location_name": 255},
    incidents.Peer2PeerIncident: {"client": 255},
    report.IncidentSummary: {
        "platform": 256,
        "escalate_to_high_priority": 3000,
        "incident_date_time_description": 3000,
    },
    report.LawEnforcement: {"agency_name": 255, "case_number": 100},
    report.Reporter: {"terms_of_service": 3000, "legal_url": 2083},
    report.PersonOrUserReported: {**ACCOUNT, "vehicle_description": 300, "group_identifier": 255},
    report.IntendedRecipient: {**ACCOUNT, "group_identifier": 255},
    report.Victim: {**ACCOUNT, "school_name": 255},
    files.OriginalFileHash: {"value": 1024, "hash_type": 64},
    files.NameValuePair: {"name": 64},
    files.FileDetails: {
        "file_id": 255,
        "file_name": 2056,
        "original_file_name": 2056,
        "location_of_file": 2083,
    },
    files.ReportResponse: {"file_id": 255, "hash": 255},
    files.Files: {"file_id": 255},
}
"""Of every text with a limit of its own: formats.md c2, and the models that it names."""

LONG = 2**63 - 1
EDGES: list[tuple[type, str, Any, Any]] = [
    (people.IpCaptureEvent, "port", (1, 65_535), (0, 65_536)),
    (people.Person, "age", (0, 150), (-1, 151)),
    (people.AssociatedAccount, "approximate_age", (0, 150), (-1, 151)),
    (incidents.CellPhoneIncident, "latitude", (-90.0, 90.0), (-90.5, 90.5)),
    (incidents.CellPhoneIncident, "longitude", (-180.0, 180.0), (-180.5, 180.5)),
    (people.Phone, "country_calling_code", ("+1", "+999"), ("+", "+9999", "32", "+3a")),
    (people.Phone, "extension", ("1",), ("", "1a")),
    (files.FileDetails, "report_id", (0, LONG), (-1, LONG + 1)),
    (files.FileDetails, "file_id", ("a",), ("", "a b")),
    (files.ReportResponse, "response_code", (-(2**31), 2**31 - 1), (-(2**31) - 1, 2**31)),
]
EDGES += [
    (cls, name, (0, LONG), (-1, LONG + 1))
    for cls, name in (
        (report.PersonOrUserReported, "prior_ct_reports"),
        (report.IntendedRecipient, "prior_ct_reports"),
        (report.Victim, "prior_ct_reports"),
        (people.AssociatedAccount, "prior_ct_report"),
    )
]
EDGES += [
    (cls, name, ("x" * most,), ("x" * (most + 1),))
    for cls, limits in LONGEST_TEXTS.items()
    for name, most in limits.items()
    if name != "extension"
]
ROOT = {report.Report: "report", files.FileDetails: "fileDetails", files.ReportResponse: "reportResponse"}


def part_of(cls: type, name: str) -> Part:
    return next(part for part in parts_of(cls) if part.name == name)


def classes() -> Iterator[type]:
    waiting: list[type] = [report.Report, files.FileDetails, files.ReportResponse, files.ReportDoneResponse]
    seen: list[type] = []
    while waiting:
        cls = waiting.pop()
        if cls not in seen:
            seen.append(cls)
            waiting += [part.kind for part in parts_of(cls) if not isinstance(part.kind, Kind)]
    yield from seen


def test_every_text_has_the_limit_that_is_listed_here_or_ours() -> None:
    for cls in classes():
        for part in parts_of(cls):
            if isinstance(part.kind, Kind) and part.kind.made is str and not part.kind.wrong("x" * 300):
                most = LONGEST_TEXTS.get(cls, {}).get(part.name, LONGEST)
                assert (part.kind.wrong("x" * most), bool(part.kind.wrong("x" * (most + 1)))) == ("", True), part


@pytest.mark.parametrize(("cls", "name", "fine", "wrong"), EDGES, ids=lambda each: getattr(each, "__name__", ""))
def test_each_limit_holds_on_both_sides_of_its_edge(cls: type, name: str, fine: Any, wrong: Any) -> None:
    part, base = part_of(cls, name), full(cls, 1)
    place = f"x/{part.shown}" + "[1]" * part.many
    for value in (*fine, *wrong):
        made = replace(base, **{name: (value,) if part.many else value})
        expected = [] if value in fine else [place]
        assert [each.place for each in problems(made, "x")] == expected
        said, found = json_of(made), list[Problem]()
        again = of_json(cls, said, "x", found)
        assert [each.place for each in found] == [each.replace("@", "") for each in expected]
        assert again == (made if value in fine else None)


@pytest.mark.parametrize(("value", "fine"), [(255, True), (256, False)])
def test_a_limit_holds_in_what_is_read_too(value: int, fine: bool) -> None:
    written = xml_of(replace(MINIMAL, victim=(full(report.Victim, 1),))).decode()
    school = part_of(report.Victim, "school_name").xml
    before, _mid, after = written.partition(f"<{school}>")
    found = read(f"{before}<{school}>{'x' * value}{after[after.index('</' + school) :]}".encode())
    assert [each.place for each in found.problems] == ([] if fine else ["report/victim[1]/schoolName"])


def test_closed_sets_take_their_words_alone() -> None:
    for cls, name in [(report.IncidentSummary, "incident_type"), (people.Address, "state"), (people.Email, "type")]:
        made = replace(full(cls, 1), **{name: "Something Else"})
        (problem,) = problems(made, "x")
        assert problem.place == f"x/{part_of(cls, name).shown}"
        assert problem.why.startswith("is none of: ")


def test_exactly_one_kind_of_incident() -> None:
    none, two = InternetDetails(), InternetDetails(email_incident=EmailIncident(), web_page_incident=WebPageIncident())
    for count, details in ((0, none), (2, two)):
        (problem,) = problems_of(replace(MINIMAL, internet_details=(details,)))
        assert str(problem) == f"report/internetDetails[1] has {count} kinds of incident, and needs exactly one"


def test_what_holds_across_the_fields_of_a_file() -> None:
    file = FileDetails(report_id=1, file_id="a")
    meme = FileAnnotations(potential_meme=True)
    assert problems_of(replace(file, potential_meme=True)) == []
    assert problems_of(replace(file, file_annotations=meme, industry_classification="A1")) == []
    wrong = [
        (replace(file, potential_meme=False, file_annotations=FileAnnotations()), "potentialMeme"),
        (replace(file, file_relevance="Supplemental Reported", industry_classification="A1"), "industryClassification"),
        (replace(file, file_relevance="Supplemental Reported", potential_meme=True), "potentialMeme"),
        (replace(file, file_relevance="Supplemental Reported", file_annotations=meme), "potentialMeme"),
    ]
    for made, place in wrong:
        assert [each.place for each in problems_of(made)] == [f"fileDetails/{place}"]
        assert read(xml_of(file).replace(b"</fileDetails>", _rest(made))).problems != []


def _rest(made: FileDetails) -> bytes:
    said = {"fileRelevance": made.file_relevance, "potentialMeme": made.potential_meme}
    plain = [f"<{name}>{str(value).replace('True', 'true')}</{name}>" for name, value in said.items() if value]
    marks = ["<fileAnnotations><potentialMeme/></fileAnnotations>"] * (made.file_annotations is not None)
    classed = ["<industryClassification>A1</industryClassification>"] * (made.industry_classification is not None)
    both = ["<potentialMeme>false</potentialMeme>"] * (made.potential_meme is False)
    return "".join([*plain, *both, *marks, *classed, "</fileDetails>"]).encode()


def test_details_hold_something_and_times_say_their_zone() -> None:
    file = FileDetails(report_id=1, file_id="a", details=(files.Details(name_value_pair=()),))
    assert [str(each) for each in problems_of(file)] == ["fileDetails/details[1]/nameValuePair is missing"]
    odd = timezone(timedelta(hours=15)), timezone(timedelta(seconds=30))
    for moment in (datetime(2026, 3, 2), *(ROUND.replace(tzinfo=zone) for zone in odd)):
        (problem,) = problems_of(replace(file, details=(), uploaded_to_esp_timestamp=moment))
        assert problem.place == "fileDetails/uploadedToEspTimestamp"


def test_a_sentence_names_the_first_problems() -> None:
    refuse([])
    must_be_right(MINIMAL)
    with pytest.raises(Invalid, match=r"^a is wrong; .*a is wrong \(and 2 more\)$"):
        refuse([Problem("a", "is wrong")] * 7)
    assert Problem("a", "b").to_json() == {"place": "a", "reason": "b"}
    assert root_of(MINIMAL) == "report"
    assert isinstance(MINIMAL, Report)
