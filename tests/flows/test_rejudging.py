"""Items judged again see what there is now, and only what had been found before them."""

from pathlib import Path

from havre.cases.models import Item
from havre.flows.dossier import open_dossier
from havre.flows.intake import take_in
from havre.flows.know import know
from havre.flows.rejudging import judge_again, open_indexes
from havre.flows.source import holding
from havre.flows.withdraw import withdraw
from havre.matches.models import Match
from tests import films
from tests.cast import Node
from tests.sources import lay


def taken_in(node: Node, folder: Path) -> list[Item]:
    open_dossier(node.home, node.anke, "A", "a warrant", "a test")
    files = {"a": films.part(1, 0, 4), "b": films.part(1, 2, 6), "c": films.film(2, 4)}
    take_in(node.home, node.anke, "A", str(lay(folder, files)), workers=1)
    return list(Item.objects.order_by("id"))


def test_what_is_learnt_later_moves_them_and_what_came_later_does_not(begun: Node, tmp_path: Path) -> None:
    items = taken_in(begun, tmp_path / "in")
    assert [item.outcome for item in items] == ["new", "repeat", "new"]
    know(begun.home, begun.anke, str(lay(tmp_path / "judged", {"x": films.film(1)})), "pertinent", workers=1)
    with holding(begun.anke.unit):
        moved = judge_again(begun.anke.unit, items, open_indexes(begun.home, begun.anke.unit))
    assert dict(moved) == {"new → near": 1, "repeat → near": 1, "new → new": 1}
    assert [item.outcome for item in Item.objects.order_by("id")] == ["near", "near", "new"]
    assert {match.item_id for match in Match.objects.filter(medium=None)} == {items[0].pk, items[1].pk}


def test_what_is_withdrawn_moves_them_back(begun: Node, tmp_path: Path) -> None:
    know(begun.home, begun.anke, str(lay(tmp_path / "judged", {"x": films.film(1)})), "pertinent", workers=1)
    taken_in(begun, tmp_path / "in")
    assert [item.outcome for item in Item.objects.order_by("id")] == ["near", "near", "new"]
    told = withdraw(begun.home, begun.anke, str(tmp_path / "judged"))
    assert told["changed"] == 2
    assert [item.outcome for item in Item.objects.order_by("id")] == ["new", "repeat", "new"]
