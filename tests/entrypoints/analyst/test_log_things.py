"""Whatever the log speaks of has words in every language of the pages, and is found by them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

import havre
from havre.entrypoints.analyst.log_things import PLACE, THINGS, thing_said, thing_sought
from havre.exchange.models import Kind

ARGUMENT = {"log": 3, "consulted": 2, "log_for": 3}
"""Which argument of these names the thing."""
WITH_KIND = {f"{kind} {PLACE}" for kind in Kind} - {"hypothesis {}"}
"""What stands as `{kind} {name}`; nobody acts on a hypothesis."""
SOUGHT = {"what has this {}", "what has this SHA-256 or PDQ", "what is like {}", "what is like {}, in a region of it"}
"""A search is told by its question."""


def _written() -> Iterator[str]:
    """The things that flows write down by name, with places for what they are called."""
    for source in (Path(havre.__file__).parent / "flows").glob("*.py"):
        text = source.read_text("utf-8")
        for node in ast.walk(ast.parse(text)) if "log(" in text or "consulted(" in text or "thing_of(" in text else ():
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                place = ARGUMENT.get(name, 99)
                yield from _text(node.args[place]) if len(node.args) > place else ()
            elif isinstance(node, ast.Assign) and [getattr(each, "id", "") for each in node.targets] == ["thing"]:
                yield from _text(node.value)
            elif isinstance(node, ast.FunctionDef) and node.name in ("thing_of", "_thing"):
                for found in ast.walk(node):
                    yield from _text(found.value) if isinstance(found, ast.Return) and found.value else ()


def _text(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from (*_text(node.body), *_text(node.orelse))
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else PLACE for part in node.values)


def test_every_thing_that_is_written_down_by_name_has_words() -> None:
    written = set(_written()) - {"{} {}"}
    assert len(written) > 60
    unsaid = (written | WITH_KIND | SOUGHT) - {*THINGS}
    with override("fr"):
        assert [thing for thing in unsaid if thing_said(thing) == thing] == []


@pytest.mark.parametrize(
    ("thing", "french"),
    [
        ("series S12", "série S12"),
        ("series", "séries"),
        ("intake 3 of case 2026-17", "versement 3 du dossier 2026-17"),
        ("intake 3 of case desk", "versement 3 du dossier desk"),
        ("items of intake 3 of case 2026-17", "fichiers du versement 3 du dossier 2026-17"),
        ("hit 3 of standing question 4", "concordance 3 de : question permanente 4"),
        ("12 stacks", "12 piles"),
        ("subscriber 4 of lists", "abonné 4 des listes"),
        ("lists of Unit of 100 %(what)s", "listes de Unit of 100 %(what)s"),
    ],
)
def test_a_thing_is_said_in_the_language_of_the_page_and_found_by_it(thing: str, french: str) -> None:
    assert thing_said(thing) == thing
    with override("fr"):
        assert thing_said(thing) == french
        if "hit" not in thing:
            assert thing_sought(french) == thing
            assert thing_sought(thing) == thing


def test_what_no_flow_of_this_version_writes_stays_and_half_a_thing_is_found_too() -> None:
    with override("nl"):
        assert thing_said("done by a newer node") == "done by a newer node"
        assert thing_sought("S12") == "S12"
        assert thing_sought("Reeks") == "series"
        assert thing_sought("dossier") == "case"
        assert thing_sought("reeks S3") == "series S3"
