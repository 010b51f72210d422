"""Time alone destroys what is over, lets claims lapse and escalates alerts; done again, nothing."""

from datetime import timedelta

from havre.exchange.models import Kind, Shared
from havre.exchange.rules import ANSWERED_WITHIN, reference
from havre.flows.claim import take
from havre.flows.tend import lapse, tend
from havre.flows.theirs import claim_theirs
from havre.series.claims import RUNS_OUT_AFTER
from tests.cast import NOON, Node
from tests.exchange.shared import confirmed, open_to, shared
from tests.flows.test_notices import alerted


def test_claims_lapse_so_that_others_may_claim(begun: Node) -> None:
    series, _done = shared(begun, "IT")
    take(begun.home, begun.anke, series.reference)
    assert lapse(begun.home, NOON) == 0
    assert [lapse(begun.home, NOON + RUNS_OUT_AFTER) for _ in range(2)] == [1, 0]
    claim_theirs(begun.home, begun.chiara, reference(Shared.objects.get(kind=Kind.SERIES)))
    assert [lapse(begun.home, NOON + RUNS_OUT_AFTER) for _ in range(2)] == [1, 0]
    assert not Shared.objects.filter(kind=Kind.CLAIM, withdrawn_at=None).exists()


def test_everything_that_is_due_is_done_once(begun: Node) -> None:
    alerted(begun)
    done = tend(begun.home, lambda: NOON + ANSWERED_WITHIN).to_json()
    assert done == {"destroyed": 0, "ended": 0, "lapsed": 0, "escalated": 1, "written_out": 0}
    later = NOON + timedelta(days=6 * 365)
    first, again = (tend(begun.home, lambda: later) for _ in range(2))
    assert (first.destroyed > 0, first.lapsed, again.destroyed) == (True, 0, 0)
    assert open_to("IT").most
    assert confirmed(begun.bram).status == "confirmed"
