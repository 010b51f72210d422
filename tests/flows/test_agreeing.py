"""Of each pair of media the surest kind is kept, and what became surer is told again."""

from havre.exchange.find import Agrees
from havre.exchange.models import SameMedium, Shared
from havre.flows.agreeing import keep
from tests.cast import NOON, Node
from tests.exchange.shared import same_here, shared


def test_the_surest_of_a_pair_is_kept(begun: Node) -> None:
    series, _ = shared(begun, "IT", count=1)
    medium = same_here(begun.chiara, series).members.get().medium_id
    row = Shared.objects.get(kind="media").pk

    def told(*said: tuple[int, str]) -> tuple[int, str, int]:
        new = keep(begun.chiara, [Agrees(percent, kind, medium, row) for percent, kind in said])
        found = SameMedium.objects.get()
        return new, found.kind, found.percent

    assert told((100, "camera"), (60, "place"), (70, "place")) == (1, "place", 70)
    assert told((100, "camera"), (99, "place")) == (0, "place", 70)
    assert told((40, "segment")) == (1, "segment", 40)
    assert told((90, "near"), (100, "identical")) == (1, "identical", 100)
    assert keep(begun.chiara, []) == 0


def test_nothing_is_made_of_what_was_withdrawn_meanwhile(begun: Node) -> None:
    series, _ = shared(begun, "IT", count=1)
    medium = same_here(begun.chiara, series).members.get().medium_id
    row = Shared.objects.get(kind="media")
    Shared.objects.update(withdrawn_at=NOON)
    assert keep(begun.chiara, [Agrees(90, "near", medium, row.pk)]) == 0
