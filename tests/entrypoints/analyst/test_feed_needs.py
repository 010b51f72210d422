"""What of lists is on the desk: few statements, and none where there is no feed."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.entrypoints.analyst.feed_needs import ASKED_AGAIN, of_lists
from havre.entrypoints.analyst.need import Near
from havre.entrypoints.analyst.node import serve
from havre.feeds.models import Feed
from havre.feeds.votes import vote
from havre.flows.feed_entries import retract
from havre.flows.publish_feed import publish
from tests.cast import NOON, Node
from tests.flows.conftest import begun, having_feed
from tests.flows.fed import Fed

__all__ = ["begun", "having_feed"]


def test_a_desk_without_lists_asks_once_in_a_minute(begun: Node) -> None:
    serve(begun.home)
    costs = []
    for at in (NOON, NOON, NOON + ASKED_AGAIN - timedelta(seconds=1), NOON + ASKED_AGAIN):
        with CaptureQueriesContext(connection) as asked:
            assert list(of_lists(begun.bram.person, at)) == []
        costs.append(len(asked))
    assert costs == [1, 0, 0, 1]


def test_all_needs_of_lists_are_two_statements(having_feed: Fed) -> None:
    node, entry, gone = having_feed.node, having_feed.entry(), having_feed.entry()
    serve(node.home)
    reader, _token = having_feed.reader()
    having_feed.propose(having_feed.medium())
    publish(node.home, node.anke)
    vote(reader, "national-be", entry.number, False, "a beach", NOON)
    retract(node.home, node.anke, gone.number, "a mistake")
    publish(node.home, node.anke)
    later = NOON + timedelta(hours=26)
    with CaptureQueriesContext(connection) as asked:
        found = list(of_lists(node.bram.person, later))
    assert len(asked) == 2
    assert [(need.near, need.what, need.address) for need in found] == [
        (Near.SECOND, "1 proposal for a hash list waits for a second person", "/feeds/next"),
        (Near.LIST, "1 entry of a hash list is disputed", "/feeds/disputed"),
        (Near.LIST, "Hash lists have expired: subscribers refuse them", "/feeds"),
        (Near.LIST, "1 subscriber has not put a retraction into use", "/feeds/subscribers?which=behind"),
    ]
    assert found[3].why == "The longest: Platform"
    assert list(of_lists(node.chiara.person, later)) == []
    Feed.objects.update(signed_at=later)
    assert "expired" not in "".join(need.what for need in of_lists(node.bram.person, later))
    assert [need.near for need in of_lists(node.anke.person, NOON)] == [Near.LIST]  # her own proposal waits for others
