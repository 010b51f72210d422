"""What somebody tells the hotline, as a value: within limits, and as the bytes that are sealed."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.utils.translation import gettext as _

from havre.errors import Invalid
from havre.hotline.models import Relation

MOST_ADDRESSES = 50
LONGEST_TEXT = 10_000
LONGEST_LINE = 500
LONGEST_ADDRESS = 4_000
"""As typed; longer than any that is kept, so that what surrounds it may be cut away."""
LANGUAGES = ("en", "fr", "nl")
MOST_BYTES = 1_000_000
"""Of what is sealed: more than all of the above together, at four bytes a letter."""

KEPT = "\n\t\u200c\u200d"
"""Lines, tabs, and what joins letters of some scripts; other spaces become a blank."""

TEXTS = {
    "seen": LONGEST_TEXT,
    "where": LONGEST_TEXT,
    "when": LONGEST_LINE,
    "contact": LONGEST_LINE,
    "about": LONGEST_LINE,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What one person or partner said; empty where they did not."""

    addresses: tuple[str, ...] = ()
    """As they were typed."""
    seen: str = ""
    where: str = ""
    """Where on the page."""
    when: str = ""
    relation: str = ""
    danger: bool = False
    contact: str = ""
    language: str = "en"
    about: str = ""
    """What is challenged: the reference of a notice, or an address."""


def told_of(told: Told) -> Told:
    """The same, trimmed and within all limits. Raises Invalid with what is too much or can't be kept."""
    if len(told.addresses) > MOST_ADDRESSES:
        raise Invalid(
            _("at most %(most)s addresses at once: send the rest in another report") % {"most": MOST_ADDRESSES}
        )
    addresses = tuple(kept for each in told.addresses if (kept := _text(each, LONGEST_ADDRESS)))
    texts = {name: _text(getattr(told, name), most) for name, most in TEXTS.items()}
    if told.relation not in Relation.values or told.language not in LANGUAGES:
        raise Invalid(_("this form was changed on its way: open the page again"))
    return Told(addresses=addresses, relation=told.relation, danger=told.danger, language=told.language, **texts)


def _text(text: str, most: int) -> str:
    if len(text) > most:
        raise Invalid(_("this text is too long: %(most)s characters at most") % {"most": most})
    kept = "".join(char if char in KEPT or char.isprintable() else " " * char.isspace() for char in text)
    # What UTF-8 can't hold is no text; it came in through an escape.
    return kept.encode("utf-8", "ignore").decode().strip()


def words_of(told: Told) -> str:
    """All that it says, a line for each thing, as a person reads what was added later."""
    more = (each for each in told.addresses if each not in told.seen)
    return "\n".join(filter(None, (*more, told.seen, told.where, told.when, told.contact)))


def body_of(told: Told) -> bytes:
    """The bytes that are sealed."""
    return json.dumps(asdict(told), ensure_ascii=False, sort_keys=True).encode()


def told_in(body: bytes) -> Told:
    """What those bytes say. Raises Invalid where they were made by no `body_of`."""
    try:
        read = json.loads(body) if len(body) <= MOST_BYTES else None
        kinds = {field.name: type(field.default) for field in fields(Told)}
        if not isinstance(read, dict) or set(read) - set(kinds):
            raise ValueError
        values: dict[str, Any] = {name: tuple(value) if kinds[name] is tuple else value for name, value in read.items()}
        if not all(isinstance(value, kinds[name]) for name, value in values.items()):
            raise ValueError
        if not all(isinstance(each, str) for each in values.get("addresses", ())):
            raise ValueError
        return told_of(Told(**values))
    except (ValueError, TypeError, RecursionError):
        raise Invalid(_("this letter says nothing that Havre can read")) from None
