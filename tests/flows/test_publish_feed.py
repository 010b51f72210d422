"""A publication is whole or not there; whoever reads it verifies it from the pinned root on; nobody is named in it."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from havre.errors import Refused, Unavailable
from havre.feeds.lay import lay_at
from havre.feeds.models import Delta, Entry, Published, Publishing, State, Version
from havre.feeds.settled import MARGIN, settled
from havre.flows.feed_entries import confirm, retract
from havre.flows.holding import alone_at
from havre.flows.mirror_feed import mirror
from havre.flows.publish_feed import SIGNED_AGAIN, publish, publish_at
from havre.flows.verify_feed import verify
from havre.hashlists.changes import every
from tests.cast import NOON
from tests.feeds.published import lists_for
from tests.flows.fed import Fed, lines_of
from tests.simulators.nations import Killed, killed_at


def fetched(here: Fed, folder: Path, name: str = "Platform") -> list[dict[str, Any]]:
    """What a subscriber of this name verifies."""
    mirror(here.node.home, here.node.anke, name, folder)
    return [each.to_json() for each in verify(str(folder), here.root)]


def test_what_was_confirmed_is_published_once_and_verifies_from_the_root(having_feed: Fed, tmp_path: Path) -> None:
    here = having_feed.node
    reader, _token = having_feed.reader()
    first = having_feed.entry()
    waiting = having_feed.propose(having_feed.medium())
    done = having_feed.publish()
    assert (done.version, done.changed, done.subscribers) == (1, 1, 1)
    assert [each.number for each in every(lists_for(reader)[0]) if each.categories] == [first.number]
    assert waiting.number not in [each.number for each in every(lists_for(reader)[0])]
    (told,) = fetched(having_feed, tmp_path / "one")
    assert (told["list"], told["version"], told["entries"], told["retracted"]) == ("national-be", 1, 1 + 3, 0)
    retract(here.home, here.bram, first.number, "a beach")
    assert having_feed.publish().retracted == 1
    (told,) = fetched(having_feed, tmp_path / "two")
    assert (told["version"], told["entries"], told["retracted"]) == (2, 3, 1)
    gone = next(each for each in every(lists_for(reader)[0]) if each.retracted)
    assert [value for _method, _version, value in first.signals] == [each.value for each in gone.signals]
    again = having_feed.publish()
    assert (again.version, again.changed, again.signed) == (2, 0, 3)


def test_nothing_of_case_unit_person_or_path_is_in_any_published_byte(having_feed: Fed, tmp_path: Path) -> None:
    here = having_feed.node
    having_feed.reader()
    medium = having_feed.medium()
    entry = having_feed.propose(medium)
    having_feed.publish()
    confirm(here.home, here.bram, entry.number)
    having_feed.publish()
    retract(here.home, here.bram, entry.number, "a secret reason")
    having_feed.publish()
    item = medium.exhibits.get().item
    secrets = [item.path, item.intake.case.reference, "Federal Police", "anke", "bram", "Series 1", "a secret reason"]
    told = lines_of(here.home, having_feed.feed)
    assert bytes(medium.md5).hex().encode() in told  # there is something that was published
    assert [secret for secret in secrets if secret.encode() in told] == []
    assert len(set(secrets)) == len(secrets) == 7
    assert b"Platform" not in told


def everything(here: Fed) -> dict[str, bytes]:
    """Every file of the feed by its path."""
    root = here.node.home.settings.feeds / str(here.feed.pk)
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.mark.proof
def test_killed_at_any_moment_and_run_again_it_gives_the_same_once(
    having_feed: Fed, count: Any, tmp_path: Path
) -> None:
    chances = Random(7)
    for name in ("Platform", "Another platform"):
        having_feed.reader(name)
    having_feed.entry()
    for number in range(count(2, 60)):
        version = having_feed.feed.version
        having_feed.propose_many(1)
        for _kill in range(3):
            try:
                with killed_at(chances.randrange(60)):
                    having_feed.publish()
            except Killed:
                continue
        having_feed.publish()
        assert having_feed.feed.version == version + 1
        assert Version.objects.count() == version + 1
        assert having_feed.feed.written == having_feed.feed.signed
        (told,) = fetched(having_feed, tmp_path / str(number))
        assert (told["version"], told["entries"]) == (
            version + 1,
            Entry.objects.filter(state=State.PUBLISHED).count() + 3,
        )
    assert Published.objects.filter(subscriber=None).count() == Entry.objects.count()


def test_files_that_were_cut_off_are_written_as_they_would_have_been(
    having_feed: Fed, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = having_feed.node
    having_feed.reader()
    having_feed.entry()
    laid = list[Path]()

    def full(path: Path, content: bytes) -> None:
        if len(laid) == 2:
            raise Killed
        laid.append(path)
        lay_at(path, content)

    monkeypatch.setattr("havre.flows.publish_feed.lay_at", full)
    with pytest.raises(Killed):
        having_feed.publish()
    assert [path.name for path in laid] == ["1.targets.json", "1.snapshot.json"]
    cut = everything(having_feed)
    monkeypatch.undo()
    assert publish_at(here.home, having_feed.feed, lambda: datetime.now(UTC), lambda _verb, _detail: None).signed == 1
    after = everything(having_feed)
    assert {path: after[path] for path in cut} == cut
    assert [path.rpartition("/")[2] for path in sorted(after.keys() - cut.keys())] == ["timestamp.json"]


def test_two_do_not_publish_at_once(having_feed: Fed) -> None:
    here = having_feed.node
    with alone_at(here.home, f"feed-{having_feed.feed.pk}"), pytest.raises(Refused, match="wait"):
        having_feed.publish()


def test_what_is_there_is_signed_anew_before_it_is_old_and_freezing_is_noticed(
    having_feed: Fed, tmp_path: Path
) -> None:
    here = having_feed.node
    having_feed.reader()
    having_feed.entry()
    publish(here.home, here.anke)

    def at(by: timedelta) -> int:
        return publish_at(here.home, having_feed.feed, lambda: NOON + by, lambda _verb, _detail: None).signed

    assert [at(SIGNED_AGAIN - timedelta(seconds=1)), at(SIGNED_AGAIN), at(SIGNED_AGAIN)] == [0, 2, 0]
    stamp = next((here.home.settings.feeds).rglob("timestamp.json"))
    assert json.loads(stamp.read_bytes())["signed"]["expires"] == "2026-03-03T18:00:00Z"


def test_a_delta_chain_leads_from_any_version_to_the_newest(having_feed: Fed) -> None:
    here = having_feed.node
    having_feed.reader()
    for _ in range(3):
        having_feed.entry()
        publish(here.home, here.anke)
    assert list(Delta.objects.order_by("last").values_list("first", "last")) == [(0, 1), (1, 2), (2, 3)]


def test_clients_who_ask_by_moments_are_told_nothing_while_a_version_is_made(having_feed: Fed) -> None:
    having_feed.entry()
    at = datetime.now(UTC)

    def cut_off(_verb: str, _detail: dict[str, Any]) -> None:
        raise Unavailable("no log, no version")

    with pytest.raises(Unavailable):
        publish_at(having_feed.node.home, having_feed.feed, lambda: at, cut_off)
    assert settled(having_feed.feed.pk, at + timedelta(hours=1)) == int(at.timestamp())
    having_feed.publish()
    assert settled(having_feed.feed.pk, at + timedelta(hours=1)) == int(at.timestamp()) + 3600 - MARGIN


def test_a_version_is_of_a_moment_behind_everything_that_was_said_to_be_settled(having_feed: Fed) -> None:
    having_feed.entry()

    def clock() -> datetime:
        # Somebody asks, a moment before it is known that a version is made; the process waits an hour for its turn.
        return NOON + timedelta(hours=1) if Publishing.objects.exists() else NOON

    told = settled(having_feed.feed.pk, NOON + timedelta(hours=1))
    publish_at(having_feed.node.home, having_feed.feed, clock, lambda _verb, _detail: None)
    assert Published.objects.get(subscriber=None).changed > told


def test_what_is_gone_from_the_disk_is_written_again_as_after_a_restore(having_feed: Fed, tmp_path: Path) -> None:
    having_feed.reader()
    for _ in range(2):
        having_feed.propose_many(1)
        having_feed.publish()
    shutil.rmtree(having_feed.node.home.settings.feeds)
    assert (
        publish_at(
            having_feed.node.home, having_feed.feed, lambda: datetime.now(UTC), lambda _verb, _detail: None
        ).signed
        == 3
    )
    (told,) = fetched(having_feed, tmp_path / "again")
    assert (told["version"], told["entries"], told["files"]) == (2, 5, 3)
