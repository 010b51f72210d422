"""No page of the public says a word that French and Dutch do not have."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.test import Client
from django.utils import translation

import havre.entrypoints.public
from havre.hotline.models import Door
from tests.words import (
    Said,
    behind_pages,
    catalogue,
    modules,
    said_in,
    said_in_templates,
    said_plainly,
    unspoken,
    unspoken_errors,
)

PAGES = Path(havre.entrypoints.public.__file__).parent
pytestmark = pytest.mark.xdist_group("words")  # all source is read once, where all of these run

PLACES = re.compile(r"%\((\w+)\)")
LANGUAGES = ("fr", "nl")

ROOMS = ("havre.entrypoints.public", "havre.hotline.", "havre.selfservice.")
FOR_OPERATORS = ("havre.entrypoints.public.helplines", "havre.entrypoints.public.gathering")
"""What these raise is said when the process starts, or to nobody."""


@cache
def behind() -> dict[str, ast.Module]:
    """The modules that a page can reach."""
    return behind_pages(modules(), "public")


@cache
def ours() -> dict[str, ast.Module]:
    """What speaks on these pages; of the rest their errors reach no page, but for that of a code."""
    return {name: tree for name, tree in behind().items() if name.startswith(ROOMS)}


@cache
def every() -> list[Said]:
    """Whatever a page can say."""
    return [
        *said_in_templates(PAGES / "templates"),
        *(said for name, tree in ours().items() for said in said_in(tree, name)),
        *said_plainly(behind()["havre.sealing.receipt"], "receipt"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    known = catalogue(language, PAGES / "locale")
    missing = {f"{each.where} {each.key}" for each in every() if each.text and each.key not in known}
    assert not missing, "\n".join(["", *sorted(missing)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_places_for_values_are_all_there_and_nothing_is_translated_that_nobody_says(language: str) -> None:
    known = catalogue(language, PAGES / "locale")
    for (_context, text, _plural), (string,) in known.items():
        assert set(PLACES.findall(text)) == set(PLACES.findall(string)), string
    assert set(known) <= {each.key for each in every()}


def test_french_and_dutch_are_written_as_they_are() -> None:
    french = [string for (string,) in catalogue("fr", PAGES / "locale").values()]
    assert [
        each for each in french if re.search(r"[^\u00a0\s(/][;:!?»]|« |[ ][:;!?»]|'", re.sub(r"\{.*\}", "", each))
    ] == []
    assert [each for each in french if re.search(r"\b(tu|toi|ton|ta|tes)\b", each, re.IGNORECASE)] == []
    dutch = {area: said(area) for area in ("public", "protect")}
    assert [each for each in dutch["public"] if re.search(r"\b(je|jij|jouw)\b", each, re.IGNORECASE)] == []
    # Where young people protect their own pictures they are spoken to as they speak.
    assert [each for each in dutch["protect"] if re.search(r"\b(u|uw|uzelf)\b", each, re.IGNORECASE)] == []
    assert all(dutch.values())


def said(area: str) -> list[str]:
    """What one folder of words says in Dutch."""
    with (PAGES / "locale" / area / "nl" / "LC_MESSAGES" / "django.po").open("rb") as lines:
        return [str(each.string) for each in read_po(lines, locale="nl") if each.id]


def test_no_template_says_a_word_outside_the_tags_that_translate() -> None:
    found = {file.name: words for file in PAGES.rglob("*.html") if (words := unspoken(file.read_text("utf-8")))}
    assert found == {}


def test_every_sentence_of_an_error_that_a_page_can_show_goes_through_gettext() -> None:
    assert unspoken_errors({name: tree for name, tree in ours().items() if name not in FOR_OPERATORS}) == []


def test_what_is_looked_for_is_found() -> None:
    told = {each.text for each in every()}
    assert {"Leave quickly", "Say why you do not agree.", "type your code"} <= told
    assert Said("", "this is not a receipt code: it has five groups of five letters and digits", "", "").key in {
        each.key for each in every()
    }


def test_the_pages_speak_it(visitor: Client, door: Door) -> None:
    assert "Quitter vite" in visitor.get("/fr/").content.decode()
    assert "Snel weg" in visitor.get("/nl/").content.decode()
    translation.deactivate()
