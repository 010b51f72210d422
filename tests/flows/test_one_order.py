"""Whoever changes the board and the log takes them in one order: two at once end both, on PostgreSQL too."""

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connections

from havre.errors import Unavailable
from havre.exchange.board import put
from havre.flows.home import durable, log, take_turn
from havre.restrictions.model import Level, Owner, Restriction
from tests.cast import NOON, Node

BELGIUM = Owner("", "Federal Police", "BE")
OPEN = Restriction(Level.OPEN, countries=frozenset({"IT"}))


@pytest.mark.parametrize("backend", ["postgresql"])  # SQLite has one writer at a time
def test_who_logs_first_and_who_puts_first_do_not_wait_for_each_other(begun: Node) -> None:
    put(BELGIUM, "series", UUID(int=1), {}, OPEN, 1, NOON)
    failed: list[str] = []

    def log_then_put(number: int) -> None:
        log(begun.home, begun.anke, "change", "x")
        put(BELGIUM, "series", UUID(int=1), {}, OPEN, number, NOON)

    def put_then_log(number: int) -> None:
        take_turn()
        put(BELGIUM, "series", UUID(int=1), {}, OPEN, number, NOON)
        log(begun.home, begun.anke, "change", "y")

    def often(act: Callable[[int], None]) -> None:
        try:
            for number in range(2, 40):
                with durable():
                    act(number)
        except Unavailable as error:
            failed.append(str(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=often, args=(act,)) for act in (log_then_put, put_then_log) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
