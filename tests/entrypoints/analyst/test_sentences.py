"""Chances and sentences as a person reads them."""

import pytest
from django.utils.translation import override

from havre.entrypoints.analyst.sentences import KINDS, chance, language, sentence
from havre.linking.links import Kind, between
from havre.linking.phrases import ENGLISH


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


ALIKE = {"{medium}", ", ", "; ", "{sentence}, {orientation}", "{where}, {points} points"}
"""Texts that may be the same in another language."""


@pytest.mark.parametrize("code", ["fr", "nl"])
def test_another_language_has_every_sentence_and_the_same_places_for_values(code: str) -> None:
    with override(code):
        told = language()
    for table in ("sentences", "added", "regions", "where", "reasons", "orientations", "contradictions", "whole"):
        ours, theirs = getattr(ENGLISH, table), getattr(told, table)
        assert ours.keys() == theirs.keys()
        for name, text in ours.items():
            fields = {part.partition("}")[0] for part in text.split("{")[1:]}
            assert fields == {part.partition("}")[0] for part in theirs[name].split("{")[1:]}, text
            assert theirs[name] != text or text in ALIKE, text
