"""Explanations in each language say the same: every text, with the same places for numbers."""

import re
from dataclasses import fields

import pytest

from havre.linking.explain import sentence
from havre.linking.languages import LANGUAGES, language_of
from havre.linking.links import Kind, between
from havre.linking.phrases import ENGLISH, Language


@pytest.mark.parametrize("code", ["fr", "nl"])
def test_every_text_has_its_translation_with_the_same_places(code: str) -> None:
    language = LANGUAGES[code]
    for field in fields(Language):
        ours, theirs = getattr(ENGLISH, field.name), getattr(language, field.name)
        assert list(ours) == list(theirs), field.name
        for name, text in ours.items():
            assert _places(text) == _places(theirs[name]), f"{field.name} {name}"
            assert theirs[name]


def _places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)[^}]*\}", text))


def test_a_language_is_found_by_its_code() -> None:
    assert language_of("nl-be") is LANGUAGES["nl"]
    assert language_of("FR") is LANGUAGES["fr"]
    assert language_of("de") is language_of("") is ENGLISH
    link = between(1, 2, Kind.NEAR, 0.001, {"distance": 8})
    assert sentence(link, language_of("fr")) == "la même image, à 8 bits sur 256"
    assert sentence(link, language_of("nl")) == "hetzelfde beeld, 8 van 256 bits verschil"
