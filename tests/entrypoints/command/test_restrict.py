"""`havre restrict` as people type it."""

from datetime import timedelta

from havre.entrypoints.command.restrict import in_words
from havre.restrictions.model import Level, Name, Restriction
from tests.cast import NOON
from tests.conftest import Havre


def test_a_case_is_restricted_held_and_shown(havre: Havre) -> None:
    assert havre("init", "--country", "BE", "--unit", "Police", "--person", "anke").exit == 0
    havre("case", "open", "A", "--basis", "a warrant")
    assert "your unit alone" in havre("restrict", "show", "case", "A").stdout
    said = havre("restrict", "set", "case", "A", "--level", "open", "--country", "it", "--until", "2099-12-31")
    assert (said.exit, "IT see it, until 2099-12-31" in said.stdout) == (0, True)
    assert "say why" in havre("restrict", "hold", "case", "A").stderr
    because = ("--reason", "court of Ghent")
    assert havre(*because, "restrict", "hold", "case", "A", "--json").json["restriction"]["legal_hold"] is True
    kept = havre("restrict", "set", "case", "A", "--json").json["restriction"]
    assert (kept["level"], kept["legal_hold"]) == ("closed", True)
    assert (
        havre(*because, "restrict", "hold", "case", "A", "--lift", "--json").json["restriction"]["legal_hold"] is False
    )
    for wrong in (("--level", "wide"), ("--until", "soon"), ("--level", "open")):
        answered = havre("restrict", "set", "case", "A", *wrong)
        assert (answered.exit, answered.stdout) == (1, "")


def test_a_restriction_in_words() -> None:
    assert in_words(Restriction()) == "your unit alone"
    both = Restriction(
        Level.HIT,
        frozenset({Name("", "NCA")}),
        frozenset({"IT"}),
        no_countries=frozenset({"FR"}),
        retain_until=NOON + timedelta(days=1),
        legal_hold=True,
    )
    assert in_words(both) == "NCA, IT learn that it is held, but not FR, until 2026-03-03, under legal hold"
