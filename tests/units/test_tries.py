"""Too many tries that failed lock the door for a while."""

from datetime import timedelta

import pytest

from havre.settings import Settings
from havre.units.models import Attempt, UsedCode
from havre.units.tries import CODE_LIVES, PER_ADDRESS, PER_NAME, WITHIN, Locked, begin_try, forgive, locks, use_code
from tests.cast import NOON, introduce

HERE = "192.0.2.7"
MINUTE = timedelta(minutes=1)


def test_the_sixth_try_for_a_name_is_not_looked_at_until_a_quarter_of_an_hour_later(database: Settings) -> None:
    tries = [begin_try("anke", f"192.0.2.{n}", NOON + n * MINUTE) for n in range(PER_NAME)]
    assert [locks(each) for each in tries] == [False] * (PER_NAME - 1) + [True]
    for name in ("anke", " ANKE "):
        with pytest.raises(Locked) as refused:
            begin_try(name, HERE, NOON + 5 * MINUTE)
        assert refused.value.until == NOON + WITHIN
    begin_try("bram", HERE, NOON + 5 * MINUTE)
    begin_try("anke", HERE, NOON + WITHIN)
    with pytest.raises(Locked):
        begin_try("anke", HERE, NOON + WITHIN)


def test_tries_while_locked_do_not_lock_for_longer(database: Settings) -> None:
    for _ in range(PER_NAME):
        begin_try("anke", HERE, NOON)
    for minute in range(14):
        with pytest.raises(Locked):
            begin_try("anke", HERE, NOON + minute * MINUTE)
    begin_try("anke", HERE, NOON + WITHIN)


def test_an_address_is_locked_whatever_names_it_tries(database: Settings) -> None:
    for number in range(PER_ADDRESS):
        begin_try(f"name {number}", HERE, NOON)
    with pytest.raises(Locked, match="try again after 12:15 UTC"):
        begin_try("another", HERE, NOON)
    begin_try("another", "192.0.2.8", NOON)


def test_a_try_that_succeeds_does_not_count(database: Settings) -> None:
    for _ in range(3 * PER_ADDRESS):
        begin_try("anke", HERE, NOON).delete()
    assert not Attempt.objects.exists()


def test_two_factors_forgive_what_failed_under_that_name_alone(database: Settings) -> None:
    cast = introduce()
    for name in ("anke", "bram"):
        begin_try(name, HERE, NOON)
    forgive(cast.anke)
    assert [each.name for each in Attempt.objects.all()] == ["bram"]


def test_a_code_is_accepted_once_while_it_lives(database: Settings) -> None:
    cast = introduce()
    assert use_code(cast.anke, "123456", NOON)
    assert not use_code(cast.anke, "123 456", NOON + CODE_LIVES - timedelta(seconds=1))
    assert use_code(cast.bram, "123456", NOON)
    assert use_code(cast.anke, "123456", NOON + CODE_LIVES)
    assert UsedCode.objects.count() == 1
