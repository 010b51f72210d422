"""What stands in the way of a letter, in the language of whoever reads: often nobody wrote it down, in English.

A sentence without places is found in the catalogues as it stands; of one with places it is found out what stands there.
What is no sentence of ours, what a server said, say, stays as it is.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from django.utils.translation import gettext as _

PLACED = (
    "nobody verified is known as: %(kinds)s",
    "nobody has verified the contact %(name)s: call them, then `havre notices contacts verify`",
    "no contact is known as %(kind)s for %(about)s: `havre notices contacts add` adds one",
    "by the route of this page (%(rule)s) nothing is written to %(name)s",
    "the same media stand in a capture of %(site)s",
    "they do not let us in (%(said)s): give another credential",
    "%(host)s is not on the open internet: nothing is sent there",
)
"""Sentences with places that may be kept with a notice, a request or a letter."""

PLACE = re.compile(r"%\((\w+)\)s")


def in_words(kept: str) -> str:
    """What was kept, in the reader's language where it is a sentence of ours."""
    for sentence, form in FORMS.items():
        if found := form.fullmatch(kept):
            return _(sentence) % found.groupdict()
    return _(kept) if kept else ""


def _forms(sentences: Iterable[str]) -> Iterator[tuple[str, re.Pattern[str]]]:
    for sentence in sentences:
        parts = PLACE.split(sentence)
        named = [f"(?P<{each}>.+?)" if number % 2 else re.escape(each) for number, each in enumerate(parts)]
        yield sentence, re.compile("".join(named))


FORMS: Mapping[str, re.Pattern[str]] = MappingProxyType(dict(_forms(PLACED)))
