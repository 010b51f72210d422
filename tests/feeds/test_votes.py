"""A subscriber that says why an entry is wrong has it judged anew; on a canary nothing happens, and nobody can tell."""

from datetime import timedelta

import pytest

from havre.errors import Invalid, NotFound
from havre.feeds import votes
from havre.feeds.models import Entry, State, Vote
from havre.feeds.votes import Word, vote, vote_all
from havre.settings import Settings
from tests.cast import NOON, introduce
from tests.feeds.published import list_of, published, reader, several
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


def test_what_a_person_judged_anew_the_same_subscriber_challenges_no_more(database: Settings) -> None:
    anke = introduce().anke
    listed = list_of(anke)
    one, other = reader(anke, "One", listed), reader(anke, "Other", listed)
    published(listed, made(1, 1))
    vote(one, "baseline", 1, False, "a beach", NOON)
    Entry.objects.update(state=State.PUBLISHED)  # a person says that it holds
    for up in (True, False):
        vote(one, "baseline", 1, up, "a beach all the same", NOON + timedelta(days=9))
    assert Entry.objects.get().state == State.PUBLISHED
    assert [(each.up, each.reason) for each in Vote.objects.all()] == [(False, "a beach all the same")]
    vote(other, "baseline", 1, False, "a beach", NOON)
    assert Entry.objects.get().state == State.CHALLENGED


def test_one_subscriber_challenges_so_many_entries_in_a_day_and_the_rest_is_kept(
    database: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(votes, "MOST_CHALLENGES", 3)
    anke = introduce().anke
    listed = list_of(anke)
    one, other = reader(anke, "One", listed), reader(anke, "Other", listed)
    several(listed, 6)
    assert vote_all(one, "baseline", [Word(number, False, "a beach") for number in range(1, 9)], NOON) == 6
    assert challenged() == [1, 2, 3]
    assert (Vote.objects.count(), Vote.objects.filter(challenged_at=None).count()) == (6, 3)
    vote(other, "baseline", 6, False, "a beach", NOON)
    vote(one, "baseline", 4, False, "a beach", NOON + timedelta(hours=23))
    assert challenged() == [1, 2, 3, 6]
    vote(one, "baseline", 4, False, "a beach", NOON + timedelta(days=1))
    assert challenged() == [1, 2, 3, 4, 6]


def challenged() -> list[int]:
    rows = Entry.objects.filter(state=State.CHALLENGED).order_by("number")
    return list(rows.values_list("number", flat=True))


@pytest.mark.parametrize("reason", ["", "  ", "a\0b", "a" * 2_001, "a \ud800"])
def test_a_reason_is_needed_and_is_a_text(database: Settings, reason: str) -> None:
    anke = introduce().anke
    listed = list_of(anke)
    published(listed, made(1, 1))
    with pytest.raises(Invalid, match=r"reason|why"):
        vote(reader(anke, "One", listed), "baseline", 1, False, reason, NOON)
