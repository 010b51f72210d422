"""A feed as a folder is what its subscriber would fetch, once it is published."""

import json
from pathlib import Path
from typing import Any

import pytest

from havre.errors import Invalid, Refused, Unavailable
from havre.feeds.models import File
from havre.feeds.places import content_at
from havre.flows import mirror_feed
from havre.flows.holding import alone_at
from havre.flows.mirror_feed import mirror
from tests.flows.fed import Fed


def test_a_folder_holds_what_a_subscriber_would_fetch(having_feed: Fed, tmp_path: Path) -> None:
    here = having_feed.node
    having_feed.reader()
    with pytest.raises(Refused, match="not published yet"):
        mirror(here.home, here.anke, "Platform", tmp_path / "to")
    having_feed.propose_many(1)
    having_feed.publish()
    assert mirror(here.home, here.anke, "Platform", tmp_path / "to")["files"] == 3
    names = sorted(path.name.partition(".")[2] for path in (tmp_path / "to" / "targets" / "national-be").iterdir())
    assert names == ["delta-0-1.jsonl.zst", "head.json", "whole-1-0001.jsonl.zst"]
    assert (tmp_path / "to" / "metadata" / "1.root.json").read_bytes() == having_feed.root
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter").write_text("mine")
    with pytest.raises(Invalid, match="neither empty nor a mirror"):
        mirror(here.home, here.anke, "Platform", other)


def test_a_mirror_is_brought_up_to_date_and_keeps_nothing_that_is_on_no_list_any_more(
    having_feed: Fed, tmp_path: Path
) -> None:
    here, to = having_feed.node, tmp_path / "to"
    having_feed.reader()
    for _ in range(2):
        having_feed.propose_many(1)
        having_feed.publish()
        mirror(here.home, here.anke, "Platform", to)
    mirror(here.home, here.anke, "Platform", tmp_path / "anew")

    def files(folder: Path) -> dict[str, bytes]:
        return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}

    assert files(to) == files(tmp_path / "anew")
    assert "metadata/2.targets.json" in files(to)


def test_what_is_published_while_it_is_copied_is_not_in_it_and_it_is_not_begun_while_somebody_publishes(
    having_feed: Fed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, to = having_feed.node, tmp_path / "to"
    having_feed.reader()
    having_feed.propose_many(1)
    having_feed.publish()

    def meanwhile(*place: Any) -> Path:
        if having_feed.feed.signed == 1:
            having_feed.propose_many(1)
            having_feed.publish()
        return content_at(*place)

    monkeypatch.setattr(mirror_feed, "content_at", meanwhile)
    assert mirror(here.home, here.anke, "Platform", to)["version"] == 1
    told = json.loads((to / "metadata" / "timestamp.json").read_bytes())["signed"]
    assert (having_feed.feed.signed, told["meta"]["snapshot.json"]["version"]) == (2, 1)
    assert (to / "metadata" / "1.snapshot.json").is_file()
    with alone_at(here.home, f"feed-{having_feed.feed.pk}"), pytest.raises(Refused, match="being published"):
        mirror(here.home, here.anke, "Platform", to)


def test_a_mirror_that_was_cut_off_is_continued(having_feed: Fed, tmp_path: Path) -> None:
    here, to = having_feed.node, tmp_path / "to"
    having_feed.reader()
    having_feed.propose_many(1)
    having_feed.publish()
    digest = File.objects.order_by("pk")[1].sha256
    lost = content_at(here.home.settings.feeds, having_feed.feed.pk, digest)
    aside = lost.rename(tmp_path / "aside")
    with pytest.raises(Unavailable):
        mirror(here.home, here.anke, "Platform", to)
    assert not (to / "metadata" / "timestamp.json").exists()
    aside.rename(lost)
    assert mirror(here.home, here.anke, "Platform", to)["files"] == 3
