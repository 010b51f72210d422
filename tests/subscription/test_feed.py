"""A folder follows its feed: by parts and deltas, as a whole, whatever happens on the way; and says so once in use."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from havre.errors import Invalid, Unavailable
from havre.hashlists.entry import Entry
from havre.subscription import trusted
from havre.subscription.feed import Busy, Changed, Subscription
from havre.subscription.fetcher import Fetcher
from havre.subscription.kept import Kept
from tests.hashlists.made import made
from tests.simulators.feed import TOKEN, Publisher
from tests.subscription.conftest import shelves_of


def held(folder: Path) -> dict[str, list[Entry]]:
    """Every living entry with a PDQ, by list."""
    kept = Kept(folder)
    found: dict[str, list[Entry]] = {}
    for records, _ in kept.records_above(0):
        for each in kept.by_records(records).values():
            found.setdefault(each.shelf, []).append(each.entry)
    kept.close()
    return {name: sorted(entries, key=lambda entry: entry.number) for name, entries in sorted(found.items())}


def living(publisher: Publisher) -> dict[str, list[Entry]]:
    found = {
        name: sorted((entry for entry in entries.values() if not entry.retracted), key=lambda entry: entry.number)
        for name, entries in sorted(publisher.lists.items())
    }
    return {name: entries for name, entries in found.items() if entries}


def whole(publisher: Publisher, count: int = 12) -> Sequence[Entry]:
    return [made(number, publisher.version + 1) for number in range(1, count + 1)]


def test_whoever_can_not_read_a_delta_for_its_size_reads_the_parts(
    publisher: Publisher, subscription: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.publish({"baseline": whole(publisher, 2)})
    subscription.refresh(1)
    publisher.publish({"baseline": [replace(made(1, 2), retracted=True), *(made(n, 2) for n in range(3, 60))]})
    sizes = {path: len(data) for path, data in publisher.targets.items()}
    largest = sizes.pop("baseline/delta-1-2.jsonl.zst")
    assert max(sizes.values()) < largest
    monkeypatch.setattr(trusted, "LONGEST_FILE", largest - 1)
    assert subscription.refresh(2) == Changed((("baseline", 2),))
    assert held(subscription.folder) == living(publisher)
    assert not any("delta" in path for path in publisher.asked)


def test_a_new_subscriber_reads_the_parts_and_an_old_one_the_deltas(
    publisher: Publisher, subscription: Subscription
) -> None:
    publisher.publish({"baseline": whole(publisher), "generated": [made(50)]})
    assert subscription.refresh(1) == Changed((("baseline", 1), ("generated", 1)))
    publisher.publish({"baseline": [replace(made(3, 2), disputed=True), made(40, 2)]})
    publisher.publish({"baseline": [replace(made(4, 3), retracted=True)]})
    publisher.asked.clear()
    assert subscription.refresh(2) == Changed((("baseline", 3),))
    assert [path.rpartition(".")[0].partition(".")[2] for path in publisher.asked if "delta" in path] == [
        "delta-1-2.jsonl",
        "delta-2-3.jsonl",
    ]
    assert not any("whole" in path for path in publisher.asked)
    assert held(subscription.folder) == living(publisher)
    assert subscription.refresh(3) == Changed()


def test_whoever_was_away_longer_than_there_are_deltas_reads_all_and_forgets_what_is_named_no_more(
    publisher: Publisher, subscription: Subscription
) -> None:
    publisher.publish({"baseline": whole(publisher)})
    subscription.refresh(1)
    publisher.publish({"baseline": [made(40, 2)]})
    publisher.deltas.clear()
    publisher.lists["baseline"].pop(5)
    publisher.publish({"baseline": [replace(made(6, 3), retracted=True)]})
    publisher.deltas.clear()
    publisher.say("baseline")
    publisher.sign_all()
    subscription.refresh(2)
    assert held(subscription.folder) == living(publisher)
    assert [(shelf.living, shelf.retracted) for shelf in shelves_of(subscription.folder)] == [(11, 1)]


def test_whoever_holds_what_a_publisher_restored_from_a_backup_no_more_has_reads_all_once(
    publisher: Publisher, subscription: Subscription
) -> None:
    publisher.publish({"baseline": whole(publisher), "generated": [made(50)]})
    publisher.publish({"baseline": [made(40, 2), made(41, 2)]})
    subscription.refresh(1)
    for number in (40, 41):  # what the backup did not hold
        publisher.lists["baseline"].pop(number)
    publisher.lists["baseline"][42] = made(42, 2)
    publisher.publish({"baseline": [made(43, 3)], "generated": [made(51, 3)]})
    publisher.asked.clear()
    assert subscription.refresh(2) == Changed((("baseline", 3), ("generated", 3)), anew=("baseline",))
    assert held(subscription.folder) == living(publisher)
    assert {path.partition("/")[2].partition("/")[0] for path in publisher.asked if "whole" in path} == {"baseline"}
    publisher.publish({"baseline": [made(44, 4)]}, entries=99)
    publisher.asked.clear()
    with pytest.raises(Invalid, match="says that it has 99 and 0 retracted entries, and it has 15 and 0 retracted"):
        subscription.refresh(3)
    assert sum("whole" in path for path in publisher.asked) == 3  # once, and no more
    assert [shelf.version for shelf in shelves_of(subscription.folder)] == [3, 3]


def test_another_history_with_as_many_entries_is_noticed_at_a_new_version_and_at_the_same(
    publisher: Publisher, subscription: Subscription
) -> None:
    publisher.publish({"baseline": whole(publisher)})
    publisher.publish({"baseline": [made(40, 2), made(41, 2)]})
    subscription.refresh(1)
    publisher.lists["baseline"].pop(40)  # what the backup did not hold
    publisher.lists["baseline"][42] = made(42, 2)  # and what was published instead
    publisher.publish({"baseline": [made(43, 3)]})
    assert subscription.refresh(2) == Changed((("baseline", 3),), anew=("baseline",))
    assert held(subscription.folder) == living(publisher)
    assert subscription.refresh(3) == Changed()
    publisher.lists["baseline"][41] = replace(made(41, 2), disputed=True)
    publisher.targets = {path: data for path, data in publisher.targets.items() if "whole" not in path}
    publisher._parts("baseline")
    publisher.say("baseline")
    publisher.sign_all()
    assert subscription.refresh(4) == Changed((("baseline", 3),), anew=("baseline",))
    assert held(subscription.folder) == living(publisher)
    publisher.publish({"baseline": [made(44, 4)]}, digest="0" * 64)
    with pytest.raises(Invalid, match="has 16 and 0 retracted entries, and it has others, as many"):
        subscription.refresh(5)


def test_a_publisher_that_says_no_digest_is_believed_by_its_counts(
    publisher: Publisher, subscription: Subscription
) -> None:
    publisher.publish({"baseline": whole(publisher)}, digest="")
    publisher.publish({"baseline": [made(40, 2)]}, digest="")
    assert subscription.refresh(1) == Changed((("baseline", 2),))


def test_what_lost_its_hashes_is_taken_back_by_its_number(publisher: Publisher, subscription: Subscription) -> None:
    publisher.publish({"unreviewed": whole(publisher)})
    subscription.refresh(1)
    gone = [replace(made(number, 2), retracted=True, signals=()) for number in (3, 99)]
    publisher.publish({"unreviewed": gone})
    subscription.refresh(2)
    (shelf,) = shelves_of(subscription.folder)
    assert (shelf.living, shelf.retracted) == (len(whole(publisher)) - 1, 2)
    with closing(Kept(subscription.folder)) as kept:
        assert kept.by_digests([made(3).signals[1]]) == {}
        assert made(3).signals[0].value not in [value.hex() for _n, value in kept.records_above(0)]


def test_a_list_that_is_given_no_more_is_removed(publisher: Publisher, subscription: Subscription) -> None:
    publisher.publish({"baseline": whole(publisher), "generated": [made(50)]})
    subscription.refresh(1)
    publisher.targets = {path: data for path, data in publisher.targets.items() if path.startswith("baseline/")}
    publisher.sign_all()
    assert subscription.refresh(2) == Changed((), ("generated",))
    assert list(held(subscription.folder)) == ["baseline"]


def test_receipts_are_told_once_taken_and_again_until_then(publisher: Publisher, subscription: Subscription) -> None:
    publisher.publish({"baseline": whole(publisher), "generated": [made(50)]})
    subscription.refresh(1)
    assert publisher.receipts == []  # not in use yet
    publisher.answers["receipts"] = 503
    trouble = subscription.acknowledge({"baseline": 1, "generated": 1})
    assert [line.partition(":")[0] for line in trouble] == ["baseline", "generated"]
    del publisher.answers["receipts"]
    in_use = {"baseline": 1, "generated": 1}
    assert (subscription.acknowledge(in_use), subscription.acknowledge(in_use)) == ([], [])
    assert publisher.receipts == [{"list": "baseline", "version": 1}, {"list": "generated", "version": 1}]


def test_what_is_in_the_folder_and_not_in_use_is_not_acknowledged(
    publisher: Publisher, subscription: Subscription
) -> None:
    publisher.publish({"baseline": whole(publisher)})
    subscription.refresh(1)
    publisher.publish({"baseline": [made(40, 2)]})
    subscription.refresh(2)
    assert (subscription.acknowledge({}), subscription.acknowledge({"baseline": 1})) == ([], [])
    assert publisher.receipts == [{"list": "baseline", "version": 1}]
    assert subscription.acknowledge({"baseline": 2}) == []
    assert publisher.receipts[1:] == [{"list": "baseline", "version": 2}]


def test_a_root_is_given_or_named_by_its_fingerprint_and_stays(publisher: Publisher, tmp_path: Path) -> None:
    fetcher, fingerprint = Fetcher(publisher.base, TOKEN), sha256(publisher.pinned).hexdigest()
    with pytest.raises(Invalid, match="needs the feed's root"):
        Subscription(tmp_path / "a", fetcher)
    with pytest.raises(Invalid, match="has not this fingerprint"):
        Subscription(tmp_path / "a", fetcher, fingerprint="0" * 64)
    with pytest.raises(Invalid, match="has not this fingerprint"):
        Subscription(tmp_path / "a", fetcher, publisher.pinned, "0" * 64)
    with pytest.raises(Unavailable):
        Subscription(tmp_path / "a", Fetcher(publisher.base, "another"), fingerprint=fingerprint)
    Subscription(tmp_path / "a", fetcher, fingerprint=fingerprint)
    assert (tmp_path / "a" / "root.json").read_bytes() == publisher.pinned
    Subscription(tmp_path / "a", fetcher)
    for other in ({"root": Publisher().pinned}, {"fingerprint": "0" * 64}):
        with pytest.raises(Invalid, match="another root"):
            Subscription(tmp_path / "a", fetcher, **other)


def test_one_process_refreshes_at_a_time(publisher: Publisher, subscription: Subscription) -> None:
    publisher.publish({"baseline": whole(publisher)})
    with subscription._alone(), pytest.raises(Busy):
        Subscription(subscription.folder, subscription.fetcher).refresh(1)
    subscription.refresh(1)


def test_killed_at_any_moment_and_run_again_it_ends_the_same(
    publisher: Publisher, tmp_path: Path, count: Callable[[int, int], int]
) -> None:
    publisher.publish({"baseline": whole(publisher, 40), "generated": [made(50)]})

    def begun(folder: Path, kill_after: float) -> float:
        """Seconds that a child took for one refresh, ended by a signal at its time."""
        began = time.monotonic()
        if (child := os.fork()) == 0:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, kill_after)
            try:
                Subscription(folder, Fetcher(publisher.base, TOKEN), publisher.pinned).refresh(1)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        return time.monotonic() - began

    took, tries = begun(tmp_path / "undisturbed", 60), count(8, 200)
    first = held(tmp_path / "undisturbed")
    for number in range(tries):
        folder = tmp_path / f"killed-{number}"
        begun(folder, max(took * (number + 1) / tries, 0.001))
        between = held(folder) if folder.exists() else {}
        assert between in ({}, first)
        Subscription(folder, Fetcher(publisher.base, TOKEN), publisher.pinned).refresh(1)
        assert held(folder) == first == living(publisher)
