"""What was typed becomes a report; what is no address stays as words."""

import pytest

from havre.entrypoints.public.forms import LIMITS, Problem, addition, challenge, places, report, too_long


@pytest.mark.parametrize(
    ("typed", "addresses", "rest"),
    [
        ("https://a.example/x", ["https://a.example/x"], ""),
        (" a.example/x \r\n\r\nb.example ", ["a.example/x", "b.example"], ""),
        ("in the group Friends", [], "in the group Friends"),
        ("see https://a.example/x there", ["https://a.example/x"], "see https://a.example/x there"),
        ("a.example\na.example", ["a.example"], ""),
        ("", [], ""),
        ("\0", [], ""),
        ("javascript:alert(1)", [], "javascript:alert(1)"),
    ],
)
def test_addresses_are_found_line_by_line(typed: str, addresses: list[str], rest: str) -> None:
    assert places(typed) == (addresses, rest)


def test_danger_alone_is_something_to_add_and_nothing_at_all_is_not() -> None:
    assert [each.field for each in addition({"more": " "})[1]] == ["more"]
    told, problems = addition({"more": " ", "danger": "1"})
    assert (told.danger, problems) == (True, [])
    assert [each.field for each in addition({"more": "x" * 10_001, "danger": "1"})[1]] == ["more"]


def test_fifty_addresses_are_enough() -> None:
    many = "\n".join(f"p{number}.example" for number in range(51))
    assert [each.field for each in report({"address": many})[1]] == ["address"]
    assert report({"address": many.removesuffix("\np50.example")})[1] == []


@pytest.mark.parametrize("field", LIMITS)
def test_every_text_has_its_limit(field: str) -> None:
    assert too_long({field: "x" * LIMITS[field]}, field) == []
    assert too_long({field: "x" * (LIMITS[field] + 1)}, field) == [
        Problem(field, "This is too long. Please make it shorter.")
    ]


def test_a_description_is_a_report_too() -> None:
    assert report({"seen": "in an app"})[1] == []
    assert report({"address": "in an app"})[0].seen == "in an app"
    assert [each.field for each in report({"what": "pictures"})[1]] == ["address"]


def test_a_tick_that_the_form_does_not_have_says_nothing() -> None:
    told, problems = report({"address": "a.example", "what": "x", "who": "y", "danger": "yes"})
    assert (told.seen, told.relation, told.danger, problems) == ("", "", False, [])


def test_a_challenge_says_what_and_why() -> None:
    assert [each.field for each in challenge({})[1]] == ["about", "seen"]
    assert challenge({"about": "x", "seen": "y"})[1] == []
