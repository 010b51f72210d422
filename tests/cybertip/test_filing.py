"""What a platform's engineer writes: in JSON or XML; what is wrong by place, what is missing, what a command adds."""

import json
from dataclasses import replace
from typing import Any

import pytest

from havre.cybertip.files import FileDetails
from havre.cybertip.filing import (
    Enclosed,
    Filing,
    as_json,
    called,
    elsewhere,
    enriched,
    filing_of,
    json_in,
    missing,
    parsed,
)
from havre.cybertip.report import Report
from havre.cybertip.write import xml_of
from havre.errors import Invalid
from tests.cybertip.whole import MINIMAL, full
from tests.flows.filed import SAID, filing


def wrong(**changed: Any) -> list[str]:
    found = filing_of(SAID | changed)
    assert found.filing is None
    with pytest.raises(Invalid):
        found.must_be_right()
    return [str(each) for each in found.problems]


def test_json_and_xml_are_both_read() -> None:
    found = parsed(json.dumps(SAID).encode())
    assert (found.filing, found.problems, found.notes) == (filing(), [], [])
    assert parsed(xml_of(filing().report)).filing == Filing(filing().report)
    assert filing_of(SAID["report"]).filing == Filing(filing().report)
    assert [each.path for each in filing().files] == ["harbour.jpg", "letter.txt"]
    assert filing_of(as_json(filing())).filing == filing()


def test_no_path_leads_out_of_the_folder() -> None:
    for path in ("/etc/hostname", "../a", "a/../../b", "..", "a/.."):
        assert wrong(files=[{"path": path}]) == [
            "files[1]/path leads out of the folder of the report: only --media may"
        ]
        with pytest.raises(Invalid, match="leads out of the folder"):
            enriched(filing(), {"files": [{"path": path}]})
    inside = filing_of(SAID | {"files": [{"path": "a/b..c/...jpg"}]}).must_be_right()
    assert elsewhere(inside) == frozenset()
    named = Filing(filing().report, (Enclosed("/srv/a.jpg", elsewhere=True),))
    assert enriched(named, {"files": [{"path": "/srv/a.jpg"}]}) == named
    with pytest.raises(Invalid, match="leads out of the folder"):
        enriched(named, {"files": [{"path": "/srv/b.jpg"}]})


def test_a_reference_is_given_where_there_is_none() -> None:
    assert called(filing(reference=""), "T-17") == called(filing(), "T-17") == filing()
    with pytest.raises(Invalid, match="says itself that it is T-17"):
        called(filing(), "T-18")
    with pytest.raises(Invalid, match="is no line of at most 200"):
        called(filing(reference=""), "a\nb")


def test_what_the_service_gives_is_put_in_later() -> None:
    described, plain = filing().files
    assert plain.described(7, "f1") is None
    made = described.described(7, "f1")
    assert made is not None
    assert (made.report_id, made.file_id, made.original_file_name) == (7, "f1", "boat.jpg")
    assert wrong(files=[{"path": "a", "details": {"reportId": 7, "fileId": "x"}}]) == [
        "files[1]/details/fileId is given by the service",
        "files[1]/details/reportId is given by the service",
    ]


def test_what_is_wrong_is_told_by_its_place() -> None:
    assert wrong(colour=1, reference="a\nb") == [
        "colour is no field of a filing",
        "reference is no line of at most 200 characters",
    ]
    assert wrong(files={"a": 1}, report=None) == ["report is no object", "files is no list of at most 10000"]
    files = [7, {}, {"path": "a", "size": 1}, {"path": "b"}, {"path": "b"}, {"path": "c", "details": 3}]
    assert wrong(files=files) == [
        "files[1] is no object",
        "files[2]/path is no name of a file",
        "files[3]/size is no field of a file",
        "files[6]/details is no object",
        "files names 'b' twice",
    ]
    assert filing_of([]).problems[0].why == "is no object"
    assert (
        parsed(b"<fileDetails><reportId>1</reportId><fileId>a</fileId></fileDetails>").problems[0].why == "is no report"
    )
    assert str(parsed(b"<report/>").problems[0]) == "report/incidentSummary is missing"


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 100_000, b'{"a": 1, "a": 2}', b"\xff", b"\x00"])
def test_what_is_no_json_says_so(data: bytes) -> None:
    with pytest.raises(Invalid):
        json_in(data)


def test_json_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("havre.cybertip.filing.MOST_BYTES", 10)
    assert json_in(b'"12345678"') == "12345678"
    with pytest.raises(Invalid, match="more than 10 bytes"):
        json_in(b'"123456789"')


# ---- what a command adds ----

EVENT = {"ipAddress": "192.0.2.7", "dateTime": "2026-03-01T20:14:00Z"}


def test_a_command_adds_and_never_replaces() -> None:
    more = {
        "report": {
            "personOrUserReported": [
                {"screenName": "harbour", "ipCaptureEvent": [EVENT], "displayName": ["H."]},
                {"espIdentifier": "u-8"},
            ],
            "additionalInfo": "more",
            "internetDetails": [{"webPageIncident": {"url": ["https://platform.example/post/8"]}}],
        },
        "files": [
            {"path": "letter.txt", "details": {"publiclyAvailable": False}},
            {"path": "third.png", "details": {"exifViewedByEsp": True}},
        ],
    }
    found = enriched(filing(), more)
    first, second = found.report.person_or_user_reported
    assert (first.esp_identifier, first.ip_capture_event[0].ip_address, second.esp_identifier) == (
        *("u-7", "192.0.2.7"),
        "u-8",
    )
    assert found.report.additional_info == "more"
    assert [each.path for each in found.files] == ["harbour.jpg", "letter.txt", "third.png"]
    assert [each.details.publicly_available for each in found.files if each.details] == [None, False, None]
    assert enriched(found, more) == found
    assert enriched(filing(), None) == filing()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ([], "is no JSON object"),
        ({"files": [7]}, "no list of objects"),
        (
            {"report": {"incidentSummary": {"incidentDateTime": "2026-03-02T00:00:00Z"}}},
            "report/incidentSummary/incident",
        ),
        ({"reference": "T-18"}, "contradicts the report: reference"),
        ({"report": {"personOrUserReported": [{"screenName": "harbour", "espIdentifier": "u-9"}]}}, "espIdentifier"),
        ({"report": {"victim": [{}]}}, "victimPerson is missing"),
    ],
)
def test_a_command_that_contradicts_the_report_is_not_believed(more: Any, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        enriched(filing(), more)


# ---- what is missing ----


def test_what_whoever_gets_it_needs_and_is_not_told() -> None:
    assert [each.place for each in missing(Filing(MINIMAL))] == [
        "report/reporter",
        "report/internetDetails",
        "report/personOrUserReported",
    ]
    assert [each.place for each in missing(filing())] == [
        "report/personOrUserReported[1]/ipCaptureEvent",
        "files harbour.jpg/uploadedToEspTimestamp",
        "files harbour.jpg/originalFileHash",
        "files letter.txt",
    ]
    events = [
        EVENT,
        EVENT | {"port": 1},
        {"ipAddress": "2001:db8::7", "dateTime": EVENT["dateTime"]},
        {"ipAddress": "x"},
    ]
    told = enriched(
        filing(), {"report": {"personOrUserReported": [{"espIdentifier": "u-7", "ipCaptureEvent": events}]}}
    )
    assert [each.place.rpartition("reported")[2] for each in missing(told)][:2] == [
        "report/personOrUserReported[1]/ipCaptureEvent[1]/port",
        "report/personOrUserReported[1]/ipCaptureEvent[4]/dateTime",
    ]
    nobody = filing_of(SAID | {"report": SAID["report"] | {"personOrUserReported": [{}]}, "files": []}).must_be_right()
    assert missing(nobody)[0].why == "is known by no account, mail address or telephone"
    assert missing(Filing(full(Report, 1))) == []
    whole = full(FileDetails, 1)
    assert missing(Filing(full(Report, 1), (Enclosed("a", whole),))) == []
    unseen = Enclosed("a", replace(whole, file_viewed_by_esp=None))
    assert [each.place for each in missing(Filing(full(Report, 1), (unseen,)))] == ["files a/fileViewedByEsp"]
