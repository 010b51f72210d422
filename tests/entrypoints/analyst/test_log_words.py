"""The log's acts have words in every language of the pages."""

import re
from pathlib import Path

from django.utils.translation import override

import havre
from havre.entrypoints.analyst import log_words as words
from havre.exchange.models import Kind
from havre.feeds.models import KeyRole
from havre.series.models import Status

LITERAL = re.compile(r'(?:"act": |\bdesk\.log\()"([^"{]+)"')
WITH_PLACE = re.compile(r'"act": f"([^"]+)"')
PLACE = re.compile(r"\{[^}]+\}")
NOT_LOGGED = {"Act"}
"""What a table of keys calls a column, not what somebody did."""


HANDED_ON = {
    *("accepted", "all files sent", "credential given", "credential taken away", "crop looked at", "judged"),
    *("lost the claim", "memberships are not over yet", "memberships ran out", "read the introduction", "revealed"),
    *("said not to be the same", "signed out", "taken back", "unanswered", "unsure", "victim identified"),
    "victim safeguarded",
}
"""Acts that a flow hands on by another name than `act`."""

COMBINED = {
    "{kind} shared": (Kind.CLAIM, Kind.CLUE, Kind.COMMENT, Kind.QUESTION, Kind.IDENTIFICATION),
    "{series.status} before": tuple(Status),
    "key of lists: {role}": (*KeyRole, "renew"),
}
"""Acts that are written down with a word of a few in their place."""


def test_every_act_that_is_written_down_by_name_has_words() -> None:
    sources = Path(havre.__file__).parent.rglob("*.py")
    written = {act for source in sources for act in LITERAL.findall(source.read_text("utf-8"))}
    assert written - NOT_LOGGED - {*words.ACTS} == set()
    assert {*words.ACTS} - written - combined() - HANDED_ON == set()
    assert {*words.ACTS} >= HANDED_ON


def test_every_act_with_a_word_of_a_few_in_it_has_words_for_each() -> None:
    sources = Path(havre.__file__).parent.rglob("*.py")
    assert {act for source in sources for act in WITH_PLACE.findall(source.read_text("utf-8"))} == {*COMBINED}
    assert combined() - {*words.ACTS} == set()
    with override("fr"):
        assert words.act_said("claim shared") == "prise en charge partagée"


def combined() -> set[str]:
    """What those acts are in the log."""
    return {PLACE.sub(word, act) for act, places in COMBINED.items() for word in places}


def test_acts_verbs_and_missing_reasons_are_said_in_the_language_of_the_page() -> None:
    with override("nl"):
        assert words.act_said("looked at") == "bekeken"
        assert words.verb_said("erasure of a case") == "Wissing"
        assert words.reason_said("not given") == "niet opgegeven"
    assert words.act_said("done by a newer node") == "done by a newer node"
    assert words.reason_said("a warrant") == "a warrant"
