"""Chances and sentences as a person reads them."""

import pytest
from django.utils.translation import override

from havre.entrypoints.analyst.sentences import KINDS, chance, language, sentence
from havre.linking.links import Kind, between
from havre.linking.phrases import ENGLISH, Language
from havre.linking.phrases_fr import FRENCH
from havre.linking.phrases_nl import DUTCH


@pytest.mark.parametrize(
    ("expected", "words"),
    [(0, "not measured"), (1e-12, "< 10⁻¹²"), (3.4e-7, "3 × 10⁻⁷"), (0.02, "0.02"), (1.2, "1")],
)
def test_a_chance_is_short(expected: float, words: str) -> None:
    assert chance(expected) == words


def test_a_chance_is_written_as_the_language_writes_numbers() -> None:
    with override("fr"):
        assert chance(0.02) == "0,02"


def test_every_kind_has_a_name() -> None:
    assert set(KINDS) == {str(kind) for kind in Kind}


def test_a_sentence_begins_with_a_capital() -> None:
    assert sentence(between(0, 1, Kind.NEAR, 1e-9, {"distance": 7})).startswith("The same picture, 7 of 256")


@pytest.mark.parametrize(("code", "said"), [("en", ENGLISH), ("fr", FRENCH), ("nl-be", DUTCH)])
def test_a_reader_has_the_sentences_of_triage_everywhere(code: str, said: Language) -> None:
    with override(code):
        assert language() == said
