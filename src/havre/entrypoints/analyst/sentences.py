"""Why two media match, in the language of whoever reads: the sentences of links, and names of kinds and methods."""

from collections.abc import Mapping

from django.utils.formats import get_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from havre.linking import explain
from havre.linking.languages import language_of
from havre.linking.links import Link
from havre.linking.phrases import Language

KINDS: Mapping[str, "str | Promise"] = {
    "identical": lazy("Same bytes"),
    "near": lazy("Same picture"),
    "segment": lazy("Part of a film"),
    "sound": lazy("Same sound"),
    "place": lazy("Same place or object"),
    "camera": lazy("Same camera"),
    "session": lazy("Same occasion"),
}
"""What each kind of match is called, the surest first."""


def sentence(link: Link) -> str:
    """Why these two are linked."""
    return _capital(explain.sentence(link, language()))


def language() -> Language:
    """The tables of links' sentences in the language of this request."""
    return language_of(get_language() or "en")


def chance(expected_false: float) -> str:
    """How often a match as good as this is accident: 0.2, 3 × 10⁻⁷, or less than what was ever measured."""
    if expected_false <= 0:
        return _("not measured")
    return explain.chance(expected_false).replace(".", get_format("DECIMAL_SEPARATOR"))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
