"""The home that a process answers other nodes for."""

from havre.entrypoints.peer.node import home, serve
from havre.settings import Settings
from tests.cast import node


def test_the_home_that_was_named_last_is_served(database: Settings) -> None:
    with node(database) as here:
        serve(here.home)
        assert home() is here.home
