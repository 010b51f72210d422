"""What was kept in English of what stands in the way is read in the reader's language, with its names."""

from pathlib import Path

import pytest
from django.utils.translation import override

import havre.flows
from havre.entrypoints.analyst.troubles import FORMS, PLACE, PLACED, in_words

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


def test_a_reason_within_a_reason_is_said_too_and_what_a_library_said_is_quoted() -> None:
    with override("fr"):
        told = in_words("broke the decoder 3 times: the decoder was killed by SIGSEGV, a memory fault")
        assert (
            told == "a fait tomber le décodeur 3 fois\xa0: le décodeur a été arrêté par SIGSEGV, une faute de mémoire"
        )
        assert in_words("unreadable: odd: bytes") == "illisible\xa0: «\xa0odd: bytes\xa0»"
    with override("nl"):
        told = in_words("unreadable: odd; read by its members instead")
        assert told == "onleesbaar: “odd”; in plaats daarvan gelezen per bestand"
        assert in_words("can't be read: Permission denied") == "kan niet worden gelezen: geen toegang"
        assert in_words("MP4 video 1:date: the latitude cannot be true") == (
            "MP4 video 1:date: “breedtegraad” kan niet kloppen"
        )


def test_several_reasons_in_a_row_are_each_said_and_one_that_is_not_ours_stays() -> None:
    with override("nl"):
        assert in_words("it has no picture; something new") == "het heeft geen beeld; something new"
        assert in_words("something; new") == "something; new"


def test_numbers_are_written_as_the_language_writes_them_and_a_very_long_text_is_left() -> None:
    with override("fr"):
        told = in_words("expansion: 10,000,001 bytes or more out of 812")
        assert told == "expansion\xa0: 10\xa0000\xa0001 octets ou plus à partir de 812"
        assert in_words("unreadable: " * 160).startswith("illisible\xa0: illisible")
        assert in_words("unreadable: " * 10_000) == "unreadable: " * 10_000


@pytest.mark.parametrize("sentence", [each for each in FORMS if len(PLACE.findall(each)) > 1])
def test_a_name_made_to_be_shared_among_places_in_every_way_is_told_at_once(sentence: str) -> None:
    first, *others = PLACE.split(sentence)[::2]
    hostile = first + "".join("x" + each * (3_600 // len(each) // len(others)) for each in others if each)
    with override("fr"):
        assert in_words(hostile[:4_000] + "\n!") != ""  # a regular expression was at it for minutes


def test_reasons_within_reasons_are_said_to_a_depth_and_not_further() -> None:
    with override("fr"):
        assert in_words("unreadable: " * 340).count("illisible") == 8
