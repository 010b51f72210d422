"""Makes worlds of several nodes, on either kind of database."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

from bench.postgres import Server

from havre.settings import Settings
from tests.databases import Copy, name_of
from tests.simulators.nations import World, world

Worlds = Callable[..., AbstractContextManager[World]]
"""`worlds("BE IT", seed=3)`: nodes of these countries that accepted one another."""


@contextmanager
def maker(folder: Path, copy: Copy, server: Server | None) -> Iterator[Worlds]:
    """What makes worlds below this folder; their databases are gone at the end."""
    made: list[Settings] = []

    def make(country: str) -> Settings:
        number = len(made)
        address = server.address(f"havre_test_{number}") if server else ""
        made.append(Settings(home=folder / f"{number}-{country}", database=address))
        return made[-1]

    yield partial(world, make, copy)
    if server is not None:
        for settings in made:
            server.drop(name_of(settings))
