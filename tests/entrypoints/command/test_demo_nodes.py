"""Nodes of a story know one another, answer, and are gone at the end; one that ends too soon is one sentence."""

import os
from pathlib import Path

import pytest

from havre.entrypoints.command.demo_nodes import Country, nodes, pass_on
from havre.errors import Unavailable


def test_two_nodes_know_one_another_and_are_gone_at_the_end(tmp_path: Path) -> None:
    with nodes(tmp_path, ["AU", "GB"], os.environ) as found:
        pass_on(found)
        assert [found[country].does("tell others") for country in found] == [0, 0]
        with pytest.raises(Unavailable, match="AU: nobody lets this country see"):
            found["AU"].does("exchange")
        found["GB"].process.kill()
        found["GB"].process.wait()
        with pytest.raises(Unavailable, match="the node of GB ended"):
            _twice(found["GB"])
    assert all(country.process.returncode is not None for country in found.values())


def _twice(country: Country) -> None:
    country.does("state")
    country.does("state")
