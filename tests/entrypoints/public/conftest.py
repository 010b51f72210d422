"""A unit whose door is open, and a visitor of the public's pages; as a process has it that holds no keys."""

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.test import Client, override_settings

from havre.configured import public_pages
from havre.hotline.models import Door
from havre.settings import Settings
from havre.units.found import found_unit
from tests.cast import NOON

OPENER = X25519PrivateKey.from_private_bytes(bytes(range(32)))
"""What opens letters of the tests."""


@pytest.fixture(params=["sqlite"])
def backend(request: pytest.FixtureRequest) -> str:
    """What is asked of the database is tested on both in tests/hotline."""
    return str(request.param)


@pytest.fixture
def door(database: Settings) -> Door:
    """The door of a Belgian unit."""
    unit, sealing = found_unit("Child Line", "BE", NOON), OPENER.public_key().public_bytes_raw()
    return Door.objects.create(unit=unit, sealing=sealing, token_key=bytes(32), opened_at=NOON)


@pytest.fixture
def visitor(door: Door) -> Iterator[Client]:
    """Somebody at that door."""
    with override_settings(**public_pages()):
        yield Client()
