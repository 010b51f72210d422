"""How easily a text is read, by the measure that each language has: Flesch, Kandel and Moles, Douma.

All are one formula with other weights: 100 is very easy, 60 is plain, below 30 is for scholars. Syllables are groups of
vowels, less those that are not heard; the measures were made for such counts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
END = re.compile(r"[.!?…:]+(?=\s|$|[»”)])|\n")


@dataclass(frozen=True, slots=True)
class Measure:
    """One language's measure."""

    start: float
    of_words: float
    """Taken off for each word of a sentence."""
    of_syllables: float
    """Taken off for each syllable of a word."""
    vowels: re.Pattern[str]
    silent: re.Pattern[str]


MEASURES: Mapping[str, Measure] = {
    "en": Measure(206.835, 1.015, 84.6, re.compile("[aeiouy]+"), re.compile(r"(?<=[^aeiouyl])e$|(?<=[^aeiouydt])ed$")),
    "fr": Measure(
        207.0, 1.015, 73.6, re.compile("[aeiouyàâäéèêëîïôöùûüœæ]+"), re.compile(r"(?<=[^aeiouyé])(e|es|ent)$")
    ),
    "nl": Measure(206.835, 0.93, 77.0, re.compile("[aeiouyäëïöüéè]+"), re.compile(r"$^")),
}


def ease(text: str, language: str) -> float:
    """How easily this text is read, in this language; lines end sentences."""
    measure = MEASURES[language]
    sentences = [words for part in END.split(text) if (words := WORD.findall(part))]
    words = [word for part in sentences for word in part]
    syllables = sum(_syllables(word.lower(), measure) for word in words)
    return (
        measure.start - measure.of_words * len(words) / len(sentences) - measure.of_syllables * syllables / len(words)
    )


def _syllables(word: str, measure: Measure) -> int:
    return max(1, len(measure.vowels.findall(measure.silent.sub("", word))))
