"""What an address says is a number the database can hold, or nothing."""

import pytest
from django.test import RequestFactory

from havre.entrypoints.analyst.asked import number, text
from havre.entrypoints.analyst.pages import Visit
from havre.units.models import Person


@pytest.mark.parametrize(
    ("given", "found"),
    [("5", 5), ("", 0), ("-1", 0), ("x", 0), ("²", 0), ("9" * 19, 0), (str(2**63 - 1), 2**63 - 1), ("1" * 5000, 0)],
)
def test_a_number(given: str, found: int) -> None:
    assert number(Visit(RequestFactory().get("/", {"before": given}), Person()), "before") == found


def test_a_text() -> None:
    visit = Visit(RequestFactory().post("/", {"name": "  a b \n"}), Person())
    assert (text(visit, "name"), text(visit, "none")) == ("a b", "")
