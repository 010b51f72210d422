"""A dossier is opened, looked at and closed by those who may, and every look is written down first."""

import json
from pathlib import Path

import pytest

from havre.audit.models import Entry
from havre.cases.models import Case
from havre.errors import Invalid, NotFound, Refused
from havre.flows.dossier import case_fields, close_dossier, list_dossiers, open_dossier, show_dossier
from havre.flows.intake import take_in
from havre.units.models import Role, RoleName
from tests.cast import NOON, Node
from tests.sources import TEXT, lay, picture


def log_of(begun: Node) -> list[tuple[str, str, str]]:
    """Who did what to which thing since the node was begun."""
    rows = Entry.objects.order_by("index").values_list("person", "verb", "thing")
    return [row for row in rows if row[2] == "cases" or row[2].startswith("case ")]


def test_a_case_is_opened_listed_shown_and_closed_and_each_is_in_the_log(begun: Node) -> None:
    opened = open_dossier(begun.home, begun.bram, "A", "warrant 7", "victim identification")
    fields = {
        "case": "A",
        "basis": "warrant 7",
        "purpose": "victim identification",
        "opened_at": NOON.isoformat(),
        "opened_by": "bram",
        "retain_until": "2031-03-02",
        "closed_at": None,
        "erased_at": None,
    }
    assert case_fields(opened) == fields
    assert list_dossiers(begun.home, begun.anke) == [fields]
    assert show_dossier(begun.home, begun.anke, "A").to_json() == fields | {"intakes": []}
    assert case_fields(close_dossier(begun.home, begun.anke, "A")) == fields | {"closed_at": NOON.isoformat()}
    assert log_of(begun) == [
        ("bram", "change", "case A"),
        ("anke", "consultation", "cases"),
        ("anke", "consultation", "case A"),
        ("anke", "change", "case A"),
    ]


def test_a_case_shows_what_each_intake_found(begun: Node, tmp_path: Path) -> None:
    open_dossier(begun.home, begun.anke, "A", "warrant", "")
    folder = lay(tmp_path / "seized", {"a": picture(1), "b": TEXT})
    totals = take_in(begun.home, begun.anke, "A", str(folder), workers=1)
    (intake,) = show_dossier(begun.home, begun.bram, "A").intakes
    when = {"path": str(folder), "begun_at": NOON.isoformat(), "finished_at": NOON.isoformat()}
    assert intake == when | totals.to_json()


def test_another_unit_sees_none_of_it(begun: Node) -> None:
    open_dossier(begun.home, begun.anke, "A", "warrant", "")
    assert list_dossiers(begun.home, begun.chiara) == []
    for look in (show_dossier, close_dossier):
        with pytest.raises(NotFound) as theirs:
            look(begun.home, begun.chiara, "A")
        with pytest.raises(NotFound) as none:
            look(begun.home, begun.chiara, "B")
        assert str(theirs.value) == str(none.value).replace("'B'", "'A'")
    assert Case.objects.get().closed_at is None
    italian = Entry.objects.filter(person="chiara")
    assert [json.loads(entry.detail)["shown"] for entry in italian] == [0]


def test_an_auditor_looks_at_the_log_and_not_at_cases(begun: Node) -> None:
    open_dossier(begun.home, begun.anke, "A", "warrant", "")
    Role.objects.filter(person=begun.bram.person).update(name=RoleName.AUDITOR)
    for look in (
        lambda: open_dossier(begun.home, begun.bram, "B", "warrant", ""),
        lambda: list_dossiers(begun.home, begun.bram),
        lambda: show_dossier(begun.home, begun.bram, "A"),
        lambda: close_dossier(begun.home, begun.bram, "A"),
    ):
        with pytest.raises(Refused, match="needs the role analyst or supervisor"):
            look()
    assert Case.objects.get().closed_at is None


def test_a_closed_case_is_not_closed_again(begun: Node) -> None:
    open_dossier(begun.home, begun.anke, "A", "warrant", "")
    close_dossier(begun.home, begun.anke, "A")
    lines = len(log_of(begun))
    with pytest.raises(Invalid, match="was closed on 2026-03-02"):
        close_dossier(begun.home, begun.anke, "A")
    assert len(log_of(begun)) == lines
