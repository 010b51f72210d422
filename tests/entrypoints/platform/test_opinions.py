"""Votes in the formats of others count as our own."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from havre.configured import platform_answers
from havre.entrypoints.platform import opinions
from havre.entrypoints.platform.node import serve
from havre.feeds.models import HashList, Subscriber, Vote
from havre.hashlists.ncmec import REASONS
from havre.settings import Front
from tests.feeds.published import published, several
from tests.hashlists.made import made

BASIC = {"Authorization": "Basic " + base64.b64encode(b"x:one").decode()}
KEY = {"x-functions-key": "one"}
GUID, REASON = next(iter(REASONS.items()))
UP = b"<feedbackSubmission><affirmative/></feedbackSubmission>"
DOWN = f"<feedbackSubmission><negative><guid>{GUID}</guid></negative></feedbackSubmission>".encode()

Ask = Callable[..., Any]


@pytest.fixture
def ask(listed: HashList, tmp_path: Path) -> Iterator[Ask]:
    """Send something to the address of One."""
    serve(Front(feeds=tmp_path / "feeds"))
    ref = Subscriber.objects.get(name="One").ref
    with override_settings(**platform_answers()):
        client = Client(raise_request_exception=False, enforce_csrf_checks=True)

        def asked(method: str, path: str, body: bytes, headers: dict[str, str]) -> Any:
            return client.generic(method, f"/feed/{ref}/{path}", body, headers=headers)

        yield asked


def votes() -> list[tuple[int, bool, str]]:
    return sorted((each.entry.number, each.up, each.reason) for each in Vote.objects.select_related("entry"))


def test_a_vote_of_ncmecs_interface_is_one(ask: Ask, listed: HashList) -> None:
    several(listed, 3)
    assert ask("PUT", "ncmec/baseline/v2/entries/1/2/MD5/feedback", UP, BASIC).status_code == 200
    assert ask("PUT", "ncmec/baseline/v2/entries/1/3/PDQ/feedback", DOWN, BASIC).status_code == 200
    assert votes() == [(2, True, ""), (3, False, REASON)]


def test_a_vote_on_nothing_is_refused(ask: Ask, listed: HashList) -> None:
    several(listed, 1)
    for path in ("baseline/v2/entries/2/1", "baseline/v2/entries/1/9", "baseline/v2/entries/1/x", "x/v2/entries/1/1"):
        assert ask("PUT", f"ncmec/{path}/MD5/feedback", UP, BASIC).status_code == 404
    assert ask("PUT", "ncmec/baseline/v2/entries/1/1/MD5/feedback", b"up", BASIC).status_code == 400
    assert ask("PUT", "ncmec/baseline/v2/entries/1/1/MD5/feedback", UP, KEY).status_code == 401
    assert ask("POST", "ncmec/baseline/v2/entries/1/1/MD5/feedback", UP, BASIC).status_code == 405
    assert votes() == []


def test_feedback_on_a_signal_is_a_vote_on_every_entry_that_carries_it(ask: Ask, listed: HashList) -> None:
    first = made(1)
    published(listed, first)
    published(listed, replace(made(2), signals=first.signals[:1]))
    published(listed, made(3))
    said = [
        {"hashValue": first.signals[0].value, "feedbackValue": "NotBlocked", "tags": ["a beach"]},
        {"hashValue": made(3).signals[0].value, "feedbackValue": "Blocked", "tags": []},
        {"hashValue": made(3).signals[0].value, "feedbackValue": "PendingReview", "tags": []},
        {"hashValue": "0" * 64, "feedbackValue": "Blocked", "tags": []},
        {"hashValue": "nothing", "feedbackValue": "Blocked", "tags": []},
    ]
    body = json.dumps({"count": 5, "hashFeedbacks": said}).encode()
    answer = ask("POST", "stopncii/baseline/v1/SubmitFeedback", body, KEY)
    assert (answer.status_code, answer.json()) == (200, {"count": 2})
    assert votes() == [(1, False, "NotBlocked: a beach"), (2, False, "NotBlocked: a beach"), (3, True, "Blocked")]


def test_carriers_are_asked_for_once_and_what_is_said_of_too_many_entries_is_refused(
    ask: Ask, listed: HashList, monkeypatch: pytest.MonkeyPatch
) -> None:
    several(listed, 40)
    said = [{"hashValue": made(number).signals[0].value, "feedbackValue": "NotBlocked"} for number in range(1, 41)]
    body = json.dumps({"hashFeedbacks": said}).encode()
    ask("POST", "stopncii/baseline/v1/SubmitFeedback", body, KEY)
    with CaptureQueriesContext(connection) as asked:
        assert ask("POST", "stopncii/baseline/v1/SubmitFeedback", body, KEY).json() == {"count": 40}
    assert len(asked) < 25
    monkeypatch.setattr(opinions, "MOST_VOTES", 39)
    assert ask("POST", "stopncii/baseline/v1/SubmitFeedback", body, KEY).status_code == 400
    assert len(votes()) == 40


def test_what_is_no_feedback_is_refused(ask: Ask, listed: HashList) -> None:
    assert ask("POST", "stopncii/baseline/v1/SubmitFeedback", b"{", KEY).status_code == 400
    many = json.dumps({"hashFeedbacks": [{"hashValue": "a", "feedbackValue": "b"}] * 1_001}).encode()
    assert ask("POST", "stopncii/baseline/v1/SubmitFeedback", many, KEY).status_code == 400
    assert ask("POST", "stopncii/generated/v1/SubmitFeedback", b"{}", KEY).status_code == 404


def test_a_list_takes_no_hashes(ask: Ask, listed: HashList) -> None:
    answer = ask("POST", "stopncii/baseline/v1/SubmitHashes", b'{"hashRecords": []}', KEY)
    assert (answer.status_code, list(answer.json())) == (403, ["message"])
