"""Somebody who loads."""

import pytest

from havre.settings import Settings
from havre.units.models import Person
from tests.cast import introduce


@pytest.fixture
def anke(database: Settings) -> Person:
    """Anke, on a database of either kind."""
    return introduce().anke
