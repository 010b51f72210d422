"""The items of an intake are written whole or not at all, in the order of paths, for their unit alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from havre.assessments.facts import NOTHING
from havre.assessments.models import Stack
from havre.assessments.say import Saying
from havre.audit.models import Entry
from havre.errors import Invalid, NotFound
from havre.flows import items
from havre.flows.assess import judge
from havre.flows.dossier import open_dossier
from havre.flows.intake import take_in
from havre.flows.items import write_items
from havre.flows.know import know
from havre.matches.queries import Totals
from tests.cast import Node
from tests.sources import TEXT, lay, picture, variants


@pytest.fixture
def totals(begun: Node, tmp_path: Path) -> Totals:
    know(begun.home, begun.anke, str(lay(tmp_path / "judged", {"one": picture(1)})), "pertinent", workers=1)
    open_dossier(begun.home, begun.anke, "A", "a warrant", "a test")
    files = {"b": TEXT, "a": variants(1)["larger"], "c": picture(2), "d": picture(2)}
    return take_in(begun.home, begun.anke, "A", str(lay(tmp_path / "seized", files)), workers=1)


def written(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_every_item_is_one_line_in_the_order_of_paths(begun: Node, totals: Totals, tmp_path: Path) -> None:
    write_items(begun.home, begun.bram, totals, tmp_path / "items")
    rows = written(tmp_path / "items")
    assert [(row["path"].rpartition("/")[2], row["outcome"]) for row in rows] == [
        ("a", "near"),
        ("b", "refused"),
        ("c", "new"),
        ("d", "repeat"),
    ]
    assert {tuple(row) for row in rows} == {("path", "outcome", "sha256", "matched", "reason")}
    fields = ("sha256", "path", "label", "kind", "distance", "quality", "orientation", "expected_false")
    assert {tuple(match)[: len(fields)] for row in rows for match in row["matched"]} == {fields}
    assert rows[0]["matched"][0]["label"] == "pertinent"
    assert rows[1]["reason"] == "not media: the content is of no kind that is examined"
    assert rows[3]["matched"][0]["path"] == rows[2]["path"]
    last = Entry.objects.order_by("index").last()
    assert last is not None
    assert (last.person, last.verb, last.thing) == (
        "bram",
        "consultation",
        f"items of intake {totals.intake} of case A",
    )


def test_what_people_judged_is_told(begun: Node, totals: Totals, tmp_path: Path) -> None:
    stack = Stack.objects.get(item__path__endswith="c")
    judge(begun.home, begun.bram, [stack.pk], "a", Saying("5", NOTHING))
    write_items(begun.home, begun.bram, totals, tmp_path / "items")
    told = {row["path"].rpartition("/")[2]: row.get("judged") for row in written(tmp_path / "items")}
    assert told == {"a": None, "b": None, "c": "5", "d": "5"}


def test_another_unit_cannot_write_them(begun: Node, totals: Totals, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        write_items(begun.home, begun.chiara, totals, tmp_path / "items")
    open_dossier(begun.home, begun.chiara, "A", "un decreto", "a test")
    with pytest.raises(NotFound, match="no such intake"):
        write_items(begun.home, begun.chiara, totals, tmp_path / "items")
    assert not (tmp_path / "items").exists()


def test_a_place_that_cannot_be_written_is_told(begun: Node, totals: Totals, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="items can't be written: No such file or directory"):
        write_items(begun.home, begun.anke, totals, tmp_path / "nowhere" / "items")


def test_what_was_there_stays_where_the_new_one_breaks_off(
    begun: Node, totals: Totals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "items"
    file.write_text("of an earlier run")

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(items, "_shown", full)
    with pytest.raises(Invalid, match="No space left on device"):
        write_items(begun.home, begun.anke, totals, file)
    assert file.read_text() == "of an earlier run"
    assert sorted(path.name for path in tmp_path.iterdir() if "items" in path.name) == ["items"]
