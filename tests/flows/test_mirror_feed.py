"""A feed as a folder is what its subscriber would fetch, once it is published."""

from pathlib import Path

import pytest

from havre.errors import Invalid, Refused
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
