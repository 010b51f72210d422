"""Whoever changes the board and the log takes them in one order: two at once end both, on PostgreSQL too."""

import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import combinations
from uuid import UUID

import pytest
from django.db import connections

from havre.assessments.gather import gather
from havre.assessments.models import Stack
from havre.cases.models import Intake, Item
from havre.errors import Invalid, Refused, Unavailable
from havre.exchange.board import put
from havre.exchange.models import About, Notice, PassedOver, Shared
from havre.exchange.notify import Concerned, notify
from havre.exchange.rules import reference
from havre.flows.brought import Survey
from havre.flows.check import check_after
from havre.flows.expire import prolong
from havre.flows.group import add_member, found_group
from havre.flows.home import durable, log, take_turn
from havre.flows.intake import finish
from havre.flows.restrict import hold, restrict, restriction_for
from havre.flows.run_out import run_out
from havre.flows.series import propose_after
from havre.flows.series_added import add_stacks
from havre.flows.series_decided import confirm
from havre.flows.series_joined import join
from havre.flows.source import holding
from havre.flows.theirs import identify_theirs
from havre.linking.links import Kind, between
from havre.restrictions.model import Level, Owner, Restriction
from havre.series.findings import Finding
from havre.series.keep import keep
from havre.series.models import Member, Series, Status
from tests.cast import NOON, Node
from tests.exchange.shared import shared
from tests.series.many import series_of

BELGIUM = Owner("", "Federal Police", "BE")
OPEN = Restriction(Level.OPEN, countries=frozenset({"IT"}))
GROUP = Restriction(Level.OPEN, groups=frozenset({"tf-1"}))
DAY = timedelta(days=1)

pytestmark = pytest.mark.parametrize("backend", ["postgresql"])  # SQLite has one writer at a time


def failures(*acts: Callable[[int], object]) -> list[str]:
    """What went wrong where each of these is done often, all of them at once."""
    failed: list[str] = []

    def often(act: Callable[[int], object]) -> None:
        try:
            for number in range(2, 40):
                act(number)
        except Unavailable as error:
            failed.append(str(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=often, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failed


def test_who_logs_first_and_who_puts_first_do_not_wait_for_each_other(begun: Node) -> None:
    put(BELGIUM, "series", UUID(int=1), {}, OPEN, 1, NOON)

    def log_then_put(number: int) -> None:
        with durable():
            log(begun.home, begun.anke, "change", "x")
            put(BELGIUM, "series", UUID(int=1), {}, OPEN, number, NOON)

    def put_then_log(number: int) -> None:
        with durable():
            take_turn()
            put(BELGIUM, "series", UUID(int=1), {}, OPEN, number, NOON)
            log(begun.home, begun.anke, "change", "y")

    assert failures(*(log_then_put, put_then_log) * 2) == []


def test_who_lets_in_and_a_membership_that_runs_out_do_not_wait_for_each_other(begun: Node) -> None:
    found_group(begun.home, begun.anke, "tf-1", "Force", NOON + 9 * DAY)
    put(BELGIUM, "series", UUID(int=1), {}, GROUP, 1, NOON)

    def let_in(number: int) -> None:
        add_member(begun.home, begun.anke, "tf-1", "Polizia Postale", until=NOON + DAY)

    def end(number: int) -> None:
        run_out(begun.home, NOON + DAY)

    assert failures(*(let_in, end) * 2) == []


def test_who_tells_a_unit_and_its_check_do_not_wait_for_each_other(begun: Node) -> None:
    row = put(BELGIUM, "series", UUID(int=1), {}, OPEN, 1, NOON)
    unit = begun.chiara.unit

    def tell(number: int) -> None:
        with durable():
            take_turn()
            notify(Concerned(unit, None), About(sorted(About)[number % len(About)]), row, {"n": number}, NOON)
            Notice.objects.filter(unit=unit).exclude(told={"n": number}).delete()

    def check(number: int) -> None:
        with holding(unit):
            PassedOver.objects.create(unit=unit, why=f"as the {number}. time", at=NOON)
        check_after(begun.home, begun.chiara)

    assert failures(tell, check) == []


def test_who_restricts_a_file_holds_none_of_it_while_another_has_the_turn(begun: Node) -> None:
    series, _done = shared(begun, "IT", count=1)
    digest = bytes(series.members.get().medium.sha256).hex()

    def close() -> None:
        restrict(begun.home, begun.anke, "media", digest, Restriction())
        connections.close_all()

    closing = threading.Thread(target=close)
    with durable():
        take_turn()
        closing.start()
        assert somebody_waits()
        row = Shared.objects.select_for_update(of=("self",), skip_locked=True).filter(kind="media").first()
    closing.join(60)
    assert row is not None
    assert Shared.objects.get(kind="media").withdrawn_at == NOON


@pytest.mark.parametrize("act", ["held", "prolonged"])
def test_what_a_colleague_closes_meanwhile_is_opened_by_no_hold_and_no_later_day(begun: Node, act: str) -> None:
    shared(begun, "IT", count=1)
    refused: list[str] = []

    def later() -> None:
        try:
            if act == "held":
                hold(begun.home, begun.anke, "series", "S1", True)
            else:
                prolong(begun.home, begun.anke, "series", "S1", NOON + 900 * DAY, "the trial begins in May")
        except Invalid as error:
            refused.append(str(error))
        finally:
            connections.close_all()

    beside = threading.Thread(target=later)
    with durable():
        take_turn()
        beside.start()
        assert somebody_waits()
        restrict(begun.home, begun.anke, "series", "S1", Restriction())
    beside.join(60)
    now = restriction_for(begun.anke, "series", "S1")[1]
    assert (now.level, now.legal_hold, bool(refused)) == (Level.CLOSED, act == "held", act == "prolonged")
    assert Shared.objects.get(kind="series").withdrawn_at == NOON


def test_of_two_of_a_unit_who_say_at_once_who_knows_the_child_the_second_is_told_so(begun: Node) -> None:
    shared(begun, "IT", count=1)
    ref, refused = reference(Shared.objects.get(kind="series")), list[str]()

    def later() -> None:
        try:
            identify_theirs(begun.home, begun.chiara, ref, "FR")
        except Refused as error:
            refused.append(str(error))
        finally:
            connections.close_all()

    identify_theirs(begun.home, begun.chiara, ref, "IT")
    beside = threading.Thread(target=later)
    with durable():
        take_turn()
        beside.start()
        assert somebody_waits()
        identify_theirs(begun.home, begun.chiara, ref, "ES")
    beside.join(60)
    assert ["colleague" in each for each in refused] == [True]
    assert Shared.objects.get(kind="identification", unit=begun.chiara.unit.name).body["country"] == "ES"


@pytest.mark.parametrize("word", ["confirmed", "added", "joined", "proposed", "ended"])
def test_who_groups_series_holds_none_of_them_while_another_has_the_turn(begun: Node, word: str) -> None:
    one, other = series_of(begun.anke.person, 3), series_of(begun.anke.person, 2)
    media = list(Member.objects.filter(series__in=[one, other]).values_list("medium", flat=True))
    if word == "proposed":
        ties = [Finding(between(a, b, Kind.PLACE, 1e-9)) for a, b in combinations(sorted(media), 2)]
        keep(begun.anke.unit, ties, 100)
    gather(begun.anke.unit, list(Item.objects.order_by("pk")))
    stack = Stack.objects.latest("pk")
    Series.objects.update(found_at=NOON + DAY)
    failed: list[str] = []

    def group() -> None:
        try:
            if word == "joined":
                join(begun.home, begun.anke, one.reference, other.reference)
            elif word == "confirmed":
                confirm(begun.home, begun.anke, one.reference)
            elif word == "added":
                add_stacks(begun.home, begun.anke, one.reference, [stack.pk])
            elif word == "ended":
                finish(begun.home, begun.anke, Intake.objects.get(), Survey(5, b""), 1.0)
            else:
                propose_after(begun.home, begun.anke)
        except Unavailable as error:
            failed.append(str(error))
        finally:
            connections.close_all()

    grouping = threading.Thread(target=group)
    with durable():
        take_turn()
        grouping.start()
        assert somebody_waits()
        free = list(Series.objects.select_for_update(skip_locked=True, no_key=True).filter(unit=begun.anke.unit))
    grouping.join(60)
    assert (len(free), failed) == (2, [])
    assert Series.objects.filter(status=Status.MERGED).exists() == (word in ("added", "joined", "proposed"))


def somebody_waits() -> bool:
    """Whether another comes to wait for what this transaction holds."""
    with connections["default"].cursor() as asking:
        for _again in range(3_000):
            asking.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if asking.fetchone() != (0,):
                return True
            threading.Event().wait(0.01)
    return False
