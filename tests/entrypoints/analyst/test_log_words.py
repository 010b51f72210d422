"""The log's acts have words in every language of the pages."""

import re
from pathlib import Path

from django.utils.translation import override

import havre
from havre.entrypoints.analyst import log_words as words

LITERAL = re.compile(r'"act": "([^"{]+)"')
NOT_LOGGED = {"Act"}
"""What a table of keys calls a column, not what somebody did."""


def test_every_act_that_is_written_down_by_name_has_words() -> None:
    sources = Path(havre.__file__).parent.rglob("*.py")
    written = {act for source in sources for act in LITERAL.findall(source.read_text("utf-8"))}
    assert written - NOT_LOGGED - {*words.ACTS} == set()
    assert {*words.ACTS} - written == set()


def test_acts_verbs_and_missing_reasons_are_said_in_the_language_of_the_page() -> None:
    with override("nl"):
        assert words.act_said("looked at") == "bekeken"
        assert words.verb_said("erasure of a case") == "Wissing"
        assert words.reason_said("not given") == "niet opgegeven"
    assert words.act_said("done by a newer node") == "done by a newer node"
    assert words.reason_said("a warrant") == "a warrant"
