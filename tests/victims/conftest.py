"""The cast on a database of either kind."""

import pytest

from havre.settings import Settings
from tests.cast import Cast, introduce


@pytest.fixture
def cast(database: Settings) -> Cast:
    """Two units with their people."""
    return introduce()
