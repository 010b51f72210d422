"""A node that was restored from before its keys were changed signs nothing until it knows the newest root."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction

from havre.errors import Broken, Invalid, Refused
from havre.feeds.models import Feed, Key, Root
from havre.feeds.restored import go_ahead
from havre.flows.feed_keys import rotate
from havre.flows.feed_roots import lay_roots, must_be_newest, must_sign, take_root
from havre.flows.health import health
from havre.flows.mirror_feed import mirror
from havre.flows.verify_feed import verify
from tests.flows.fed import Fed, chance, nowadays


def backed_up() -> tuple[list[Root], list[Key], list[Feed]]:
    """The rows of keys, as a backup has them."""
    return list(Root.objects.all()), list(Key.objects.all()), list(Feed.objects.all())


def restored(rows: tuple[list[Root], list[Key], list[Feed]]) -> None:
    """They are as they were in the backup, and the folder that is served is gone."""
    for table, held in zip((Root, Key), rows, strict=False):
        table.objects.all().delete()  # type: ignore[attr-defined]
        table.objects.bulk_create(held)  # type: ignore[attr-defined]
    for feed in rows[2]:
        feed.save()
    with transaction.atomic():
        go_ahead(datetime.now(UTC))


@pytest.fixture
def rotated(having_feed: Fed, tmp_path: Path) -> Fed:
    """Online and targets were changed, then root; and the rows are those of before."""
    here, anke = having_feed.node, nowadays(having_feed.node.anke)
    having_feed.reader()
    having_feed.propose_many(1)
    having_feed.publish()
    rows = backed_up()
    rotate(here.home, anke, "online", having_feed.folder, random=chance(2))
    rotate(here.home, anke, "targets", having_feed.folder, random=chance(3))
    rotate(here.home, anke, "root", having_feed.folder, tmp_path / "new", chance(4))
    for version in (2, 3):
        shutil.copy(having_feed.folder / f"{version}.root.json", tmp_path / "new")
    having_feed.publish()
    mirror(here.home, here.anke, "Platform", tmp_path / "after")
    restored(rows)
    return having_feed


def test_a_publication_and_a_rotation_are_refused_until_the_newest_root_is_shown(rotated: Fed, tmp_path: Path) -> None:
    here, anke, new = rotated.node, nowadays(rotated.node.anke), tmp_path / "new"
    for act in (rotated.publish, lambda: rotate(here.home, anke, "online", rotated.folder)):
        with pytest.raises(Refused, match="root 4 was made after what is known here"):
            act()
    told = [each.what for each in health(here.home, anke.now()) if each.name.startswith("lists of")]
    assert ["havre feed root" in each for each in told] == [True]
    shutil.rmtree(here.home.settings.feeds)
    with pytest.raises(Refused, match="restored from a backup"):
        rotated.publish()
    assert take_root(here.home, here.anke, new / "4.root.json") == {
        "version": 4,
        "taken": 3,
        "rotate": ["online", "targets"],
    }
    with pytest.raises(Refused, match="key for online that root names is not here"):
        rotated.publish()
    for number, role in enumerate(("online", "targets"), start=5):
        rotate(here.home, anke, role, new, random=chance(number))
    rotated.publish()
    mirror(here.home, here.anke, "Platform", tmp_path / "to")
    for version in (1, 4, 6):  # whoever subscribed at any time
        pinned = Root.objects.get(version=version).told
        assert [each.version for each in verify(str(tmp_path / "to"), bytes(pinned))] == [1_000_001]
    assert [each.state for each in health(here.home, anke.now()) if each.name.startswith("lists of")] == ["ok"]


def test_a_root_that_was_the_newest_in_the_backup_is_shown_and_all_goes_on(having_feed: Fed) -> None:
    having_feed.reader()
    having_feed.propose_many(1)
    restored(backed_up())
    with pytest.raises(Refused, match="show the newest root"):
        having_feed.publish()
    told = take_root(having_feed.node.home, having_feed.node.anke, having_feed.folder / "1.root.json")
    assert told == {"version": 1, "taken": 0, "rotate": []}
    assert having_feed.publish().changed == 1


def test_what_follows_on_nothing_here_is_not_taken(rotated: Fed, tmp_path: Path) -> None:
    here, new = rotated.node, tmp_path / "new"
    (tmp_path / "none.json").write_text("{}")
    (tmp_path / "apart").mkdir()
    shutil.copy(new / "4.root.json", tmp_path / "apart")
    forged = (new / "2.root.json").read_bytes().replace(b'"threshold":2', b'"threshold":1')
    (tmp_path / "2.root.json").write_bytes(forged)
    for path, why in (
        (tmp_path / "none.json", "is no root"),
        (tmp_path / "missing.json", "can't be read"),
        (tmp_path / "apart" / "4.root.json", "every root up to the newest"),
        (tmp_path / "2.root.json", "does not follow"),
        (tmp_path / "after" / "metadata" / "timestamp.json", "is no root"),
    ):
        with pytest.raises(Invalid, match=why):
            take_root(here.home, here.anke, path)
    assert (Root.objects.count(), rotated.feed.doubted) == (1, True)
    take_root(here.home, here.anke, new / "2.root.json")
    with pytest.raises(Invalid, match="is older"):
        take_root(here.home, here.anke, rotated.folder / "1.root.json")
    with pytest.raises(Refused, match="needs the role"):
        take_root(here.home, here.bram, new / "4.root.json")


def test_two_histories_are_told_apart(having_feed: Fed, tmp_path: Path) -> None:
    here, anke = having_feed.node, nowadays(having_feed.node.anke)
    rows = backed_up()
    rotate(here.home, anke, "online", having_feed.folder, random=chance(2))
    shutil.copy(having_feed.folder / "2.root.json", tmp_path)
    restored(rows)
    Feed.objects.update(doubted=False)
    shutil.rmtree(here.home.settings.feeds)
    rotate(here.home, anke, "online", having_feed.folder, random=chance(3))
    must_sign(here.home, having_feed.feed)
    with pytest.raises(Refused, match="another root of this version"):
        take_root(here.home, here.anke, tmp_path / "2.root.json")
    shutil.copy(tmp_path / "2.root.json", here.home.settings.feeds / str(having_feed.feed.pk) / "roots")
    lay_roots(here.home, having_feed.feed)
    with pytest.raises(Refused, match="restore the backup again"):
        must_be_newest(here.home, having_feed.feed)


def test_whoever_verifies_from_the_newest_root_hears_what_is_wrong(rotated: Fed, tmp_path: Path) -> None:
    here, new = rotated.node, (tmp_path / "new" / "4.root.json").read_bytes()
    assert len(verify(str(tmp_path / "after"), new)) == 1
    Feed.objects.update(doubted=False)
    shutil.rmtree(here.home.settings.feeds)
    rotated.publish()
    mirror(here.home, here.anke, "Platform", tmp_path / "wrong")
    with pytest.raises(Broken, match="gives no root 4"):
        verify(str(tmp_path / "wrong"), new)
    shutil.copytree(
        tmp_path / "after" / "metadata",
        tmp_path / "wrong" / "metadata",
        dirs_exist_ok=True,
        ignore=lambda _where, names: [each for each in names if "root" not in each],
    )
    with pytest.raises(Broken, match="signed by other keys"):
        verify(str(tmp_path / "wrong"), new)
