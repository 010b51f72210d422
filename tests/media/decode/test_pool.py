"""Workers lent to threads."""

import io
import json
import os
import socket
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psutil
import pytest

from havre.media.decode import Broke, Exceeded, Limits, NotMedia, Pool, Sandbox, Worker, wire
from havre.media.decode.sandbox import Lane
from havre.media.decode.zygote import ENDED
from tests.media.decode.seeds import PICTURES, saved, scene


class Lying(Sandbox):
    """Lanes whose worker asks for whatever it is told to."""

    def __init__(self, wanted: object) -> None:
        super().__init__()
        self.wanted = wanted

    def spawn(self, limits: Limits) -> Lane:
        ours, theirs = socket.socketpair()
        lease, self.other = socket.socketpair()
        self.other.send(ENDED.pack(0))  # whoever ends it hears at once that it has ended
        wire.send(theirs, {"protections": []})
        wire.send(theirs, {"read": self.wanted})
        self.worker = theirs
        return Lane(ours, lease, os.memfd_create("nothing"))


@pytest.mark.parametrize("wanted", [[-1, 5], [0, -1], [0, 2 << 20], [0], ["0", 5], None, [0.5, 5], [0, 5, 5]])
def test_a_worker_that_asks_for_what_there_cannot_be_is_ended(wanted: object) -> None:
    lying = Lying(wanted)
    with Worker(lying) as worker, pytest.raises(Broke, match="that there cannot be"):
        worker.decode(io.BytesIO(b"a film"), "mp4")


def test_a_worker_that_was_given_bytes_gets_no_others() -> None:
    lying = Lying([0, 5])
    with Worker(lying, replace(Limits(), seconds=0.5)) as worker, pytest.raises(Exceeded):
        worker.decode(b"a film", "mp4")
    received = [wire.receive(lying.worker), wire.receive(lying.worker)]
    assert received[1] == ({}, b"")


def test_threads_share_a_pool_and_get_their_own_answers() -> None:
    pictures = [saved(scene(seed), "PNG") for seed in range(12)]
    with Pool(2) as pool, ThreadPoolExecutor(6) as threads:
        together = list(threads.map(lambda data: pool.decode(data, "png").frames, pictures))
        alone = [pool.decode(data, "png").frames for data in pictures]
    assert together == alone


def test_a_worker_is_replaced_after_its_share_of_files() -> None:
    me = psutil.Process()
    before = set(me.children())
    with Sandbox() as sandbox, Worker(sandbox, replace(Limits(), jobs=2)) as worker:
        seen = []
        for _ in range(5):
            worker.decode(PICTURES["jpeg"](), "jpeg")
            (zygote,) = set(me.children()) - before
            seen.append([child.pid for child in zygote.children()])
    assert [len(workers) for workers in seen] == [1] * 5
    assert seen[0] == seen[1] != seen[2] == seen[3] != seen[4]
    assert set(me.children()) == before


def test_no_file_numbers_are_lost_over_many_workers(sandbox: Sandbox) -> None:
    me = psutil.Process()
    with Worker(sandbox) as worker:
        worker.protections()
    before = me.num_fds()
    for _ in range(10):
        with Worker(sandbox) as worker:
            worker.decode(PICTURES["png"](), "png")
    assert me.num_fds() == before


def test_files_of_very_different_sizes_follow_one_another(worker: Worker) -> None:
    for size in (16, 900, 40, 2500, 16):
        data = saved(scene(1, size, size), "BMP")
        assert worker.decode(data, "bmp").width == size


def test_a_parser_gives_its_records_whatever_their_number(worker: Worker) -> None:
    with tempfile.TemporaryFile() as nothing:
        numbers = [record["number"] for record in worker.stream("probe", nothing.fileno(), count=3000)]
    assert numbers == list(range(3000))


def test_a_parser_reads_the_open_file(worker: Worker) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(b"one\ntwo\n")
        file.flush()
        file.seek(0)
        records = list(worker.stream("probe", file.fileno(), what="content"))
    assert [record["line"] for record in records] == ["one\n", "two\n"]


def test_a_parser_waits_for_whoever_reads(worker: Worker) -> None:
    me = psutil.Process()
    with tempfile.TemporaryFile() as nothing:
        records = worker.stream("probe", nothing.fileno(), count=200_000)
        next(records)
        grown = me.memory_info().rss
        for _ in range(20_000):
            next(records)
        assert me.memory_info().rss - grown < 16 << 20
        records.close()  # type: ignore[attr-defined]
    assert worker.decode(PICTURES["png"](), "png").frames


def test_a_parser_that_fails_says_why_in_harmless_words(worker: Worker) -> None:
    with tempfile.TemporaryFile() as nothing, pytest.raises(Broke, match="RuntimeError") as broke:
        list(worker.stream("probe", nothing.fileno(), what="nonsense"))
    assert len(str(broke.value)) <= 500
    assert json.dumps(str(broke.value))


def test_an_empty_file_is_not_media_even_as_the_first_of_a_worker(sandbox: Sandbox) -> None:
    with Worker(sandbox) as fresh:
        for kind in PICTURES:
            with pytest.raises(NotMedia, match="empty"):
                fresh.decode(b"", kind)
        assert fresh.decode(PICTURES["png"](), "png").frames


def test_not_media_leaves_the_worker_as_it_is(worker: Worker) -> None:
    with pytest.raises(NotMedia):
        worker.decode(b"text", "text")
    assert worker.decode(PICTURES["png"](), "png").frames
