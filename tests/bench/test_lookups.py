"""The measurement of look-ups serves a real feed's folder, asks it over HTTP, and sees a wrong answer."""

import http.client

import pytest
from bench.hashes import random_hashes

from bench import lookups


def test_look_ups_are_right_and_an_update_is_seen_while_requests_run(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"BATCHES": 4, "SINGLES": 20, "NEW": 50}.items():
        monkeypatch.setattr(lookups, name, value)
    batches, singles = lookups.measure([300])
    assert (batches["identical"], batches["failed"], singles["identical"]) == (True, 0, True)
    assert 0 < batches["visible_seconds"] < lookups.VISIBLE_SECONDS
    assert batches["requests_meanwhile"] > 0
    assert min(batches["ours"], singles["ours"]) > 0
    assert {"ours", "peer", "ratio", "resident_bytes_a_hash"} <= batches.keys()
    assert {"median_ms", "p99_ms", "per_processor_second"} <= singles.keys()


def test_half_of_what_is_asked_lies_near_an_entry_and_the_rest_is_chance() -> None:
    hashes = random_hashes(20, 1)
    asked = lookups._asked(hashes, 10)
    for planted in asked[::2]:
        known = int.from_bytes(hashes[planted.number - 1].tobytes(), "big")
        assert (known ^ int(planted.value, 16)).bit_count() <= 31
    assert [each.number for each in asked[1::2]] == [0] * 5


def test_who_does_not_answer_is_a_failure() -> None:
    with pytest.raises(OSError, match="refused"):
        lookups.answered(http.client.HTTPConnection("127.0.0.1", 1), [lookups.Asked("0" * 64, 0)])
