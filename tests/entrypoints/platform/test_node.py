"""A process answers for one front, by a clock in UTC."""

from datetime import UTC
from pathlib import Path

from havre.entrypoints.platform import node
from havre.settings import Front


def test_one_front_is_served() -> None:
    node.serve(Front(feeds=Path("/one")))
    node.serve(Front(feeds=Path("/other")))
    assert node.front().feeds == Path("/other")
    assert node.now().tzinfo is UTC
