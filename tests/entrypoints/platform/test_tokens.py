"""A token is shown in the way of its interface, and in no other."""

import base64
from pathlib import Path

import pytest
from django.test import RequestFactory

from havre.entrypoints.platform.answers import Stranger
from havre.entrypoints.platform.node import serve
from havre.entrypoints.platform.tokens import of_address, of_basic, of_function_key
from havre.errors import NotFound
from havre.feeds.models import HashList, Subscriber
from havre.settings import Front

ASK = RequestFactory()


def basic(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode()


def test_each_interface_shows_it_in_its_own_way(listed: HashList, tmp_path: Path) -> None:
    serve(Front(feeds=tmp_path, tokens_in_addresses=True))
    one = Subscriber.objects.get(name="One")
    assert of_basic(ASK.get("/", headers={"Authorization": basic("whoever:one")}), one.ref) == one
    assert of_function_key(ASK.get("/", headers={"x-functions-key": "one"}), one.ref) == one
    assert of_address(ASK.get("/", {"access_token": "12345678|one"}), one.ref) == one


@pytest.mark.parametrize(
    "shown", ["Basic one", basic("one:"), basic("one"), basic("one:two"), "Bearer one", "", "Basic é", "Basic ////"]
)
def test_what_is_no_password_is_of_a_stranger(listed: HashList, shown: str) -> None:
    with pytest.raises(Stranger):
        of_basic(ASK.get("/", headers={"Authorization": shown}), Subscriber.objects.get(name="One").ref)


def test_an_address_with_a_token_is_none_unless_the_operator_allows_it(listed: HashList, tmp_path: Path) -> None:
    serve(Front(feeds=tmp_path))
    with pytest.raises(NotFound):
        of_address(ASK.get("/", {"access_token": "12345678|one"}), Subscriber.objects.get(name="One").ref)
    serve(Front(feeds=tmp_path, tokens_in_addresses=True))
    for token in ("one", "", "12345678|"):
        with pytest.raises(Stranger):
            of_address(ASK.get("/", {"access_token": token}), Subscriber.objects.get(name="One").ref)


def test_at_the_address_of_another_there_is_nothing(listed: HashList) -> None:
    with pytest.raises(NotFound):
        of_function_key(ASK.get("/", headers={"x-functions-key": "one"}), Subscriber.objects.get(name="Other").ref)
