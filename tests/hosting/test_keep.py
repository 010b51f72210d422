"""A load counts once it is closed, and closes what was said before; nothing is overwritten."""

from datetime import datetime
from itertools import permutations

import pytest

from havre.hosting.keep import empty, keep
from havre.hosting.models import Answer, Block, Load, Registration
from havre.hosting.rows import Answered, Registered
from havre.units.models import Person
from tests.hosting.loaded import block, day, loaded


def closed(kind: str, scope: str = "") -> list[tuple[datetime, datetime | None]]:
    """From when to when each load of a kind holds."""
    return list(Load.objects.filter(kind=kind, scope=scope).order_by("as_of").values_list("as_of", "until"))


@pytest.mark.parametrize("order", list(permutations((1, 5, 9))))
def test_in_whatever_order_files_come_each_holds_until_the_next(anke: Person, order: tuple[int, ...]) -> None:
    for number in order:
        loaded(anke, "prefixes", day(number), block("192.0.2.0/24", system=number))
    assert closed("prefixes") == [(day(1), day(5)), (day(5), day(9)), (day(9), None)]
    assert Block.objects.count() == 3


def test_files_about_something_else_close_nothing(anke: Person) -> None:
    loaded(anke, "delegations", day(1), scope="ripencc")
    loaded(anke, "delegations", day(2), scope="arin")
    loaded(anke, "prefixes", day(3))
    assert closed("delegations", "ripencc") == [(day(1), None)]


def test_a_load_that_never_ended_closes_nothing_and_is_taken_out(anke: Person) -> None:
    loaded(anke, "answers", day(1), Answered("a.example", "A", "192.0.2.7", day(1)))
    left = Load.objects.create(kind="answers", name="x", sha256=b"x", as_of=day(2), loaded_at=day(2), added_by=anke)
    keep(left, [block("192.0.2.0/24"), Answered("b.example", "A", "192.0.2.7"), Registered("b.example", "Names")])
    assert (Block.objects.count(), Answer.objects.count(), Registration.objects.count()) == (1, 2, 1)
    assert Answer.objects.get(name="b.example").at == day(2)
    empty(left)
    assert (Block.objects.count(), Answer.objects.count(), Registration.objects.count()) == (0, 1, 0)
    assert closed("answers") == [(day(1), None)]
