"""What attacks share: one database a module, for tests that change nothing in it that the next one would miss."""

from collections.abc import Iterator

import pytest

from havre.settings import Settings
from tests.databases import Copy, connected


@pytest.fixture(scope="module")
def lasting_database(sqlite_template: Copy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a home with all tables, for all tests of a module: what a unit holds is laid down once."""
    settings = Settings(home=tmp_path_factory.mktemp("lasting") / "home")
    sqlite_template(settings)
    with connected(settings):
        yield settings
