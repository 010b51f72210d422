"""What is asked finds what the entries say, and nothing that was taken back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from random import Random
from threading import Event

import pytest

from havre.fingerprints import exact
from havre.hashlists.entry import Entry, Signal
from havre.matching.reference import distance, search
from havre.subscription.feed import Subscription
from havre.subscription.kept import Kept
from havre.subscription.known import Known, Match, Question, signals_of
from tests.hashlists.made import made
from tests.simulators.feed import Publisher


def flipped(value: str, bits: int, seed: int = 1) -> str:
    number = int(value, 16)
    for place in Random(seed).sample(range(256), bits):
        number ^= 1 << place
    return f"{number:064x}"


def near(number: int, bits: int) -> Question:
    return Question((Signal("pdq", flipped(made(number).signals[0].value, bits)),))


def told(found: list[Match]) -> list[tuple[str, int, str, int]]:
    return [(match.list, match.entry.number, match.method, match.distance) for match in found]


def in_use(publisher: Publisher, subscription: Subscription, **lists: list[Entry]) -> Known:
    publisher.publish(lists)
    subscription.refresh(1)
    return Known(subscription.folder)


def test_near_pictures_and_equal_bytes_are_found_in_every_list(
    publisher: Publisher, subscription: Subscription
) -> None:
    known = in_use(publisher, subscription, baseline=[made(1), made(2)], generated=[made(2)])
    answers = known.ask(
        [near(2, 31), near(2, 32), Question(made(1).signals[1:2]), Question(), Question(made(2).signals)]
    )
    assert [told(found) for found in answers] == [
        [("baseline", 2, "pdq", 31), ("generated", 2, "pdq", 31)],
        [],
        [("baseline", 1, "md5", 0)],
        [],
        [("baseline", 2, "md5", 0), ("generated", 2, "md5", 0)],
    ]
    assert answers[2][0].expected_false == 0
    assert 0 < answers[0][0].expected_false < 1e-6


def test_a_picture_is_asked_for_in_all_its_orientations(publisher: Publisher, subscription: Subscription) -> None:
    known = in_use(publisher, subscription, baseline=[made(1), made(2)])
    turned = [bytes.fromhex(made(number + 50).signals[0].value) for number in range(8)]
    turned[5] = bytes.fromhex(flipped(made(2).signals[0].value, 4))
    (found,) = known.ask([Question(pictures=(b"".join(turned),))])
    assert [(match.entry.number, match.orientation, match.distance) for match in found] == [(2, 5, 4)]
    (bare,) = known.ask([near(2, 4)])
    assert found[0].expected_false == pytest.approx(8 * bare[0].expected_false)


def test_what_the_index_finds_is_what_comparing_everything_finds(
    publisher: Publisher, subscription: Subscription
) -> None:
    entries = [made(number) for number in range(1, 200)]
    close = [
        replace(made(number), signals=(Signal("pdq", flipped(made(7).signals[0].value, number - 200)),))
        for number in range(201, 240)
    ]
    publisher.in_a_part = 50
    known = in_use(publisher, subscription, baseline=[*entries, *close])
    query = bytes.fromhex(made(7).signals[0].value)
    rows = [(entry.number, bytes.fromhex(entry.signals[0].value)) for entry in (*entries, *close)]
    (found,) = known.ask([near(7, 0)])
    assert {(match.distance, match.entry.number) for match in found} == {
        (hit.distance, hit.record) for hit in search(rows, query)
    }
    assert len(found) == 32
    assert distance(query, rows[6][1]) == 0


def test_what_another_process_brought_is_found_as_a_whole_though_the_index_has_not_heard_of_it(
    publisher: Publisher, subscription: Subscription
) -> None:
    known = in_use(publisher, subscription, baseline=[made(1), made(2)])
    publisher.publish({"baseline": [replace(made(2, 2), retracted=True), made(3, 2)]})
    subscription.refresh(2)
    assert known.in_use == {"baseline": 1}
    assert [told(found) for found in known.ask([near(2, 0), near(3, 0)])] == [[], [("baseline", 3, "pdq", 0)]]
    assert known.in_use == {"baseline": 2}
    known.sync()
    assert [told(found) for found in known.ask([near(2, 0), near(3, 0)])] == [[], [("baseline", 3, "pdq", 0)]]
    assert known.checked() == 2


def test_every_answer_is_of_one_version_whoever_brings_the_next_one(
    publisher: Publisher, subscription: Subscription, count: Callable[[int, int], int]
) -> None:
    versions = count(12, 150)
    asked = [Question(made(number).signals[:1]) for number in range(1, versions + 2)]
    known, found, enough = in_use(publisher, subscription, baseline=[made(1)]), list[int](), Event()

    def ask() -> None:
        while not enough.is_set():
            answer = [number for number, matches in enumerate(known.ask(asked), start=1) if matches]
            assert len(answer) == 1, answer
            found.extend(answer)

    with ThreadPoolExecutor(2) as pool:
        asking = [pool.submit(ask) for _ in range(2)]
        try:
            for version in range(2, versions + 2):
                gone = replace(made(version - 1, version), retracted=True)
                publisher.publish({"baseline": [gone, made(version, version)]})
                subscription.refresh(version)
                if version % 2:
                    known.sync()
        finally:
            enough.set()
        for each in asking:
            each.result()
    assert [number for number, matches in enumerate(known.ask(asked), start=1) if matches] == [versions + 1]
    assert len(set(found)) > versions // 3  # it was asked meanwhile


def test_an_index_that_was_lost_or_damaged_is_made_again(publisher: Publisher, subscription: Subscription) -> None:
    in_use(publisher, subscription, baseline=[made(1)])
    (folder,) = subscription.folder.glob("pdq-*")
    (folder / "manifest").write_bytes(b"nonsense")
    assert told(Known(subscription.folder).ask([near(1, 2)])[0]) == [("baseline", 1, "pdq", 2)]


def test_an_index_of_other_entries_is_not_used(publisher: Publisher, subscription: Subscription) -> None:
    in_use(publisher, subscription, baseline=[made(1)])
    for path in subscription.folder.glob("entries.sqlite*"):
        path.unlink()
    kept = Kept(subscription.folder)
    with kept.changing():
        kept.put("baseline", [made(8)])
    known = Known(subscription.folder)
    assert [told(found) for found in known.ask([near(1, 0), near(8, 0)])] == [[], [("baseline", 8, "pdq", 0)]]


def test_many_records_go_to_the_disk_and_stay_found(publisher: Publisher, subscription: Subscription) -> None:
    known = in_use(publisher, subscription, baseline=[made(1)])
    kept = Kept(subscription.folder)
    some = [Entry(number, 1, (Signal("pdq", sha256(b"%d" % number).hexdigest()),)) for number in range(10, 10_020)]
    with kept.changing():
        kept.put("baseline", some)
    known.sync()
    assert known._index.status().tail == 0
    assert (known.hashes(), known._index.watermark) == (10_011, 10_011)
    asked = Question((Signal("pdq", flipped(sha256(b"10000").hexdigest(), 3)),))
    assert told(known.ask([asked])[0]) == [("baseline", 10_000, "pdq", 3)]


def test_digests_of_bytes_are_signals() -> None:
    made_of = exact.digest(b"abc")
    assert signals_of([("md5", made_of.md5)]) == (Signal("md5", "900150983cd24fb0d6963f7d28e17f72"),)
