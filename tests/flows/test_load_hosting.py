"""Files about hosting are loaded whole or not at all; good rows go on, bad ones come back, totals add up."""

import json
import os
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from django.db import connection

from havre.audit.models import Entry
from havre.errors import Invalid, Refused
from havre.flows.load_hosting import Hashed, Reading, load_hosting
from havre.hosting.keep import BATCH
from havre.hosting.models import Block, Load
from havre.hosting.readers import READERS
from havre.hosting.rows import Answered, Bad, Kept
from havre.hosting.where import where_is
from havre.units.models import Role
from tests.cast import NOON, Node
from tests.hosting.loaded import prefixes
from tests.hosting.readers.test_delegations import RIPE

SUMS = ("rows", "kept", "passed", "bad")


def written(folder: Path, name: str, text: str | bytes) -> Path:
    """A file of an operator."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_file_of_a_registry_is_loaded(begun: Node, tmp_path: Path) -> None:
    file = written(tmp_path, "delegated.txt", RIPE + "ripencc|BEL|ipv4|192.0.2.0|1|1|allocated\n")
    answer = load_hosting(begun.home, begun.anke, file)
    assert [answer[name] for name in SUMS] == [8, 3, 4, 1]
    assert (answer["kind"], answer["scope"], answer["again"], answer["facts"]) == ("delegations", "ripencc", False, 3)
    assert answer["sha256"] == sha256(file.read_bytes()).hexdigest()
    assert answer["at"] == "2025-11-25T00:00:00+00:00"
    assert [(bad["line"], bad["reason"]) for bad in answer["refused"]] == [(8, "a country has two letters")]
    assert where_is("192.0.2.9", NOON).country == "BE"


def test_what_was_loaded_is_measured_at_once_where_the_database_plans_by_it(begun: Node, tmp_path: Path) -> None:
    lines = [f"{prefix},{system}" for prefix, system in prefixes(Random(4), 900)]
    files = (written(tmp_path, "table.csv", "\n".join(lines)), written(tmp_path, "delegated.txt", RIPE))
    facts = sum(load_hosting(begun.home, begun.anke, file)["facts"] for file in files)
    if connection.vendor != "postgresql":
        return  # SQLite takes the index in any case
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, reltuples FROM pg_class WHERE relname IN ('hosting_block', 'hosting_load')")
        assert dict(cursor.fetchall()) == {"hosting_block": facts, "hosting_load": 2}


def test_totals_add_up_over_batches_and_every_bad_row_is_written(begun: Node, tmp_path: Path) -> None:
    random, lines, wrong = Random(3), [], 0
    for prefix, system in prefixes(random, BATCH + 700):
        broken = random.random() < 0.1
        wrong += broken
        lines.append(f"{prefix}/x,{system}" if broken else f"{prefix},{system}")
    file, bad = written(tmp_path, "table.csv", "prefix,asn\n" + "\n".join(lines)), tmp_path / "bad.jsonl"
    told: list[tuple[int, int]] = []
    answer = load_hosting(begun.home, begun.anke, file, bad=bad, tell=lambda read, size: told.append((read, size)))
    assert [answer[name] for name in SUMS] == [len(lines) + 1, len(lines) - wrong, 1, wrong]
    assert Block.objects.count() == answer["facts"] == len(lines) - wrong
    said = [json.loads(line) for line in bad.read_text().splitlines()]
    assert [lines[row["line"] - 2] for row in said] == [row["text"] for row in said]
    assert (len(said), len(answer["refused"])) == (wrong, 100)
    assert told[-1][1] == file.stat().st_size
    with pytest.raises(Invalid, match="name another"):
        load_hosting(begun.home, begun.anke, written(tmp_path, "other.csv", "192.0.2.0/24,1"), bad=bad)


def test_the_same_file_is_loaded_once(begun: Node, tmp_path: Path) -> None:
    file = written(tmp_path, "delegated.txt", RIPE)
    first = load_hosting(begun.home, begun.anke, file)
    again = load_hosting(begun.home, begun.anke, written(tmp_path, "copy.txt", RIPE))
    assert again == first | {"again": True}
    assert Load.objects.count() == 1


def test_a_load_that_was_killed_says_nothing_and_is_done_again(begun: Node, tmp_path: Path) -> None:
    file = written(tmp_path, "table.csv", "\n".join(f"{p},{s}" for p, s in prefixes(Random(5), BATCH + 10)))

    def killed(_read: int, _size: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_hosting(begun.home, begun.anke, file, tell=killed)
    assert (Load.objects.get().finished_at, Block.objects.count()) == (None, BATCH)
    answer = load_hosting(begun.home, begun.anke, file)
    assert (Load.objects.count(), Block.objects.count()) == (1, BATCH + 10)
    assert answer["kept"] == BATCH + 10


def test_a_file_that_changes_meanwhile_does_not_count(begun: Node, tmp_path: Path) -> None:
    file = written(tmp_path, "table.csv", "192.0.2.0/24,1\n")

    def change(_read: int, _size: int) -> None:
        with file.open("a") as more:
            more.write("198.51.100.0/24,1\n")

    with pytest.raises(Invalid, match=r"table.csv changed while it was read"):
        load_hosting(begun.home, begun.anke, file, tell=change)
    assert where_is("192.0.2.7", NOON).network == ""


def test_since_when_it_holds_is_said_by_somebody_the_file_or_the_clock(begun: Node, tmp_path: Path) -> None:
    before = NOON - timedelta(days=9)
    table = written(tmp_path, "table.csv", "192.0.2.0/24,1")
    assert load_hosting(begun.home, begun.anke, table)["at"] == "2026-03-02T12:00:00+00:00"
    assert load_hosting(begun.home, begun.anke, table, at=before)["at"] == "2026-02-21T12:00:00+00:00"
    assert [(load.as_of, load.until) for load in Load.objects.order_by("as_of")] == [(before, NOON), (NOON, None)]
    late = "2|ripencc|1|1|19830705|20260303|+0100\nripencc|BE|ipv4|192.0.2.0|256|20100101|allocated\n"
    with pytest.raises(Invalid, match="a time to come"):
        load_hosting(begun.home, begun.anke, written(tmp_path, "late.txt", late))


def test_an_answer_of_a_time_to_come_comes_back(begun: Node, tmp_path: Path) -> None:
    line = '{"name":"a.example","type":"A","value":"192.0.2.7","at":"%s"}\n'
    file = written(tmp_path, "a.jsonl", line % "2026-03-02T12:00:00Z" + line % "2026-03-02T12:00:01Z")
    answer = load_hosting(begun.home, begun.anke, file)
    assert [answer[name] for name in SUMS] == [2, 1, 0, 1]
    assert [(bad["line"], bad["reason"]) for bad in answer["refused"]] == [
        (2, "the answer is said to be of a time to come")
    ]


def test_only_files_are_read(begun: Node, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, why in (
        (tmp_path, "a file is loaded"),
        (tmp_path / "pipe", "a file is loaded"),
        (tmp_path / "no", "can't be read"),
    ):
        with pytest.raises(Invalid, match=why):
            load_hosting(begun.home, begun.anke, path)
    with pytest.raises(Invalid, match="can't be read"):
        load_hosting(begun.home, begun.anke, Path("a\0b"))
    with pytest.raises(Invalid, match="--kind"):
        load_hosting(begun.home, begun.anke, written(tmp_path, "x", "hello"))


def test_an_auditor_alone_may_not_load(begun: Node, tmp_path: Path) -> None:
    Role.objects.filter(person=begun.bram.person).update(name="auditor")
    with pytest.raises(Refused, match="may not load data about hosting"):
        load_hosting(begun.home, begun.bram, written(tmp_path, "x", "192.0.2.0/24,1"))


def test_the_log_says_who_loaded_what(begun: Node, tmp_path: Path) -> None:
    before = Entry.objects.count()
    answer = load_hosting(begun.home, begun.anke, written(tmp_path, "table.csv", "192.0.2.0/24,1"))
    things = [(entry.verb, entry.thing) for entry in Entry.objects.order_by("pk")][before:]
    assert things == [("change", f"hosting file {answer['load']}")] * 2


class Endless:
    """A file of a registry that is written as it is read."""

    def __init__(self, size: int) -> None:
        self._left, self._number, self._rest = size, 0, b""

    def read(self, size: int = -1) -> bytes:
        """The next rows."""
        while len(self._rest) < size and self._left > 0:
            self._number += 1
            row = b"ripencc|BE|ipv4|10.%d.%d.0|256|20100101|allocated|x\n" % divmod(self._number % 65536, 256)
            self._rest, self._left = self._rest + row, self._left - len(row)
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


def test_ten_megabytes_of_a_registry_are_read_in_constant_memory() -> None:
    def peak(size: int) -> int:
        tracemalloc.start()
        read = sum(isinstance(row, Kept) for row in READERS["delegations"](Endless(size)))  # type: ignore[arg-type]
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert read > size // 60
        return found

    assert peak(1_200_000) < 1.5 * peak(600_000)


def test_a_digest_is_that_of_the_whole_file() -> None:
    file = Hashed(BytesIO(b"abcdef"))
    assert (file.read(2), file.digest(), file.read_bytes) == (b"ab", sha256(b"abcdef").digest(), 6)


def test_rows_are_counted_as_they_pass() -> None:
    kept, late = Kept(()), Kept((Answered("a.example", "A", "192.0.2.7", NOON + timedelta(seconds=1)),), 9)
    written_bad: list[Bad] = []
    reading = Reading(Load(), NOON, written_bad.append)
    found: Iterator[Kept] = reading.facts([kept, late, Bad(3, "x")])
    assert list(found) == [kept]
    assert [bad.line for bad in written_bad] == [9, 3]
    assert reading.told()["bad"] == 2
