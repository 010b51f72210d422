"""Attacks on a feed, each by its name, each refused, with the version before still in use."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from backports import zstd

from havre.errors import HavreError, Invalid
from havre.hashlists.changes import position_of
from havre.hashlists.lines import line_of
from havre.subscription.feed import Changed, Subscription
from havre.subscription.fetcher import Fetcher
from havre.subscription.known import Known, Question
from tests.hashlists.made import made
from tests.simulators.feed import TOKEN, Publisher, packed, serving


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with serving() as running:
        running.publish({"baseline": [made(number) for number in range(1, 8)]})
        yield running


@pytest.fixture
def subscription(publisher: Publisher, tmp_path: Path) -> Subscription:
    """A platform that has version 1 in use."""
    subscribed = Subscription(tmp_path / "feed", Fetcher(publisher.base, TOKEN), publisher.pinned)
    subscribed.refresh(1)
    return subscribed


def next_version(publisher: Publisher) -> None:
    publisher.publish({"baseline": [replace(made(2, 2), retracted=True), made(9, 2)]})


def refused(subscription: Subscription, why: str) -> None:
    """It is refused, for this reason, every time; and what was in use still is."""
    for _ in range(2):
        with pytest.raises(HavreError, match=why) as error:
            subscription.refresh(2)
        assert isinstance(error.value, Invalid)
    _still_serving(subscription)


def _still_serving(subscription: Subscription) -> None:
    known = Known(subscription.folder)
    assert [(shelf.name, shelf.version, shelf.living) for shelf in known.shelves()] == [("baseline", 1, 7)]
    found = known.ask([Question(made(2).signals), Question(made(9).signals)])
    assert [[match.entry.number for match in some] for some in found] == [[2], []]
    assert known.checked() == 1


def test_rollback_to_metadata_that_was_signed_before(publisher: Publisher, subscription: Subscription) -> None:
    before = dict(publisher.files)
    publisher.sign_all()  # a newer timestamp and snapshot of the same
    subscription.refresh(1)
    publisher.files = before
    refused(subscription, "goes back")


def test_rollback_of_the_snapshot_under_a_newer_timestamp(publisher: Publisher, subscription: Subscription) -> None:
    publisher.sign_all()
    subscription.refresh(1)
    publisher.sign_timestamp(snapshot=1)
    refused(subscription, "goes back")


def test_rollback_of_a_list_by_whoever_has_every_key(publisher: Publisher, subscription: Subscription) -> None:
    publisher.version = 0
    publisher.lists["baseline"] = {number: made(number) for number in (1, 9)}
    publisher.deltas.clear()
    publisher.say("baseline", version=0, parts=[], entries=0)
    publisher.sign_all()
    refused(subscription, "goes back from version 1 to 0")


def test_freeze_at_a_timestamp_that_has_expired(publisher: Publisher, subscription: Subscription) -> None:
    publisher.sign_timestamp(expires=datetime.now(UTC) - timedelta(seconds=1))
    refused(subscription, "has expired")


def test_freeze_at_the_same_timestamp_until_it_expires(publisher: Publisher, tmp_path: Path) -> None:
    publisher.sign_timestamp(expires=datetime.now(UTC) + timedelta(seconds=2))
    subscription = Subscription(tmp_path / "frozen", Fetcher(publisher.base, TOKEN), publisher.pinned)
    assert subscription.refresh(1).moved == (("baseline", 1),)
    publisher.sign_timestamp(expires=datetime.now(UTC) - timedelta(days=1))
    with pytest.raises(Invalid, match="held back from you"):
        subscription.refresh(2)
    _still_serving(subscription)


def test_mix_and_match_of_targets_with_another_snapshot(publisher: Publisher, subscription: Subscription) -> None:
    next_version(publisher)
    publisher.files["metadata/2.targets.json"] = publisher.files["metadata/1.targets.json"]
    refused(subscription, "goes back")


def test_mix_and_match_of_a_snapshot_that_names_older_targets(publisher: Publisher, subscription: Subscription) -> None:
    publisher.sign_all()
    subscription.refresh(1)
    publisher.sign_snapshot(targets=1)
    publisher.sign_timestamp()
    refused(subscription, "goes back")


def test_theft_of_the_timestamp_key_signs_no_lists(publisher: Publisher, subscription: Subscription) -> None:
    stolen, publisher.keys["targets"] = publisher.keys["targets"], publisher.keys["timestamp"]
    next_version(publisher)
    assert stolen is not publisher.keys["targets"]
    refused(subscription, "not signed by its signers")


def test_theft_of_the_timestamp_key_signs_no_snapshot(publisher: Publisher, subscription: Subscription) -> None:
    publisher.keys["snapshot"] = publisher.keys["timestamp"]
    next_version(publisher)
    refused(subscription, "not signed by its signers")


def test_theft_of_the_targets_key_ends_with_a_new_root(publisher: Publisher, subscription: Subscription) -> None:
    stolen = publisher.rotate("targets")
    publisher.targets.clear()
    publisher.sign_targets(key=stolen)
    publisher.sign_snapshot()
    publisher.sign_timestamp()
    refused(subscription, "not signed by its signers")
    publisher.lists["baseline"].clear()
    publisher.deltas.clear()
    publisher.publish({"baseline": [made(number, 2) for number in range(1, 5)]})
    assert subscription.refresh(3) == Changed((("baseline", 2),))


@pytest.mark.parametrize("role", ["root", "targets", "snapshot", "timestamp"])
def test_rotation_of_a_key_is_accepted(publisher: Publisher, subscription: Subscription, role: str) -> None:
    publisher.rotate(role)
    next_version(publisher)
    assert subscription.refresh(2) == Changed((("baseline", 2),))
    publisher.rotate(role)
    publisher.sign_all()
    assert subscription.refresh(3) == Changed()


def test_a_root_that_the_one_before_did_not_sign_is_refused(publisher: Publisher, subscription: Subscription) -> None:
    thief = Publisher()
    publisher.keys["root"] = thief.keys["root"]
    publisher.sign_root()
    next_version(publisher)
    refused(subscription, "not signed by its signers")


def test_another_publishers_feed_under_the_pinned_root(publisher: Publisher, subscription: Subscription) -> None:
    other = Publisher()
    other.publish({"baseline": [made(9)]})
    publisher.files = {path: data for path, data in other.files.items() if path != "metadata/2.root.json"}
    refused(subscription, "not signed by its signers")


def _truncated(data: bytes) -> bytes:
    return data[:-20]


def _tampered(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def _longer(data: bytes) -> bytes:
    return data + b"\0"


@pytest.mark.parametrize("spoil", [_truncated, _tampered, _longer])
@pytest.mark.parametrize("path", ["baseline/delta-1-2.jsonl.zst", "baseline/head.json"])
def test_a_file_truncated_tampered_with_or_lengthened(
    publisher: Publisher, subscription: Subscription, path: str, spoil: Callable[[bytes], bytes]
) -> None:
    next_version(publisher)
    publisher.spoil(path, spoil(publisher.targets[path]))
    refused(subscription, "is not what was signed|is longer than was signed")


@pytest.mark.parametrize("path", ["baseline/delta-1-2.jsonl.zst", "baseline/head.json"])
def test_an_endless_file(publisher: Publisher, subscription: Subscription, path: str) -> None:
    next_version(publisher)
    publisher.endless.add(publisher.path_of(path))
    refused(subscription, "longer than was signed")


@pytest.mark.parametrize("name", ["timestamp", "2.snapshot", "2.targets", "2.root"])
def test_endless_metadata(publisher: Publisher, subscription: Subscription, name: str) -> None:
    next_version(publisher)
    publisher.files.setdefault(f"metadata/{name}.json", b"")
    publisher.endless.add(f"metadata/{name}.json")
    refused(subscription, "longer than was signed")


def test_a_decompression_bomb_signed_with_the_right_key(publisher: Publisher, subscription: Subscription) -> None:
    next_version(publisher)
    publisher.targets["baseline/delta-1-2.jsonl.zst"] = zstd.compress(b"\n" * 30_000_000)
    publisher.sign_all()
    refused(subscription, "more entries than its list said|no JSON|unpacks to more|no entry")


def test_a_delta_that_does_not_chain(publisher: Publisher, subscription: Subscription) -> None:
    next_version(publisher)
    publisher.publish({"baseline": [made(10, 3)]})
    publisher.deltas["baseline"].pop(0)
    publisher.deltas["baseline"][0] |= {"from": 1}
    publisher.say("baseline")
    publisher.sign_all()
    refused(subscription, "a delta has a name or versions")


def test_a_delta_that_leaves_out_a_retraction(publisher: Publisher, subscription: Subscription) -> None:
    next_version(publisher)
    publisher.targets["baseline/delta-1-2.jsonl.zst"] = packed([made(9, 2)])
    publisher.deltas["baseline"][0] |= {"entries": 1}
    parts = [path for path in publisher.targets if "/whole-" in path]
    honest = {path: publisher.targets[path] for path in parts}
    entries = sorted(publisher.lists["baseline"].values(), key=position_of)
    forged = [replace(entry, retracted=False) for entry in entries]
    for place, path in enumerate(sorted(parts)):
        publisher.targets[path] = packed(forged[place * publisher.in_a_part :][: publisher.in_a_part])
    publisher.say("baseline")
    publisher.sign_all()
    refused(subscription, "says that it has 7 and 1 retracted entries, and it has 8 and 0 retracted")
    publisher.targets |= honest
    publisher.sign_all()
    subscription.refresh(3)  # the delta alone lies: the whole list is read instead, retraction and all
    known = Known(subscription.folder)
    assert [[match.entry.number for match in some] for some in known.ask([Question(made(2).signals)])] == [[]]


@pytest.mark.parametrize("said", [{"entries": 8}, {"retracted": 0}, {"entries": 6, "retracted": 2}])
def test_a_head_that_lies_about_its_entries(
    publisher: Publisher, subscription: Subscription, said: dict[str, int]
) -> None:
    next_version(publisher)
    publisher.say("baseline", **said)
    publisher.sign_all()
    refused(subscription, "says that it has")


def test_an_entry_of_another_version_in_a_delta(publisher: Publisher, subscription: Subscription) -> None:
    next_version(publisher)
    publisher.targets["baseline/delta-1-2.jsonl.zst"] = zstd.compress(
        line_of(replace(made(2, 3), retracted=True)) + line_of(made(9, 4))
    )
    publisher.sign_all()
    refused(subscription, "of another version")


def test_a_wrong_root_is_refused_from_the_first_moment(publisher: Publisher, tmp_path: Path) -> None:
    wrong = Subscription(tmp_path / "wrong", Fetcher(publisher.base, TOKEN), Publisher().pinned)
    with pytest.raises(Invalid, match="not signed by its signers"):
        wrong.refresh(1)
    assert Known(wrong.folder).shelves() == []
