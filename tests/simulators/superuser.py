"""What a superuser of a node's database may do to its log: everything, but the node's key is not in there."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection

from havre.audit.entry import Entry
from havre.audit.models import Entry as Row
from havre.audit.record import record
from havre.audit.rows import entry_from
from havre.sealing.sign import Signer

TEXTS = ("at", "person", "unit", "verb", "thing", "reason", "detail")


@dataclass
class Superuser:
    """Somebody at the database, and the node that goes on meanwhile."""

    chance: random.Random
    size: int
    signer: Signer
    """The node's own: what it records afterwards is signed. The superuser does not have it."""
    at: datetime

    def somewhere(self) -> int:
        """Any entry of the log."""
        return self.chance.randrange(self.size)

    def run(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Any statement."""
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall()) if cursor.description else []

    def set(self, column: str, value: object, index: int) -> None:
        """One column of one entry."""
        self.run(f'UPDATE audit_entry SET "{column}" = %s WHERE "index" = %s', value, index)

    def entry(self, index: int) -> Entry:
        """An entry as it stands."""
        found = entry_from(Row.objects.get(index=index))
        assert isinstance(found, Entry)
        return found


def alter(by: Superuser) -> None:
    """Another character in one column, or one more at its end; for one more in a time there is no room."""
    column, index = by.chance.choice(TEXTS), by.somewhere()
    was = getattr(by.entry(index), column)
    place = by.chance.randrange(len(was) + (column != "at"))
    other = by.chance.choice([each for each in " x7\u00e9" if each != was[place : place + 1]])
    by.set(column, was[:place] + other + was[place + 1 :], index)


def flip(by: Superuser) -> None:
    """One bit of a signature or a hash."""
    column, index = by.chance.choice(["signature", "leaf"]), by.somewhere()
    value = bytearray(getattr(by.entry(index), column))
    value[by.chance.randrange(len(value))] ^= 1 << by.chance.randrange(8)
    by.set(column, bytes(value), index)


def remove(by: Superuser) -> None:
    """One entry is gone."""
    by.run('DELETE FROM audit_entry WHERE "index" = %s', by.somewhere())


def close_the_gap(by: Superuser) -> None:
    """One entry is gone, and those behind it moved up."""
    index = by.somewhere()
    by.run('DELETE FROM audit_entry WHERE "index" = %s', index)
    for each in range(index + 1, by.size):
        by.run('UPDATE audit_entry SET "index" = %s WHERE "index" = %s', each - 1, each)


def swap(by: Superuser) -> None:
    """Two entries have changed places."""
    one, other = by.chance.sample(range(by.size), 2)
    for was, becomes in ((one, 1_000_000), (other, one), (1_000_000, other)):
        by.run('UPDATE audit_entry SET "index" = %s WHERE "index" = %s', becomes, was)


def rewrite(by: Superuser) -> None:
    """Another entry under a right hash, signed with another key."""
    index, name = by.somewhere(), by.signer.verifier.name
    forged = replace(by.entry(index), reason="none of your business")
    forged = replace(forged, signature=Signer(bytes(32)).sign(forged.message(name)))
    for column, value in (("reason", forged.reason), ("signature", forged.signature), ("leaf", forged.hashed(name))):
        by.set(column, value, index)


def insert(by: Superuser) -> None:
    """An entry that nobody recorded, at the end, with the head moved."""
    forged = replace(by.entry(by.somewhere()), index=by.size)
    forged = replace(forged, leaf=forged.hashed(by.signer.verifier.name))
    Row.objects.create(**{name: getattr(forged, name) for name in (*TEXTS, "index", "signature", "leaf")})
    by.run("UPDATE audit_head SET size = size + 1")


def cut(by: Superuser) -> None:
    """The end of the log, its head and its checkpoints are set back together."""
    rows = by.run("SELECT size, frontier FROM audit_checkpoint WHERE size < %s ORDER BY size DESC", by.size)
    size, frontier = by.chance.choice(rows)
    by.run('DELETE FROM audit_entry WHERE "index" >= %s', size)
    by.run("DELETE FROM audit_checkpoint WHERE size > %s", size)
    by.run("UPDATE audit_head SET size = %s, frontier = %s", size, frontier)


def fork(by: Superuser) -> None:
    """The log is cut off, and the node records other acts afterwards, as many or more."""
    cut(by)
    for number in range(by.chance.randrange(1, by.size)):
        record(by.signer, person="eve", unit="u", verb="change", thing=f"t{number}", reason="", at=by.at)


def alter_checkpoint(by: Superuser) -> None:
    """Something of a checkpoint is another."""
    (count,) = by.run("SELECT count(*) FROM audit_checkpoint")[0]
    change = by.chance.choice(["size = size + 1", "note = replace(note, ' ', '  ')", "frontier = frontier || '00'"])
    by.run(f"UPDATE audit_checkpoint SET {change} WHERE number = %s", by.chance.randrange(count))


def remove_checkpoint(by: Superuser) -> None:
    """A checkpoint is gone."""
    (count,) = by.run("SELECT count(*) FROM audit_checkpoint")[0]
    by.run("DELETE FROM audit_checkpoint WHERE number = %s", by.chance.randrange(count))


def alter_head(by: Superuser) -> None:
    """The log says that it ends elsewhere."""
    by.run("UPDATE audit_head SET size = size + %s", by.chance.choice([-1, 1]))


TAMPERINGS: tuple[Callable[[Superuser], None], ...] = (
    alter,
    flip,
    remove,
    close_the_gap,
    swap,
    rewrite,
    insert,
    cut,
    fork,
    alter_checkpoint,
    remove_checkpoint,
    alter_head,
)
