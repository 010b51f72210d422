"""Counters move by what is added and taken away."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from havre.cases.counters import move_counters
from havre.cases.models import Intake, Item
from havre.cases.open import open_case
from havre.settings import Settings
from tests.assessments.stacked import many
from tests.cast import NOON, introduce


def test_what_moves_is_taken_from_one_and_added_to_the_other(database: Settings) -> None:
    bram = introduce().bram
    case = open_case("A", "a warrant", "a test", bram, NOON)
    one, other = (
        Intake.objects.create(case=case, path=path, begun_at=NOON, begun_by=bram, listing=b"", salt=b"")
        for path in "ab"
    )
    move_counters([(one.pk, "new"), (one.pk, "new"), (one.pk, "refused"), (other.pk, "near")])
    move_counters([(one.pk, "known")], taken=[(one.pk, "new")])
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.new, one.known, one.refused, one.found) == (1, 1, 1, 3)
    assert (other.near, other.found) == (1, 1)


def test_the_way_back_counts_what_an_older_havre_counts_on_from(database: Settings) -> None:
    cast = introduce()
    many(cast.belgium, cast.bram, 3)
    Item.objects.filter(path="1").update(stack=False)
    connection.check_constraints()  # PostgreSQL changes no table in which rows wait to be checked
    cases = MigrationExecutor(connection)
    try:
        before = cases.migrate([("cases", "0002_orders")])
        assert [each.stack_count for each in before.apps.get_model("cases", "Intake").objects.all()] == [2]
    finally:
        connection.check_constraints()
        MigrationExecutor(connection).migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
