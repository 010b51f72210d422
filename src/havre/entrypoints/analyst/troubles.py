"""What the program kept in English of what stands in the way, in the language of whoever reads.

What is written down stays English, whoever caused it; a page says it anew when it shows it. A sentence without places
is found in the catalogues as it stands; of one with places it is found out what stands there. What is no sentence of
ours, what a server said, say, stays as it is; where it is the reason within a sentence of ours it is quoted.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from havre.entrypoints.analyst.fact_words import fact_said
from havre.entrypoints.analyst.file_troubles import ALLOWED, INTAKES, LIBRARIES, ON_LISTS, ROOMS
from havre.entrypoints.analyst.kept_forms import Form

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

NUMBERS = frozenset(
    {"byte", "count", "depth", "height", "least", "most", "number", "of", "seconds", "status", "times", "width"}
)
"""Places at which a number stands."""

SENTENCES = frozenset({"error", "place", "problem", "streams", "why"})
"""Places at which another sentence may stand, which is said in the same language."""

GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")

DEEPEST = 8
"""Reasons within reasons that are said: a file may be called like one, a hundred times."""

LONGEST = 4096
"""Characters of what is looked for: anything longer is nothing that was kept as a reason."""


def in_words(kept: str) -> str:
    """What was kept, in the reader's language where it is a sentence of ours."""
    language = get_language() or "en"
    if not kept or language.startswith("en") or len(kept) > LONGEST:
        return kept
    return _in_words(kept, language, DEEPEST) or kept


@lru_cache(maxsize=4096)
def _in_words(kept: str, language: str, deep: int) -> str:
    """Empty where it is nothing of ours. Files of one intake are refused for the same few reasons."""
    if not deep:
        return ""
    if " " in kept and (said := _(kept)) != kept:  # a single word may be anybody's
        return said
    for sentence, form in FORMS.items():
        if found := form.values(kept):
            return _(sentence) % {name: _placed(name, value, language, deep) for name, value in found.items()}
    parts = kept.split("; ")
    told = [_in_words(part, language, deep - 1) for part in parts] if len(parts) > 1 else []
    return _("; ").join(said or part for said, part in zip(told, parts, strict=True)) if any(told) else ""


def _placed(name: str, value: str, language: str, deep: int) -> str:
    if name in NUMBERS:
        return (
            formats.number_format(int(value.replace(",", "")), force_grouping=True) if GROUPED.match(value) else value
        )
    if name == "fact":
        return fact_said(value)
    if name not in SENTENCES:
        return value
    said = _in_words(value, language, deep - 1)
    return said or (_("“%(text)s”") % {"text": value} if name == "why" else value)


def _form(sentence: str) -> Form:
    parts = PLACE.split(sentence)
    return Form(parts[1::2], parts[0::2], NUMBERS)


FORMS: Mapping[str, Form] = MappingProxyType(
    {sentence: _form(sentence) for sentence in (*PLACED, *ALLOWED, *ON_LISTS, *INTAKES, *ROOMS, *LIBRARIES)}
)
"""How each is recognised, in the order in which they are tried."""
