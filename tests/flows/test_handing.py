"""Work is handed to a unit here or elsewhere, if it may know of the series."""

from uuid import UUID

import pytest

from havre.errors import Invalid
from havre.exchange.board import put
from havre.exchange.models import Kind, Shared
from havre.flows.handing import Called, may_go_on, on_board, unit_called
from havre.restrictions.model import Owner
from tests.cast import NOON, Node
from tests.exchange.shared import confirmed, open_to, shared


def test_a_unit_of_another_node_is_known_by_what_it_shared(begun: Node) -> None:
    shared(begun, "IT", "FR")
    series = Shared.objects.get(kind=Kind.SERIES)
    with pytest.raises(Invalid, match="Peer"):
        unit_called(begun.anke, "Peer", series)
    body = {"series": str(series.ref), "text": "hello"}
    put(Owner("ee" * 8, "Peer", "FR"), Kind.COMMENT, series.series_ref or series.ref, body, open_to("BE"), 1, NOON)
    assert unit_called(begun.anke, "Peer", series) == Called("Peer", "FR", "ee" * 8)
    assert unit_called(begun.anke, "Polizia Postale", series).told() == {
        "unit": "Polizia Postale", "country": "IT", "node": "",
    }  # fmt: skip
    with pytest.raises(Invalid):
        unit_called(begun.anke, "Federal Police", series)


def test_only_units_that_may_know_of_it_can_go_on(begun: Node) -> None:
    series, _ = shared(begun, "IT", "FR")
    row = on_board(begun.anke, series)
    assert row is not None
    for number, country in enumerate(("FR", "DE")):  # both shared something with Belgium, one may know of the series
        body = {"series": str(row.ref), "text": "hello"}
        origin = Owner(2 * country * 8, f"Peer {country}", country)
        put(origin, Kind.COMMENT, UUID(int=number + 1), body, open_to("BE"), 1, NOON)
    assert may_go_on(begun.anke, row) == [Called("Peer FR", "FR", 2 * "FR" * 8), Called("Polizia Postale", "IT")]
    with pytest.raises(Invalid, match="Peer DE"):
        unit_called(begun.anke, "Peer DE", row)


def test_a_series_that_nobody_may_know_of_is_not_on_the_board(begun: Node) -> None:
    assert on_board(begun.anke, confirmed(begun.anke)) is None
