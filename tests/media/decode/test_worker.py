"""What a worker says when something goes wrong, and how it sees the parent's memory."""

import os

import pytest

from havre.media.decode.outcomes import Exceeded, NotMedia
from havre.media.decode.worker import Arena, _batches, _explained


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (NotMedia("why"), {"failed": "not media", "reason": "why"}),
        (Exceeded("pixels", "why"), {"failed": "exceeded", "limit": "pixels", "reason": "why"}),
        (KeyError("x"), {"failed": "broke", "reason": "KeyError: 'x'"}),
    ],
)
def test_every_failure_has_its_words(problem: Exception, told: dict[str, str]) -> None:
    assert _explained(problem) == told


def test_memory_and_depth_are_limits() -> None:
    assert [_explained(problem)["limit"] for problem in (MemoryError(), RecursionError())] == ["memory", "depth"]


def test_records_go_in_batches_and_the_last_one_says_so() -> None:
    sent = list(_batches(iter([{"text": "x" * 100_000}] * 4)))
    assert [head["more"] for head, _ in sent] == [True, False]
    assert sum(len(body.splitlines()) for _, body in sent) == 4


def test_the_arena_shows_what_the_parent_wrote_also_after_it_grew() -> None:
    memory = os.memfd_create("test")
    try:
        arena = Arena(memory)
        for room, data in ((4096, b"first"), (4096, b"again"), (1 << 20, b"grown" * 1000)):
            os.ftruncate(memory, room)
            os.pwrite(memory, data, 0)
            assert bytes(arena.file(len(data), room)) == data
    finally:
        os.close(memory)
