"""A need in words."""

from datetime import timedelta

from havre.entrypoints.analyst.need import COUNTED_TO, KINDS, Near, ago, to_many
from tests.cast import NOON


def test_every_kind_has_a_word_and_a_colour() -> None:
    assert set(KINDS) == set(Near)


def test_a_time_is_told_in_a_few_characters_and_a_number_up_to_where_it_was_counted() -> None:
    assert ago(NOON - timedelta(minutes=5), NOON) == "5 min ago"
    assert ago(NOON - timedelta(hours=3), NOON) == "3 h 00"
    assert (to_many(COUNTED_TO - 1), to_many(COUNTED_TO)) == ("99", "100 and more")
