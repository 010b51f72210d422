"""A home begun with older tables keeps every row as they are brought up to date, and is asked what is new to it."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models import Model

from havre.exchange.board import put
from havre.exchange.models import About, Gone, Kind, Leaning, Lost, Notice, PassedOver, Shared, SharedImprint
from havre.exchange.rules import reference
from havre.flows.claim import take
from havre.flows.identify import record_victim
from havre.flows.tables import make_tables
from havre.flows.tell_countries import tell
from havre.flows.tend import lean
from havre.flows.theirs import say_theirs
from havre.restrictions.model import Owner
from havre.series.models import Life, Series
from havre.settings import Settings
from havre.victims.record import Child
from tests.cast import NOON, Node, node
from tests.exchange.shared import confirmed, held_too, printed, shared
from tests.exchange.test_support import alike
from tests.quick_history import Count, quick_history

Rows = dict[str, list[dict[str, object]]]

BEFORE = "0006_lost"
"""The newest tables of the exchange before series that leaned on one look-alike were asked about."""


def tables() -> list[type[Model]]:
    """All that stands on the board and waits for units, and the series, which the first update reads."""
    return [*apps.get_app_config("exchange").get_models(), Series]


def rows() -> Rows:
    """Every row as the database has it, whatever the models of today say."""
    found = {}
    with connection.cursor() as cursor:
        here = connection.introspection.table_names(cursor)
        for table in (model._meta.db_table for model in tables()):
            if table in here:
                cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
                names = [column[0] for column in cursor.description]
                found[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return found


def filled(here: Node) -> None:
    """A home in which everything that the board has a table for has happened."""
    series, _done = shared(here, "IT", "FR")
    for number, member in enumerate(series.members.all()):
        printed(member.medium, number)
    held_too(here, series)
    confirmed(here.bram)
    Series.objects.filter(pk=confirmed(here.bram).pk).update(life=Life.SAFEGUARDED)
    take(here.home, here.anke, series.reference)
    record_victim(here.home, here.anke, series.reference, Child("Wren"), identified_by="BE")
    row = Shared.objects.get(kind=Kind.SERIES)
    say_theirs(here.home, here.chiara, reference(row), "seen in Lyon?")
    until = (NOON + timedelta(days=9)).isoformat()
    body = {"series": str(row.ref), "since": NOON.isoformat(), "until": until}
    peer = Owner("ee" * 32, "Peer", "FR")
    tell(here.home, [put(peer, Kind.CLAIM, UUID(int=9), body, row.condition.value, 1, NOON)], NOON)
    medium = Shared.objects.filter(kind=Kind.MEDIA).order_by("pk")[0]
    SharedImprint.objects.create(shared=medium, digest=b"d" * 32, known=True, method="film", version="1", sealed=b"x")
    PassedOver.objects.create(unit=here.chiara.unit, theirs=medium, why="cut off", at=NOON)
    Gone.objects.create(shelf="board", first=3, count=2)
    Lost.objects.create(node="ee" * 32, year=2025, runs=7)


@pytest.fixture
def begun(database: Settings) -> Iterator[Node]:
    """A node that the cast works on."""
    with node(database) as here:
        yield here


def test_every_row_of_the_board_outlasts_the_update(begun: Node, count: Count) -> None:
    filled(begun)
    with quick_history(count):
        call_command("migrate", "exchange", BEFORE, verbosity=0, interactive=False)
        before = rows()
        assert (Leaning._meta.db_table in before, all(before.values())) == (False, True)
        make_tables()
    after = rows()
    leaning = after.pop(Leaning._meta.db_table)
    followed = Series.objects.filter(life__in=(Life.IDENTIFIED, Life.SAFEGUARDED)).order_by("pk")
    assert leaning == [{"series_id": series.pk} for series in followed]
    assert (len(leaning), Series.objects.count()) == (3, 4)
    new = {Notice._meta.db_table: {"rival": ""}}
    assert after == {table: [row | new.get(table, {}) for row in held] for table, held in before.items()}


def test_who_was_told_before_the_update_that_a_mere_look_alike_says_otherwise_is_told_so_no_more(
    begun: Node, count: Count
) -> None:
    wrong, (other, _done) = alike(begun, (7,)), shared(begun, "IT")
    right = held_too(begun, other)
    for by, series, called in (
        (begun.chiara, wrong, "Wren"),
        (begun.chiara, right, "Kite"),
        (begun.anke, other, "Owl"),
    ):
        record_victim(begun.home, by, series.reference, Child(called), identified_by=by.unit.country)
    record_victim(begun.home, begun.anke, "S1", Child("Heron"), identified_by="BE")
    said = Shared.objects.filter(kind=Kind.IDENTIFICATION, unit="Federal Police").latest("pk")
    told = {"by": "Federal Police", "by country": "BE", "you say": ["IT"]}
    values = {"unit": begun.chiara.unit, "about": About.OTHERWISE, "shared": said, "series": wrong}
    held = Notice.objects.create(**values, told=told, at=NOON)  # as it was before
    waiting = Notice.objects.filter(unit=begun.chiara.unit, about=About.OTHERWISE, closed_at=None)
    assert [notice.series for notice in waiting.order_by("pk")] == [right, wrong]
    with quick_history(count):
        call_command("migrate", "exchange", "0009_otherwise", verbosity=0, interactive=False)
        make_tables()
    assert lean(begun.home, NOON) == 2
    held.refresh_from_db()
    assert (held.closed_at, held.told, Leaning.objects.exists()) == (NOON, {}, False)
    assert [notice.series for notice in waiting] == [right]
