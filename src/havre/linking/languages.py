"""The languages that explanations are made in, by the codes of pages."""

from collections.abc import Mapping

from havre.linking.phrases import ENGLISH, Language
from havre.linking.phrases_fr import FRENCH
from havre.linking.phrases_nl import DUTCH

LANGUAGES: Mapping[str, Language] = {"en": ENGLISH, "fr": FRENCH, "nl": DUTCH}


def language_of(code: str) -> Language:
    """The language of this code, as `fr` or `nl-be`; English where there is none."""
    return LANGUAGES.get(code.partition("-")[0].lower(), ENGLISH)
