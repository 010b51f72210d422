"""The store is read whole: what was altered is named, what was left behind goes, evidence never does."""

import fcntl
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from havre.errors import Refused
from havre.flows.scrub import Scrubbed, scrub_store, summary
from havre.media.models import Medium, SealedFile
from havre.settings import Settings
from tests.cast import NOON, Node, node
from tests.seizure import seizure, taken_in

PICTURES = 3
DAYS_AGO = NOON.timestamp() - 3 * 24 * 3600

Undo = Callable[[], None]


@pytest.fixture
def held(database: Settings, tmp_path: Path) -> Iterator[Node]:
    """A node that holds a case of three pictures."""
    with node(database) as begun:
        taken_in(begun.home, begun.anke, "R1", seizure(tmp_path / "seized", range(PICTURES)))
        yield begun


def scrubbed(held: Node, *, sweep: bool = False) -> Scrubbed:
    return scrub_store(held.home, held.anke, sweep=sweep)


def leftover(held: Node, suffix: str, written: float) -> Path:
    """A file as an intake that died leaves it: sealed, and no row knows it."""
    blob = held.home.settings.store / SealedFile.objects.order_by("id")[0].blob
    left = blob.with_name(blob.name[:-16] + suffix)
    left.write_bytes(b"sealed")
    os.utime(left, (written, written))
    return left


def test_a_store_as_it_was_kept_has_no_problems(held: Node) -> None:
    found = scrubbed(held)
    originals = sum(Medium.objects.values_list("bytes", flat=True))
    assert (found.files, found.problems, found.removed, found.waiting) == (2 * PICTURES, [], [], 0)
    assert found.bytes > originals
    assert summary(found)["problems"] == []


def test_every_random_alteration_of_a_file_or_its_rows_is_found_and_named(
    held: Node, count: Callable[[int, int], int]
) -> None:
    chance = random.Random(7)
    for number in range(count(40, 700)):
        name, undo = chance.choice(ALTERATIONS)(held, chance)
        problems = scrubbed(held).problems
        assert [name in problem.what for problem in problems].count(True) >= 1, (number, name, problems)
        undo()
    assert scrubbed(held).problems == []


def _flipped(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]


def _any_file(chance: random.Random) -> SealedFile:
    return chance.choice(list(SealedFile.objects.order_by("id")))


def flip_bit_in_file(held: Node, chance: random.Random) -> tuple[str, Undo]:
    blob = _any_file(chance).blob
    place = held.home.settings.store / blob
    whole = place.read_bytes()
    place.write_bytes(_flipped(whole, chance))
    return blob, lambda: _rewrite(place, whole)


def _rewrite(place: Path, content: bytes) -> None:
    place.write_bytes(content)


def cut_file(held: Node, chance: random.Random) -> tuple[str, Undo]:
    blob = _any_file(chance).blob
    place = held.home.settings.store / blob
    whole = place.read_bytes()
    place.write_bytes(whole[: chance.randrange(len(whole))])
    return blob, lambda: _rewrite(place, whole)


def lose_file(held: Node, chance: random.Random) -> tuple[str, Undo]:
    blob = _any_file(chance).blob
    place = held.home.settings.store / blob
    whole = place.read_bytes()
    place.unlink()
    return blob, lambda: _rewrite(place, whole)


def flip_bit_in_row(held: Node, chance: random.Random) -> tuple[str, Undo]:
    file = _any_file(chance)
    column = chance.choice(["wrapped_key", "sha256"])
    true = bytes(getattr(file, column))
    SealedFile.objects.filter(pk=file.pk).update(**{column: _flipped(true, chance)})
    return file.blob, lambda: _set(SealedFile, file.pk, column, true)


def flip_bit_in_digest_of_medium(held: Node, chance: random.Random) -> tuple[str, Undo]:
    medium = chance.choice(list(Medium.objects.order_by("id")))
    column = chance.choice(["md5", "sha1", "sha256"])
    true = bytes(getattr(medium, column))
    Medium.objects.filter(pk=medium.pk).update(**{column: _flipped(true, chance)})
    return f"medium {medium.pk}: column {column}", lambda: _set(Medium, medium.pk, column, true)


def alter_name_in_row(held: Node, chance: random.Random) -> tuple[str, Undo]:
    file = _any_file(chance)
    altered = file.blob[:-1] + ("0" if file.blob[-1] != "0" else "1")
    SealedFile.objects.filter(pk=file.pk).update(blob=altered)
    return altered, lambda: _set(SealedFile, file.pk, "blob", file.blob)


def _set(table: type[Medium] | type[SealedFile], row: int, column: str, value: object) -> None:
    table.objects.filter(pk=row).update(**{column: value})


ALTERATIONS = (
    flip_bit_in_file,
    flip_bit_in_file,
    cut_file,
    lose_file,
    flip_bit_in_row,
    flip_bit_in_digest_of_medium,
    alter_name_in_row,
)


def test_a_medium_without_its_sealed_original_is_named(held: Node) -> None:
    medium = Medium.objects.order_by("id")[0]
    SealedFile.objects.filter(medium=medium, purpose="original").delete()
    assert [bytes(medium.sha256).hex() in problem.what for problem in scrubbed(held).problems] == [True]


def test_leftovers_older_than_a_day_are_removed_and_young_ones_wait(held: Node) -> None:
    old, young = leftover(held, "0" * 16, DAYS_AGO), leftover(held, "1" * 16, NOON.timestamp() - 60)
    unfinished = leftover(held, "2" * 16 + ".part", DAYS_AGO)
    found = scrubbed(held)
    assert sorted(found.removed) == sorted(str(p.relative_to(held.home.settings.store)) for p in (old, unfinished))
    assert (found.waiting, found.problems) == (1, [])
    assert [place.exists() for place in (old, young, unfinished)] == [False, True, False]


def test_a_sweep_removes_young_leftovers_too(held: Node) -> None:
    young = leftover(held, "1" * 16, NOON.timestamp() - 60)
    assert scrubbed(held, sweep=True).removed == [str(young.relative_to(held.home.settings.store))]
    assert scrubbed(held).problems == []


def test_a_sweep_is_refused_while_an_intake_runs(held: Node) -> None:
    locks = sorted((held.home.settings.home / "locks").glob("intake-*"))
    with locks[0].open("wb") as running:
        fcntl.flock(running, fcntl.LOCK_EX)
        with pytest.raises(Refused, match="is running"):
            scrubbed(held, sweep=True)


def test_a_file_whose_row_was_altered_is_never_removed_as_a_leftover(held: Node) -> None:
    file = SealedFile.objects.order_by("id")[0]
    place = held.home.settings.store / file.blob
    os.utime(place, (DAYS_AGO, DAYS_AGO))
    SealedFile.objects.filter(pk=file.pk).update(blob=file.blob[:-1] + ("0" if file.blob[-1] != "0" else "1"))
    found = scrubbed(held)
    assert found.removed == []
    assert any(file.blob in problem.what and "kept" in problem.what for problem in found.problems)
    assert place.exists()


def test_a_foreign_file_in_the_store_is_named_and_left_alone(held: Node) -> None:
    foreign = held.home.settings.store / "notes.txt"
    foreign.write_text("mine")
    os.utime(foreign, (DAYS_AGO, DAYS_AGO))
    assert [problem.blob for problem in scrubbed(held).problems] == ["notes.txt"]
    assert foreign.exists()


def test_an_analyst_alone_may_not_verify_the_store(held: Node) -> None:
    with pytest.raises(Refused, match="supervisor or auditor or administrator"):
        scrub_store(held.home, held.bram)
