"""A begun node for the flows that need one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from havre.settings import Settings
from tests.cast import Node, node
from tests.flows.fed import Fed, fed


@pytest.fixture
def begun(database: Settings) -> Iterator[Node]:
    """A node on which the cast works, on a database of either kind."""
    with node(database) as found:
        yield found


@pytest.fixture
def having_feed(begun: Node, tmp_path: Path) -> Fed:
    """A node whose Belgian unit has a feed."""
    return fed(begun, tmp_path / "roots")
