"""Root keys lie elsewhere; each key is rotated, and who subscribed with the first root follows. Theft, by name."""

from pathlib import Path

import pytest

from havre.errors import Broken, Invalid, Refused
from havre.feeds.models import Key, KeyRole, Root
from havre.feeds.signed import Signing, read_root
from havre.flows.feed_keys import make_keys, renew_by, root_of, rotate, signing_key
from havre.flows.mirror_feed import mirror
from havre.flows.verify_feed import verify
from havre.restrictions.models import Group
from tests.flows.fed import Fed, chance, nowadays


def verified(here: Fed, folder: Path) -> int:
    """How many lists verify from the first root."""
    mirror(here.node.home, here.node.anke, "Platform", folder)
    return len(verify(str(folder), here.root))


def test_keys_are_made_once_and_root_keys_are_not_here(having_feed: Fed) -> None:
    here, feed = having_feed.node, having_feed.feed
    roots = sorted(having_feed.folder.glob("root-*.key"))
    assert [oct(path.stat().st_mode & 0o777) for path in roots] == ["0o600"] * 3
    assert [bytes(key.sealed) for key in Key.objects.filter(role=KeyRole.ROOT)] == [b""] * 3
    for role in (KeyRole.TARGETS, KeyRole.ONLINE):
        key = signing_key(here.home, feed, role)
        assert key.public == Key.objects.get(role=role).public
        assert key.seed not in bytes(Key.objects.get(role=role).sealed)
    assert sorted(Group.objects.values_list("code", flat=True)) == ["hotline", "platform", "provider"]
    with pytest.raises(Refused, match="already"):
        make_keys(here.home, here.anke, having_feed.folder)
    with pytest.raises(Refused, match="needs the role"):
        make_keys(here.home, here.bram, having_feed.folder)
    with pytest.raises(Invalid, match="between 1 and 9"):
        make_keys(here.home, here.chiara, having_feed.folder, 1, 2)
    assert renew_by(feed) is not None
    assert root_of(here.anke) == root_of(here.anke, 1) == having_feed.root


def test_each_key_is_rotated_and_whoever_has_the_first_root_follows(having_feed: Fed, tmp_path: Path) -> None:
    here, anke = having_feed.node, nowadays(having_feed.node.anke)
    having_feed.reader()
    having_feed.propose_many(1)
    having_feed.publish()
    elsewhere = tmp_path / "new roots"
    for number, (role, folder, into) in enumerate(
        [
            ("online", having_feed.folder, None),
            ("targets", having_feed.folder, None),
            ("root", having_feed.folder, elsewhere),
            ("renew", elsewhere, None),
        ],
        start=2,
    ):
        told = rotate(here.home, anke, role, folder, into, chance(number))
        assert told["version"] == number
        having_feed.publish()
        assert verified(having_feed, tmp_path / role) == 1
    assert Root.objects.count() == 5
    ended = Key.objects.exclude(ended_at=None)
    assert sorted(ended.values_list("role", flat=True)) == ["online", "root", "root", "root", "targets"]
    assert {bytes(key.sealed) for key in ended} == {b""}
    with pytest.raises(Refused, match="0 of the root keys"):
        rotate(here.home, anke, "online", having_feed.folder)


def test_root_keys_that_the_feed_has_or_had_are_no_new_ones(having_feed: Fed, tmp_path: Path) -> None:
    here, anke, old = having_feed.node, nowadays(having_feed.node.anke), having_feed.folder
    with pytest.raises(Refused, match="has or had already"):
        rotate(here.home, anke, "root", old, old)
    rotate(here.home, anke, "root", old, tmp_path / "new", chance(5))
    with pytest.raises(Refused, match="has or had already"):
        rotate(here.home, anke, "root", tmp_path / "new", old)
    assert (Root.objects.count(), Key.objects.filter(role=KeyRole.ROOT, ended_at=None).count()) == (2, 3)


def test_a_stolen_key_signs_nothing_once_another_is_in_its_place(
    having_feed: Fed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = having_feed.node
    having_feed.reader()
    having_feed.propose_many(1)
    having_feed.publish()
    stolen = signing_key(here.home, having_feed.feed, KeyRole.TARGETS)
    rotate(here.home, nowadays(here.anke), "targets", having_feed.folder, random=chance(9))
    monkeypatch.setattr(
        "havre.flows.publish_feed.signing_key",
        lambda home, feed, role: stolen if role == KeyRole.TARGETS else signing_key(home, feed, role),
    )
    having_feed.publish()
    with pytest.raises(Broken, match="targets was signed by 0/1 keys"):
        verified(having_feed, tmp_path / "stolen")


def test_too_few_root_keys_put_nothing_in_place(having_feed: Fed, tmp_path: Path) -> None:
    here = having_feed.node
    one = tmp_path / "one"
    one.mkdir()
    (one / "root-1.key").write_bytes((having_feed.folder / "root-1.key").read_bytes())
    with pytest.raises(Refused, match="1 of the root keys that hold, and 2 must sign"):
        rotate(here.home, here.anke, "online", one)
    (one / "root-2.key").write_bytes(b"no key")
    with pytest.raises(Invalid, match="does not hold a root key"):
        rotate(here.home, here.anke, "online", one)
    for role, into in (("root", None), ("online", tmp_path / "x"), ("snapshot", None)):
        with pytest.raises(Invalid):
            rotate(here.home, here.anke, role, having_feed.folder, into)
    assert read_root(having_feed.root).roles["root"].threshold == 2
    assert isinstance(signing_key(here.home, having_feed.feed, KeyRole.ONLINE), Signing)
