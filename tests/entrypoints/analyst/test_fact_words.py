"""The facts that a file tells of itself have names in every language of the pages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

import havre.media.decode
from havre.entrypoints.analyst.fact_words import FACTS, LISTED, REFUSED, fact_said, known_as, listed_said
from havre.matches.formats import icse, vics_fields
from havre.media.decode import facts, filmfacts, iptc, xmp


def made_outright() -> Iterator[object]:
    """Names that stand where a decoder makes a fact."""
    (folder,) = havre.media.decode.__path__
    for file in Path(folder).glob("*.py"):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "Fact" and call.args:
                yield from (each.value for each in call.args[:1] if isinstance(each, ast.Constant))


def test_every_fact_that_a_decoder_gives_has_a_name() -> None:
    tables = {*facts.EXIF_TEXTS.values(), *(name for name, *_ in facts.EXIF_TIMES.values())}
    tables |= {*filmfacts.NAMES.values(), *xmp.NAMES.values(), *iptc.NAMES.values()}
    made = {str(each) for each in made_outright()}
    assert {"comment", "altitude", "satellite time", "place as written"} <= made
    assert {*FACTS} == tables | made | {"latitude", "longitude"}


def test_a_fact_is_called_as_the_reader_calls_it_and_one_that_cannot_be_true_says_so() -> None:
    with override("fr"):
        assert fact_said("camera make") == "marque de l'appareil"
        assert fact_said(f"latitude{REFUSED}") == "latitude, écarté"
    with override("nl"):
        assert fact_said("taken") == "genomen"
    assert fact_said("latitude refused") == "latitude refused"
    assert fact_said("of a newer version") == "of a newer version"


def test_every_fact_that_a_list_states_has_a_name() -> None:
    stated = {field.fact for field in vics_fields.MEDIA.values()} | {fact for fact, _ in icse._FACTS.values()}
    ours = {"size", "mime", "damage", "width", "height"}
    assert {*LISTED} == stated | ours | {"other", "label", "file", "outside"}
    with override("fr"):
        assert listed_said("offender_identified") == "auteur identifié"
        assert listed_said("of a newer version") == "of a newer version"


@pytest.mark.parametrize(("code", "said"), [("en", "not pertinent"), ("fr", "non pertinent"), ("nl", "niet pertinent")])
def test_what_is_known_is_said_in_the_readers_language(code: str, said: str) -> None:
    with override(code):
        assert known_as("not-pertinent") == said
        assert known_as("us-abuse") == "us-abuse"
