"""A home hands out its parts once, logs before it answers, and turns a failing database into one sentence."""

from collections import Counter

import pytest
from django.db import DatabaseError, transaction

from havre.audit.models import Checkpoint, Entry
from havre.errors import Unavailable
from havre.flows.home import Home, consulted, durable, first_line, log, seal_log
from havre.linking.keys import Key
from havre.matches import shelves
from havre.matches.models import Knowledge, Source
from havre.media.decode.outcomes import Limits
from havre.settings import Settings
from havre.units.models import Unit
from tests.cast import NOON, Node
from tests.sources import picture


def test_parts_are_opened_once_and_lie_in_the_home(begun: Node) -> None:
    home = begun.home
    assert home.keys is home.keys
    assert home.store is home.store
    assert home.store.root == home.settings.store
    assert home.waiting == home.settings.home


def test_a_worker_decodes_within_the_limits_of_the_home(begun: Node) -> None:
    narrow = Home(begun.home.settings, Limits(pixels=10))
    try:
        with narrow.worker() as worker, pytest.raises(Exception, match="10 are allowed"):
            worker.decode(picture(1), "jpeg")
        with begun.home.worker() as worker:
            assert worker.decode(picture(1), "jpeg").width == 128
    finally:
        narrow.close()


def test_what_was_counted_in_one_home_is_not_told_in_another(home: Settings) -> None:
    one, other = Home(home), Home(home)
    one.tally.keep((1, 1), {Key("camera", "nikon d810"): Counter({"": 3})})
    assert (len(one.tally), len(other.tally)) == (1, 0)


def test_what_came_since_an_index_was_written_is_written_by_who_reads_it_unless_it_may_be_undone(
    begun: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "READ_AGAIN_AT", 2)
    source = Source.objects.create(
        unit=begun.anke.unit, path="l", listing=b"", added_by=begun.anke.person, added_at=NOON
    )
    for number in range(3):
        Knowledge.objects.create(source=source, unit=begun.anke.unit, pdq=bytes([number]) * 32)
    with transaction.atomic():
        assert begun.home.shelf(begun.anke.unit, "known").index.status().tail == 3
    assert begun.home.shelf(begun.anke.unit, "known").index.status().tail == 0
    assert begun.home.shelf(begun.anke.unit, "known").index.status().entries == 3


def test_closing_starts_no_sandbox_and_may_be_done_twice(home: Settings) -> None:
    unused = Home(home)
    unused.close()
    unused.close()
    assert "sandbox" not in vars(unused)


def test_a_line_of_the_log_says_who_what_why_and_when(begun: Node) -> None:
    with durable():
        number = log(begun.home, begun.bram, "change", "a thing", {"how": "so"})
    entry = Entry.objects.get(index=number)
    said = (entry.person, entry.unit, entry.verb, entry.thing, entry.reason)
    assert said == ("bram", "Federal Police", "change", "a thing", "a test")
    assert entry.at.startswith(f"{NOON:%Y-%m-%dT%H:%M:%S}")
    assert '"so"' in entry.detail


def test_a_consultation_is_written_down_and_signed(begun: Node) -> None:
    consulted(begun.home, begun.chiara, "a thing")
    last = Entry.objects.order_by("index").last()
    newest = Checkpoint.objects.order_by("number").last()
    assert last is not None
    assert newest is not None
    assert (last.person, last.verb, newest.size) == ("chiara", "consultation", Entry.objects.count())
    assert begun.home.settings.seen.exists()


def test_sealing_twice_is_one_checkpoint(begun: Node) -> None:
    seal_log(begun.home, begun.anke)
    before = Checkpoint.objects.count()
    seal_log(begun.home, begun.anke)
    assert Checkpoint.objects.count() == before


def test_what_is_durable_is_all_or_nothing(begun: Node) -> None:
    before = Unit.objects.count()

    def half() -> None:
        with durable():
            Unit.objects.create(name="half", country="BE", founded_at=NOON)
            log(begun.home, begun.anke, "change", "half")
            raise KeyError

    with pytest.raises(KeyError):
        half()
    assert Unit.objects.count() == before
    assert not Entry.objects.filter(thing="half").exists()


def test_a_database_that_fails_is_one_sentence_that_says_what_to_do(database: Settings) -> None:
    with pytest.raises(Unavailable) as told, durable():
        raise DatabaseError("disk full\nand a long story")
    assert "(disk full)" in str(told.value)
    assert "run the same command again" in str(told.value)
    assert "\n" not in str(told.value)


def test_the_first_line_of_an_error_is_never_empty() -> None:
    assert first_line(DatabaseError("one\ntwo")) == "one"
    assert first_line(DatabaseError("")) == "DatabaseError"
    assert first_line(transaction.TransactionManagementError()) == "TransactionManagementError"
