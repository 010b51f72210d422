"""What the log is about is said in every language of the pages, and found by what the page calls it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

import havre
from havre.entrypoints.analyst.log_things import CONTEXT, FORMS, THINGS, thing_meant, thing_said
from havre.entrypoints.analyst.troubles import PLACE
from tests.words import PAGES, catalogue

SOURCE = Path(havre.__file__).parent
PLACES = {"log": 3, "log_for": 3, "consulted": 2, "notice": 3}
"""Functions that are handed a thing of the log, and at which place."""

NAMED_ELSEWHERE = {"{} {}"}
"""A restricted thing by its kind: each kind is in the table."""


def written() -> Iterator[str]:
    """Every thing as flows name it, with {} where a value is put in."""
    for file in (SOURCE / "flows").glob("*.py"):
        for part in ast.walk(ast.parse(file.read_text("utf-8"))):
            for named in _named(part):
                if isinstance(named, ast.Constant):
                    yield str(named.value)
                if isinstance(named, ast.JoinedStr):
                    yield "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in named.values)


def _named(part: ast.AST) -> Iterator[ast.expr]:
    if isinstance(part, ast.FunctionDef) and part.name in ("thing_of", "_thing"):
        yield from (each.value for each in ast.walk(part) if isinstance(each, ast.Return) and each.value is not None)
    if isinstance(part, ast.Call):
        name = ast.unparse(part.func)
        place = PLACES.get(name, 0 if name.endswith("desk.log") else None)
        yield from part.args[place : place + 1] if place is not None and name != "desk.log" else ()
        yield from (each.value for each in part.keywords if each.arg == "thing")


def test_every_thing_that_a_flow_writes_down_has_words() -> None:
    found = {*written()} - NAMED_ELSEWHERE
    assert len(found) > 70
    assert {
        each for each in found if not any(form.fullmatch(each.replace("{}", "7")) for form in FORMS.values())
    } == set()


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_every_thing_has_words_in_each_language_by_which_it_is_found_again(language: str) -> None:
    known = catalogue(language, PAGES / "locale")
    assert {each for each in THINGS if (CONTEXT, each, "") not in known} == set()
    with override(language):
        for each in THINGS:
            thing = each % dict.fromkeys(PLACE.findall(each), "7")
            assert thing_meant(thing_said(thing)) == thing, thing_said(thing)


def test_what_stands_within_is_said_too_and_what_nobody_knows_stays() -> None:
    with override("fr"):
        assert thing_said("hit 3 of standing question 2") == "occurrence 3 de\xa0: question permanente 2"
        assert thing_meant("occurrence 3 de\xa0: question permanente 2") == "hit 3 of standing question 2"
        assert thing_said("case A of case B") == "dossier A of case B"
        assert (thing_said("zeppelin 3"), thing_meant("zeppelin 3")) == ("zeppelin 3", "zeppelin 3")
    assert thing_said("medium 12") == "medium 12"
