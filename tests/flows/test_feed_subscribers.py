"""A token is shown once; canaries say who let a list out; who has not put a retraction into use is named."""

from hashlib import sha256

import pytest

from havre.audit.models import Entry as Logged
from havre.errors import Invalid, NotFound, Refused
from havre.feeds.models import Canary, Subscriber
from havre.feeds.receipts import acknowledge
from havre.flows.feed_entries import retract
from havre.flows.feed_subscribers import (
    HALF,
    add_subscriber,
    end_subscriber,
    list_subscribers,
    new_token,
    receipts,
    status,
    trace,
)
from havre.hashlists.changes import every
from tests.cast import NOON
from tests.feeds.published import lists_for
from tests.flows.fed import Fed


def test_a_leaked_canary_says_who_let_it_out_and_nothing_tells_it_apart(having_feed: Fed) -> None:
    here = having_feed.node
    entry = having_feed.entry()
    one, other = having_feed.reader("One")[0], having_feed.reader("Other platform")[0]
    having_feed.publish()
    read = {each.name: list(every(lists_for(each)[0])) for each in (one, other)}
    shared = {each.number for each in read["One"]} & {each.number for each in read["Other platform"]}
    assert shared == {entry.number}
    for name, entries in read.items():
        assert len({(e.labels, tuple(e.categories.items()), e.baseline, e.confirmed, e.added) for e in entries}) == 1
        assert len({tuple(signal.method for signal in e.signals) for e in entries}) == 1
        canaries = [each for each in entries if each.number != entry.number]
        assert len(canaries) == 3
        for signal in canaries[0].signals:
            told = trace(here.home, here.anke, signal.value)
            assert (told["subscriber"], told["list"], told["number"]) == (name, "national-be", canaries[0].number)
    assert {int.from_bytes(each.pdq, "big").bit_count() for each in Canary.objects.all()} == {HALF}
    with pytest.raises(NotFound, match="no canary"):
        trace(here.home, here.anke, entry.signals[0][2])
    with pytest.raises(Invalid, match="a hash is"):
        trace(here.home, here.anke, "../x")
    with pytest.raises(NotFound):
        trace(here.home, here.chiara, bytes(Canary.objects.first().md5).hex())  # type: ignore[union-attr]


def test_a_token_is_kept_as_a_digest_and_ended_by_another(having_feed: Fed) -> None:
    here = having_feed.node
    reader, token = having_feed.reader("One", "baseline", "national-be")
    assert bytes(reader.token) == sha256(token.encode()).digest()
    assert token not in "".join(f"{row.detail}{row.thing}" for row in Logged.objects.all())
    again = new_token(here.home, here.anke, "One")
    reader.refresh_from_db()
    assert bytes(reader.token) == sha256(again["token"].encode()).digest()
    assert (again["token"] != token, again["path"]) == (True, f"/feed/{reader.ref}/")
    (told,) = list_subscribers(here.home, here.anke)
    assert (told["lists"], told["ended"]) == (["baseline", "national-be"], None)
    assert end_subscriber(here.home, here.anke, "One").ended_at == NOON
    assert list(lists_for(Subscriber.objects.get())) == []
    with pytest.raises(Refused, match="ended"):
        new_token(here.home, here.anke, "One")
    with pytest.raises(Refused, match="already"):
        having_feed.reader("One")
    for name, audience, lists in (("", "platform", ["baseline"]), ("X", "platform", []), ("X", "police", ["baseline"])):
        with pytest.raises(Invalid):
            add_subscriber(here.home, here.anke, name, audience, lists)
    with pytest.raises(Invalid, match="made for a platform"):
        add_subscriber(here.home, here.anke, "X", "platform", ["baseline-hotline"])
    with pytest.raises(Refused, match="needs the role"):
        add_subscriber(here.home, here.bram, "X", "platform", ["baseline"])


def test_who_has_not_put_a_retraction_into_use_is_named(having_feed: Fed) -> None:
    here = having_feed.node
    one, _other = having_feed.reader("One")[0], having_feed.reader("Other platform")[0]
    entry = having_feed.entry()
    having_feed.publish()
    retract(here.home, here.bram, entry.number, "a beach")
    having_feed.publish()
    acknowledge(one, "national-be", 2, NOON)
    told = [
        (each["subscriber"], each["used"], each["missing"], bool(each["since"]))
        for each in receipts(here.home, here.anke)
    ]
    assert told == [("One", 2, 0, False), ("Other platform", 0, 1, True)]
    state = status(here.home, here.anke)
    assert (state["version"], state["due"], state["behind_with_retractions"], state["written"]) == (2, 0, 1, True)
    assert state["lists"] == [{"list": "national-be", "version": 2, "entries": 0, "retracted": 1, "subscribers": 2}]
    assert state["votes"] == {"up": 0, "down": 0, "retracted": 0, "set_aside": 0}
