"""A publisher that was restored goes on where subscribers are ahead of it, and gives nothing twice."""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from havre.errors import Refused
from havre.feeds.models import Delta, Entry, Feed, File, HashList, Published, Version
from havre.feeds.restored import AHEAD, go_ahead
from havre.flows.feed_roots import take_root
from havre.flows.mirror_feed import mirror
from havre.settings import Settings
from havre.subscription.feed import Subscription
from havre.subscription.fetcher import Fetcher
from havre.subscription.kept import Kept
from tests.cast import node
from tests.flows.fed import Fed, fed


@pytest.fixture
def having_feed(database: Settings, tmp_path: Path) -> Iterator[Fed]:
    """A node whose Belgian unit has a feed."""
    with node(database) as begun:
        yield fed(begun, tmp_path / "roots")


class Quiet(SimpleHTTPRequestHandler):
    """Gives what lies in a folder."""

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of what lies in a folder."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def refreshed(here: Fed, folder: Path, base: str, held: Path) -> tuple[int, int]:
    """The version at which a subscriber is after asking, and how many entries it holds."""
    shutil.rmtree(folder, ignore_errors=True)
    mirror(here.node.home, here.node.anke, "Platform", folder)
    Subscription(held, Fetcher(base), here.root).refresh(int(datetime.now(UTC).timestamp()))
    with closing(Kept(held)) as kept:
        (shelf,) = kept.shelves()
    return shelf.version, shelf.living


def as_in_the_backup(numbers: int) -> None:
    """The rows as they were when only the first version was out."""
    Published.objects.filter(version__gt=1).delete()
    Entry.objects.filter(number__gt=numbers).delete()
    Version.objects.filter(number__gt=1).delete()
    Delta.objects.filter(last__gt=1).delete()
    HashList.objects.update(version=1, whole=1)
    Feed.objects.update(version=1, signed=1, written=1, numbers=numbers)


def test_a_subscriber_goes_on_after_a_restore(having_feed: Fed, tmp_path: Path) -> None:
    having_feed.reader()
    having_feed.propose_many(2)
    having_feed.publish()
    numbers = having_feed.feed.numbers
    with serving(tmp_path / "served") as base:
        asked = (having_feed, tmp_path / "served", base, tmp_path / "held")
        assert refreshed(*asked) == (1, 5)
        for _ in range(2):
            having_feed.propose_many(1)
            having_feed.publish()
        assert refreshed(*asked) == (3, 7)
        given = set(Published.objects.values_list("number", flat=True))
        as_in_the_backup(numbers)
        shutil.rmtree(having_feed.node.home.settings.feeds)
        assert go_ahead(datetime.now(UTC)) == 1
        with pytest.raises(Refused, match="show the newest root"):
            having_feed.publish()
        take_root(having_feed.node.home, having_feed.node.anke, having_feed.folder / "1.root.json")
        having_feed.publish()
        assert refreshed(*asked) == (1 + AHEAD, 5)
        having_feed.propose_many(1)
        having_feed.publish()
        assert refreshed(*asked) == (2 + AHEAD, 6)
    assert Entry.objects.order_by("number").last().number not in given  # type: ignore[union-attr]
    assert File.objects.filter(ended_at=None, name__startswith=f"delta-{1 + AHEAD}-").count() == 1
