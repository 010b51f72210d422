"""Who reads lists and what they have not heard, in pages that go on."""

import pytest

from havre.errors import NotFound
from havre.feeds.models import Canary, Published
from havre.feeds.receipts import acknowledge
from havre.flows import feed_readers
from havre.flows.feed_entries import retract
from havre.flows.feed_subscribers import end_subscriber
from havre.flows.publish_feed import publish
from tests.cast import NOON
from tests.flows.fed import Fed


def test_a_retraction_that_is_not_in_use_is_named_until_it_is(having_feed: Fed) -> None:
    node, home = having_feed.node, having_feed.node.home
    entries = [having_feed.entry() for _number in range(2)]
    reader, _token = having_feed.reader()
    publish(home, node.anke)
    for each in entries:
        retract(home, node.anke, each.number, "a mistake")
        publish(home, node.anke)
    found = feed_readers.read_reader(home, node.bram, reader.pk)
    told = [(each.number, each.list, each.version, each.since) for each in found.missing]
    assert told == [(each.number, "national-be", at, NOON) for at, each in enumerate(entries, start=2)]
    onward = feed_readers.read_reader(home, node.bram, reader.pk, (2, entries[0].number)).missing
    assert [each.number for each in onward] == [entries[1].number]
    acknowledge(reader, "national-be", 2, NOON)
    left = feed_readers.read_reader(home, node.bram, reader.pk)
    assert [each.number for each in left.missing] == [entries[1].number]
    assert [each.version for each in left.receipts] == [2]
    assert len(feed_readers.list_readings(home, node.bram, behind=True)) == 1
    acknowledge(reader, "national-be", 3, NOON)
    assert feed_readers.list_readings(home, node.bram, behind=True) == []
    assert len(feed_readers.list_readings(home, node.bram)) == 1
    with pytest.raises(NotFound):
        feed_readers.read_reader(home, node.chiara, reader.pk)


def test_a_retraction_whose_hashes_were_forgotten_since_is_missing_where_it_was_not_heard_and_nowhere_else(
    having_feed: Fed,
) -> None:
    node, home = having_feed.node, having_feed.node.home
    entry = having_feed.entry()
    late, _token = having_feed.reader("Late")
    heard, _token = having_feed.reader("Heard")
    publish(home, node.anke)
    retract(home, node.anke, entry.number, "a mistake")
    publish(home, node.anke)
    acknowledge(heard, "national-be", 2, NOON)
    # As a later version tells it without its hashes.
    Published.objects.filter(number=entry.number).update(version=3, changed=int(NOON.timestamp()) + 99 * 86_400)
    (missing,) = feed_readers.read_reader(home, node.bram, late.pk).missing
    assert (missing.number, missing.version, missing.since) == (entry.number, 2, NOON)
    assert feed_readers.read_reader(home, node.bram, heard.pk).missing == []
    (row,) = feed_readers.list_readings(home, node.bram, behind=True)
    assert (row.subscriber.name, row.unheard) == ("Late", NOON)


def test_canaries_are_counted_for_who_takes_subscribers_on_and_an_ended_one_misses_nothing(having_feed: Fed) -> None:
    node, home = having_feed.node, having_feed.node.home
    reader, _token = having_feed.reader()
    assert feed_readers.read_reader(home, node.anke, reader.pk).canaries == [("national-be", 3, 0)]
    Canary.objects.update(due=False)
    assert feed_readers.read_reader(home, node.anke, reader.pk).canaries == [("national-be", 3, 3)]
    assert feed_readers.read_reader(home, node.bram, reader.pk).canaries is None
    end_subscriber(home, node.anke, "Platform")
    assert [each.pk for each in feed_readers.ended(node.bram)] == [reader.pk]
    assert feed_readers.read_reader(home, node.bram, reader.pk).missing == []
