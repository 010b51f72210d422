"""Words of hash lists."""

import pytest
from django.utils.translation import override

from havre.entrypoints.analyst.feeds_words import AUDIENCES, PURPOSES, REMEDIES, STATES, TROUBLES, called
from havre.feeds.models import Audience, Purpose, State
from havre.feeds.rules import named
from havre.feeds.trouble import Trouble


def test_everything_there_is_has_a_word() -> None:
    told = (set(PURPOSES), set(AUDIENCES), set(STATES), set(TROUBLES), set(REMEDIES))
    assert told == (set(Purpose), set(Audience), set(State), set(Trouble), set(Trouble))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "National list BE, for hotlines"),
        ("fr", "Liste nationale BE, pour lignes de signalement"),
        ("nl", "Nationale lijst BE, voor meldpunten"),
    ],
)
def test_a_list_is_called_by_what_is_on_it_and_for_whom(language: str, words: str) -> None:
    with override(language):
        assert called(named("national-be-hotline")) == words
