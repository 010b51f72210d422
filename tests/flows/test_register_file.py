"""A register as a file: no form runs what somebody called themselves."""

import csv
import io

import pytest

from havre.errors import Invalid
from havre.flows.register_file import COLUMNS, register_as

HOURS = {"count": 6, "median": 1.5, "ninety": None}
FIELDS = {
    "unit": "Federal Police",
    "begins": "2026-01-01T00:00:00+00:00",
    "ends": "2026-07-01T00:00:00+00:00",
    "policy": "1",
    "meaning": {"silent": "neither"},
    "providers": [
        {
            "provider": '=HYPERLINK("x")<script>',
            "kind": "host",
            "figures": {"notices": 6, "answer": HOURS, "removal": HOURS, "silent_share": 0.5},
            "sources": [{"reference": "HN-1", "left_at": "2026-02-01", "silent": True}],
            "open_contests": 1,
            "corrected_at": None,
        }
    ],
}


def test_a_line_a_provider_with_every_figure() -> None:
    (row,) = csv.DictReader(io.StringIO(register_as(FIELDS, "csv")))
    assert tuple(row) == COLUMNS
    assert (row["provider"], row["notices"], row["answer.median"]) == ('\'=HYPERLINK("x")<script>', "6", "1.5")
    assert (row["answer.ninety"], row["silent_share"], row["open_contests"]) == ("", "0.5", "1")


def test_a_page_has_no_markup_of_others_and_names_what_stands_behind_it() -> None:
    page = register_as(FIELDS, "html")
    assert "<script" not in page
    assert "HN-1" in page
    with pytest.raises(Invalid):
        register_as(FIELDS, "xlsx")


@pytest.mark.parametrize(("language", "says"), [("en", "Share silent"), ("fr", "Part de silence"), ("nl", "Deel stil")])
def test_the_page_speaks_the_languages_of_the_public(language: str, says: str) -> None:
    page = register_as(FIELDS, "html", language)
    assert f'<html lang="{language}">' in page
    assert says in page
    assert ("Share silent" in page) is (language == "en")
    assert "silent_share" not in page
    with pytest.raises(Invalid):
        register_as(FIELDS, "html", "de")
