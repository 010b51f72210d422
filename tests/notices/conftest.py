"""A begun node for what needs one."""

from collections.abc import Iterator

import pytest

from havre.settings import Settings
from tests.cast import Node, node


@pytest.fixture
def begun(database: Settings) -> Iterator[Node]:
    """A node on which the cast works, on a database of either kind."""
    with node(database) as found:
        yield found
