"""What a check left is found by whoever comes after it, until it is told."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.exchange.due import compared, due, keep_silent, left_behind, pass_over, passed_over, unlogged, untold
from havre.exchange.models import Checked, PassedOver, SameMedium, Shared
from havre.flows.restrict import restrict
from havre.restrictions.models import Reach
from havre.settings import Settings
from tests.cast import NOON, Node, node
from tests.exchange.shared import confirmed, held_too, open_to, shared


@pytest.fixture
def begun(database: Settings) -> Iterator[Node]:
    """A node on which the cast works."""
    with node(database) as found:
        yield found


def test_what_came_while_others_were_compared_is_still_due(begun: Node) -> None:
    unit = begun.chiara.unit
    due(unit, NOON)
    read = Checked.objects.get()
    assert left_behind() == {unit.pk}
    due(unit, NOON + timedelta(seconds=1))
    compared(read)
    assert left_behind() == {unit.pk}
    compared(Checked.objects.get())
    assert left_behind() == set()


def test_what_was_found_or_passed_over_is_left_until_it_is_told(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    own = held_too(begun, series)
    unit = begun.chiara.unit
    assert (list(untold(unit)), left_behind()) == ([], set())
    SameMedium.objects.update(untold=True)
    assert (untold(unit).count(), left_behind()) == (3, {unit.pk})
    SameMedium.objects.update(untold=False)
    medium = own.members.earliest("pk").medium
    assert pass_over(unit, [PassedOver(unit=unit, medium=medium, at=NOON, why="spoilt")]) == 1
    assert (unlogged(unit).get().medium, left_behind()) == (medium, {unit.pk})


def test_what_its_source_hides_again_is_told_to_nobody_and_the_board_is_not_read_for_each_row(begun: Node) -> None:
    series, _ = shared(begun, "IT")
    held_too(begun, series)
    unit = begun.chiara.unit
    SameMedium.objects.update(untold=True)
    keep_silent(unit, NOON)
    assert untold(unit).count() == 3
    Reach.objects.all().delete()
    with CaptureQueriesContext(connection) as asked:
        keep_silent(unit, NOON)
    assert untold(unit).count() == 0
    assert [each["sql"] for each in asked if re.search(r"NOT \(?[^()]* IN \(SELECT", each["sql"])] == []


def test_of_each_medium_the_last_reason_counts_and_none_where_it_could_be_compared(begun: Node) -> None:
    unit, medium = begun.chiara.unit, confirmed(begun.chiara, 1).members.get().medium
    restrict(begun.home, begun.anke, "series", confirmed(begun.anke, 1).reference, open_to("IT"))
    theirs = Shared.objects.get(kind="media")

    def asked(ours: str, other: str) -> int:
        rows = [PassedOver(unit=unit, medium=medium, at=NOON, why=ours)]
        return pass_over(unit, [*rows, PassedOver(unit=unit, theirs=theirs, at=NOON, why=other)])

    assert asked("spoilt", "short") == 2
    unlogged(unit).update(unlogged=False)
    assert asked("spoilt", "short") == 2
    assert not unlogged(unit).exists()  # nothing else is to be said of it
    assert asked("spoilt", "long") == 2
    assert unlogged(unit).get().why == "long"
    assert (passed_over(unit, NOON), asked("", "long"), passed_over(unit, NOON)) == (2, 1, 1)
    Shared.objects.filter(pk=theirs.pk).update(withdrawn_at=NOON)
    assert passed_over(unit, NOON) == 0
