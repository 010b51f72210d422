"""A fixture that makes worlds of several nodes, on either kind of database."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
from bench.postgres import Server

from havre.settings import Settings
from tests.databases import Copy, name_of
from tests.simulators.nations import World, world

Worlds = Callable[..., AbstractContextManager[World]]
"""`worlds("BE IT", seed=3)`: nodes of these countries that accepted one another."""


@pytest.fixture
def worlds(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Worlds]:
    """Makes nodes that know one another."""
    copy: Copy = request.getfixturevalue(f"{backend}_template")
    made: list[Settings] = []
    server: Server | None = request.getfixturevalue("postgresql") if backend == "postgresql" else None

    def make(country: str) -> Settings:
        home = tmp_path / f"{len(made)}-{country}"
        address = server.address(f"havre_test_{len(made)}") if server else ""
        made.append(Settings(home=home, database=address))
        return made[-1]

    yield partial(world, make, copy)
    if server is not None:
        for settings in made:
            server.drop(name_of(settings))
