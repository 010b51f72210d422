"""Constraints in the reader's language."""

import pytest
from django.utils.translation import override
from markupsafe import escape

from havre.entrypoints.analyst.clue_words import TITLES, country, folded, listed, names, options, phrase
from havre.linking.atlas import countries
from havre.linking.countries import KINDS, constraint

POOLE = {"kind": "circle", "longitude": -1.98, "latitude": 50.72, "km": 1500}


@pytest.mark.parametrize(
    ("language", "told", "words"),
    [
        ("en", {"kind": "country", "values": ["GB", "BE"]}, "Country: Belgium, United Kingdom"),
        ("fr", {"kind": "country", "values": ["GB", "BE"]}, "Pays: Belgique, Royaume-Uni"),
        ("nl", {"kind": "language", "values": ["fr"]}, "Officiële taal: Frans"),
        ("en", {"kind": "region", "values": ["nordic", "baltic"]}, "Region: Baltic states or Nordic countries"),
        ("en", {"kind": "currency", "values": ["GBP"]}, "Currency: British Pound (GBP)"),
        ("en", {"kind": "plug", "values": ["G", "C"]}, "Plug: type C or type G"),
        ("nl", {"kind": "voltage", "values": ["220-240"]}, "Netspanning: 220–240 volt"),
        ("fr", {"kind": "side", "values": ["left"]}, "Conduite à gauche"),
        ("en", POOLE, "Within 1500 km of 50.72, -1.98"),
        ("fr", POOLE, "À moins de 1500 km de 50,72 ; -1,98"),
    ],
)
def test_a_constraint_as_a_person_reads_it(language: str, told: dict[str, object], words: str) -> None:
    with override(language):
        assert phrase(constraint(told)).replace(" ", "").replace("\xa0", "").replace(",", "") == words.replace(
            " ", ""
        ).replace(",", "")


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_everything_that_can_be_chosen_has_a_name(kind: str, language: str) -> None:
    with override(language):
        found = options(kind, [next(iter(sorted(KINDS[kind].allowed())))])
        assert sorted(each.value for each in found) == sorted(KINDS[kind].allowed())
        assert all(each.words.strip() for each in found)
        assert sum(each.chosen for each in found) == 1
        assert [folded(each.words) for each in found] == sorted(folded(each.words) for each in found)
        assert str(TITLES[kind])


@pytest.mark.parametrize("kind", ["country", "region", "language", "currency"])
def test_a_list_is_written_for_each_language_with_what_is_chosen(kind: str) -> None:
    first = options(kind)[0].value
    told = {}
    for language in ("en", "fr", "en"):
        with override(language):
            found = options(kind)
            plain = "".join(f'<option value="{each.value}">{escape(each.words)}</option>' for each in found)
            assert listed(kind) == plain == listed(kind, [])
            assert listed(kind, [first]) == plain.replace(f'"{first}">', f'"{first}" selected>')
            told[language] = plain
    assert told["en"] != told["fr"]


def test_countries_are_called_as_the_reader_calls_them() -> None:
    for language, name in (("en", "Germany"), ("fr", "Allemagne"), ("nl", "Duitsland"), ("en-gb", "Germany")):
        with override(language):
            assert country("DE") == name
    assert len({country(code) for code in countries()}) == 250


def test_long_lists_say_how_many_more() -> None:
    words = list("abcdefgh")
    assert names(words, 4) == "a, b, c, d and 4 more"
    assert names(words[:5], 4) == "a, b, c, d, e"
