"""What is written is what is read again, field by field, and nothing is written that the schema does not take."""

from dataclasses import replace

import pytest
from hypothesis import given

from havre.cybertip.check import ROOTS, Document
from havre.cybertip.files import FileDetails
from havre.cybertip.read import document_of, read
from havre.cybertip.report import Report, ReportAnnotations
from havre.cybertip.write import xml_of
from havre.errors import Invalid
from tests.cybertip.whole import MINIMAL, TRICKY, any_of, whole


@pytest.mark.parametrize("turn", range(12))
def test_every_field_of_every_document_comes_back_as_it_was_written(turn: int) -> None:
    for document in whole(turn):
        found = read(xml_of(document))
        assert (found.problems, found.notes) == ([], [])
        assert found.document == document


@pytest.mark.parametrize("cls", ROOTS.values())
def test_any_document_comes_back_as_it_was_written(cls: type[Document]) -> None:
    @given(any_of(cls))
    def proven(document: Document) -> None:
        assert document_of(xml_of(document)) == document

    proven()


def test_the_smallest_report_to_the_byte() -> None:
    noted = replace(MINIMAL.incident_summary, report_annotations=ReportAnnotations(spam=True), platform=TRICKY[0])
    assert xml_of(replace(MINIMAL, incident_summary=noted)).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<report><incidentSummary><incidentType>Child Pornography (possession,'
        ' manufacture, and distribution)</incidentType><platform>a harbour &amp; &lt;two&gt; "boats"\'s&#13;\nline\ttab'
        " ]]&gt; é \U0001f6a2</platform><reportAnnotations><spam/></reportAnnotations><incidentDateTime>"
        "2026-03-02T12:00:00Z</incidentDateTime></incidentSummary><reporter><reportingPerson/></reporter></report>\n"
    )


def test_what_the_schema_does_not_take_is_not_written() -> None:
    with pytest.raises(Invalid, match="report/additionalInfo holds the character U\\+0000, which XML can't carry"):
        xml_of(replace(MINIMAL, additional_info="a\x00b"))
    with pytest.raises(Invalid, match="report/victim is no list"):
        xml_of(replace(MINIMAL, victim="x"))  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="report/reporter is missing"):
        xml_of(replace(MINIMAL, reporter=None))  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="report/reporter is no Reporter"):
        xml_of(replace(MINIMAL, reporter=MINIMAL))  # type: ignore[arg-type]
    with pytest.raises(Invalid, match="fileDetails/reportId is no whole number"):
        xml_of(FileDetails(report_id=True, file_id="a"))
    assert isinstance(MINIMAL, Report)
