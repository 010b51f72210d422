"""Write what a capture holds: rows in their order, many at once; and at the end its digests, in theirs."""

from collections.abc import Sequence
from hashlib import sha256

from django.db import connection

from havre.sites.models import Capture, Captured, Content

COLUMNS = (
    *("capture_id", "position", "address", "page", "source", "type"),
    *("sha256", "sha1", "md5", "platform", "told"),
)

Row = tuple[int, int, str, str, str, str, bytes | None, bytes | None, bytes | None, str, str]
"""The values of COLUMNS."""

KINDS = {"sha256": 32, "sha1": 20, "md5": 16}
"""Digests by how many bytes they have, the strongest first."""


def write_rows(rows: Sequence[Row]) -> None:
    """Write rows of a capture. Called inside a transaction, in the order of positions."""
    # Django's own bulk_create costs several times as much: a capture has millions of rows. Table and columns are ours.
    table = Captured._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({', '.join(COLUMNS)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(COLUMNS))
        cursor.executemany(f"INSERT INTO {table} ({', '.join(COLUMNS)}) VALUES ({places})", rows)  # noqa: S608


def make_contents(capture: Capture) -> None:
    """Note the distinct digests of a capture, and how many contents they are. Called inside a transaction.

    Twice is as once: what an earlier try left is made anew.
    """
    Content.objects.filter(capture=capture).delete()
    with connection.cursor() as cursor:
        for kind in KINDS:
            cursor.execute(_made_of(kind), [capture.pk])
            capture.kinds[kind] = cursor.rowcount
    capture.kinds = {kind: count for kind, count in capture.kinds.items() if count}
    rows = Content.objects.filter(capture=capture)
    # Digests of one file stand in one row first: where there is one kind alone, nothing needs to be told apart.
    capture.media = rows.count() if len(capture.kinds) == 1 else rows.values("first").distinct().count()


def _made_of(kind: str) -> str:
    """Sorted by the database, on its disk where they are many: what is written in order of an index is written fast."""
    return (
        f"INSERT INTO {Content._meta.db_table} (capture_id, digest, first, times) "  # noqa: S608 - all names are ours
        f"SELECT capture_id, {kind}, MIN(position), COUNT(*) FROM {Captured._meta.db_table} "
        f"WHERE capture_id = %s AND {kind} IS NOT NULL GROUP BY capture_id, {kind} ORDER BY {kind}"
    )


def forget_name(capture: Capture) -> None:
    """How the file was called and by what it is known again: it is no capture of anything, and would be read anew."""
    capture.finished_at, capture.path = None, ""
    capture.sha256 = sha256(f"removed {capture.pk}".encode()).digest()


REMOVED = 20_000
"""Rows removed in one transaction."""


def remove_some(capture: Capture) -> int:
    """Remove some digests or rows of a capture; how many. Called inside a transaction, until there are none."""
    for rows, key in ((Content.objects.filter(capture=capture), "digest"), (capture.rows.all(), "position")):
        upto = rows.order_by(key).values_list(key, flat=True)[:REMOVED].iterator()
        if last := [*upto][-1:]:
            return rows.filter(**{f"{key}__lte": last[0]}).delete()[0]
    return 0
