"""A begun node for the flows that need one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from havre.flows.open_door import open_door
from havre.settings import Settings
from tests.cast import Node, node
from tests.flows.fed import Fed, fed
from tests.hotline.tipped import reporter


@pytest.fixture
def begun(database: Settings) -> Iterator[Node]:
    """A node on which the cast works, on a database of either kind."""
    with node(database) as found:
        yield found


@pytest.fixture
def having_feed(begun: Node, tmp_path: Path) -> Fed:
    """A node whose Belgian unit has a feed."""
    return fed(begun, tmp_path / "roots")


@pytest.fixture
def tips(begun: Node) -> Path:
    """The folder of a node whose Belgian unit takes reports of a platform."""
    open_door(begun.home, begun.anke)
    reporter(begun.anke.unit)
    return begun.home.settings.tips
