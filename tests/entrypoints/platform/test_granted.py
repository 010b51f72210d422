"""What docs/platforms-reports.md grants the role of the platforms' process is enough for their reports, and no more."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection

from havre.hotline.models import Partner
from havre.settings import Settings
from havre.units.found import found_unit
from tests.cast import NOON
from tests.entrypoints.platform.reported import whole_way
from tests.hotline.tipped import door_of_unit, reporter

PAGE = Path(__file__).parents[3] / "docs" / "platforms-reports.md"
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
    (grants,) = re.findall(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    with psycopg.connect(database.database, autocommit=True) as owner:
        owner.execute(f"DROP ROLE IF EXISTS {ROLE}")
        owner.execute(f"CREATE ROLE {ROLE} LOGIN")
        owner.execute(grants.encode())
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {ROLE}")
        yield partner
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
        owner.execute(f"DROP OWNED BY {ROLE}")
        owner.execute(f"DROP ROLE {ROLE}")


def test_reports_are_taken_with_it_and_nothing_else_works(as_platform: Partner, tmp_path: Path) -> None:
    whole_way(tmp_path)
    for statement in FORBIDDEN:
        with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute(statement)
