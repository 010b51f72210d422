"""Killed with -9 at any moment and run again, no letter is sent twice and none is lost; a real server takes them."""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess

import pytest

from havre.flows.ask_platform import Wanted, ask
from havre.flows.draft_notice import confirm, draft
from havre.notices.models import Notice, Outcome, Transmission
from havre.platforms.models import Request
from havre.settings import Settings
from tests.cast import NOON, node
from tests.notices.standing import HOST, contact, routed
from tests.preloaded import begun_module
from tests.simulators.smtp import Server, smtp

DAY = timedelta(days=1)
PAGES = 5


def prepared(database: Settings) -> None:
    """Five pages with a notice each, due at noon, and a request."""
    with node(database) as here:
        contact(here)
        for number in range(PAGES):
            for each in draft(here.home, here.anke, str(routed(here, f"https://photos.example/{number}").pk)):
                if each.due_at is None:
                    confirm(here.home, here.bram, each.reference)
        ask(here.home, here.anke, Wanted("preserve", HOST, "a law", page="https://photos.example/0"))


def begun_sender(database: Settings, server: Server, when: datetime, step: str) -> BaseProcess:
    """A process that sends what is due, and dies at this step."""
    words = (str(database.home), database.database, str(server.server_address[1]), when.isoformat(), step)
    return begun_module("tests.simulators.killed_sender", *words)


def sent(database: Settings, server: Server, when: datetime, step: str) -> int | None:
    """How such a process ended."""
    process = begun_sender(database, server, when, step)
    process.join(120)
    return process.exitcode


def identifiers(server: Server) -> Counter[str]:
    """How often each letter was taken."""
    return Counter(str(each["Message-ID"]) for each in server.taken)


@pytest.mark.parametrize("step", ["ready", "taken"])
def test_killed_at_a_step_nothing_is_sent_twice_and_nothing_is_lost(database: Settings, step: str) -> None:
    prepared(database)
    with smtp() as server:
        assert sent(database, server, NOON, step) == -signal.SIGKILL
        assert sent(database, server, NOON, "never") == 0
        rows = Transmission.objects.values_list("message_id", flat=True)
        assert identifiers(server) == Counter(rows)
    assert (len(rows), Notice.objects.filter(state="sent").count()) == (PAGES + 1, PAGES)
    assert Request.objects.get().deadline == NOON + 7 * DAY


@pytest.mark.parametrize("backend", ["sqlite"])
def test_killed_between_the_word_that_it_leaves_and_its_last_line_the_next_follows_in_a_day(database: Settings) -> None:
    prepared(database)
    with smtp() as server:
        sent(database, server, NOON, "written")
        assert sent(database, server, NOON, "never") == 0
        assert identifiers(server).total() == PAGES
        assert Transmission.objects.filter(outcome=Outcome.PERHAPS).count() == 1
        assert sent(database, server, NOON + DAY, "never") == 0
        assert identifiers(server).total() == 2 * PAGES
        assert set(identifiers(server).values()) == {1}


@pytest.mark.proof
def test_killed_at_any_moment_each_letter_is_taken_once(database: Settings, count: Callable[[int, int], int]) -> None:
    prepared(database)
    chance, kills = random.Random(6), count(1, 100)
    with smtp() as server:
        server.rules.slow = 0.01
        for day in range(kills):
            sender = begun_sender(database, server, NOON + day * DAY, "never")
            before = len(server.raw)
            while sender.exitcode is None and len(server.raw) == before:
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.3))
            sender.kill()
            sender.join(20)
            assert sent(database, server, NOON + day * DAY, "never") == 0
        rows = Transmission.objects.exclude(outcome=Outcome.PERHAPS).values_list("message_id", flat=True)
        found = identifiers(server)
        assert set(found.values()) == {1}
        assert set(rows) <= set(found)
        assert Transmission.objects.count() == kills * PAGES + 1
