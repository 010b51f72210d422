"""Work is handed to a unit here or elsewhere, if it may know of the series."""

import pytest

from havre.errors import Invalid
from havre.exchange.board import put
from havre.exchange.models import Kind, Shared
from havre.flows.handing import Called, unit_called
from havre.restrictions.model import Owner
from tests.cast import NOON, Node
from tests.exchange.shared import open_to, shared


def test_a_unit_of_another_node_is_known_by_what_it_shared(begun: Node) -> None:
    shared(begun, "IT", "FR")
    series = Shared.objects.get(kind=Kind.SERIES)
    with pytest.raises(Invalid, match="Peer"):
        unit_called(begun.anke, "Peer", series)
    body = {"series": str(series.ref), "text": "hello"}
    put(Owner("ee" * 8, "Peer", "FR"), Kind.COMMENT, series.series_ref or series.ref, body, open_to("BE"), 1, NOON)
    assert unit_called(begun.anke, "Peer", series) == Called("Peer", "FR")
    assert unit_called(begun.anke, "Polizia Postale", series).told() == {"unit": "Polizia Postale", "country": "IT"}
    with pytest.raises(Invalid):
        unit_called(begun.anke, "Federal Police", series)
