"""Lanes work ahead of one another; what they bring comes in order, and they never run far ahead."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.flows.lanes import AHEAD, in_order


@given(st.lists(st.integers(), max_size=60), st.integers(1, 4))
def test_results_come_in_the_order_of_the_work(work: list[int], width: int) -> None:
    with ThreadPoolExecutor(width) as lanes:
        assert list(in_order(work, lambda piece: piece * 2, lanes, width)) == [piece * 2 for piece in work]


def test_a_slow_piece_holds_back_its_followers_and_loses_none() -> None:
    random = Random(3)

    def work(piece: int) -> int:
        time.sleep(random.random() / 100 if piece else 0.2)
        return piece

    with ThreadPoolExecutor(4) as lanes:
        assert list(in_order(range(100), work, lanes, 4)) == list(range(100))


@pytest.mark.parametrize("width", [1, 3])
def test_no_more_is_handed_out_than_a_few_pieces_a_lane(width: int) -> None:
    handed_out = 0

    def work() -> Iterator[int]:
        nonlocal handed_out
        for piece in range(1000):
            handed_out += 1
            yield piece

    with ThreadPoolExecutor(width) as lanes:
        for taken, _ in enumerate(in_order(work(), lambda piece: piece, lanes, width), start=1):
            assert handed_out - taken < width * AHEAD
    assert handed_out == 1000


def test_lanes_work_side_by_side() -> None:
    meeting = threading.Barrier(3, timeout=20)
    with ThreadPoolExecutor(3) as lanes:
        # Each piece waits for two others: a single lane would wait for ever.
        assert list(in_order(range(6), lambda piece: meeting.wait() >= 0, lanes, 3)) == [True] * 6


def test_what_a_piece_raises_comes_out_in_its_place_and_the_rest_is_given_up() -> None:
    def work(piece: int) -> int:
        if piece == 5:
            raise OSError("the disk is full")
        return piece

    before: list[int] = []
    with ThreadPoolExecutor(2) as lanes:
        results = in_order(range(10_000), work, lanes, 2)
        with pytest.raises(OSError, match="the disk is full"):
            before.extend(results)
    assert before == [] or before == [0, 1, 2, 3, 4]


def test_what_the_work_itself_raises_comes_out() -> None:
    def work() -> Iterator[int]:
        yield 1
        raise OSError("the folder is gone")

    with ThreadPoolExecutor(1) as lanes, pytest.raises(OSError, match="the folder is gone"):
        list(in_order(work(), lambda piece: piece, lanes, 1))


def test_whoever_stops_early_leaves_nothing_waiting() -> None:
    done: list[int] = []
    gate = threading.Event()

    def work(piece: int) -> int:
        if piece:
            gate.wait(20)
        done.append(piece)
        return piece

    with ThreadPoolExecutor(1) as lanes:
        results = in_order(range(100), work, lanes, 1)
        assert next(results) == 0
        results.close()
        gate.set()
    assert done in ([0], [0, 1])
