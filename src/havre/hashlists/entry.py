"""One entry of a hash list: one content, the signals that find it, and what those who judged it let others know.

It never carries a picture, a case, a series, a person or a unit. A number is given once in a feed and never again, so
that a list that was read years ago can still be corrected.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from havre.errors import Invalid
from havre.fingerprints import looks, video

HEX = {"pdq": 64, "md5": 32, "sha1": 40, "sha256": 64}
"""Methods of which feeds carry signals, with the hexadecimal digits of each value."""

FILM = video.METHOD
"""The method whose values are of no one length: looks of a film, as `havre.fingerprints.looks` packs them."""
METHODS = (*HEX, FILM)

VERSIONS = {"pdq": "1.0", "md5": "1", "sha1": "1", "sha256": "1", FILM: f"{video.VERSION}.{looks.VERSION}"}
"""The version of each method that Havre computes itself."""

LARGEST = 2**53 - 1
"""The largest number: consumers read JSON with programs that keep no larger one."""

MOST_SIGNALS = 1_000
MOST_LABELS = 64
LONGEST_WORD = 100
WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
DIGITS = re.compile(r"[0-9a-f]+", re.ASCII)
COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


class Kind(StrEnum):
    """What the content is."""

    PICTURE = "picture"
    FILM = "film"


@dataclass(frozen=True, slots=True, order=True)
class Signal:
    """One fingerprint of the content, by a named method; the value in lower-case hexadecimal digits."""

    method: str
    value: str
    version: str = "1"

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise Invalid("a feed has no signals of this method; it has: %(known)s", known=", ".join(METHODS))
        digits = HEX.get(self.method, len(self.value))
        if self.method == FILM and (digits > 2 * looks.LONGEST or digits % 2):
            raise Invalid("looks of a film are at most %(most)s bytes", most=looks.LONGEST)
        if len(self.value) != digits or not DIGITS.fullmatch(self.value):
            raise Invalid(
                "a %(method)s value has %(digits)s lower-case hexadecimal digits", method=self.method, digits=digits
            )
        if not 0 < len(self.version) <= LONGEST_WORD or not self.version.isprintable():
            raise Invalid("the version of a method is a short word")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it stands at one version of its feed.

    A retracted one keeps its signals, which say what to delete, or has lost them: then its number says so.
    """

    number: int
    version: int
    """The version of the feed in which this entry last changed."""
    signals: tuple[Signal, ...]
    kind: Kind = Kind.PICTURE
    labels: tuple[str, ...] = ()
    """Facts, in the words of the scheme of assessments, each once, in their order."""
    categories: Mapping[str, str] = field(default_factory=dict)
    """By country: the category that its law derives from the facts."""
    baseline: bool = False
    generated: bool = False
    """Made by a machine, wholly or in part."""
    reviewed: bool = True
    """Whether people saw the content. Where not, whoever finds it looks before acting."""
    confirmed: int = 0
    """Units that confirmed it."""
    disputed: bool = False
    """Somebody says that it is wrong, and it is being judged anew."""
    added: int = 0
    """Seconds of the epoch at which it was first published."""
    changed: int = 0
    """Seconds of the epoch at which it last changed."""
    retracted: bool = False

    def __post_init__(self) -> None:
        for name, value in (("number", self.number), ("version", self.version)):
            if not 0 < value <= LARGEST:
                raise Invalid("the %(name)s of an entry is between 1 and %(most)s", name=name, most=LARGEST)
        for name, value in (("confirmed", self.confirmed), ("added", self.added), ("changed", self.changed)):
            if not 0 <= value <= LARGEST:
                raise Invalid("%(name)s of an entry is between 0 and %(most)s", name=name, most=LARGEST)
        if self.changed < self.added:
            raise Invalid("an entry does not change before it is added")
        least = 0 if self.retracted else 1
        if not least <= len(self.signals) <= MOST_SIGNALS or len(set(self.signals)) < len(self.signals):
            raise Invalid("an entry has between 1 and %(most)s signals, each once", most=MOST_SIGNALS)
        _must_be_words(self.labels)
        if not all(COUNTRY.fullmatch(country) for country in self.categories):
            raise Invalid("categories of an entry stand by country, in two capital letters")
        if not all(0 < len(name) <= LONGEST_WORD and name.isprintable() for name in self.categories.values()):
            raise Invalid("the category of an entry is one line of at most %(most)s characters", most=LONGEST_WORD)


def _must_be_words(labels: tuple[str, ...]) -> None:
    if len(labels) > MOST_LABELS or list(labels) != sorted(set(labels)):
        raise Invalid("an entry has at most %(most)s labels, each once and in order", most=MOST_LABELS)
    if not all(len(label) <= LONGEST_WORD and WORD.fullmatch(label) for label in labels):
        raise Invalid("the labels of an entry are words in small letters, joined by hyphens")
