"""Hashes that people ask for themselves: on the list of what nobody saw and no other, checked, few, and taken back."""

import pytest

from havre.errors import Invalid, Refused
from havre.feeds.benign import keep_benign
from havre.feeds.models import Entry, Published, State
from havre.flows import feed_self
from havre.flows.feed_self import Hashes, feed_of, propose_unreviewed, retract_unreviewed
from havre.hashlists.entry import Signal
from havre.hashlists.lines import entry_of
from havre.matches.formats.record import Entry as Read
from tests.cast import NOON
from tests.flows.fed import Fed
from tests.hashlists.made import made

KEY = "HS-2F7K-0001"


def hashes(number: int, quality: int = 80) -> Hashes:
    """One content."""
    return Hashes(made(number).signals, quality)


def test_it_is_published_as_unreviewed_and_taken_back_by_its_key(having_feed: Fed) -> None:
    home, unit = having_feed.node.home, having_feed.node.anke.unit
    for _ in range(2):
        propose_unreviewed(home, unit, KEY, [hashes(1), hashes(2)], NOON)
    propose_unreviewed(home, unit, "another-key", [hashes(3)], NOON)
    having_feed.publish()
    told = [entry_of(row.line.encode()) for row in Published.objects.order_by("number")]
    assert [(each.number, each.reviewed, each.confirmed, each.labels) for each in told] == [
        (number, False, 0, ()) for number in (1, 2, 3)
    ]
    assert set(Entry.objects.values_list("listed__name", flat=True)) == {"unreviewed"}
    assert KEY.encode() not in "".join(row.line for row in Published.objects.all()).encode()
    assert [retract_unreviewed(home, unit, KEY, NOON) for _ in range(2)] == [2, 0]
    having_feed.publish()
    states = [(row.number, row.retracted) for row in Published.objects.order_by("number")]
    assert states == [(1, True), (2, True), (3, False)]


def test_what_is_flat_colliding_too_much_or_no_hash_is_refused_whole(
    having_feed: Fed, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, unit = having_feed.node.home, having_feed.node.anke.unit
    keep_benign(having_feed.feed, "harmless", [Read("1", pdq=made(7).signals[0].value)])
    monkeypatch.setattr(feed_self, "MOST_A_KEY", 3)
    monkeypatch.setattr(feed_self, "MOST_A_DAY", 4)
    refused = [
        ([hashes(1), hashes(2, 49)], "quality"),
        ([hashes(1), hashes(7)], "harmless"),
        ([hashes(number) for number in (1, 2, 3, 4)], "at most 3"),
    ]
    for some, why in refused:
        with pytest.raises(Refused, match=why):
            propose_unreviewed(home, unit, KEY, some, NOON)
    many = Hashes(tuple(Signal("pdq", f"{number:064x}") for number in range(1_001)), 80)
    for some in ([Hashes((Signal("md5", "ab" * 16),), 80)], [hashes(1, 101)], [many]):
        with pytest.raises(Invalid):
            propose_unreviewed(home, unit, KEY, some, NOON)
    with pytest.raises(Invalid, match="a key is"):
        propose_unreviewed(home, unit, "a b", [hashes(1)], NOON)
    assert Entry.objects.count() == 0
    propose_unreviewed(home, unit, KEY, [hashes(number) for number in (1, 2, 3)], NOON)
    with pytest.raises(Refused, match="tomorrow"):
        propose_unreviewed(home, unit, "another-key", [hashes(11), hashes(12)], NOON)
    assert Entry.objects.filter(state=State.CONFIRMED).count() == 3
    with pytest.raises(Refused, match="no hash lists"):
        feed_of(having_feed.node.chiara.unit)
