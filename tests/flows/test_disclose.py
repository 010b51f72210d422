"""An export leaves only with a second person's word, in the log before it has its name."""

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.flows.approvals import approve, waiting
from havre.flows.disclose import Order, disclose
from havre.flows.read_list import read_list
from havre.flows.withdraw import withdraw
from havre.settings import Settings
from havre.units.models import Approval
from tests.cast import Node, node
from tests.folders import medium, number, vics


def known(here: Node, folder: Path, *media: dict[str, object]) -> int:
    told = read_list(here.home, here.anke, str(vics(folder / "set.json", *media)))
    return int(told["source"])


def approved(here: Node, order: Order) -> dict[str, object]:
    with pytest.raises(Refused):
        disclose(here.home, here.anke, order)
    approve(here.home, here.bram, int(waiting(here.home, here.bram)[0]["approval"]))
    return disclose(here.home, here.anke, order)


def test_nothing_is_written_until_a_second_person_has_approved(database: Settings, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    with node(database) as here:
        known(here, tmp_path, medium(1, 1), medium(2, 5))
        with pytest.raises(Refused, match=r"havre --as SOMEBODY approve 1"):
            disclose(here.home, here.anke, Order(out, "vics2"))
        assert not out.exists()
        with pytest.raises(Refused, match="another person"):
            approve(here.home, here.anke, 1)
        assert [each["approval"] for each in waiting(here.home, here.bram)] == [1]
        approve(here.home, here.bram, 1)

        told = disclose(here.home, here.anke, Order(out, "vics2"))

    assert (told["written"], told["approved_by"], told["self_approved"]) == (2, "bram", False)
    document = json.loads(out.read_text())
    assert [one["MD5"] for one in document["value"]] == [number(1)["md5"], number(2)["md5"]]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    entry = Entry.objects.filter(verb="disclosure").get()
    detail = json.loads(entry.detail)
    assert (detail["sha256"], detail["approved_by"], detail["written"]) == (told["sha256"], "bram", 2)


def test_an_approval_serves_once_and_for_what_was_asked_alone(database: Settings, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    with node(database) as here:
        known(here, tmp_path, medium(1, 1))
        approved(here, Order(out, "csv"))
        with pytest.raises(Refused):
            disclose(here.home, here.anke, Order(out, "csv", replace=True))
        with pytest.raises(Refused):
            disclose(here.home, here.anke, Order(tmp_path / "other.csv", "csv"))
        with pytest.raises(Refused):
            disclose(here.home, here.anke, Order(tmp_path / "other.csv", "csv", label="us-abuse"))

    assert Approval.objects.filter(used_at=None).count() == 3


def test_in_a_unit_of_one_the_self_approval_is_logged_as_such(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        told = disclose(here.home, here.chiara, Order(tmp_path / "out.csv", "csv"))

    assert (told["written"], told["self_approved"], told["approved_by"]) == (0, True, "chiara")
    assert json.loads(Entry.objects.get(verb="disclosure").detail)["self_approved"] is True


def test_only_what_is_asked_for_and_not_withdrawn_leaves(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        gone = known(here, tmp_path, medium(1, 1))
        kept = known(here, tmp_path, medium(2, 1), medium(3, 5))
        withdraw(here.home, here.anke, str(gone))
        every = approved(here, Order(tmp_path / "all.csv", "csv"))
        by_label = approved(here, Order(tmp_path / "label.csv", "csv", label="us-abuse"))
        by_source = approved(here, Order(tmp_path / "source.csv", "csv", source=str(kept)))
        with pytest.raises(NotFound):
            disclose(here.home, here.anke, Order(tmp_path / "gone.csv", "csv", source=str(gone)))

    assert (every["written"], by_label["written"], by_source["written"]) == (2, 1, 2)
    assert number(1)["md5"] not in (tmp_path / "all.csv").read_text()


def test_what_leaves_comes_back_the_same(database: Settings, tmp_path: Path) -> None:
    said = [medium(1, 1, Comments="seen"), medium(2, 5), medium(3, 2)]
    with node(database) as here:
        known(here, tmp_path, *said)
        for kind in ("vics2", "vics1.3", "csv", "icse"):
            file = tmp_path / f"out.{kind}"
            approved(here, Order(file, kind))
            told = read_list(here.home, here.chiara, str(file))
            assert told["bad"] == 0
            assert told["added"] == (2 if kind == "icse" else 3)
            labels = {"icse": 2} if kind == "icse" else {"us-abuse": 1, "us-exploitive": 1, "us-non-pertinent": 1}
            assert told["labels"] == labels


def test_where_bytes_lay_beside_another_list_does_not_leave(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        known(here, tmp_path, medium(1, 1, RelativeFilePath="files\\1.jpg"))
        approved(here, Order(tmp_path / "out.json", "vics2"))

    (one,) = json.loads((tmp_path / "out.json").read_text())["value"]
    assert "RelativeFilePath" not in one


def test_no_file_is_overwritten_unless_that_is_asked_for(database: Settings, tmp_path: Path) -> None:
    order = Order(tmp_path / "out.csv", "csv")
    order.file.write_text("mine")
    with node(database) as here:
        with pytest.raises(Invalid, match="is there already"):
            disclose(here.home, here.chiara, order)
        assert order.file.read_text() == "mine"
        disclose(here.home, here.chiara, replace(order, replace=True))

    assert order.file.read_text().startswith("md5,")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "out.csv"]


def test_what_cannot_be_written_is_said_in_one_sentence(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        for order, words in (
            (Order(tmp_path / "x", "pdf"), "no format 'pdf'"),
            (Order(tmp_path / "x", "csv", scheme="mine"), "categories are written by"),
            (Order(tmp_path / "no" / "x", "csv"), "no folder"),
            (Order(tmp_path / "x", "csv", label="terrible"), "no label 'terrible'"),
        ):
            with pytest.raises(Invalid, match=words):
                disclose(here.home, here.chiara, order)


def test_another_units_knowledge_never_leaves_with_ours(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        theirs = known(here, tmp_path, medium(1, 1))
        told = disclose(here.home, here.chiara, Order(tmp_path / "out.csv", "csv"))
        with pytest.raises(NotFound):
            disclose(here.home, here.chiara, Order(tmp_path / "x.csv", "csv", source=str(theirs)))

    assert told["written"] == 0
    assert number(1)["md5"] not in (tmp_path / "out.csv").read_text()
