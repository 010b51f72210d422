"""Counters move by what is added and taken away."""

from havre.cases.counters import move_counters
from havre.cases.models import Intake
from havre.cases.open import open_case
from havre.settings import Settings
from tests.cast import NOON, introduce


def test_what_moves_is_taken_from_one_and_added_to_the_other(database: Settings) -> None:
    bram = introduce().bram
    case = open_case("A", "a warrant", "a test", bram, NOON)
    one, other = (
        Intake.objects.create(case=case, path=path, begun_at=NOON, begun_by=bram, listing=b"", salt=b"")
        for path in "ab"
    )
    move_counters(
        [(one.pk, "new", True), (one.pk, "new", False), (one.pk, "refused", False), (other.pk, "near", False)]
    )
    move_counters([(one.pk, "known", False)], taken=[(one.pk, "new", True)])
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.new, one.known, one.refused, one.stack_count, one.found) == (1, 1, 1, 0, 3)
    assert (other.near, other.found) == (1, 1)
