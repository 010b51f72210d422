"""The cast as rows, for a room that needs no home."""

import pytest

from havre.settings import Settings
from tests.cast import Cast, introduce


@pytest.fixture
def cast(database: Settings) -> Cast:
    """Anke, Bram and Chiara."""
    return introduce()
