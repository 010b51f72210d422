"""What a desk is made of: series on the move, the newest intake, thirty days of the unit."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from havre.cases.models import Outcome
from havre.flows.begin import add_colleague
from havre.flows.desk import known_share, open_desk, outcomes_of
from havre.series.models import Status
from havre.settings import Settings
from havre.units.models import RoleName
from havre.units.queries import person_named
from havre.victims.models import Victim
from tests.cast import NOON, Node, acting, node
from tests.desked import FOUND, brought, children, series


@pytest.fixture
def here(database: Settings) -> Iterator[Node]:
    with node(database) as found:
        yield found


def test_confirmed_series_are_on_the_move_until_a_month_after_the_child_is_safe(here: Node) -> None:
    by = here.bram.person
    series(by, NOON - timedelta(days=40), 1, "Old gate", 4)
    series(by, NOON - timedelta(days=2), 2, "White gate", 4)
    series(by, NOON - timedelta(days=90), 3, "Blue tiles", 1)
    series(by, NOON, 4, "", 0, Status.PROPOSED)
    desk = open_desk(here.home, here.bram)
    assert [row.series.reference for row in desk.moving] == ["S3", "S2"]


def test_the_month_counts_what_was_reached_in_it(here: Node) -> None:
    by = here.bram.person
    series(by, NOON - timedelta(days=2), 1, "", 3)
    series(by, NOON - timedelta(days=60), 2, "", 3)
    children(by, NOON)
    Victim.objects.filter(pseudonym__in=("child 0", "child 1")).update(safeguarded_at=NOON - timedelta(days=1))
    Victim.objects.filter(pseudonym="child 2").update(safeguarded_at=NOON - timedelta(days=31))
    month = open_desk(here.home, here.bram).month
    assert month is not None
    assert (month.identified, month.safeguarded, month.to_alert) == (1, 2, None)


def test_the_newest_intake_is_summed(here: Node) -> None:
    brought(here.bram.person, NOON, case="Drive 1", times=3)
    newest = brought(here.bram.person, NOON, bad=4)
    summary = open_desk(here.home, here.bram).newest
    assert summary is not None
    assert summary.intake == newest
    assert summary.outcomes == {outcome.value: count for outcome, count in FOUND.items()} | {"quarantined": 4}
    assert summary.found == 133


def test_another_units_rows_are_counted_nowhere(here: Node) -> None:
    intake = brought(here.chiara.person, NOON)
    series(here.chiara.person, NOON - timedelta(days=2), 1, "Tegola", 3)
    desk = open_desk(here.home, here.bram)
    assert (desk.moving, desk.newest, desk.month and desk.month.identified) == ([], None, 0)
    assert outcomes_of([]) == dict.fromkeys(outcomes_of([intake]), 0)
    assert open_desk(here.home, here.chiara).newest is not None  # there was something to leak


def test_who_does_not_work_with_media_has_an_empty_desk(here: Node) -> None:
    brought(here.bram.person, NOON)
    add_colleague(here.home, here.anke, "dora", "", [RoleName.AUDITOR, RoleName.ADMINISTRATOR])
    desk = open_desk(here.home, acting(person_named("dora")))
    assert (desk.moving, desk.newest, desk.month) == ((), None, None)


def test_what_could_not_be_read_counts_for_no_share() -> None:
    outcomes = {outcome.value: 0 for outcome in Outcome} | {"known": 3, "new": 1, "refused": 90, "quarantined": 9}
    assert known_share(outcomes) == 0.75
    assert known_share(dict.fromkeys(outcomes, 0)) is None
