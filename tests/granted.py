"""The database asked by the role of a process, with what a page of the docs grants it."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection

from havre.settings import Settings

DOCS = Path(__file__).parents[1] / "docs"


@contextmanager
def asked_by(role: str, page: str, settings: Settings) -> Iterator[None]:
    """Within it the database is asked by this role; `page` has one list of grants for it."""
    lists = re.findall(r"```sql\n(.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)
    (grants,) = [each for each in lists if role in each]
    with psycopg.connect(settings.database, autocommit=True) as owner:
        owner.execute(f"DROP ROLE IF EXISTS {role}")
        owner.execute(f"CREATE ROLE {role} LOGIN")
        owner.execute(grants.encode())
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {role}")
        yield
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
        owner.execute(f"DROP OWNED BY {role}")
        owner.execute(f"DROP ROLE {role}")


def refused(statements: Sequence[str]) -> None:
    """Each of these is more than the role may do."""
    for statement in statements:
        with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute(statement)
