"""Whatever somebody who owns the database does to the log is found, and the first altered entry is named."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from django.db import transaction

from havre.audit import models
from havre.audit.entry import End, Entry, Line, Seal
from havre.audit.export import read_export, write_export
from havre.audit.record import checkpoint, record
from havre.audit.rows import lines
from havre.audit.seen import read_seen
from havre.audit.verify import MOST_PROBLEMS, Problem, Verdict, verify
from havre.sealing.sign import read_note, signed_note
from havre.settings import Settings
from tests.audit import tampering
from tests.audit.tampering import ATTACKS, FORGER, NODE, NOON, Attack, Found, grow, size

ENTRIES = 40


def judged(seen: Path) -> Verdict:
    """The verdict on the database, which must also be the one on an exported file."""
    read = list(lines())
    verdict = verify(read, NODE.verifier, read_seen(seen))
    exported = list(write_export(read, NODE.verifier))[1:]
    assert verify(read_export(exported), NODE.verifier, read_seen(seen)) == verdict
    return verdict


def is_named(verdict: Verdict, found: Found) -> bool:
    if isinstance(found, int):
        return verdict.first_altered == found
    return any(found in problem.what for problem in verdict.problems)


def attack(act: Callable[[], Found], seen: Path) -> tuple[Found, Verdict]:
    """Let somebody act on the log, judge it, and undo everything."""
    with transaction.atomic():
        found = act()
        verdict = judged(seen)
        transaction.set_rollback(True)
    return found, verdict


def test_an_untouched_log_is_genuine(database: Settings) -> None:
    grow(ENTRIES, database.seen)
    verdict = judged(database.seen)
    assert (verdict.entries, verdict.uncovered, verdict.problems, verdict.more) == (ENTRIES, 0, (), 0)
    assert verdict.checkpoints == models.Checkpoint.objects.count() > 5
    assert verdict.first_altered is None
    assert verdict.root is not None


def test_random_alterations_are_all_found_and_named(database: Settings, count: Callable[[int, int], int]) -> None:
    grow(ENTRIES, database.seen)
    for seed in range(count(len(ATTACKS), 1000)):
        chance = Random(seed)
        kind = ATTACKS[seed % len(ATTACKS)]
        found, verdict = attack(lambda kind=kind, chance=chance: kind(chance), database.seen)  # type: ignore[misc]
        assert is_named(verdict, found), (seed, kind.__name__, found, verdict.problems[:5])
    assert judged(database.seen).problems == ()


@pytest.mark.parametrize("kind", ATTACKS, ids=lambda kind: kind.__name__)
def test_each_kind_of_alteration_is_named(database: Settings, kind: Attack) -> None:
    grow(12, database.seen)
    found, verdict = attack(lambda: kind(Random(1)), database.seen)
    assert is_named(verdict, found), (found, verdict.problems)


def test_a_fork_that_the_true_key_signed_is_told_from_the_log_that_was_seen(
    database: Settings, tmp_path: Path, count: Callable[[int, int], int]
) -> None:
    grow(ENTRIES, database.seen)
    for seed in range(count(3, 50)):
        elsewhere = tmp_path / f"checkpoint-{seed}"
        found, verdict = attack(
            lambda seed=seed, elsewhere=elsewhere: tampering.set_back_and_let_the_node_go_on(Random(seed), elsewhere),  # type: ignore[misc]
            database.seen,
        )
        assert is_named(verdict, found), (seed, verdict.problems)


def test_what_is_not_of_its_kind_is_named(database: Settings, backend: str, count: Callable[[int, int], int]) -> None:
    if backend != "sqlite":
        pytest.skip("only SQLite stores a value of another kind than its column's")
    grow(ENTRIES, database.seen)
    for seed in range(count(20, 200)):
        found, verdict = attack(
            lambda seed=seed: tampering.store_something_of_another_kind(Random(seed)),  # type: ignore[misc]
            database.seen,
        )
        assert is_named(verdict, found), (seed, found, verdict.problems[:5])


def test_each_of_several_alterations_is_named(database: Settings) -> None:
    grow(ENTRIES, database.seen)
    for index in (3, 17, 30):
        models.Entry.objects.filter(index=index).update(person="nobody")
    tampering.rehash()
    named = {problem.index for problem in judged(database.seen).problems}
    assert named - {None} == {3, 17, 30}  # the rewritten frontiers of checkpoints have no index


def test_a_log_set_back_as_a_whole_shows_only_against_what_was_seen(database: Settings) -> None:
    grow(ENTRIES, database.seen)
    behind = tampering.set_back_to_an_earlier_checkpoint(Random(2))
    assert verify(lines(), NODE.verifier).problems == ()
    (problem,) = judged(database.seen).problems
    assert problem.index == behind == size()
    assert "cut off or set back" in problem.what


def test_entries_behind_the_last_checkpoint_are_counted_and_proven_each(database: Settings) -> None:
    grow(5, database.seen)
    record(NODE, person="anke", unit="u", verb="change", thing="t", reason="", at=NOON)
    assert (judged(database.seen).uncovered, judged(database.seen).problems) == (1, ())
    models.Entry.objects.filter(index=5).update(thing="another")
    tampering.rehash()
    assert judged(database.seen).first_altered == 5


def test_a_log_of_another_key_is_not_this_log(database: Settings) -> None:
    grow(3, database.seen)
    verdict = verify(lines(), FORGER.verifier, read_seen(database.seen))
    assert verdict.first_altered == 0
    assert "checkpoint seen outside" in verdict.problems[0].what


def test_a_log_that_somebody_appends_to_while_it_is_read_is_genuine(database: Settings) -> None:
    grow(10, database.seen)
    read = lines()
    first = next(read)
    grow(4, database.seen)
    verdict = verify([first, *read], NODE.verifier)
    assert verdict.problems == ()
    assert verdict.entries == 14


def test_problems_beyond_a_thousand_are_counted() -> None:
    verdict = verify((_broken(index) for index in range(MOST_PROBLEMS + 5)), NODE.verifier)
    assert (len(verdict.problems), verdict.more) == (MOST_PROBLEMS, 6)  # and the end is missing


def _broken(index: int) -> Entry:
    return Entry(index, "", "", "", "", "", "", "{}")


def log_of(database: Settings) -> list[Line]:
    grow(12, database.seen)
    return list(lines())


def test_a_log_that_goes_on_behind_its_end_is_not_genuine(database: Settings) -> None:
    read = log_of(database)
    assert verify([*read, read[0]], NODE.verifier).problems[0] == Problem(
        None, "the log goes on behind the line that ends it"
    )


def test_a_checkpoint_that_stands_twice_is_named(database: Settings) -> None:
    read = log_of(database)
    place = next(place for place, line in enumerate(read) if isinstance(line, Seal))
    says = [problem.what for problem in verify([*read[: place + 1], *read[place:]], NODE.verifier).problems]
    assert says[0] == "checkpoint 0 stands again, where 1 belongs"


def test_a_checkpoint_that_was_seen_and_removed_is_named_though_its_entries_are_there(database: Settings) -> None:
    grow(12, database.seen)
    newest = models.Checkpoint.objects.order_by("-number")[0]
    newest.delete()
    (problem,) = judged(database.seen).problems
    assert problem.what.endswith("was removed from the log; the entries it covers are there")


@pytest.mark.parametrize("frontier", ["", "no hex", "00" * 32])
def test_a_frontier_that_belongs_to_no_tree_is_named(database: Settings, frontier: str) -> None:
    grow(12, database.seen)
    models.Checkpoint.objects.filter(number=2).update(frontier=frontier)
    (problem,) = judged(database.seen).problems
    assert problem.what == "checkpoint 2: its frontier was altered"


def test_a_log_without_its_end_breaks_off(database: Settings) -> None:
    read = log_of(database)
    assert isinstance(read.pop(), End)
    (problem,) = verify(read, NODE.verifier).problems
    assert problem == Problem(12, "the log breaks off behind 12 entries: the line that ends it is missing")


def test_lost_entries_are_named_and_what_follows_a_checkpoint_is_judged_again(database: Settings) -> None:
    read = log_of(database)
    seals = [line for line in read if isinstance(line, Seal)]
    later = next(line for line in read if isinstance(line, Entry) and line.index == seals[-1].size - 1)
    altered = replace(later, leaf=bytes(32))
    damaged = [altered if line is later else line for line in read[1:]]
    verdict = verify(damaged, NODE.verifier)
    assert [problem.index for problem in verdict.problems] == [0, later.index]
    assert verdict.problems[0].what == "entry 0 is missing"
    assert verdict.problems[1].what == f"entry {later.index}: its leaf hash was altered; the entry itself is genuine"


def test_a_checkpoint_over_other_entries_names_the_range_it_covers(database: Settings, tmp_path: Path) -> None:
    """Entries of a fork, each signed by the true key, put in the place of those a checkpoint covers."""
    grow(3, database.seen)
    with transaction.atomic():
        record(NODE, person="bruno", unit="u", verb="change", thing="of the fork", reason="", at=NOON)
        fork = models.Entry.objects.get(index=3)
        transaction.set_rollback(True)
    record(NODE, person="anke", unit="u", verb="change", thing="of the log", reason="", at=NOON)
    made = checkpoint(NODE, NOON, database.seen)
    fork.save(force_update=True)
    (problem, *_) = judged(database.seen).problems
    assert problem == Problem(3, f"entry 3 is not what checkpoint {made.number} signed")


def test_a_checkpoint_put_in_the_place_of_another_over_the_same_entries_is_named(database: Settings) -> None:
    grow(12, database.seen)
    row = models.Checkpoint.objects.get(number=1)
    later = replace(read_note(row.note, NODE.verifier), at=NOON + timedelta(days=1))
    models.Checkpoint.objects.filter(number=1).update(note=signed_note(later, NODE))
    (problem,) = judged(database.seen).problems
    assert problem.what == "checkpoint 2: the checkpoint before it is not the one it was signed after"
