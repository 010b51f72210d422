"""A process that publishes, killed with SIGKILL at any moment: whoever reads goes on, and every entry comes once."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client, override_settings
from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient.fetcher import FetcherInterface

from havre.configured import platform_answers
from havre.entrypoints.platform.node import serve
from havre.feeds.models import Entry, Published, State, Subscriber, Version
from havre.flows.feed_subscribers import CANARIES
from havre.flows.verify_feed import Verified, verify_from
from havre.hashlists.changes import every
from havre.settings import Front
from tests.command_line import HAVRE, environment
from tests.feeds.published import lists_for
from tests.flows.fed import Fed
from tests.preloaded import begun


class Asking(FetcherInterface):
    """Fetches what the entry point for platforms answers."""

    def __init__(self, token: str) -> None:
        self._client, self._headers = Client(), {"Authorization": f"Bearer {token}"}

    def _fetch(self, url: str) -> Iterator[bytes]:
        response: Any = self._client.get(urlsplit(url).path, headers=self._headers)
        if response.status_code != 200:
            raise DownloadHTTPError("it is not there", response.status_code)
        return iter([b"".join(response.streaming_content) if response.streaming else response.content])


def in_a_process_of_its_own(here: Fed, seconds: float) -> tuple[int, float]:
    """How `havre feed publish` ended, which is killed after so long, and after how many seconds it did."""
    connection.close()
    with TemporaryDirectory() as folder:
        begun_at = time.monotonic()
        given = environment(here.node.home.settings)
        process = begun([str(HAVRE), "--as", "anke", "feed", "publish"], given, Path(folder))
        process.join(seconds)
        process.kill()
        process.join()
        ended = process.exitcode
        assert ended in (0, -signal.SIGKILL), (Path(folder) / "err").read_text()
        return ended, time.monotonic() - begun_at


@pytest.fixture
def backend() -> str:
    """What a database does when whoever writes is killed is for both the same: a transaction is there or not."""
    return "sqlite"


def test_a_publisher_killed_at_any_moment_leaves_a_feed_that_goes_on_and_loses_and_doubles_nothing(
    having_feed: Fed, tmp_path: Path, count: Any
) -> None:
    home, chances = having_feed.node.home, Random(11)
    reader, token = having_feed.reader()
    serve(Front(feeds=home.settings.feeds))
    client = tmp_path / "client"
    client.mkdir()

    def read() -> Verified:
        with override_settings(**platform_answers()):
            (told,) = verify_from(Asking(token), f"http://testserver/feed/{reader.ref}/", having_feed.root, client)
        return told

    having_feed.propose_many(2)
    status, lasts = in_a_process_of_its_own(having_feed, 60)
    assert (status, read().entries) == (0, 2 + CANARIES)
    ends = list[int]()
    for _ in range(count(2, 100)):
        before, version = read(), having_feed.feed.version
        having_feed.propose_many(chances.randrange(1, 4))
        gone = Entry.objects.filter(state=State.PUBLISHED).order_by("pk")[0]
        Entry.objects.filter(pk=gone.pk).update(state=State.RETRACTED, due=True)
        for _kill in range(chances.randrange(1, 3)):
            ends.append(in_a_process_of_its_own(having_feed, chances.uniform(0, 1.2 * lasts))[0])
            between = read()  # with what it had before
            assert between.version in (before.version, version + 1)
            assert (between == before) == (between.version == version)
        having_feed.publish()
        after = read()
        assert (after.version, having_feed.feed.version, Version.objects.count()) == (version + 1,) * 3
        living, retracted = (Published.objects.filter(retracted=each).count() for each in (False, True))
        assert (after.entries, after.retracted) == (living, retracted)
    numbers = [each.number for each in every(lists_for(Subscriber.objects.get())[0])]
    assert set(Entry.objects.values_list("number", flat=True)) <= set(numbers)
    assert len(numbers) == len(set(numbers)) == Entry.objects.count() + CANARIES
    assert set(ends) <= {0, -signal.SIGKILL}  # where it is killed before anything happened, nothing did
