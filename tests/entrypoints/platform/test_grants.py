"""What docs/operating.md grants the role of whoever answers subscribers is enough for every address, and no more."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings

from havre.configured import platform_answers
from havre.entrypoints.platform.node import serve
from havre.feeds.models import Entry, File, HashList, Receipt, Root, State, Subscriber, Vote
from havre.feeds.written import write_list
from havre.hashlists.ncmec import REASONS
from havre.settings import Front, Settings
from tests.cast import NOON
from tests.feeds.published import several
from tests.granted import asked_by, refused
from tests.hashlists.made import made

ROLE = "havre_platform"
BEARER = {"Authorization": "Bearer one"}
BASIC = {"Authorization": "Basic " + base64.b64encode(b"x:one").decode()}
KEY = {"x-functions-key": "one"}
DOWN = f"<feedbackSubmission><negative><guid>{next(iter(REASONS))}</guid></negative></feedbackSubmission>"


@pytest.fixture(params=["postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """SQLite knows no roles."""
    return str(request.param)


@pytest.fixture
def as_platform(listed: HashList, database: Settings, tmp_path: Path) -> Iterator[None]:
    """Five entries are out; from here on the database is asked by the role."""
    several(listed, 5)
    Root.objects.create(feed=listed.feed, version=1, told=b"{}", at=NOON, expires_at=NOON)
    write_list(tmp_path / "feeds", listed, [Subscriber.objects.get(name="One")], NOON)
    with asked_by(ROLE, "operating.md", database):
        yield


READ: tuple[tuple[str, dict[str, str]], ...] = (
    ("metadata/1.root.json", BEARER),
    ("entries?list=baseline", BEARER),
    ("hma/baseline", BEARER),
    ("table/baseline", BEARER),
    ("vics/baseline", BEARER),
    ("graph/baseline/9/threat_updates/?access_token=9|one", {}),
    ("stopncii/baseline/v1/FetchHashes", KEY),
    ("ncmec/baseline/v2/status", BASIC),
    ("ncmec/baseline/v2/members", BASIC),
    ("ncmec/baseline/v2/entries", BASIC),
    ("ncmec/baseline/v2/feedback/MD5/reasons", BASIC),
)
FORBIDDEN = (
    "SELECT 1 FROM feeds_key",
    "SELECT 1 FROM feeds_canary",
    "SELECT 1 FROM feeds_benign",
    "SELECT because FROM feeds_entry",
    "SELECT key FROM feeds_entry",
    "SELECT proposed_by_id FROM feeds_entry",
    "UPDATE feeds_entry SET signals = '[]'",
    "DELETE FROM feeds_entry",
    "INSERT INTO feeds_published (line) VALUES ('')",
    "UPDATE feeds_published SET line = ''",
    "UPDATE feeds_feed SET version = 9",
    "UPDATE feeds_subscriber SET token = ''",
    "UPDATE feeds_receipt SET version = 9",
    "INSERT INTO feeds_carried (number) VALUES (1)",
    "SELECT 1 FROM units_person",
    "SELECT 1 FROM media_medium",
    "SELECT 1 FROM audit_entry",
    "CREATE TABLE x (y int)",
)


def test_every_address_works_with_it_and_nothing_else_does(as_platform: None, tmp_path: Path) -> None:
    serve(Front(feeds=tmp_path / "feeds", tokens_in_addresses=True))
    base = f"/feed/{Subscriber.objects.get(name='One').ref}"
    whole = File.objects.get(name="head.json")
    pdq = made(3).signals[0].value
    said: tuple[tuple[str, str, dict[str, str], Any], ...] = (
        ("POST", "receipts", BEARER, {"list": "baseline", "version": 1}),
        ("POST", "votes", BEARER, {"list": "baseline", "number": 1, "vote": "down", "reason": "a beach"}),
        ("PUT", "ncmec/baseline/v2/entries/1/2/MD5/feedback", BASIC, DOWN),
        (
            "POST",
            "stopncii/baseline/v1/SubmitFeedback",
            KEY,
            {"hashFeedbacks": [{"hashValue": pdq, "feedbackValue": "NotBlocked", "tags": []}]},
        ),
    )
    with override_settings(**platform_answers()):
        client = Client(raise_request_exception=False)
        reading = [*READ, (f"targets/baseline/{whole.sha256}.head.json", BEARER)]
        read = {path: client.get(f"{base}/{path}", headers=headers).status_code for path, headers in reading}
        told = {}
        for method, path, headers, body in said:
            ask = client.post if method == "POST" else client.put
            kind = "application/json" if method == "POST" else "application/xml"
            told[path] = ask(f"{base}/{path}", body, content_type=kind, headers=headers).status_code
    assert {path: status for path, status in read.items() if status != 200} == {}
    assert {path: status for path, status in told.items() if status not in (200, 204)} == {}
    refused(FORBIDDEN)
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    assert (Receipt.objects.count(), Vote.objects.count()) == (1, 3)
    states = Entry.objects.filter(state=State.CHALLENGED).order_by("number").values_list("number", flat=True)
    assert list(states) == [1, 2, 3]
