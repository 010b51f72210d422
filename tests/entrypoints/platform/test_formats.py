"""Lists in the formats of others at the address of a subscriber: what it reads, and nothing of anybody else's."""

import base64
import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings

from havre.configured import platform_answers
from havre.entrypoints.platform import formats, node
from havre.entrypoints.platform.node import serve
from havre.errors import NotFound
from havre.feeds.models import CarriedUntil, HashList, Purpose, Subscriber, Subscription
from havre.feeds.settled import begin
from havre.hashlists import hma, ncmec_read, stopncii, threat_updates
from havre.settings import Front
from tests.cast import NOON
from tests.feeds.published import list_of, published, several
from tests.hashlists.made import made

Get = Callable[..., Any]

BASIC = {"Authorization": "Basic " + base64.b64encode(b"x:one").decode()}
BEARER = {"Authorization": "Bearer one"}
KEY = {"x-functions-key": "one"}
TOKEN = "access_token=12345678|one"


@pytest.fixture
def get(listed: HashList, tmp_path: Path) -> Iterator[Get]:
    """Ask for something behind the address of One."""
    serve(Front(feeds=tmp_path / "feeds", tokens_in_addresses=True, origins=("https://testserver",)))
    ref = Subscriber.objects.get(name="One").ref
    with override_settings(**platform_answers()):
        client = Client(raise_request_exception=False)
        yield lambda path, headers=None: client.get(f"/feed/{ref}/{path}", headers=headers or {})


def addresses(name: str) -> list[tuple[str, dict[str, str]]]:
    return [
        *((f"ncmec/{name}/v2/{what}", BASIC) for what in ("entries", "status", "members", "feedback/MD5/reasons")),
        (f"stopncii/{name}/v1/FetchHashes", KEY),
        (f"graph/{name}/99/threat_updates/?{TOKEN}", {}),
        (f"hma/{name}", BEARER),
        (f"table/{name}", BEARER),
        (f"vics/{name}", BEARER),
        (f"entries?list={name}", BEARER),
    ]


def test_a_list_is_read_in_every_format_with_what_was_taken_back(get: Get, listed: HashList) -> None:
    entries = several(listed, 5)
    published(listed, made(6, 3, retracted=True))
    answers = [get(path, headers) for path, headers in addresses("baseline")]
    assert [answer.status_code for answer in answers] == [200] * 10
    told = ncmec_read.read(BytesIO(answers[0].content)).told
    assert [each.retracted for each in told] == [False] * 5 + [True]  # type: ignore[union-attr]
    assert b"One" in answers[1].content
    assert len(stopncii.read(answers[4].content).told) == 6
    assert len(threat_updates.read(answers[5].content).told) == 18
    assert len(hma.read(answers[6].content).told) == 6
    rows = list(csv.DictReader(StringIO(b"".join(answers[7].streaming_content).decode())))
    assert len(rows) == 18
    media = json.loads(b"".join(answers[8].streaming_content))["value"]
    assert [each["MD5"] for each in media] == [entry.signals[1].value for entry in entries]
    assert [each["number"] for each in answers[9].json()["entries"]] == [1, 2, 3, 4, 5, 6]
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


@pytest.mark.parametrize("name", ["generated", "nothing"])
def test_a_list_that_another_reads_is_as_one_that_is_not_there(get: Get, name: str) -> None:
    answers = [get(path, headers) for path, headers in addresses(name)]
    assert {(answer.status_code, answer.json()["message"]) for answer in answers} == {(404, "there is no such list")}


def test_who_shows_no_token_learns_nothing(get: Get) -> None:
    answers = [get(path.replace("|one", "|two")) for path, _ in addresses("baseline")]
    assert {answer.status_code for answer in answers} == {401}
    wrong = [get(path, BEARER) for path, headers in addresses("baseline") if headers in (BASIC, KEY)]
    assert {answer.status_code for answer in wrong} == {401}


def test_the_next_address_is_the_one_that_is_reached_from_outside(get: Get, listed: HashList) -> None:
    several(listed, 5)
    answer = get(f"graph/baseline/99/threat_updates/?{TOKEN}&limit=3").json()
    assert answer["paging"]["next"].startswith("https://testserver/feed/")
    assert threat_updates.read(get(f"graph/baseline/99/threat_updates/?{TOKEN}&limit=3").content).next
    serve(Front(tokens_in_addresses=True))
    answer = get(f"graph/baseline/99/threat_updates/?{TOKEN}&limit=3").json()
    assert answer["paging"]["next"].startswith("http://testserver/feed/")


def test_while_a_version_is_made_nothing_of_its_moment_is_told(get: Get, listed: HashList) -> None:
    entry = published(listed, replace(made(1), changed=1_800_000_000))
    begin(listed.feed, datetime.fromtimestamp(1_700_000_500, UTC))
    published(listed, made(2))
    answer = stopncii.read(get("stopncii/baseline/v1/FetchHashes", KEY).content)
    assert (len(answer.told), answer.newest) == (1, 1_700_000_500)
    waiting = get("ncmec/baseline/v2/entries?to=2023-11-14T22:22:00Z", BASIC)
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (503, "20")
    assert entry.changed == 1_800_000_000


def test_what_is_published_while_somebody_asks_is_told_or_said_to_be_unsettled(
    get: Get, listed: HashList, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = published(listed, made(1))

    def now() -> datetime:
        published(listed, made(2, 2))
        return datetime.fromtimestamp(entry.changed + 3_600, UTC)

    monkeypatch.setattr(node, "now", now)
    told = ncmec_read.read(BytesIO(get("ncmec/baseline/v2/entries", BASIC).content)).told
    assert len(told) == 2


def test_whoever_asks_before_it_is_written_down_who_carries_what_is_told_what_changed_before(
    get: Get, listed: HashList
) -> None:
    entries = several(listed, 7)
    CarriedUntil.objects.update(version=2, number=6)
    answer = get("stopncii/baseline/v1/FetchHashes", KEY)
    assert (answer.status_code, answer.json()["count"]) == (200, 6)
    assert answer.json()["nextSetTimestamp"] == entries[6].changed
    CarriedUntil.objects.all().delete()
    assert get("stopncii/baseline/v1/FetchHashes", KEY).json()["hashRecords"] == []
    assert get(f"graph/baseline/99/threat_updates/?{TOKEN}").json()["data"] == []


def test_what_can_not_be_read_is_said(get: Get) -> None:
    for path, headers in (
        ("ncmec/baseline/v2/entries?from=yesterday", BASIC),
        ("ncmec/baseline/v2/entries?after=x", BASIC),
        ("stopncii/baseline/v1/FetchHashes?pageSize=0", KEY),
        (f"graph/baseline/99/threat_updates/?{TOKEN}&limit=x", {}),
        ("vics/baseline?region=Moon", BEARER),
        ("entries?list=baseline&number=x", BEARER),
    ):
        answer = get(path, headers)
        assert (answer.status_code, list(answer.json())) == (400, ["message"])


def test_what_nobody_saw_is_not_told_as_vics(get: Get, listed: HashList) -> None:
    unreviewed = list_of(listed.feed.made_by, "unreviewed", Purpose.UNREVIEWED)
    Subscription.objects.create(subscriber=Subscriber.objects.get(name="One"), listed=unreviewed, since=NOON)
    published(unreviewed, made(7, reviewed=False, confirmed=0))
    answer = get("vics/unreviewed", BEARER)
    assert (answer.status_code, list(answer.json())) == (403, ["message"])
    assert get("entries?list=unreviewed", BEARER).json()["entries"][0]["number"] == 7


def test_a_number_is_one_of_an_entry_or_none() -> None:
    assert formats.number_of("12") == 12
    for wrong in ("0", "x", "²", "-1", "9" * 17, str(2**53)):
        with pytest.raises(NotFound):
            formats.number_of(wrong)


def test_whoever_asks_up_to_now_while_the_publisher_is_behind_waits_and_is_not_blamed(
    get: Get, listed: HashList, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry, now = published(listed, made(1)), datetime.fromtimestamp(1_800_000_000, UTC)
    CarriedUntil.objects.all().delete()
    begin(listed.feed, datetime.fromtimestamp(entry.changed, UTC))
    monkeypatch.setattr(node, "now", lambda: now)
    for to, status in ((now, 503), (now + timedelta(seconds=601), 400)):
        graph = get(f"graph/baseline/99/threat_updates/?{TOKEN}&stop_time={int(to.timestamp())}")
        ncmec = get(f"ncmec/baseline/v2/entries?to={to:%Y-%m-%dT%H:%M:%SZ}", BASIC)
        assert (graph.status_code, ncmec.status_code) == (status, status)
    assert get(f"graph/baseline/99/threat_updates/?{TOKEN}&stop_time=1800000000").headers["Retry-After"] == "600"
