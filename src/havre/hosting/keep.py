"""Write what a file says, in batches; it counts once the load is closed."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Model

from havre.hosting.models import Answer, Block, Load, Registration
from havre.hosting.rows import Answered, Registered, Said

BATCH = 5_000
"""Facts written in one transaction."""

Fact = Said | Answered | Registered


def keep(load: Load, facts: Iterable[Fact]) -> None:
    """Write facts of one file."""
    rows: dict[type[Model], list[Model]] = {}
    for fact in facts:
        row = _row(load, fact)
        rows.setdefault(type(row), []).append(row)
    for model, found in rows.items():
        model._default_manager.bulk_create(found)


def _row(load: Load, fact: Fact) -> Model:
    if isinstance(fact, Said):
        said = fact.key, fact.country, fact.system, fact.holder, fact.purpose
        key, country, system, holder, purpose = said
        return Block(load=load, key=key, country=country, system=system, holder=holder, purpose=purpose)
    if isinstance(fact, Answered):
        return Answer(load=load, name=fact.name, type=fact.type, value=fact.value, at=fact.at or load.as_of)
    return Registration(load=load, name=fact.name, registrar=fact.registrar, nameservers=list(fact.nameservers))


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
