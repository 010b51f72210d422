"""What journeys share: one house a module."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.house import House, house


@pytest.fixture(scope="module")
def home_of_all(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house, for all journeys of a module."""
    with house(tmp_path_factory.mktemp("house"), chromium) as found:
        yield found
