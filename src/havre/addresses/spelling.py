"""How people write an address so that nobody opens it by accident, undone; and what nobody sees in it, taken out.

Control characters and blanks inside are refused: they are no part of any address, and whoever sees one where it was
pasted should say what was meant. Marks that nobody sees (direction, zero width, soft hyphens) are taken out: they come
along when an address is copied. The two joiners stay outside the host's name, where they spell words and emoji.
"""

import re
import unicodedata

from havre.errors import Invalid

JOINERS = "\u200c\u200d"

_WRAPPED = re.compile(r"<(?:url:)?([^<>]*)>|\"([^\"]*)\"|'([^']*)'", re.IGNORECASE)
_BEFORE = re.compile(r"(?:view-source|url):[ ]?(?=\S)", re.IGNORECASE)
_SCHEME = re.compile(r"h(?:xx|\*\*|__|tx|xt)p(s?)(?=:)", re.IGNORECASE)
_APART = re.compile(r" ?\[(\.|:|://|//|/)\] ?")
_DOT = re.compile(r" ?[\[({] ?(?:\.|dot) ?[\])}] ?", re.IGNORECASE)
_END_OF_HOST = re.compile(r"[/\\?#]")


def plain(text: str) -> str:
    """The address as a browser would be given it. Raises Invalid for control characters and blanks inside."""
    said = _unwrapped(_visible(text))
    said = _BEFORE.sub("", said, count=1) if _BEFORE.match(said) else said
    said = _undone(said)
    if any(letter.isspace() for letter in said):
        raise Invalid("an address has no blanks inside: give one at a time, with %(code)s for a blank", code="%20")
    return said


def undo_dots(text: str) -> str:
    """Dots that were written so that nothing becomes a link, between letters or digits, written as dots again."""
    return _DOT_IN_TEXT.sub(".", text)


_DOT_IN_TEXT = re.compile(r"(?<=[^\W_]) ?[\[({] ?(?:\.|dot) ?[\])}] ?(?=[^\W_])", re.IGNORECASE)


def _visible(text: str) -> str:
    """Without blanks around and marks that nobody sees."""
    kept = "".join(letter for letter in text if letter in JOINERS or unicodedata.category(letter) != "Cf").strip()
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in kept):
        raise Invalid("an address has no line breaks, tabs or other control characters inside")
    return kept


def _unwrapped(text: str) -> str:
    """What stands between brackets or quotes, if all of it does."""
    found = _WRAPPED.fullmatch(text)
    return next(part for part in found.groups() if part is not None).strip() if found else text


def _undone(text: str) -> str:
    """hxxp and its kin are http; dots, colons and slashes in brackets are what they are without."""
    text = _APART.sub(r"\1", text)
    if scheme := _SCHEME.match(text):
        text = f"http{scheme[1]}{text[scheme.end() :]}"
    after = text.find("://") + 3 if "://" in text[:12] else 0
    end = _END_OF_HOST.search(text, after)
    at = end.start() if end else len(text)
    return text[:after] + _DOT.sub(".", text[after:at]) + text[at:]
