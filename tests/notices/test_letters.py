"""Letters are complete under Art. 16(2) of the DSA in each language, bring nothing of their own, and are readable."""

import re

import pytest

from havre.assessments.models import Age, Produced, Visible
from havre.errors import Invalid
from havre.notices.letters import LANGUAGES, as_json, day, must_be_one_line, words, written
from havre.notices.models import Act, Kind, Letter
from tests.cast import NOON
from tests.notices.letter import ADDRESS, TOLD, told

KEYS = {language: words(language) for language in LANGUAGES}


def flat(said: object, name: str = "") -> dict[str, str]:
    """Every text by its place."""
    if isinstance(said, dict):
        return {key: text for part, more in said.items() for key, text in flat(more, f"{name}.{part}").items()}
    return {name: str(said)}


def test_every_language_says_everything_with_the_same_places() -> None:
    first = {name: set(re.findall(r"%\(\w+\)s", text)) for name, text in flat(KEYS["en"]).items()}
    for language in LANGUAGES:
        assert {name: set(re.findall(r"%\(\w+\)s", text)) for name, text in flat(KEYS[language]).items()} == first
    assert words("xx") == words("en")


def test_every_kind_of_recipient_is_asked_in_its_own_words_and_every_fact_has_a_sentence() -> None:
    for said in KEYS.values():
        assert set(said["ask"]) == set(Kind) | {"preserve", "keep"}
        assert set(said["law"]) == set(Act)
        assert set(said["age"]) == set(Age) - {Age.ADULT, Age.UNCLEAR}
        assert set(said["visible"]) == set(Visible) - {Visible.NONE}
        assert set(said["produced"]) < set(Produced)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(Kind))
def test_a_notice_holds_what_the_law_asks(language: str, kind: Kind) -> None:
    text = written(told(language=language, kind=kind)).text()
    said = KEYS[language]
    for part in (ADDRESS, said["ask"][kind], said["faith"]["text"], said["law"]["remove"], "Federal Police (BE)"):
        assert part in text
    for reason in (said["age"]["6-9"], said["visible"]["act"], said["visible"]["nudity"], "2026-03-02", "2026-03-01"):
        assert reason in text
    assert text.count(ADDRESS) == 1
    assert "HN-0123-4567-89AB-CDEF" in text


def test_whoever_writes_may_stay_unnamed_and_then_the_letter_says_by_which_law() -> None:
    text = written(told(sender="")).text()
    assert "Federal Police" not in text
    assert "Article 16(2)(c)" in text


def test_a_hash_is_there_only_where_it_was_handed_in_and_never_a_picture() -> None:
    assert as_json(TOLD)["hashes"] == {"sha256": []}
    text = written(told(hashes=("ab" * 32,))).text()
    assert "ab" * 32 in text
    assert "We send no picture" in text


def test_a_reminder_says_which_it_is_and_when_the_first_left() -> None:
    letter = written(told(number=3, first=NOON))
    assert letter.subject == "Reminder 3, notice HN-0123-4567-89AB-CDEF: images of child sexual abuse"
    assert "letter 3 on this notice. The first one left on 2026-03-02" in letter.text()


def test_a_retraction_asks_for_nothing() -> None:
    text = written(told(letter=Letter.RETRACTION)).text()
    assert KEYS["en"]["ask"]["host"] not in text
    assert "We were wrong, or what we said does not hold any more" in text
    assert ADDRESS in text


def test_what_is_kept_for_the_police_is_asked_for_beside_removal_or_alone() -> None:
    both = written(told(preserve=True)).sections[0].lines
    assert both == (KEYS["en"]["ask"]["host"], KEYS["en"]["ask"]["preserve"])
    assert written(told(act=Act.PRESERVE)).sections[0].lines == (KEYS["en"]["ask"]["keep"],)


@pytest.mark.parametrize(
    "text", ["a\r\nBcc: x@y.example", "a\nb", "a\x00", "a\x1b[31m", "a\u2028b", "a\u202eb", "a\x85b"]
)
@pytest.mark.parametrize("field", ["recipient", "sender", "basis"])
def test_nothing_brings_a_line_or_a_sign_of_its_own(text: str, field: str) -> None:
    with pytest.raises(Invalid, match="control characters"):
        written(told(**{field: text}))
    with pytest.raises(Invalid, match="control characters"):
        written(told(addresses=(text,)))
    with pytest.raises(Invalid, match="control characters"):
        must_be_one_line(text)


def test_json_says_the_same_as_the_letter() -> None:
    body = as_json(told(first=NOON, number=2, preserve=True))
    assert (body["reference"], body["number"], body["act"], body["preserve"]) == (TOLD.reference, 2, "remove", True)
    assert body["facts"] == {"age": "6-9", "visible": ["act", "nudity"], "produced": "camera", "people": 2}
    assert (body["first_reported"], body["judged"], body["addresses"]) == ("2026-03-01", "2026-03-02", [ADDRESS])
    assert KEYS["en"]["visible"]["act"] in body["reasons"]
    assert body["text"] == written(told(first=NOON, number=2, preserve=True)).text()
    assert day(NOON) == "2026-03-02"


# ---- readable ----

BAR = 70.0
"""Flesch, Kandel and Moles, Douma: from 70 on a text is what a pupil of about thirteen reads without help."""

FORMULAS = {"en": (206.835, 1.015, 84.6), "fr": (207.0, 1.015, 73.6), "nl": (206.84, 0.93, 77.0)}
"""What is taken off for words a sentence and syllables a word."""

VOWELS = {"en": r"[aeiouy]+", "fr": r"[aeiouyàâäéèêëîïôöùûüœ]+", "nl": r"[aeiouyáéíóúäëïöü]+"}


def syllables(word: str, language: str) -> int:
    """About how many; a silent e at the end is none."""
    found = len(re.findall(VOWELS[language], word))
    silent = (language == "en" and re.search(r"[^aeiouyl]e$|[^td]ed$", word)) or (
        language == "fr" and re.search(r"[^aeiouéèê](e|es|ent)$", word)
    )
    return max(1, found - bool(silent))


def ease(text: str, language: str) -> float:
    """How easy a text is to read."""
    sentences = [part for part in re.split(r"[.!?]+(?:\s|$)", text) if re.search(r"\w", part)]
    found = re.findall(r"[^\W\d_]+", text.lower())
    base, long_sentences, long_words = FORMULAS[language]
    a_word = sum(syllables(word, language) for word in found) / len(found)
    return base - long_sentences * len(found) / len(sentences) - long_words * a_word


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_are_readable(language: str) -> None:
    said = KEYS[language]
    parts = [*flat(said["ask"]).values(), *flat(said["why"]).values(), *flat(said["age"]).values()]
    parts += [*flat(said["visible"]).values(), said["faith"]["text"], *flat(said["retraction"]).values()]
    parts += [said["again"], said["nothing_attached"], said["answer"], said["signed"]]
    plain = re.sub(r"%\(\w+\)s", "", " ".join(parts))
    assert ease(plain, language) >= BAR


def test_the_measure_tells_what_is_hard() -> None:
    hard = "Notwithstanding contradictory stipulations, undertakings expeditiously invalidate accessibility."
    assert ease(hard, "en") < 0 < BAR
