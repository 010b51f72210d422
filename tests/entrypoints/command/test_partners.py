"""A partner's key is made at the terminal, shown once, and taken back."""

import re

import pytest

from havre.hotline.models import Partner
from havre.settings import Settings
from tests.cast import node
from tests.conftest import Havre


def test_a_key_is_made_listed_and_taken_back(havre: Havre, database: Settings) -> None:
    assert havre("init", "--country", "BE", "--unit", "Police", "--person", "anke").exit == 0
    made = havre("hotline", "partner", "add", "Line IT", "--json").json
    assert (made["partner"], len(made["key"])) == ("Line IT", 58)
    assert "take it back first" in havre("hotline", "partner", "add", "Line IT").stderr
    (row,) = havre("hotline", "partner", "list", "--json").json
    assert (row["partner"], row["revoked"]) == ("Line IT", False)
    assert havre("hotline", "partner", "revoke", "Line IT", "--json").json == {"partner": "Line IT", "revoked": True}
    assert "Line IT" in havre("hotline", "partner", "list").stdout
    assert Partner.objects.get().revoked_at is not None
    assert havre("hotline", "partner", "revoke", "Line IT").exit == 1
    assert havre("hotline", "partner", "add", "Line IT").stdout.startswith("havre-")


@pytest.mark.parametrize(
    ("way", "words", "warned", "headings"),
    [
        ("partner", "Take a partner's key back", "hand it over by a safe way", {"Partner", "Since", "Taken back"}),
        ("reporter", "what it began it can't finish", "HTTP Basic, under any name", {"Platform", "Open", "Finished"}),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_both_ways_have_the_same_commands_each_in_its_own_words(
    havre: Havre, database: Settings, way: str, words: str, warned: str, headings: set[str]
) -> None:
    with node(database):
        pass
    asking = ("--as", "anke", "hotline", way)
    assert words in " ".join(havre(*asking, "revoke", "--help").stdout.split())
    made = havre(*asking, "add", "Line IT")
    assert (made.stdout.startswith("havre-"), warned in made.stderr) == (True, True)
    listed = havre(*asking, "list").stdout
    assert (headings <= set(re.split(r"\s{2,}|\n", listed)), "Line IT" in listed) == (True, True)
    assert havre(*asking, "revoke", "Line IT", "--json").json == {way: "Line IT", "revoked": True}
