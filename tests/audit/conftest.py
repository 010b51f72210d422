"""A home whose folder exists, as after `havre init`: the log keeps its newest checkpoint there."""

import pytest

from havre.settings import Settings


@pytest.fixture
def database(database: Settings) -> Settings:
    """The database of every test, behind a home that has a folder."""
    database.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return database
