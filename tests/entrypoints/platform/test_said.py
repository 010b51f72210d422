"""Receipts and votes are taken from whoever reads the list; what is none is refused with a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.entrypoints.platform.said import VOTES, up_of
from havre.errors import Invalid
from havre.feeds.models import Entry, HashList, Receipt, State, Subscriber
from tests.entrypoints.platform.conftest import Ask
from tests.feeds.published import published
from tests.hashlists.made import made
from tests.hashlists.test_lines import JSON

NO_RECEIPT = [[], {}, {"list": "baseline"}, {"list": 1, "version": 1}, {"list": "baseline", "version": "1"}]
NO_RECEIPT += [
    {"list": "baseline", "version": True},
    {"list": "baseline", "version": 2**60},
    {"list": "x\0", "version": 9},
]


def test_a_receipt_and_a_vote_are_taken(ask: Ask, listed: HashList) -> None:
    published(listed, made(7, 3))
    ref = Subscriber.objects.get(name="One").ref
    assert ask("POST", f"feed/{ref}/receipts", "one", {"list": "baseline", "version": 3}).status_code == 204
    assert [(each.subscriber.name, each.version) for each in Receipt.objects.all()] == [("One", 3)]
    told = {"list": "baseline", "number": 7, "vote": "down", "reason": "a beach"}
    assert ask("POST", f"feed/{ref}/votes", "one", told).status_code == 204
    assert Entry.objects.get().state == State.CHALLENGED
    for vote in ("sideways", [], {}, None):
        assert ask("POST", f"feed/{ref}/votes", "one", told | {"vote": vote}).status_code == 400


@given(st.sampled_from(sorted(VOTES)) | JSON)
def test_any_value_is_a_vote_or_is_refused(value: object) -> None:
    try:
        up = up_of(value)
    except Invalid:
        return
    assert VOTES[str(value)] is up


@pytest.mark.parametrize("told", NO_RECEIPT)
def test_what_is_no_receipt_is_refused(ask: Ask, listed: HashList, told: object) -> None:
    published(listed, made(7, 3))
    answer = ask("POST", f"feed/{Subscriber.objects.get(name='One').ref}/receipts", "one", told)
    assert (answer.status_code in (400, 404), list(answer.json())) == (True, ["message"])
    assert Receipt.objects.count() == 0


def test_too_much_is_refused(ask: Ask, listed: HashList) -> None:
    ref = Subscriber.objects.get(name="One").ref
    assert ask("POST", f"feed/{ref}/receipts", "one", {"list": "a" * 200_000, "version": 1}).status_code == 413
