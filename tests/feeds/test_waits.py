"""What of lists waits: of the own unit alone, bounded, on both databases."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.feeds.models import Entry, State, Subscriber, Subscription
from havre.feeds.receipts import acknowledge, standings
from havre.feeds.votes import vote
from havre.feeds.waits import COUNTED_TO, LOOKED, OVERDUE, overdue, readings, waits_of
from havre.flows.feed_entries import retract
from havre.flows.publish_feed import publish
from tests.cast import NOON
from tests.flows.conftest import begun, having_feed
from tests.flows.fed import Fed

__all__ = ["begun", "having_feed"]

SECOND = timedelta(seconds=1)


def test_proposals_of_others_and_disputes_wait_in_one_statement(having_feed: Fed) -> None:
    node = having_feed.node
    assert waits_of(node.chiara.person) is None
    having_feed.propose(having_feed.medium())
    entry = having_feed.entry()
    reader, _token = having_feed.reader()
    publish(node.home, node.anke)
    vote(reader, "national-be", entry.number, False, "a beach", NOON + SECOND)
    with CaptureQueriesContext(connection) as asked:
        found = waits_of(node.bram.person)
    assert len(asked) == 1
    assert found is not None
    assert (found.proposals, found.proposed_at) == (1, NOON)
    assert (found.disputed, found.disputed_at) == (1, NOON + SECOND)
    assert (found.signed, found.written, found.signed_at) == (1, 1, NOON)
    own = waits_of(node.anke.person)
    assert own is not None
    assert (own.proposals, own.proposed_at, own.disputed) == (0, None, 1)


def test_nothing_is_counted_to_its_end(having_feed: Fed) -> None:
    """As rows: what a person proposes one by one takes a minute."""
    entry = having_feed.propose(having_feed.medium())
    states = [State.PROPOSED] * LOOKED + [State.CHALLENGED] * (COUNTED_TO + 9)
    told = {"listed": entry.listed, "unit": entry.unit, "signals": [], "kind": "picture", "proposed_at": NOON}
    rows = [Entry(number=1_000 + at, state=state, **told) for at, state in enumerate(states)]
    Entry.objects.bulk_create(rows)
    found = waits_of(having_feed.node.bram.person)
    assert found is not None
    assert (found.proposals, found.disputed) == (LOOKED, COUNTED_TO)


def test_who_misses_a_retraction_is_overdue_a_day_after_it_went_out_and_not_before_they_came(having_feed: Fed) -> None:
    node, entry = having_feed.node, having_feed.entry()
    reader, _token = having_feed.reader()
    publish(node.home, node.anke)
    acknowledge(reader, "national-be", 1, NOON)
    retract(node.home, node.anke, entry.number, "a mistake")
    publish(node.home, node.anke)
    (row,) = readings(node.bram.person)
    told = {name: getattr(row, name) for name in ("used", "said_at", "unused", "missing", "unheard")}
    assert told == {"used": 1, "said_at": NOON, "unused": 1, "missing": 1, "unheard": NOON}
    (slow,) = standings(having_feed.feed)
    assert (slow.used, slow.missing) == (1, 1)
    late = NOON + OVERDUE
    assert overdue(node.bram.person, late - SECOND) == []
    assert overdue(node.bram.person, late) == [("Platform", NOON)]
    assert overdue(node.chiara.person, late) == []
    Subscription.objects.update(since=NOON + SECOND)
    assert overdue(node.bram.person, late) == []
    assert overdue(node.bram.person, late + SECOND) == [("Platform", NOON)]
    acknowledge(reader, "national-be", 2, NOON)
    assert overdue(node.bram.person, late + SECOND) == []
    Subscriber.objects.update(ended_at=NOON)
    assert not readings(node.bram.person).exists()
