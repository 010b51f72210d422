"""What clues suggest, in the reader's language: countries, regions, languages, and each constraint as a phrase."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from markupsafe import Markup

from havre.linking.atlas import Names, choices, countries, region_names
from havre.linking.countries import KINDS, Certainty, Constraint
from havre.series.models import ClueKind

KIND_WORDS: Mapping[str, "str | Promise"] = {
    ClueKind.LANGUAGE: lazy("Language or script"),
    ClueKind.PLUG: lazy("Plug or socket"),
    ClueKind.UNIFORM: lazy("Uniform"),
    ClueKind.BRAND: lazy("Brand"),
    ClueKind.PLANT: lazy("Plant"),
    ClueKind.SIGN: lazy("Sign"),
    ClueKind.BUILDING: lazy("Building"),
    ClueKind.VEHICLE: lazy("Vehicle"),
    ClueKind.OTHER: lazy("Other object"),
}
"""What a clue is seen in."""

CERTAINTY_WORDS: Mapping[str, "str | Promise"] = {
    Certainty.SURE: lazy("sure"),
    Certainty.LIKELY: lazy("likely"),
    Certainty.HINT: lazy("a hint"),
}

SIDES: Mapping[str, "str | Promise"] = {"left": lazy("Drives on the left"), "right": lazy("Drives on the right")}

FEW = 4
"""Names that a phrase lists; of more it says how many countries they are."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that can be chosen."""

    value: str
    words: str
    chosen: bool = False


def country(code: str) -> str:
    """The name of a country."""
    return own(countries()[code].names, code)


def own(names: Names, otherwise: str) -> str:
    """A name in the reader's language; English where there is none."""
    language = (get_language() or "en").partition("-")[0]
    return names.get(language) or names.get("en") or otherwise


def options(kind: str, chosen: Iterable[str] = ()) -> list[Choice]:
    """Everything of a kind that can be chosen, in the order of the reader's alphabet."""
    picked = set(chosen)
    return [Choice(value, words, value in picked) for value, words in _in_order(kind, get_language())]


@cache
def _in_order(kind: str, _language: str | None) -> Sequence[tuple[str, str]]:
    """The values of a kind with their words in the language that is spoken now."""
    found = ((value, value_words(kind, value)) for value in KINDS[kind].allowed())
    return sorted(found, key=lambda each: folded(each[1]))


def listed(kind: str, chosen: Iterable[str] = ()) -> Markup:
    """The same as the options of a list; where none is chosen, as nearly always, they are written once a language."""
    picked = [*chosen]
    return _written(options(kind, picked)) if picked else _unchosen(kind, get_language())


@cache
def _unchosen(kind: str, _language: str | None) -> Markup:
    return _written(options(kind))


def _written(choices: Iterable[Choice]) -> Markup:
    option, selected = Markup('<option value="{}"{}>{}</option>'), Markup(" selected")
    return Markup("").join(option.format(each.value, selected if each.chosen else "", each.words) for each in choices)


def value_words(kind: str, value: str) -> str:
    """What one value of a kind is called."""
    if kind == "country":
        return country(value)
    if kind == "region":
        return own(region_names()[value], value)
    if kind == "side":
        return str(SIDES[value])
    if kind == "plug":
        return _("type %(letter)s") % {"letter": value}
    if kind == "voltage":
        return _("%(volts)s volts") % {"volts": value.replace("-", "–")}
    if kind == "currency":
        return _("%(name)s (%(code)s)") % {"name": own(choices(kind)[value], value), "code": value}
    return own(choices(kind)[value], value)


def phrase(said: Constraint) -> str:
    """A constraint as a person reads it: 'Language: Dutch'."""
    if said.kind == "circle":
        place = {"latitude": _degrees(said.latitude), "longitude": _degrees(said.longitude)}
        return _("Within %(km)s km of %(latitude)s, %(longitude)s") % {"km": number_format(round(said.km)), **place}
    if said.kind == "side":
        return ", ".join(value_words("side", value) for value in said.values)
    return _("%(title)s: %(values)s") % {"title": TITLES[said.kind], "values": _listed(said)}


TITLES: Mapping[str, "str | Promise"] = {
    "country": lazy("Country"),
    "region": lazy("Region"),
    "language": lazy("Official language"),
    "currency": lazy("Currency"),
    "side": lazy("Side of the road"),
    "plug": lazy("Plug"),
    "voltage": lazy("Mains voltage"),
}


def _listed(said: Constraint) -> str:
    words = sorted((value_words(said.kind, value) for value in said.values), key=folded)
    if said.kind == "country":
        return names(words, FEW)
    return _(" or ").join(words)


def names(words: Sequence[str], most: int) -> str:
    """Names with commas; of too many the first and how many more."""
    left = len(words) - most
    if left <= 1:
        return ", ".join(words)
    more = ngettext("and %(count)s more", "and %(count)s more", left) % {"count": number_format(left)}
    return f"{', '.join(words[:most])} {more}"


def folded(words: str) -> str:
    """For sorting: accents aside, as dictionaries have it."""
    return "".join(c for c in unicodedata.normalize("NFD", words) if not unicodedata.combining(c)).casefold()


def _degrees(value: float) -> str:
    return number_format(round(value, 4))
