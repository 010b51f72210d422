"""Who shows no token is a stranger; who shows it elsewhere finds nothing."""

import pytest
from django.test import RequestFactory

from havre.entrypoints.platform.answers import Stranger
from havre.entrypoints.platform.door import bearer, subscriber_at, subscriber_by
from havre.errors import NotFound
from havre.feeds.models import HashList, Subscriber
from tests.cast import NOON


def test_a_token_is_read_from_its_header_alone() -> None:
    shown = {"Bearer  abc": "abc", "bearer abc": "abc", "Basic abc": "", "": ""}
    assert {text: bearer(RequestFactory().get("/?token=x", HTTP_AUTHORIZATION=text)) for text in shown} == shown


def test_a_subscriber_is_known_by_its_token_until_it_ended(listed: HashList) -> None:
    assert subscriber_by("one").name == "One"
    Subscriber.objects.filter(name="One").update(ended_at=NOON)
    for token in ("one", "", "One", "one\udcff", "a" * 300):
        with pytest.raises(Stranger):
            subscriber_by(token)


def test_at_anothers_address_there_is_nothing(listed: HashList) -> None:
    request = RequestFactory().get("/", HTTP_AUTHORIZATION="Bearer one")
    refs = dict(Subscriber.objects.values_list("name", "ref"))
    assert subscriber_at(request, refs["One"]).name == "One"
    for ref in (refs["Other"], "0" * 16):
        with pytest.raises(NotFound, match="nothing at this address"):
            subscriber_at(request, ref)
