"""Whatever the rooms write down of a file that can't be taken in, French and Dutch pages say: found in their source."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

import havre
from havre.entrypoints.analyst.troubles import PLACE, in_words

HAVRE = Path(havre.__file__).parent

WRITING = (
    *("media/look", "media/sources", "media/decode/answers", "media/decode/colour", "media/decode/crops"),
    *("media/decode/exif", "media/decode/facts", "media/decode/filmfacts", "media/decode/films"),
    *("media/decode/frames", "media/decode/gunzip", "media/decode/header", "media/decode/iptc"),
    *("media/decode/members", "media/decode/opening", "media/decode/outcomes", "media/decode/packings"),
    *("media/decode/payload", "media/decode/pictures", "media/decode/pool", "media/decode/reading"),
    *("media/decode/reel", "media/decode/salvage", "media/decode/sandbox", "media/decode/sevenzip"),
    *("media/decode/unpack", "media/decode/unpacking", "media/decode/warc", "media/decode/wire"),
    *("media/decode/worker", "media/decode/xmp", "media/decode/zips", "media/keep", "media/store", "media/spool"),
    *("media/keys", "sealing/envelope"),
    *("flows/archives", "flows/listed", "flows/platform_tips", "flows/taking", "flows/watch", "flows/work"),
    *("flows/brought", "flows/intake", "flows/home", "flows/judging"),
)
"""Modules in whose source a reason may stand; what has a space in it and is none is named below."""

NONE = {
    "media/keep": {"SELECT 1 FROM {} WHERE unit_id = %s AND sha256 = %s"},
}
"""What is read by nobody on a page."""


def texts(tree: ast.AST) -> Iterator[str]:
    """The texts of a module that are no docstrings, with {} where a value is put in."""
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inner |= {id(each) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for each in ast.walk(node)} - {
        id(node) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
    }
    for node in ast.walk(tree):
        if id(node) in inner:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values)


def sentences(module: str) -> set[str]:
    """What of them may be a sentence."""
    tree = ast.parse((HAVRE / f"{module}.py").read_text("utf-8"))
    return {text for text in texts(tree) if " " in text.strip()}


def written(text: str) -> str:
    """As it would be kept, with a 7 wherever something stands."""
    return PLACE.sub("7", text.replace("{}", "7"))


@pytest.mark.parametrize("module", WRITING)
def test_every_reason_that_a_room_writes_down_is_said_in_each_language(module: str) -> None:
    found = sentences(module) - NONE.get(module, set())
    for language in ("fr", "nl"):
        with override(language):
            assert {text for text in found if in_words(written(text)) == written(text)} == set(), language
    assert NONE.get(module, set()) <= sentences(module)
