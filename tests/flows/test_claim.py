"""Who works on a series is known to all, and what that does to its life."""

import pytest

from havre.audit.models import Entry
from havre.errors import NotFound, Refused
from havre.flows.claim import give_back, take
from havre.flows.comment import say
from havre.series.claims import RUNS_OUT_AFTER
from havre.series.models import Claim, Life, Series, Step
from havre.units.acting import Acting
from tests.cast import NOON, Node
from tests.series.many import series_of


def test_taking_investigates_and_giving_back_undoes_it(begun: Node) -> None:
    series = series_of(begun.anke.person, 2)
    held = take(begun.home, begun.bram, "S1")
    assert (held.by, held.until) == (begun.bram.person, NOON + RUNS_OUT_AFTER)
    series.refresh_from_db()
    assert (series.life, series.stamps.get().step) == (Life.INVESTIGATED, Step.CHECK)
    assert Entry.objects.order_by("-index")[0].detail == '{"act":"claimed","until":"2026-03-09T12:00:00+00:00"}'
    give_back(begun.home, begun.bram, "S1")
    assert Series.objects.get().life == Life.UNIDENTIFIED
    assert Entry.objects.order_by("-index")[0].detail == '{"act":"released","held by":"bram"}'


def test_another_is_told_who_works_on_it_and_a_supervisor_may_take_it(begun: Node) -> None:
    series_of(begun.anke.person, 2)
    take(begun.home, begun.anke, "S1")
    with pytest.raises(Refused, match="anke works on S1 until 2026-03-09"):
        take(begun.home, begun.bram, "S1")
    with pytest.raises(Refused, match="they or a supervisor"):
        give_back(begun.home, begun.bram, "S1")
    give_back(begun.home, begun.anke, "S1")
    take(begun.home, begun.bram, "S1")
    give_back(begun.home, begun.anke, "S1")  # anke is a supervisor too
    assert not Claim.objects.filter(released_at=None).exists()


def test_work_keeps_a_claim_alive(begun: Node) -> None:
    series_of(begun.anke.person, 2)
    take(begun.home, begun.bram, "S1")
    later = Acting(begun.bram.person, lambda: NOON + RUNS_OUT_AFTER / 2)
    say(begun.home, later, "S1", "still at it")
    assert Claim.objects.get().until == NOON + RUNS_OUT_AFTER * 1.5
    say(begun.home, begun.anke, "S1", "good")
    assert Claim.objects.get().until == NOON + RUNS_OUT_AFTER * 1.5


def test_another_unit_cannot_take_what_it_cannot_see(begun: Node) -> None:
    series_of(begun.anke.person, 2)
    with pytest.raises(NotFound):
        take(begun.home, begun.chiara, "S1")
    assert not Claim.objects.exists()
