"""What was kept in English of what stands in the way is read in the reader's language, with its names."""

from pathlib import Path

import pytest
from django.utils.translation import override

import havre.flows
from havre.entrypoints.analyst.troubles import PLACE, PLACED, in_words

NAMES = {name: f"<{name}> (a: b)" for sentence in PLACED for name in PLACE.findall(sentence)}


@pytest.mark.parametrize("sentence", PLACED)
def test_a_sentence_is_read_in_each_language_with_what_stands_in_its_places(sentence: str) -> None:
    kept = sentence % NAMES
    assert in_words(kept) == kept
    for language in ("fr", "nl"):
        with override(language):
            told = in_words(kept)
        assert told != kept
        assert all(NAMES[name] in told for name in PLACE.findall(sentence))


@pytest.mark.parametrize("sentence", PLACED)
def test_each_is_said_by_a_flow(sentence: str) -> None:
    (folder,) = havre.flows.__path__
    assert any(f'"{sentence}"' in file.read_text("utf-8") for file in Path(folder).glob("*.py"))


def test_what_is_no_sentence_of_ours_stays_and_one_without_places_is_found() -> None:
    with override("nl"):
        assert in_words("450 4.2.1 try again: %(name)s") == "450 4.2.1 try again: %(name)s"
        assert in_words("") == ""
        assert in_words("nobody knows whether its letter left: ask them").startswith("niemand weet")
