"""What somebody who owns the database, but not the log's key, may do to the log; each says what must be found.

An attack returns the index of the first entry that is then not as it was recorded, or words that must be said.
"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from django.db import connection
from django.db.models import F

from havre.audit import models
from havre.audit.entry import Act, Entry, entry_of
from havre.audit.record import checkpoint, record_all
from havre.audit.rows import entry_from
from havre.sealing.chain import Frontier
from havre.sealing.sign import Signer

NODE = Signer(bytes(range(32)))
FORGER = Signer(bytes(32))
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

Found = int | str
"""The index of the first altered entry, or words of the problem."""

Attack = Callable[[Random], Found]

TEXTS = ("at", "person", "unit", "verb", "thing", "reason", "detail")


def grow(entries: int, seen: Path, *, by: str = "anke") -> None:
    """Add to the log: now one entry, now a batch, a checkpoint behind each."""
    chance, left = Random(entries), entries
    while left:
        batch = min(left, chance.choice([1, 1, 2, 5]))
        acts = [_act(by, left - place, chance) for place in range(batch)]
        record_all(NODE, acts)
        left -= batch
        checkpoint(NODE, NOON + timedelta(seconds=left), seen)


def _act(person: str, number: int, chance: Random) -> Act:
    verb = chance.choice(["consultation", "change", "disclosure", "erasure"])
    return Act(person, "Federal Police", verb, f"medium {number}", "inquiry 5", NOON, {"shown": number})


def size() -> int:
    """How many entries there are."""
    return models.Entry.objects.count()


def rehash() -> None:
    """Cover the traces: every leaf hash, every frontier and the head computed anew, as anybody can."""
    tree, trees = Frontier(), {0: Frontier()}
    for row in models.Entry.objects.order_by("index"):
        entry = entry_from(row)
        assert isinstance(entry, Entry)
        leaf = entry.hashed(NODE.verifier.name)
        models.Entry.objects.filter(index=row.index).update(leaf=leaf)
        tree = tree.append(leaf)
        trees[tree.size] = tree
    for seal in models.Checkpoint.objects.filter(size__in=trees):
        models.Checkpoint.objects.filter(number=seal.number).update(frontier=trees[seal.size].text())
    models.Head.objects.update(size=tree.size, frontier=tree.text())


def _shift(start: int, by: int) -> None:
    # Through negative numbers, so that no two entries ever have the same.
    models.Entry.objects.filter(index__gte=start).update(index=-F("index") - 1 - by)
    models.Entry.objects.filter(index__lt=0).update(index=-F("index") - 1)


def delete_one(chance: Random) -> Found:
    index = chance.randrange(size())
    models.Entry.objects.filter(index=index).delete()
    return index


def delete_some_and_close_the_gap(chance: Random) -> Found:
    index = chance.randrange(size() - 4)
    width = chance.randint(1, 3)
    models.Entry.objects.filter(index__gte=index, index__lt=index + width).delete()
    _shift(index, -width)
    rehash()
    return index


def alter_a_column(chance: Random) -> Found:
    index, name = chance.randrange(size()), chance.choice(TEXTS)
    row = models.Entry.objects.get(index=index)
    models.Entry.objects.filter(index=index).update(**{name: _altered(getattr(row, name), chance)})
    return index


def alter_a_column_and_cover_the_traces(chance: Random) -> Found:
    index = alter_a_column(chance)
    rehash()
    return index


def _altered(text: str, chance: Random) -> str:
    place = chance.randrange(len(text))
    return text[:place] + chr(33 + (ord(text[place]) - 33 + chance.randint(1, 80)) % 90) + text[place + 1 :]


def flip_a_bit_of_a_hash_or_signature(chance: Random) -> Found:
    index, name = chance.randrange(size()), chance.choice(["leaf", "signature"])
    value = bytearray(getattr(models.Entry.objects.get(index=index), name))
    value[chance.randrange(len(value))] ^= 1 << chance.randrange(8)
    models.Entry.objects.filter(index=index).update(**{name: bytes(value)})
    return index


def flip_a_bit_of_a_signature_and_cover_the_traces(chance: Random) -> Found:
    index = chance.randrange(size())
    value = bytearray(models.Entry.objects.get(index=index).signature)
    value[chance.randrange(len(value))] ^= 1 << chance.randrange(8)
    models.Entry.objects.filter(index=index).update(signature=bytes(value))
    rehash()
    return index


def swap_two(chance: Random) -> Found:
    one, other = sorted(chance.sample(range(size()), 2))
    models.Entry.objects.filter(index=one).update(index=-1)
    models.Entry.objects.filter(index=other).update(index=one)
    models.Entry.objects.filter(index=-1).update(index=other)
    if chance.random() < 0.5:
        rehash()
    return one


def move_to_another_number(chance: Random) -> Found:
    index = chance.randrange(size())
    models.Entry.objects.filter(index=index).update(index=size() + chance.randrange(1000))
    return index


def insert_a_forged_one(chance: Random) -> Found:
    index = chance.randint(0, size())
    _shift(index, 1)
    _add(entry_of(_act("nobody", 1, chance), index, FORGER))
    rehash()
    return index


def repeat_an_old_one_at_the_end(chance: Random) -> Found:
    old = entry_from(models.Entry.objects.get(index=chance.randrange(size())))
    assert isinstance(old, Entry)
    index = size()
    _add(Entry(**{**_fields(old), "index": index}))  # type: ignore[arg-type]
    rehash()
    return index


def _fields(entry: Entry) -> dict[str, object]:
    return asdict(entry)


def _add(entry: Entry) -> None:
    models.Entry.objects.create(**_fields(entry))


def cut_off_the_end(chance: Random) -> Found:
    index = chance.randrange(size())
    models.Entry.objects.filter(index__gte=index).delete()
    if chance.random() < 0.5:
        rehash()
    return index


def set_back_to_an_earlier_checkpoint(chance: Random) -> Found:
    back = chance.choice(list(models.Checkpoint.objects.order_by("number"))[:-1])
    models.Checkpoint.objects.filter(number__gt=back.number).delete()
    models.Entry.objects.filter(index__gte=back.size).delete()
    models.Head.objects.update(size=back.size, frontier=back.frontier)
    return int(back.size)


def set_back_and_let_the_node_go_on(chance: Random, seen: Path) -> Found:
    """A fork that the true key signed: the node was restored from an old copy, its checkpoint file taken away."""
    before = size()
    set_back_to_an_earlier_checkpoint(chance)
    grow(before - size() + chance.randint(1, 5), seen, by="bruno")
    return "another history"


def empty_the_log(_: Random) -> Found:
    for table in (models.Entry, models.Checkpoint):
        table.objects.all().delete()
    models.Head.objects.update(size=0, frontier="")
    return 0


def write_a_new_log_with_another_key(chance: Random) -> Found:
    for row in models.Entry.objects.order_by("index"):
        forged = entry_of(_act("nobody", row.index, chance), row.index, FORGER)
        models.Entry.objects.filter(index=row.index).update(**_fields(forged))
    rehash()
    return 0


def alter_a_checkpoint(chance: Random) -> Found:
    row = chance.choice(list(models.Checkpoint.objects.all()))
    name = chance.choice(["size", "frontier", "note"])
    value = getattr(row, name)
    altered = value + chance.randint(1, 40) if name == "size" else _altered(value, chance)
    models.Checkpoint.objects.filter(number=row.number).update(**{name: altered})
    return f"checkpoint {row.number}"


def remove_a_checkpoint(chance: Random) -> Found:
    row = chance.choice(list(models.Checkpoint.objects.all()))
    models.Checkpoint.objects.filter(number=row.number).delete()
    last = models.Checkpoint.objects.order_by("-number").first()
    return "was removed" if last is not None and last.number < row.number else f"from {row.number} up to"


def exchange_two_checkpoints(chance: Random) -> Found:
    one, other = sorted(chance.sample(list(models.Checkpoint.objects.all()), 2), key=lambda row: int(row.number))
    for number, row in ((one.number, other), (other.number, one)):
        models.Checkpoint.objects.filter(number=number).update(size=row.size, frontier=row.frontier, note=row.note)
    return f"checkpoint {one.number}"


def alter_the_head(chance: Random) -> Found:
    row = models.Head.objects.get()
    if chance.random() < 0.5:
        models.Head.objects.update(size=row.size + chance.choice([-2, -1, 1, 2]))
    else:
        models.Head.objects.update(frontier=_altered(row.frontier, chance))
    return "end"


def remove_or_double_the_head(chance: Random) -> Found:
    if chance.random() < 0.5:
        models.Head.objects.all().delete()
    else:
        models.Head.objects.create(pk=2, size=0, frontier="")
    return "one row"


def store_something_of_another_kind(chance: Random) -> Found:
    """SQLite alone lets a column hold what is not of its kind."""
    index = chance.randrange(size())
    name = chance.choice([*TEXTS, "leaf", "signature"])
    value = chance.choice(["x'ff00'", "7.5"]) if name in TEXTS else chance.choice(["'text'", "12"])
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE audit_entry SET "{name}" = {value} WHERE "index" = %s', [index])
    return index


ATTACKS: tuple[Attack, ...] = (
    delete_one,
    delete_some_and_close_the_gap,
    alter_a_column,
    alter_a_column_and_cover_the_traces,
    flip_a_bit_of_a_hash_or_signature,
    flip_a_bit_of_a_signature_and_cover_the_traces,
    swap_two,
    move_to_another_number,
    insert_a_forged_one,
    repeat_an_old_one_at_the_end,
    cut_off_the_end,
    set_back_to_an_earlier_checkpoint,
    empty_the_log,
    write_a_new_log_with_another_key,
    alter_a_checkpoint,
    remove_a_checkpoint,
    exchange_two_checkpoints,
    alter_the_head,
    remove_or_double_the_head,
)
"""What can be done on every database; forks and foreign kinds stand apart."""
