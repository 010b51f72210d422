"""Locks of a home keep those apart who would disturb each other, and nobody else."""

import fcntl
from pathlib import Path

import pytest

from havre.errors import Refused
from havre.flows.holding import at_work, held, nobody_at, refuse_while_intakes_run, store_alone, store_shared
from havre.flows.home import Home
from havre.settings import Settings


def test_two_backups_go_together(tmp_path: Path) -> None:
    home = Home(Settings(home=tmp_path))
    with store_shared(home), store_shared(home):
        pass


def test_an_erasure_goes_with_neither_a_backup_nor_another(tmp_path: Path) -> None:
    home = Home(Settings(home=tmp_path))
    with store_alone(home):
        with pytest.raises(Refused, match="being erased"), store_shared(home):
            pass
        with pytest.raises(Refused, match="backup or another erasure"), store_alone(home):
            pass
    with store_alone(home):
        pass


def test_intakes_that_ended_refuse_nobody(tmp_path: Path) -> None:
    (tmp_path / "locks").mkdir()
    (tmp_path / "locks" / "intake-7").touch()
    refuse_while_intakes_run(Home(Settings(home=tmp_path)))


def test_whoever_is_at_something_is_seen_and_keeps_nobody_else_from_it(tmp_path: Path) -> None:
    home = Home(Settings(home=tmp_path))
    assert nobody_at(home, "check-1")
    with at_work(home, "check-1"), at_work(home, "check-1"):
        assert not nobody_at(home, "check-1")
        assert nobody_at(home, "check-2")
    assert nobody_at(home, "check-1")
    with held(home, "check-1", fcntl.LOCK_EX, "asked"), at_work(home, "check-1"):
        pass  # somebody asks at this moment: that stops no work
