"""What a service's own schema says otherwise than our table is told, by its place."""

import pytest

from havre.cybertip.drift import drift
from havre.cybertip.xsd import schema
from havre.errors import Invalid

SAME = schema()
REFERRED = (
    '<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema"><s:element name="report"><s:complexType><s:sequence>'
    "<s:annotation><s:documentation>a child</s:documentation></s:annotation>"
    '<s:element ref="victim" minOccurs="0" maxOccurs="unbounded"/></s:sequence></s:complexType></s:element>'
    '<s:element name="victim"><s:complexType><s:sequence><s:element name="schoolName" minOccurs="1"/></s:sequence>'
    "</s:complexType></s:element></s:schema>"
)


def told(xsd: str) -> list[str]:
    return sorted(str(each) for each in drift(xsd.encode()))


def test_the_same_schema_differs_in_nothing() -> None:
    assert told(SAME) == []


OPTIONAL = '<xs:element name="{}" minOccurs="0"></xs:element>'
NEXT = '</xs:restriction></xs:simpleType></xs:attribute><xs:attribute name="verified"'
MARKS = "report/incidentSummary/reportAnnotations"
DIFFERENCES = [
    (
        OPTIONAL.format("spam"),
        OPTIONAL.format("informational"),
        [
            f"{MARKS}/informational is in the service's schema, and is not written here",
            f"{MARKS}/spam is not in the service's schema",
        ],
    ),
    (
        OPTIONAL.format("age") + OPTIONAL.format("dateOfBirth"),
        OPTIONAL.format("dateOfBirth") + OPTIONAL.format("age"),
        ["has its elements in another order: firstName, lastName, phone, email, address, dateOfBirth, age"],
    ),
    (
        f'<xs:enumeration value="Recovery"/>{NEXT}',
        f'<xs:enumeration value="Pigeon"/>{NEXT}',
        ["phoneNumber/@type may say what is not known here: Pigeon", "phoneNumber/@type may no longer say: Recovery"],
    ),
    ('name="hashType" use="required"', 'name="hashType"', ["originalFileHash/@hashType stands at most once in"]),
    ('<xs:element name="fileDetails">', '<xs:element name="other">', ["fileDetails is not in the service's"]),
]


@pytest.mark.parametrize(("was", "now", "expected"), DIFFERENCES)
def test_each_difference_is_told_by_its_place(was: str, now: str, expected: list[str]) -> None:
    assert was in SAME
    found = told(SAME.replace(was, now))
    assert [each for each in expected if not any(each in one for one in found)] == []


def test_what_is_declared_elsewhere_is_found() -> None:
    found = told(REFERRED)
    assert "report/victim/schoolName stands once in the service's schema" in found
    assert "report/victim/victimPerson is not in the service's schema" in found
    assert not any(each.startswith("report/victim ") for each in found)


def test_what_is_no_schema_says_so() -> None:
    with pytest.raises(Invalid, match="no schema but a <html>"):
        drift(b"<html/>")
