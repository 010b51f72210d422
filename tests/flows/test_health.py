"""What is said of a home's database, log and indexes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from havre.audit.models import Head
from havre.exchange.board import withdraw
from havre.exchange.gone import MOST_LOST
from havre.exchange.models import Lost, PassedOver, Shared, SharedImprint, SharedPrint
from havre.exchange.shelf import open_board
from havre.exchange.written_out import WITHIN
from havre.flows.doctor import OK, WARNING
from havre.flows.health import health
from havre.flows.reindex import rebuild_all
from havre.flows.tend import tend
from havre.settings import Settings
from tests.cast import NOON, Node, node
from tests.exchange.test_gone import PEER, pictures
from tests.exchange.test_numbered import told
from tests.flows.test_mail_from import with_box
from tests.flows.test_stray_mail import BOX
from tests.platforms.written import contact, notice


@pytest.fixture
def begun(database: Settings) -> Iterator[Node]:
    with node(database) as found:
        yield found


def states(begun: Node, days: int = 0) -> dict[str, str]:
    return {finding.name: finding.state for finding in health(begun.home, NOON + timedelta(days=days))}


def test_a_fresh_node_is_in_order(begun: Node) -> None:
    found = states(begun)
    assert (found["database"], found["log"]) == ("ok", "ok")
    assert found["index: Federal Police, held"] == "ok"


def test_a_log_nobody_signed_for_long_is_a_warning(begun: Node) -> None:
    assert states(begun, days=8)["log"] == "warning"


def test_a_log_that_went_back_is_broken(begun: Node) -> None:
    Head.objects.update(size=1)
    assert states(begun)["log"] == "broken"


def test_a_damaged_index_is_broken(begun: Node) -> None:
    folder = begun.home.settings.index / str(begun.anke.unit.pk) / "held"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest").write_text("garbage")
    assert states(begun)["index: Federal Police, held"] == "broken"


def test_where_several_units_write_one_of_them_must_be_named_to_read_the_mailbox(begun: Node) -> None:
    assert "mailbox" not in states(begun)
    for who in (begun.anke, begun.chiara):
        notice(who.person, contact(who.person))
    for unit, state in (("", "warning"), (begun.chiara.unit.name, None), ("Nowhere", "broken")):
        home = with_box(begun, replace(BOX, unit=unit))
        assert {each.name: each.state for each in health(home, NOON)}.get("mailbox") == state


def test_tables_of_another_version_are_broken_and_end_the_list(begun: Node) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'matches'")
    assert states(begun) == {"database": "broken"}


def test_what_an_index_of_the_board_has_otherwise_than_its_table_is_counted_with_what_to_do(begun: Node) -> None:
    for number in range(1, 4):
        pictures(number, 1, f"{number:02x}")
    root = begun.home.settings.index
    open_board(root).index.flush()
    name = "index: the board, board, withdrawn"

    def said(now: datetime = NOON) -> tuple[str, str] | None:
        found = {each.name: each for each in health(begun.home, now)}
        return (found[name].state, found[name].what) if name in found else None

    assert said() is None
    withdraw(PEER, UUID(int=1), 2, NOON)
    leaves = "1 withdrawn records are found by nobody and leave its files{}, by `havre work --watch`"
    assert said() == (OK, leaves.format(" within an hour"))
    open_board(root).index.flush()  # which lists it as removed
    assert said() == (OK, leaves.format(" within an hour"))
    assert tend(begun.home, lambda: NOON).written_out == 0
    assert said() == (OK, leaves.format(f" at {NOON + WITHIN:%H:%M} UTC or before"))
    late = said(NOON + 3 * WITHIN)
    assert late is not None
    assert (late[0], "`havre work --watch`, which writes them out" in late[1]) == (WARNING, True)
    assert tend(begun.home, lambda: NOON + 3 * WITHIN).written_out == 1
    assert said() is None
    SharedPrint.objects.all().delete()
    assert said() == (WARNING, "2 records lie in it that are withdrawn: run `havre index rebuild`")
    rebuild_all(begun.home)
    assert said() is None


def test_what_the_comparison_passed_over_and_films_without_end_are_told(begun: Node) -> None:
    assert not {"compared: Federal Police", "films of abababababababab"} & set(states(begun))
    for number in (1, 2):
        pictures(number, 1, "0a")
    for theirs in Shared.objects.all():
        PassedOver.objects.create(unit=begun.anke.unit, theirs=theirs, why="it is spoilt", at=NOON)
    PassedOver.objects.create(unit=begun.anke.unit, why="it is spoilt", at=NOON)
    Lost.objects.create(node=PEER.node, year=2026, runs=MOST_LOST)
    Lost.objects.create(node="cd" * 8, year=2026, runs=MOST_LOST - 1)
    Lost.objects.create(node="ef" * 8, year=2025, runs=MOST_LOST)  # a year that is over, of which nothing waits
    found = {each.name: each.what for each in health(begun.home, NOON)}
    assert found["compared: Federal Police"].startswith("1 files of the unit or of others could not be compared")
    assert found["films of abababababababab"] == (
        "16,777,216 runs of its films were used up in 2026, told otherwise, taken back or given to films of years"
        " before: 0 films are not searched for before a year has room; ask whoever runs that node why"
    )
    assert {"films of cdcdcdcdcdcdcdcd", "films of efefefefefefefef"} & set(found) == set()


def test_films_that_wait_are_told_though_they_were_told_again_in_a_year_that_has_room(begun: Node) -> None:
    Lost.objects.create(node=PEER.node, year=2026, runs=MOST_LOST)
    told(1)  # in 2026, which has no numbers left
    assert SharedImprint.objects.get().first is None
    Lost.objects.update(year=2025)  # as a year later
    Lost.objects.create(node=PEER.node, year=2024, runs=MOST_LOST)
    [what] = [each.what for each in health(begun.home, NOON) if each.name == "films of abababababababab"]
    assert "used up in 2025" in what
    assert ": 1 films are not searched for" in what
