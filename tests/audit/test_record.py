"""The log is written inside the caller's transaction or not at all, and never signs what it did not record."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from havre.audit import models
from havre.audit.entry import NOT_GIVEN, Act, Entry
from havre.audit.record import checkpoint, newest_checkpoint, record, record_all, record_signed, refuse_rollback
from havre.audit.rows import lines
from havre.audit.seen import read_seen
from havre.audit.verify import verify
from havre.errors import Broken, Invalid, Unavailable
from havre.sealing.sign import Signer
from havre.settings import Settings

NODE = Signer(bytes(range(32)))
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def write(thing: str = "case 7", *, at: datetime = NOON, reason: str = "", verb: str = "consultation") -> int:
    return record(NODE, person="anke", unit="Federal Police", verb=verb, thing=thing, reason=reason, at=at)


class Interrupted(Exception):
    """What ends a transaction before it is committed."""


@transaction.atomic
def _interrupted(act: Callable[[], object]) -> None:
    act()
    raise Interrupted


def entries() -> list[Entry]:
    return [line for line in lines() if isinstance(line, Entry)]


def test_entries_are_numbered_from_zero_in_the_order_they_are_written(database: Settings) -> None:
    assert [write("a"), write("b"), write("c")] == [0, 1, 2]
    assert [entry.thing for entry in entries()] == ["a", "b", "c"]


def test_an_entry_says_who_what_when_and_why(database: Settings) -> None:
    at = datetime(2026, 3, 1, 13, 0, 0, 5, tzinfo=timezone(timedelta(hours=1)))

    record(
        NODE,
        person="bruno",
        unit="Hotline",
        verb="disclosure",
        thing="list of 3",
        reason="request 12",
        at=at,
        detail={"to": "FR", "entries": 3},
    )

    (entry,) = entries()
    assert (entry.person, entry.unit, entry.verb, entry.thing, entry.reason) == (
        "bruno",
        "Hotline",
        "disclosure",
        "list of 3",
        "request 12",
    )
    assert entry.at == "2026-03-01T12:00:00.000005+00:00"
    assert entry.detail == '{"entries":3,"to":"FR"}'


def test_a_missing_reason_is_written_down_as_not_given(database: Settings) -> None:
    write(reason="  ")
    assert entries()[0].reason == NOT_GIVEN


@pytest.mark.parametrize("verb", ["", "look", "Consultation"])
def test_a_verb_that_the_log_does_not_know_is_refused(database: Settings, verb: str) -> None:
    with pytest.raises(Invalid, match="the log knows consultation, change, disclosure, erasure"):
        write(verb=verb)


def test_a_time_without_a_zone_is_refused(database: Settings) -> None:
    with pytest.raises(Invalid, match="zone"):
        write(at=datetime(2026, 3, 1))


def test_a_detail_that_is_not_json_is_refused(database: Settings) -> None:
    with pytest.raises(Invalid, match="the log takes JSON"):
        record_all(NODE, [Act("a", "u", "change", "t", "", NOON, {"path": Path("x")})])


@pytest.mark.parametrize("name", ["nul\x00nul", "raw\udcff", "\u202egnp.exe", "é" * 5000, "a\nb"])
def test_a_hostile_name_never_stops_the_log(database: Settings, name: str) -> None:
    record(NODE, person=name, unit="u", verb="change", thing=name, reason=name, at=NOON, detail={name: name})
    checkpoint(NODE, NOON, database.seen)
    assert verify(lines(), NODE.verifier, read_seen(database.seen)).problems == ()


def test_a_batch_is_numbered_in_one_go(database: Settings) -> None:
    write()
    acts = [Act("a", "u", "change", str(number), "", NOON, {}) for number in range(5)]
    assert record_all(NODE, acts) == range(1, 6)
    assert record_all(NODE, []) == range(6, 6)


def test_what_a_failed_transaction_wrote_is_not_in_the_log(database: Settings) -> None:
    write("kept")
    with pytest.raises(Interrupted):
        _interrupted(lambda: write("lost"))
    assert write("next") == 1
    assert [entry.thing for entry in entries()] == ["kept", "next"]


def test_a_log_that_cannot_be_written_fails_what_it_would_have_logged(database: Settings) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry RENAME TO away")
    with pytest.raises(Unavailable, match="nothing was done"):
        _interrupted(lambda: (models.Checkpoint.objects.create(number=99, size=0, frontier="", note="act"), write()))
    assert not models.Checkpoint.objects.exists()


def test_an_act_whose_log_entry_failed_cannot_be_committed_by_catching_the_error(database: Settings) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry RENAME TO away")
    with transaction.atomic():
        models.Checkpoint.objects.create(number=99, size=0, frontier="", note="the act itself")
        with pytest.raises(Unavailable):
            write()
        assert connection.needs_rollback
    assert not models.Checkpoint.objects.exists()


def test_a_head_that_was_set_back_stops_the_log(database: Settings) -> None:
    write()
    models.Head.objects.update(size=0, frontier="")
    with pytest.raises(Broken, match="already holds"):
        write()


def test_a_head_that_was_removed_stops_the_log(database: Settings) -> None:
    models.Head.objects.all().delete()
    with pytest.raises(Broken, match="lost the row"):
        write()


def test_a_frontier_that_was_altered_stops_the_log(database: Settings) -> None:
    write()
    models.Head.objects.update(frontier="zz")
    with pytest.raises(Broken, match="tree was altered"):
        write()


def test_writers_at_once_leave_one_log_without_gaps(database: Settings) -> None:
    def write_ten() -> None:
        try:
            for _ in range(10):
                write()
        finally:
            connections["default"].close()

    writers = [threading.Thread(target=write_ten) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    checkpoint(NODE, NOON, database.seen)
    verdict = verify(lines(), NODE.verifier, read_seen(database.seen))
    assert (verdict.entries, verdict.problems) == (40, ())


def test_a_checkpoint_covers_all_entries_and_is_kept_outside_too(database: Settings) -> None:
    write()
    write()
    made = checkpoint(NODE, NOON, database.seen)
    assert (made.number, made.size, made.at) == (0, 2, NOON)
    assert newest_checkpoint(NODE.verifier) == made
    assert read_seen(database.seen) == models.Checkpoint.objects.get().note
    assert database.seen.stat().st_mode & 0o777 == 0o600


def test_without_new_entries_the_newest_checkpoint_stands(database: Settings) -> None:
    write()
    assert checkpoint(NODE, NOON, database.seen) == checkpoint(NODE, NOON + timedelta(days=1), database.seen)


def test_an_empty_log_has_a_checkpoint_too(database: Settings) -> None:
    assert newest_checkpoint(NODE.verifier) is None
    assert checkpoint(NODE, NOON, database.seen).size == 0
    assert verify(lines(), NODE.verifier, read_seen(database.seen)).problems == ()


def test_a_checkpoint_that_is_not_committed_is_not_kept_outside(database: Settings) -> None:
    with pytest.raises(Interrupted):
        _interrupted(lambda: (write(), checkpoint(NODE, NOON, database.seen)))
    assert read_seen(database.seen) == ""


LOOKED = Act("anke", "Federal Police", "consultation", "case 7", "", NOON, {})


def test_an_entry_signed_at_once_is_signed_with_all_before_it_and_few_questions(database: Settings) -> None:
    write("a change that nobody signed")
    with CaptureQueriesContext(connection) as asked:
        made = record_signed(NODE, LOOKED, database.seen)
    assert (made.number, made.size, made) == (0, 2, newest_checkpoint(NODE.verifier))
    # PostgreSQL does not say what a statement was that it had prepared.
    assert len([each for each in asked if "audit_" in (each["sql"] or "audit_")]) <= 7
    assert record_signed(NODE, LOOKED, database.seen).number == 1
    verdict = verify(lines(), NODE.verifier, read_seen(database.seen))
    assert (verdict.entries, verdict.problems) == (3, ())


def test_nothing_is_signed_at_once_behind_a_forged_entry_or_a_log_that_went_back(database: Settings) -> None:
    write()
    record(Signer(bytes(32)), person="nobody", unit="u", verb="change", thing="t", reason="", at=NOON)
    with pytest.raises(Broken, match="entry 1 of the log"):
        record_signed(NODE, LOOKED, database.seen)
    assert (len(entries()), read_seen(database.seen)) == (2, "")


def test_an_entry_that_was_forged_with_its_leaf_hash_and_head_is_never_signed_in(database: Settings) -> None:
    write()
    checkpoint(NODE, NOON, database.seen)
    forger = Signer(bytes(32))
    record(forger, person="nobody", unit="u", verb="change", thing="t", reason="", at=NOON)
    with pytest.raises(Broken, match="entry 1 of the log"):
        checkpoint(NODE, NOON, database.seen)


def test_a_head_that_speaks_of_another_tree_is_never_signed(database: Settings) -> None:
    write()
    models.Head.objects.update(frontier="00" * 32)
    with pytest.raises(Broken, match="another tree"):
        checkpoint(NODE, NOON, database.seen)


def test_a_checkpoint_whose_frontier_was_altered_is_not_built_upon(database: Settings) -> None:
    write()
    checkpoint(NODE, NOON, database.seen)
    models.Checkpoint.objects.update(frontier="00" * 32)
    with pytest.raises(Broken, match="checkpoint 0 of the log was altered"):
        checkpoint(NODE, NOON, database.seen)


def test_a_log_that_went_back_behind_what_was_seen_is_refused(database: Settings) -> None:
    write()
    checkpoint(NODE, NOON, database.seen)
    before = [models.Entry.objects.get(), models.Head.objects.get(), models.Checkpoint.objects.get()]
    write()
    checkpoint(NODE, NOON, database.seen)
    models.Entry.objects.all().delete()
    models.Checkpoint.objects.all().delete()
    for row in before:
        row.save()

    with pytest.raises(Broken, match="holds 1 entries, but 2 were seen"):
        refuse_rollback(NODE.verifier, read_seen(database.seen))
    write("another history")
    with pytest.raises(Broken, match="another history"):
        checkpoint(NODE, NOON, database.seen)


def test_nothing_seen_yet_refuses_nothing(database: Settings) -> None:
    refuse_rollback(NODE.verifier, read_seen(database.seen))


def test_a_seen_file_that_was_altered_is_refused(database: Settings) -> None:
    write()
    checkpoint(NODE, NOON, database.seen)
    database.seen.write_text(read_seen(database.seen).replace("number 0", "number 1"))
    with pytest.raises(Broken, match="not signed"):
        checkpoint(NODE, NOON, database.seen)


def test_the_database_failing_under_a_checkpoint_signs_nothing(database: Settings) -> None:
    write()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_checkpoint RENAME TO away")
    with pytest.raises(Unavailable):
        checkpoint(NODE, NOON, database.seen)
    assert read_seen(database.seen) == ""
