"""No page says a word that French and Dutch do not have."""

import ast
import re

import pytest

from tests.words import PAGES, catalogue, said_in, said_in_python, said_in_templates, unspoken

PLACES = re.compile(r"%\((\w+)\)")
LANGUAGES = ("fr", "nl")

SAID = [*said_in_templates(PAGES / "templates"), *said_in_python(PAGES)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    known = catalogue(language, PAGES / "locale")
    missing = {f"{each.where} {each.key}" for each in SAID if each.text and each.key not in known}
    assert not missing, "\n".join(["", *sorted(missing)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_and_places_for_values_are_all_there(language: str) -> None:
    known = catalogue(language, PAGES / "locale")
    for each in (each for each in SAID if each.key in known):
        strings = known[each.key]
        assert len(strings) == (2 if each.plural else 1), (each, strings)
        allowed = set(PLACES.findall(each.text + each.plural))
        assert all(set(PLACES.findall(string)) <= allowed for string in strings), (each, strings)
        assert set(PLACES.findall(strings[-1])) == set(PLACES.findall(each.plural or each.text)), (each, strings)


def test_no_template_says_a_word_outside_the_tags_that_translate() -> None:
    found = {file.name: words for file in PAGES.rglob("*.html") if (words := unspoken(file.read_text("utf-8")))}
    assert found == {}


def test_what_is_looked_for_is_found() -> None:
    told = {each.text for each in SAID}
    assert {"Desk", "Needs you", "Your claim on %(series)s ends soon", "Skip to the content"} <= told
    assert len(told) > 200


def test_a_text_is_found_under_any_name_and_one_put_together_is_refused() -> None:
    code = "from django.utils.translation import pgettext_lazy as meant, ngettext as many\n"
    code += "meant('step', 'Find')\nmany('a', 'b', 2)"
    assert [each.key for each in said_in(ast.parse(code), "x.py")] == [
        ("step", "Find", ""),
        ("", "a", "b"),
    ]
    with pytest.raises(AssertionError, match=r"x.py:2: no catalogue has"):
        list(said_in(ast.parse("from django.utils.translation import gettext as _\n_(f'{a} b')"), "x.py"))


def test_english_outside_the_tags_is_found() -> None:
    assert unspoken('<p title="Hello {{ x }}">{{ _("fine") }} not fine</p>') == ["Hello", "not", "fine"]
