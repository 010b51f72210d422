"""Parts of films and sounds, places and cameras of others are found, in whichever order they came, and nothing else."""

from collections.abc import Callable

import numpy as np
import pytest

from havre.exchange.models import About, Checked, Notice, SameMedium, Shared, SharedImprint
from havre.flows.check import check, check_after, elsewhere
from havre.flows.look_further import look_further, seconds, something_left
from havre.flows.restrict import restrict
from havre.media.decode.outcomes import Imprint
from havre.restrictions.model import Level
from tests.cast import Node
from tests.exchange.imprints import imprinted, series_with, stating
from tests.exchange.shared import open_to
from tests.imprinted import film, sound, still, view
from tests.pictures import photograph

LONG, SHORT = tuple(range(1, 11)), (4, 5, 6, 7)
KINDS: dict[str, tuple[Callable[[], Imprint], Callable[[], Imprint]]] = {
    "segment": (lambda: film(*LONG), lambda: film(*SHORT)),
    "sound": (lambda: sound(1, 30), lambda: sound(1, 12, begin=10)),
    "near": (lambda: still(3), lambda: still(3)),
}


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_found_in_whichever_order_both_came(begun: Node, kind: str, before: bool) -> None:
    theirs, ours = (make() for make in KINDS[kind])
    series = series_with(begun.anke, imprinted(begun.home, begun.anke, theirs))
    own = series_with(begun.chiara, imprinted(begun.home, begun.chiara, ours))
    imprinted(begun.home, begun.chiara, film(21, 22), sound(9))
    other = series_with(begun.anke, imprinted(begun.home, begun.anke, film(31, 32)))
    restrict(begun.home, begun.anke, "series", other.reference, open_to("IT"))
    if before:
        assert look_further(begun.home, begun.chiara).own == 2
    restrict(begun.home, begun.anke, "series", series.reference, open_to("IT"))
    found = look_further(begun.home, begun.chiara)
    assert (found.new, found.own, found.came) == ((1, 0, 1) if before else (1, 2, 0))
    assert [(each.kind, each.percent, each.media) for each in elsewhere(begun.chiara, own)] == [(kind, 100, 1)]
    assert Notice.objects.get(about=About.HELD).told["kind"] == kind
    assert not something_left(begun.chiara.unit)
    assert look_further(begun.home, begun.chiara).new == 0


def test_another_view_of_a_place_is_found_without_the_look_of_the_other(begun: Node) -> None:
    picture = photograph("astronaut")
    turned = np.ascontiguousarray(np.rot90(picture)[::2, ::3])
    series = series_with(begun.anke, imprinted(begun.home, begun.anke, view(picture)))
    own = series_with(begun.chiara, imprinted(begun.home, begun.chiara, view(turned)))
    restrict(begun.home, begun.anke, "series", series.reference, open_to("IT"))
    print([look_further(begun.home, begun.chiara)], [(e.kind, e.percent) for e in elsewhere(begun.chiara, own)])
    assert 0
