"""An error says one sentence, and what it was completed with."""

from copy import copy

from havre.errors import Broken, HavreError, Invalid


def test_a_sentence_has_its_values_and_keeps_both_apart() -> None:
    error = Invalid("a region has %(least)s pixels a side, not %(side)r", least=8, side="7")
    assert str(error) == "a region has 8 pixels a side, not '7'"
    assert (error.sentence, error.values) == (
        "a region has %(least)s pixels a side, not %(side)r",
        {"least": 8, "side": "7"},
    )


def test_a_sentence_without_values_is_said_as_it_is() -> None:
    assert str(Invalid("100 % of %(nothing)s")) == "100 % of %(nothing)s"
    assert str(HavreError()) == ""


def test_a_copy_of_an_error_reads_as_it_did() -> None:
    assert str(copy(Broken("stored file %(blob)s is missing", blob="100%"))) == "stored file 100% is missing"
