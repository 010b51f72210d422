"""A subscriber that says why an entry is wrong has it judged anew; on a canary nothing happens, and nobody can tell."""

import pytest

from havre.errors import Invalid, NotFound
from havre.feeds.models import Entry, State, Vote
from havre.feeds.votes import vote
from havre.settings import Settings
from tests.cast import NOON, introduce
from tests.feeds.published import list_of, published, reader
from tests.hashlists.made import made


def test_a_down_vote_with_its_reason_makes_an_entry_disputed(database: Settings) -> None:
    anke = introduce().anke
    listed = list_of(anke)
    one = reader(anke, "One", listed)
    published(listed, made(1, 1))
    vote(one, "baseline", 1, True, "", NOON)
    assert (Entry.objects.get().state, Entry.objects.get().due) == (State.PUBLISHED, False)
    vote(one, "baseline", 1, False, "a beach", NOON)
    assert (Entry.objects.get().state, Entry.objects.get().due) == (State.CHALLENGED, True)
    assert [(each.up, each.reason) for each in Vote.objects.all()] == [(False, "a beach")]


def test_a_vote_on_a_canary_looks_as_any_other_and_changes_nothing(database: Settings) -> None:
    anke = introduce().anke
    listed = list_of(anke)
    one, other = reader(anke, "One", listed), reader(anke, "Other", listed)
    published(listed, made(5, 1), one)
    vote(one, "baseline", 5, False, "never seen", NOON)
    with pytest.raises(NotFound):
        vote(other, "baseline", 5, False, "never seen", NOON)
    assert Vote.objects.count() == 0


@pytest.mark.parametrize("reason", ["", "  ", "a\0b", "a" * 2_001])
def test_a_reason_is_needed_and_is_a_text(database: Settings, reason: str) -> None:
    anke = introduce().anke
    listed = list_of(anke)
    published(listed, made(1, 1))
    with pytest.raises(Invalid, match=r"reason|why"):
        vote(reader(anke, "One", listed), "baseline", 1, False, reason, NOON)
