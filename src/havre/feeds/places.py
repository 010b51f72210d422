"""Where the files of feeds lie: contents by their digest, and the metadata of each subscriber."""

from pathlib import Path

from havre.feeds.models import Subscriber


def content_at(root: Path, feed: int, digest: str) -> Path:
    """The file of this SHA-256."""
    return root / str(feed) / "files" / digest[:2] / digest


def metadata_at(root: Path, subscriber: Subscriber) -> Path:
    """The folder of what is signed for one subscriber."""
    return root / str(subscriber.feed_id) / "metadata" / subscriber.ref


def root_at(root: Path, feed: int, version: int) -> Path:
    """Where a version of root lies beside what is served."""
    return root / str(feed) / "roots" / f"{version}.root.json"
