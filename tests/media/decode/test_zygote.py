"""The zygote: what it hands to workers, and what not."""

import tempfile

import pytest

from havre.errors import Unavailable
from havre.media.decode import Broke, Limits, Sandbox, Worker


def test_readers_are_imported_before_anything_hostile_is_seen(worker: Worker) -> None:
    with tempfile.TemporaryFile() as nothing:
        assert list(worker.stream("probe", nothing.fileno(), what="user")) == [{"done": "1"}]


def test_a_sandbox_whose_reader_does_not_exist_says_so() -> None:
    with Sandbox({"x": "havre.no_such_module:read"}) as sandbox, pytest.raises(Unavailable, match="No module named"):
        sandbox.spawn(Limits())


def test_an_unknown_reader_is_named(worker: Worker) -> None:
    with tempfile.TemporaryFile() as nothing, pytest.raises(Broke, match="unheard"):
        list(worker.stream("unheard", nothing.fileno()))
