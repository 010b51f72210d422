"""What docs/platforms-reports.md grants the role of the platforms' process is enough for their reports, and no more."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from havre.hotline.models import Partner
from havre.settings import Settings
from havre.units.found import found_unit
from tests.cast import NOON
from tests.entrypoints.platform.reported import whole_way
from tests.granted import asked_by, refused
from tests.hotline.tipped import door_of_unit, reporter

ROLE = "havre_platform"
FORBIDDEN = (
    "SELECT sealed FROM hotline_letter",
    "UPDATE hotline_letter SET danger = false",
    "DELETE FROM hotline_letter",
    "SELECT digest FROM hotline_receipt",
    "UPDATE hotline_tip SET partner_id = 1",
    "DELETE FROM hotline_tip",
    "UPDATE hotline_tipfile SET blob = ''",
    "UPDATE hotline_partner SET revoked_at = NULL",
    "SELECT 1 FROM hotline_report",
    "SELECT 1 FROM matches_source",
    "SELECT 1 FROM media_medium",
    "SELECT 1 FROM units_person",
    "SELECT 1 FROM audit_entry",
    "CREATE TABLE x (y int)",
)


@pytest.fixture(params=["postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """SQLite knows no roles."""
    return str(request.param)


@pytest.fixture
def as_platform(database: Settings) -> Iterator[Partner]:
    """A platform at an open door; from here on the database is asked by the role of the platforms' process."""
    unit = found_unit("Child Line", "BE", NOON)
    door_of_unit(unit)
    partner = reporter(unit)
    with asked_by(ROLE, "platforms-reports.md", database):
        yield partner


def test_reports_are_taken_with_it_and_nothing_else_works(as_platform: Partner, tmp_path: Path) -> None:
    whole_way(tmp_path)
    refused(FORBIDDEN)
