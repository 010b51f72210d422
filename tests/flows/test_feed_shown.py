"""What pages of lists are given: whoever has no part in it gets nothing, and each read is in the log."""

from collections.abc import Callable
from typing import Any

import pytest

from havre.errors import NotFound, Refused
from havre.feeds.models import State
from havre.flows import feed_shown
from havre.flows.begin import add_colleague
from havre.flows.feed_entries import confirm
from havre.units.acting import Acting
from havre.units.models import RoleName
from havre.units.queries import person_named
from tests.cast import acting
from tests.flows.fed import Fed


def one_who_is(having_feed: Fed, *roles: RoleName) -> Acting:
    add_colleague(having_feed.node.home, having_feed.node.anke, "dora", "", list(roles))
    return acting(person_named("dora"))


READS: list[Callable[[Any, Acting], object]] = [
    feed_shown.overview,
    feed_shown.proposals,
    feed_shown.disputed,
    feed_shown.votes_said,
    lambda home, who: feed_shown.read_entry(home, who, 1),
    lambda home, who: feed_shown.read_lists(home, who, 1),
    lambda _home, who: feed_shown.next_waiting(who, State.PROPOSED, 0),
]


def test_the_auditor_reads_none_of_it_and_the_administrator_how_lists_are(having_feed: Fed) -> None:
    for number, read in enumerate(READS):
        with pytest.raises(Refused):
            read(having_feed.node.home, one_who_is(having_feed, RoleName.AUDITOR)) if number == 0 else read(
                having_feed.node.home, acting(person_named("dora"))
            )
    add_colleague(having_feed.node.home, having_feed.node.anke, "emil", "", [RoleName.ADMINISTRATOR])
    assert feed_shown.overview(having_feed.node.home, acting(person_named("emil"))) is not None
    for read in READS[1:]:
        with pytest.raises(Refused):
            read(having_feed.node.home, acting(person_named("emil")))


def test_what_waits_for_a_person_is_not_what_they_proposed(having_feed: Fed) -> None:
    node = having_feed.node
    one, two = (having_feed.propose(having_feed.medium()).number for _number in range(2))
    assert feed_shown.next_waiting(node.anke, State.PROPOSED, 0) is None
    assert feed_shown.next_waiting(node.bram, State.PROPOSED, 0) == one
    assert feed_shown.next_waiting(node.bram, State.PROPOSED, one) == two
    assert feed_shown.next_waiting(node.bram, State.PROPOSED, two) == one  # from the first on
    confirm(node.home, node.bram, one)
    assert feed_shown.next_waiting(node.bram, State.PROPOSED, two) is None
    assert [each.number for each in feed_shown.proposals(node.home, node.bram, one)] == [two]


def test_another_unit_is_told_that_there_is_nothing(having_feed: Fed) -> None:
    entry = having_feed.entry()
    home, chiara = having_feed.node.home, having_feed.node.chiara
    assert feed_shown.overview(home, chiara) is None
    for read in (feed_shown.read_entry, feed_shown.read_lists):
        with pytest.raises(NotFound):
            read(home, chiara, entry.number if read is feed_shown.read_entry else entry.medium_id or 0)
    with pytest.raises(NotFound):
        feed_shown.propose_named(chiara, entry.medium_id or 0)
