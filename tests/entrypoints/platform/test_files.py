"""Signed files are given to whoever they are for, and paths lead nowhere else."""

from pathlib import Path
from typing import Any

import pytest

from havre.entrypoints.platform import node
from havre.feeds.models import File, HashList, Root, Subscriber
from havre.feeds.places import content_at, metadata_at
from tests.cast import NOON
from tests.entrypoints.platform.conftest import Ask

DIGEST = "ab" * 32


def laid(path: Path, content: bytes) -> None:
    """A file with this content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def content(answer: Any) -> bytes:
    """What came."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def test_metadata_and_files_of_a_list_are_given_to_who_reads_it(ask: Ask, listed: HashList) -> None:
    refs = dict(Subscriber.objects.values_list("name", "ref"))
    one, feeds = Subscriber.objects.get(name="One"), node.front().feeds
    Root.objects.create(feed=listed.feed, version=1, told=b"{1}", at=NOON, expires_at=NOON)
    File.objects.create(listed=listed, name="head.json", sha256=DIGEST, bytes=4)
    laid(metadata_at(feeds, one) / "timestamp.json", b"now")
    laid(content_at(feeds, listed.feed_id, DIGEST), b"head")
    got = {
        "metadata/1.root.json": b"{1}",
        "metadata/timestamp.json": b"now",
        f"targets/baseline/{DIGEST}.head.json": b"head",
    }
    for path, expected in got.items():
        assert content(ask("GET", f"feed/{refs['One']}/{path}", "one")) == expected
        assert ask("GET", f"feed/{refs['One']}/{path}").status_code == 401
        assert ask("GET", f"feed/{refs['One']}/{path}", "other").status_code == 404
    assert ask("GET", f"feed/{refs['Other']}/targets/baseline/{DIGEST}.head.json", "other").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        *("metadata/2.root.json", "metadata/root.json", "metadata/0.targets.json", "metadata/..%2Ftimestamp.json"),
        *("metadata/snapshot.json", f"targets/baseline/{DIGEST}.other.json", f"targets/baseline/{'cd' * 32}.head.json"),
        *("targets/baseline/head.json", f"targets/baseline/{DIGEST}.%2E%2E%2Fhead.json"),
    ],
)
def test_what_is_not_there_is_not_found(ask: Ask, listed: HashList, path: str) -> None:
    File.objects.create(listed=listed, name="head.json", sha256=DIGEST, bytes=4)
    ref = Subscriber.objects.get(name="One").ref
    answer = ask("GET", f"feed/{ref}/{path}", "one")
    assert (answer.status_code, list(answer.json())) == (404, ["message"])
