"""What one person hands over of their own pictures and films: hashes, and as little beside them as is needed.

The pictures themselves stay where they are. What a page sends is read here and never believed: that a hash belongs to
a picture nobody can check, so only its shape is.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.hashlists.entry import Kind, Signal
from havre.hotline.telling import LANGUAGES

MOST_FILES = 50
MOST_PRINTS = 400
"""PDQ hashes of all of them: with these a submission fits into what a page may post."""

MOST_UNDER_A_CODE = 200
"""Pictures and films: few have more of their own, and a code that anybody may make must not fill a list."""

MIN_QUALITY = 50
"""Below this a picture is too flat (sky, wall) for its hash to mean anything (ThreatExchange QUALITY_THRESHOLD)."""

UNEVEN = 8
"""A PDQ hash has 128 ones of 256, for it says which values are above their median; of 20,000 one had other than that.
What is further off than this was not made of a picture."""

MOST_BYTES = 200_000
COUNTRY = re.compile(r"([A-Z]{2})?", re.ASCII)

WHO = ("me", "grown", "parent")
"""Who asks: somebody under 18; somebody who was it then; whoever looks after a child. Nobody's age is asked for."""

FILE = re.compile(r"(picture|film) ([0-9a-f]{32}) ([0-9a-f]{64})", re.ASCII)
PRINT = re.compile(r"pdq ([0-9]{1,3}) ([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Print:
    """A PDQ hash of one picture or one frame, and how much there is in it (0..100)."""

    quality: int
    value: str

    def __post_init__(self) -> None:
        if not MIN_QUALITY <= self.quality <= 100 or abs(int(self.value, 16).bit_count() - 128) > UNEVEN:
            raise Invalid(_("one of these hashes is of no use: open the page again and choose your pictures once more"))


@dataclass(frozen=True, slots=True)
class Hashed:
    """One file, by its hashes alone."""

    kind: Kind
    md5: str
    sha256: str
    prints: tuple[Print, ...]

    @property
    def signals(self) -> tuple[Signal, ...]:
        """As lists carry them, each once."""
        prints = dict.fromkeys(Signal("pdq", each.value, "1.0") for each in self.prints)
        return (*prints, Signal("md5", self.md5), Signal("sha256", self.sha256))


@dataclass(frozen=True, slots=True)
class Given:
    """What one person handed over at one time."""

    files: tuple[Hashed, ...]
    who: str = "me"
    country: str = ""
    """Where they live; empty where they did not say."""
    platforms: bool = False
    """Whether platforms may get the hashes."""
    tell: bool = False
    """Whether the hotline may look for them among what it holds, and a person tell what was found."""
    language: str = "en"

    @property
    def of_use(self) -> bool:
        """Whether anybody may use them; what somebody adds later follows what they said first."""
        return self.platforms or self.tell

    def __post_init__(self) -> None:
        if not 0 < len(self.files) <= MOST_FILES or sum(len(each.prints) for each in self.files) > MOST_PRINTS:
            raise Invalid(
                _("at most %(most)s pictures or films at once: send the others after these") % {"most": MOST_FILES}
            )
        if self.who not in WHO or not COUNTRY.fullmatch(self.country) or self.language not in LANGUAGES:
            raise Invalid(_("this form was changed on its way: open the page again"))


def hashed_in(text: str) -> tuple[Hashed, ...]:
    """The files that a page wrote down: a line for each file, behind it a line for each of its PDQ hashes.

    Raises Invalid where it is anything else, or a file has no PDQ hash that is of use.
    """
    files: list[tuple[str, str, str, list[Print]]] = []
    for line in filter(None, (each.strip() for each in text.splitlines())):
        if file := FILE.fullmatch(line):
            files.append((file[1], file[2], file[3], []))
        elif (found := PRINT.fullmatch(line)) and files and len(files[-1][3]) < MOST_PRINTS:
            files[-1][3].append(Print(int(found[1]), found[2]))
        else:
            raise _not_hashes()
        if len(files) > MOST_FILES:
            raise Invalid(
                _("at most %(most)s pictures or films at once: send the others after these") % {"most": MOST_FILES}
            )
    return tuple(_hashed(*each) for each in files)


def _hashed(kind: str, md5: str, sha256: str, prints: list[Print]) -> Hashed:
    if not prints or (kind == Kind.PICTURE and len(prints) > 1):
        raise _not_hashes()
    return Hashed(Kind(kind), md5, sha256, tuple(prints))


def _not_hashes() -> Invalid:
    return Invalid(_("these are no hashes of pictures: open the page again and choose your pictures once more"))


def body_of(given: Given) -> bytes:
    """The bytes that are sealed."""
    files = [
        [each.kind, each.md5, each.sha256, [[one.quality, one.value] for one in each.prints]] for each in given.files
    ]
    said = {"who": given.who, "country": given.country, "platforms": given.platforms, "tell": given.tell}
    return json.dumps(
        {"files": files, "language": given.language} | said, sort_keys=True, separators=(",", ":")
    ).encode()


def given_in(body: bytes) -> Given:
    """What those bytes say. Raises Invalid where they were made by no `body_of`."""
    try:
        read = json.loads(body) if len(body) <= MOST_BYTES else None
        if not isinstance(read, dict):
            raise ValueError
        return _given(read)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Invalid(_("this letter says nothing that Havre can read")) from None


def _given(read: Mapping[str, Any]) -> Given:
    lines: list[str] = []
    for kind, md5, sha256, prints in read["files"]:
        lines += [f"{kind} {md5} {sha256}", *(f"pdq {quality} {value}" for quality, value in prints)]
    if not all(type(read[name]) is bool for name in ("platforms", "tell")):
        raise ValueError
    said = {name: str(read[name]) for name in ("who", "country", "language")}
    return Given(hashed_in("\n".join(lines)), platforms=read["platforms"], tell=read["tell"], **said)


# ---- said later ----

ALLOWED = re.compile(rb"platforms ([01]) tell ([01])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Who may use the hashes from now on. Raises Invalid for nobody: then they are taken back instead of kept."""

    platforms: bool
    tell: bool

    def __post_init__(self) -> None:
        if not (self.platforms or self.tell):
            raise Invalid(_("Say yes to at least one of these. Or take it all back, at the end of this page."))

    @property
    def body(self) -> bytes:
        """The bytes that are sealed: as long, whatever they say."""
        return b"platforms %d tell %d" % (self.platforms, self.tell)


def allowed_in(body: bytes) -> Allowed:
    """What those bytes say. Raises Invalid where they say nothing."""
    found = ALLOWED.fullmatch(body)
    if found is None:
        raise Invalid(_("this letter says nothing that Havre can read"))
    return Allowed(found[1] == b"1", found[2] == b"1")
