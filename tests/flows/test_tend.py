"""Time alone destroys what is over, lets claims lapse and escalates alerts; done again, nothing."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from havre.exchange.models import About, Kind, Leaning, Notice, Shared
from havre.exchange.rules import ANSWERED_WITHIN, reference
from havre.flows.claim import take
from havre.flows.say_same import say_same
from havre.flows.tend import lapse, lean, tend
from havre.flows.theirs import claim_theirs
from havre.series.claims import RUNS_OUT_AFTER
from havre.series.models import Life, Series
from havre.series.moves import move, told_reason
from tests.cast import NOON, Node
from tests.exchange.shared import confirmed, open_to, shared
from tests.exchange.test_support import alike, theirs
from tests.flows.test_notices import alerted
from tests.flows.test_say_same import asked, identified, life


def test_claims_lapse_so_that_others_may_claim(begun: Node) -> None:
    series, _done = shared(begun, "IT")
    take(begun.home, begun.anke, series.reference)
    assert lapse(begun.home, NOON) == 0
    assert [lapse(begun.home, NOON + RUNS_OUT_AFTER) for _ in range(2)] == [1, 0]
    claim_theirs(begun.home, begun.chiara, reference(Shared.objects.get(kind=Kind.SERIES)))
    assert [lapse(begun.home, NOON + RUNS_OUT_AFTER) for _ in range(2)] == [1, 0]
    assert not Shared.objects.filter(kind=Kind.CLAIM, withdrawn_at=None).exists()


def test_series_that_followed_one_look_alike_before_an_update_are_asked_about_once(
    begun: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = alike(begun, (7,))
    other = confirmed(begun.chiara)  # by nobody's word but its unit's
    Series.objects.filter(pk=other.pk).update(life=Life.IDENTIFIED)
    identified(begun)
    own.refresh_from_db()  # as it was before: one look-alike was enough
    move(own, Life.IDENTIFIED, None, NOON, told_reason(Life.IDENTIFIED, "Federal Police", "BE"))
    Notice.objects.filter(series=own, about=About.IDENTIFIED).update(told={"by country": "BE"})
    found = import_module("havre.exchange.migrations.0007_leaning").found
    found(apps, None)
    monkeypatch.setattr("havre.flows.tend.MOST_LEANING", 1)
    done = [lean(begun.home, NOON) for _again in range(4)]
    assert (done, Leaning.objects.count()) == ([1, 1, 1, 0], 0)
    assert (life(own), life(other)) == (Life.UNIDENTIFIED, Life.IDENTIFIED)
    assert asked(begun).told["alike"] is True
    say_same(begun.home, begun.chiara, own.reference, reference(theirs()), same=True)
    assert (lean(begun.home, NOON), life(own)) == (0, Life.IDENTIFIED)


def test_everything_that_is_due_is_done_once(begun: Node) -> None:
    alerted(begun)
    done = tend(begun.home, lambda: NOON + ANSWERED_WITHIN).to_json()
    assert done == {
        "destroyed": 0,
        "ended": 0,
        "lapsed": 0,
        "escalated": 1,
        "looked_again": 0,
        "numbered": 0,
        "written_out": 0,
    }
    later = NOON + timedelta(days=6 * 365)
    first, again = (tend(begun.home, lambda: later) for _ in range(2))
    assert (first.destroyed > 0, first.lapsed, again.destroyed) == (True, 0, 0)
    assert open_to("IT").most
    assert confirmed(begun.bram).status == "confirmed"
