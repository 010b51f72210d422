"""Every code of the documentation has a meaning, and says what follows."""

from havre.cybertip.codes import CODES, Then, code_of_status, then


def test_every_code_of_the_documentation_is_there() -> None:
    listed = [0, 1000, 1100, 1110, 1111, 1210, 1300, 2000, 3000, 3100, 3300, 4000, 4100, 4110, 4200]
    assert list(CODES) == [*listed, 5001, 5002, 5101, 5102]
    assert {code for code, (what, _why) in CODES.items() if what is Then.AGAIN} == {1000, 1100, 1110, 1111, 1300}


def test_what_is_not_documented_needs_a_person() -> None:
    assert then(9999)[0] is Then.PERSON
    assert then(5001) == (Then.ANEW, "the service has no such report")


def test_statuses_without_a_document_are_codes() -> None:
    assert [code_of_status(status) for status in (401, 403, 404, 413, 503, 429, 302, 418)] == [
        *(2000, 3000, 1210, 4200, 1000, 1000, 4000, 4000),
    ]
