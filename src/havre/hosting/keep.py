"""Write what a file says, in batches; it counts once the load is closed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from havre.hosting.models import Answer, Block, Load, Registration
from havre.hosting.rows import Answered, Registered, Said

BATCH = 5_000
"""Facts written in one transaction."""

INTO_BLOCKS = (
    "INSERT INTO hosting_block (load_id, key, country, system, holder, purpose) VALUES (%s, %s, %s, %s, %s, %s)"
)

Fact = Said | Answered | Registered


def keep(load: Load, facts: Iterable[Fact]) -> None:
    """Write facts of one file."""
    by_kind: dict[type[Fact], list[Any]] = {Said: [], Answered: [], Registered: []}
    for fact in facts:
        by_kind[type(fact)].append(fact)
    _keep_blocks(load, by_kind[Said])
    Answer.objects.bulk_create(
        Answer(load=load, name=each.name, type=each.type, value=each.value, at=each.at or load.as_of)
        for each in by_kind[Answered]
    )
    Registration.objects.bulk_create(
        Registration(load=load, name=each.name, registrar=each.registrar, nameservers=list(each.nameservers))
        for each in by_kind[Registered]
    )


def _keep_blocks(load: Load, said: Sequence[Said]) -> None:
    """Half a million at a time: rows of a model would take three times as long."""
    with connection.cursor() as cursor:
        cursor.executemany(INTO_BLOCKS, [(load.pk, s.key, s.country, s.system, s.holder, s.purpose) for s in said])


def measure() -> None:
    """What PostgreSQL plans by is that of what was loaded just now, not of an empty table; otherwise the first
    questions go through all of it until its own look some minute later. SQLite takes the indexes in any case."""
    if connection.vendor == "postgresql":
        tables = ", ".join(f'"{model._meta.db_table}"' for model in (Load, Block, Answer, Registration))
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {tables}")


def empty(load: Load) -> None:
    """Take out what was written of a load that never ended."""
    for model in (Block, Answer, Registration):
        model.objects.filter(load=load).delete()
    load.delete()


def close(load: Load, at: datetime) -> None:
    """From now on the load counts: whatever was said of the same holds until it, and it until what was said later."""
    load.finished_at = at
    load.save(update_fields=["finished_at", "told"])
    chain = Load.objects.filter(kind=load.kind, scope=load.scope, finished_at__isnull=False).order_by("as_of", "pk")
    _linked(list(chain))


def _linked(chain: Sequence[Load]) -> None:
    for one, following in zip(chain, [*chain[1:], None], strict=True):
        until = following.as_of if following else None
        if one.until != until:
            Load.objects.filter(pk=one.pk).update(until=until)
