"""A superuser of a node's database alters its log: another node finds out at the next checkpoint, every time.

10,000 times in `make proof`; a sample of every kind in `make test`. The superuser also removes the checkpoint that the
node keeps beside its database, so that nobody but the witness knows better.
"""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest
from django.db import transaction

from havre.audit.models import Head
from havre.errors import HavreError
from havre.flows.home import log, seal_log
from havre.flows.introduce import say
from havre.flows.witness import shown, went_back
from havre.network.models import Peer
from havre.network.witness import last_seen
from havre.sealing.sign import Verifier
from havre.sealing.statement import decoded
from havre.sealing.witness import Seen, Shown, go_on
from havre.units.acting import Acting
from tests.simulators.nations import Nation, World
from tests.simulators.superuser import TAMPERINGS, Superuser
from tests.simulators.worlds import Worlds

Count = Callable[[int, int], int]


class Undone(Exception):
    """The database is as it was before."""


def witnessed(world: World) -> Seen:
    """What Italy has seen of Belgium's log, after Belgium did some things."""
    belgium, italy = world.nations.values()
    with belgium.open() as anke:
        for number in range(8):
            say(belgium.home, anke, "Node IT", f"word {number}")
    world.ask(belgium, italy)
    world.pass_time(61)
    world.ask(belgium, italy)
    with italy.open():
        seen = last_seen(Peer.objects.get())
    assert seen is not None
    return seen


def found_out(belgium: Nation, anke: Acting, seen: Seen, log_key: Verifier) -> str:
    """How the witness finds out, from what the node's own program shows of its log; empty where it does not."""
    try:
        with transaction.atomic():
            log(belgium.home, anke, "change", "something", {"act": "went on"})
            seal_log(belgium.home, anke)
    except HavreError:
        pass  # that the node itself notices is not asked here
    told = shown(belgium.home, anke, seen.note)
    if "broken" in told:
        return "its own node says so"
    leaves = decoded(told["leaves"]) if told["leaves"] else b""
    pieces = [leaves[start : start + 32] for start in range(0, len(leaves), 32)]
    given = Shown(str(told["note"]), seen.checkpoint.size, decoded(told["root"]), pieces, str(told["frontier"]))
    try:
        go_on(seen, given, log_key)
    except HavreError as error:
        return str(error).split()[1]
    return "it went back" if went_back(belgium.home, seen.note) else ""


def undone(belgium: Nation, anke: Acting, seen: Seen, tamper: Callable[[], None]) -> str:
    """How it is found out; the database is as before then."""
    how = ""
    belgium.settings.seen.unlink(missing_ok=True)
    with suppress(Undone), transaction.atomic():
        tamper()
        how = found_out(belgium, anke, seen, belgium.home.signer.verifier)
        raise Undone
    return how


@pytest.mark.proof
def test_every_tampering_is_found_out_by_the_next_checkpoint(worlds: Worlds, count: Count) -> None:
    chance = random.Random(5)
    tally: Counter[tuple[str, str]] = Counter()
    with worlds("BE IT") as world:
        seen = witnessed(world)
        belgium = world.nations["BE"]
        world.pass_time(61)  # a log of this length is hashed anew each minute
        with belgium.open() as anke:
            assert Head.objects.get().size == seen.checkpoint.size
            assert not undone(belgium, anke, seen, lambda: None)  # nothing was altered yet
            for number in range(count(3 * len(TAMPERINGS), 10_000)):
                tamper = TAMPERINGS[number % len(TAMPERINGS)]
                by = Superuser(chance, seen.checkpoint.size, belgium.home.signer, anke.now())
                how = undone(belgium, anke, seen, partial(tamper, by))
                assert how, f"{tamper.__name__}, number {number}"
                tally[tamper.__name__, how] += 1
    for (name, how), times in sorted(tally.items()):
        print(f"{name}: {times} found out: {how}")
