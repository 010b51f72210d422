"""By itself: what is taken back goes out at once, what is only new later, and what may be out no more is taken back."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from havre.assessments.facts import Facts
from havre.audit.models import Entry as Logged
from havre.exchange.models import SameMedium, Shared
from havre.feeds.models import Entry, Receipt, State, Version, Vote
from havre.feeds.receipts import acknowledge
from havre.feeds.votes import vote
from havre.flows.check import check_after
from havre.flows.feed_entries import confirm, retract
from havre.flows.restrict import restrict
from havre.flows.tend_feeds import LATER, SOON, look_again, tend_feeds
from havre.media.models import Medium
from havre.restrictions.model import Level, Restriction
from havre.series.models import Series
from tests.cast import NOON
from tests.exchange.shared import same_here
from tests.flows.fed import MADE, TO_PLATFORMS, YES, Fed
from tests.flows.test_baseline import judged


def tended(here: Fed, by: timedelta) -> tuple[int, int]:
    """What was published so much after noon, and in which version that is."""
    found = tend_feeds(here.node.home, lambda: NOON + by)
    return found.published, here.feed.version


def test_what_is_taken_back_goes_out_within_a_minute_and_what_is_new_within_ten(having_feed: Fed) -> None:
    having_feed.reader()
    first, second = having_feed.entry(), having_feed.entry()
    assert tended(having_feed, timedelta()) == (2, 1)
    third = having_feed.entry()
    assert tended(having_feed, LATER - timedelta(seconds=1)) == (0, 1)
    assert tended(having_feed, LATER) == (1, 2)
    retract(having_feed.node.home, having_feed.node.bram, first.number, "a beach")
    assert tended(having_feed, LATER + SOON - timedelta(seconds=1)) == (0, 2)
    assert tended(having_feed, LATER + SOON) == (1, 3)
    assert tended(having_feed, LATER + SOON * 2) == (0, 3)
    states = {each.number: each.state for each in Entry.objects.all()}
    assert states == {first.number: "retracted", second.number: "published", third.number: "published"}
    assert Version.objects.get(number=3).retracted == 1


def test_what_its_source_lets_go_no_more_is_taken_back_by_itself(having_feed: Fed) -> None:
    here = having_feed.node
    having_feed.reader()
    narrowed, otherwise, erased, kept = (having_feed.entry() for _ in range(4))
    having_feed.publish()
    series = Series.objects.get(members__medium=narrowed.medium)
    restrict(here.home, here.anke, "series", series.reference, Restriction())
    assert otherwise.medium is not None
    judged(here, here.bram, otherwise.medium, "5", Facts())
    judged(here, here.anke, otherwise.medium, "5", Facts())
    Entry.objects.filter(pk=erased.pk).update(medium=None)
    at = having_feed.feed.signed_at
    assert at is not None
    assert tend_feeds(here.home, lambda: at + SOON).taken_back == 3
    told = {each.number: (each.state, each.because) for each in Entry.objects.all()}
    assert told == {
        narrowed.number: (State.RETRACTED, "its source lets it go there no more"),
        otherwise.number: (
            State.RETRACTED,
            "it is not judged so any more: this was not judged to be illegal here: nothing else is on a list",
        ),
        erased.number: (State.RETRACTED, "the medium behind it was erased"),
        kept.number: (State.PUBLISHED, ""),
    }
    assert Version.objects.get(number=2).retracted == 3
    assert look_again(here.home, having_feed.feed, at) == 0
    assert Medium.objects.count() == 4


def test_a_baseline_is_taken_back_when_the_second_country_says_otherwise_or_takes_it_back(having_feed: Fed) -> None:
    here = having_feed.node
    entries = [baseline(having_feed) for _ in range(2)]
    assert look_again(here.home, having_feed.feed, NOON) == 0
    own = Series.objects.filter(unit=here.chiara.unit).order_by("pk")[0]
    judged(here, here.chiara, own.members.get().medium, "5", Facts())
    theirs = SameMedium.objects.filter(medium=entries[1].medium).values("theirs")
    Shared.objects.filter(pk__in=theirs).update(withdrawn_at=NOON)
    assert look_again(here.home, having_feed.feed, NOON) == 2
    told = [Entry.objects.get(pk=each.pk).because for each in entries]
    assert ["countries disagree" in told[0], "of this 1 did" in told[1]] == [True, True]


def test_what_another_country_says_is_acted_on_at_once_however_much_is_waiting_to_be_looked_at(
    having_feed: Fed, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = having_feed.node
    having_feed.reader("Platform", "baseline")
    entry = baseline(having_feed)
    others = [having_feed.entry() for _ in range(2)]
    assert look_again(here.home, having_feed.feed, NOON) == 0
    monkeypatch.setattr("havre.flows.tend_feeds.LOOKED", 1)
    at = NOON + timedelta(days=9)
    while having_feed.feed.looked != entry.pk:  # a round ends at what is looked at next, and theirs is far behind
        look_again(here.home, having_feed.feed, at)
    own = Series.objects.filter(unit=here.chiara.unit).order_by("pk")[0]
    judged(here, here.chiara, own.members.get().medium, "5", Facts())
    assert look_again(here.home, having_feed.feed, at) == 1
    assert [Entry.objects.get(pk=each.pk).state for each in (entry, *others)] == ["retracted", "confirmed", "confirmed"]
    assert tend_feeds(here.home, lambda: at).published > 0


def baseline(having_feed: Fed) -> Entry:
    """One that Italy confirmed too."""
    here, open_to = having_feed.node, replace(TO_PLATFORMS, countries=frozenset({"IT"}))
    medium = having_feed.medium(to=None)
    series = Series.objects.get(members__medium=medium)
    restrict(here.home, here.anke, "series", series.reference, open_to)
    own = same_here(here.chiara, series)
    judged(here, here.chiara, own.members.get().medium, "1", YES)
    restrict(here.home, here.chiara, "series", own.reference, Restriction(Level.OPEN, countries=frozenset({"BE"})))
    check_after(here.home, here.anke)
    return confirm(here.home, here.bram, having_feed.propose(medium, "baseline").number)


def test_what_is_found_to_be_made_by_a_machine_leaves_its_list_and_what_was_said_lately_is_looked_at_first(
    having_feed: Fed, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = having_feed.node
    kept, made, none = (having_feed.entry() for _ in range(3))
    for entry, facts in ((made, MADE), (none, Facts("adult", (), "camera"))):
        assert entry.medium is not None
        judged(here, here.anke, entry.medium, "1", facts)
    monkeypatch.setattr("havre.flows.tend_feeds.LOOKED", 2)
    assert look_again(here.home, having_feed.feed, NOON) == 2
    told = [Entry.objects.get(pk=each.pk).because.partition(": ")[2] for each in (kept, made, none)]
    assert told[0] == ""
    assert ["a machine made this" in told[1], "category of its law" in told[2]] == [True, True]


def test_what_subscribers_said_is_written_into_the_log_once(having_feed: Fed) -> None:
    reader, _token = having_feed.reader()
    entry = having_feed.entry()
    having_feed.publish()
    acknowledge(reader, "national-be", 1, NOON)
    vote(reader, "national-be", entry.number, False, "somebody's name", NOON)
    clock = having_feed.feed.signed_at or datetime.max
    assert [tend_feeds(having_feed.node.home, lambda: clock).heard for _ in range(2)] == [2, 0]
    assert not Receipt.objects.filter(unlogged=True).exists()
    assert not Vote.objects.filter(unlogged=True).exists()
    said = [row.detail for row in Logged.objects.filter(thing=f"subscriber {reader.pk} of lists")]
    assert sum("receipt" in each or "vote" in each for each in said) == 2
    assert "somebody's name" not in "".join(row.detail for row in Logged.objects.all())
    assert replace(having_feed.node.anke).person.name == "anke"
