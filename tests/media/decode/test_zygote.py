"""The zygote: what it hands to workers, and what not."""

import tempfile
import time

import psutil
import pytest

from havre.errors import Unavailable
from havre.media.decode import Broke, Limits, Sandbox, Worker


def zygotes() -> list[psutil.Process]:
    """Of this process: it may have a browser and a database beside them."""
    return [child for child in psutil.Process().children() if "havre.media.decode" in " ".join(child.cmdline())]


def test_readers_are_imported_before_anything_hostile_is_seen(worker: Worker) -> None:
    with tempfile.TemporaryFile() as nothing:
        assert list(worker.stream("probe", nothing.fileno(), what="user")) == [{"done": "1"}]


def test_a_sandbox_whose_reader_does_not_exist_says_so() -> None:
    with Sandbox({"x": "havre.no_such_module:read"}) as sandbox, pytest.raises(Unavailable, match="No module named"):
        sandbox.spawn(Limits())


def test_with_every_decoder_loaded_there_is_one_thread(sandbox: Sandbox) -> None:
    with Worker(sandbox) as worker:
        worker.protections()
        assert {child.num_threads() for child in zygotes()} == {1}


def test_waiting_for_the_end_of_a_worker_takes_no_time_from_others(sandbox: Sandbox) -> None:
    for _ in range(5):
        with Worker(sandbox) as worker:
            worker.protections()
    spent = [sum(child.cpu_times()[:2]) for child in zygotes()]
    time.sleep(0.5)
    assert [sum(child.cpu_times()[:2]) for child in zygotes()] == pytest.approx(spent, abs=0.1)


def test_an_unknown_reader_is_named(worker: Worker) -> None:
    with tempfile.TemporaryFile() as nothing, pytest.raises(Broke, match="unheard"):
        list(worker.stream("unheard", nothing.fileno()))
