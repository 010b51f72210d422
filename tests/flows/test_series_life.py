"""People name a series, move it on and say which steps are done; each is logged, and refused where it does not fit."""

import json

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.flows.series_life import BY_HAND, move_series, name_series, stamp_step
from havre.series.models import Life, Move, Series, Stamp, Status, Step
from havre.series.steps import BY_ITSELF
from havre.units.models import Role
from tests.cast import Node
from tests.series.many import series_of


def logged() -> dict[str, object]:
    last = Entry.objects.order_by("-index")[0]
    assert (last.verb, last.thing) == ("change", "series S1")
    detail: dict[str, object] = json.loads(last.detail)
    return detail


def test_a_series_is_named_in_one_line(begun: Node) -> None:
    series_of(begun.anke.person, 2)
    assert name_series(begun.home, begun.bram, "S1", "  Blue \n tiles ").name == "Blue tiles"
    assert logged() == {"act": "named", "name": "Blue tiles", "was": ""}
    with pytest.raises(Invalid, match="80 characters"):
        name_series(begun.home, begun.bram, "S1", "x" * 81)
    with pytest.raises(Invalid, match="one line"):
        name_series(begun.home, begun.bram, "S1", "a\x07b")
    assert Series.objects.get().name == "Blue tiles"


def test_a_move_is_made_with_its_reason_and_logged(begun: Node) -> None:
    series_of(begun.anke.person, 2)
    Series.objects.update(status=Status.CONFIRMED)
    move_series(begun.home, begun.bram, "1", Life.LOCATED)
    moved = Move.objects.get()
    assert (moved.was, moved.became, moved.by, moved.reason) == ("unidentified", "located", begun.bram.person, "a test")
    assert logged() == {"act": "moved", "was": "unidentified", "became": "located"}
    with pytest.raises(Invalid, match="cannot become unidentified"):
        move_series(begun.home, begun.bram, "1", Life.UNIDENTIFIED)


@pytest.mark.parametrize("to", sorted(set(Life) - set(BY_HAND)))
def test_what_follows_from_something_else_is_not_said_by_hand(begun: Node, to: Life) -> None:
    series_of(begun.anke.person, 2)
    with pytest.raises(Invalid, match="by itself"):
        move_series(begun.home, begun.anke, "S1", to)
    assert Series.objects.get().life == Life.UNIDENTIFIED


def test_a_step_is_done_the_first_time_it_is_said(begun: Node) -> None:
    series_of(begun.anke.person, 2)
    stamp_step(begun.home, begun.anke, "S1", Step.ALERT)
    stamp_step(begun.home, begun.bram, "S1", Step.ALERT)
    assert Stamp.objects.get().by == begun.anke.person
    assert logged() == {"act": "step done", "step": "alert", "before": True}
    for step in BY_ITSELF:
        with pytest.raises(Invalid, match="by itself"):
            stamp_step(begun.home, begun.anke, "S1", step)


def test_nothing_is_done_on_what_is_over_or_unseen_or_without_a_role(begun: Node) -> None:
    series_of(begun.anke.person, 2)
    before = Entry.objects.count()
    with pytest.raises(NotFound):
        name_series(begun.home, begun.chiara, "S1", "Mine")
    Role.objects.filter(person=begun.bram.person).update(name="auditor")
    with pytest.raises(Refused, match="bram may not name series"):
        name_series(begun.home, begun.bram, "S1", "Mine")
    Series.objects.update(status=Status.DISSOLVED)
    with pytest.raises(Refused, match="S1 is dissolved"):
        name_series(begun.home, begun.anke, "S1", "Mine")
    assert (Series.objects.get().name, Entry.objects.count()) == ("", before)
