"""A publisher at work, and a platform that subscribed to it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from havre.subscription.feed import Subscription
from havre.subscription.fetcher import Fetcher
from havre.subscription.kept import Kept, Shelf
from tests.simulators.feed import TOKEN, Publisher, serving


def shelves_of(folder: Path) -> list[Shelf]:
    """The lists of a folder as they stand."""
    with closing(Kept(folder)) as kept:
        return kept.shelves()


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with serving() as running:
        yield running


@pytest.fixture
def subscription(publisher: Publisher, tmp_path: Path) -> Subscription:
    """A folder that was just begun, with nothing in it."""
    return Subscription(tmp_path / "feed", Fetcher(publisher.base, TOKEN), publisher.pinned)
