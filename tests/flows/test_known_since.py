"""A list that comes after the files it names: they are known, and triage shows them no more."""

import json
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from havre.assessments.facts import NOTHING
from havre.assessments.models import Stack, Tab
from havre.assessments.queries import counts_of, under_headings
from havre.assessments.say import Saying
from havre.audit.models import Entry
from havre.cases.models import Intake, Item
from havre.errors import Unavailable
from havre.flows import known_since
from havre.flows.assess import judge
from havre.flows.dossier import open_dossier
from havre.flows.intake import take_in
from havre.flows.read_list import read_list
from havre.flows.rejudging import Indexes, judge_again
from havre.flows.withdraw import withdraw
from havre.matches.queries import totals_of
from havre.units.acting import Acting
from havre.units.models import Unit
from tests.cast import Node
from tests.folders import digests, medium, vics
from tests.sources import lay, picture

FILES = {f"{n}.png": picture(n) for n in range(4)} | {"0-again.png": picture(0)}


def drive(node: Node, by: Acting, folder: Path, case: str = "A") -> dict[str, Item]:
    open_dossier(node.home, by, case, "a warrant", "a test")
    told = take_in(node.home, by, case, str(lay(folder, FILES)), workers=1)
    return {Path(item.path).name: item for item in Item.objects.filter(intake=told.intake)}


def listed(folder: Path, *names: str) -> str:
    file = folder / "list.txt"
    file.write_text("".join(f"{sha256(FILES[name]).hexdigest()}\n" for name in names))
    return str(file)


def shown(by: Acting) -> tuple[int, int]:
    """How many stacks triage has as new, and how many files it spares; held against the rows themselves."""
    counts = counts_of(by.person, None)
    rows = Stack.objects.filter(unit=by.unit, tab=Tab.NEW)
    under = under_headings(by.person, None, Tab.NEW, rows.values_list("heading", flat=True))
    assert counts.tabs[Tab.NEW] == rows.count() == sum(under.values())
    return counts.tabs[Tab.NEW], counts.known


def outcomes(items: dict[str, Item]) -> dict[str, str]:
    return {name: Item.objects.get(pk=item.pk).outcome for name, item in items.items()}


def test_files_that_a_later_list_names_leave_triage_and_are_counted_as_known(begun: Node, tmp_path: Path) -> None:
    items = drive(begun, begun.anke, tmp_path / "drive")
    theirs = drive(begun, begun.chiara, tmp_path / "theirs", "I")
    assert shown(begun.anke) == (4, 0)
    read_list(begun.home, begun.anke, listed(tmp_path, "0.png", "2.png"))
    known = ["0-again.png", "0.png", "2.png"]
    assert outcomes(items) == {name: "known" if name in known else "new" for name in items}
    assert shown(begun.anke) == (2, 3)
    counted = totals_of(begun.anke.person, Intake.objects.get(pk=items["0.png"].intake_id))
    assert (counted.outcomes["known"], counted.outcomes["new"], counted.outcomes["repeat"]) == (3, 2, 0)
    assert (counted.stacks, sum(counted.outcomes.values())) == (2, 5)
    assert shown(begun.chiara) == (4, 0)
    assert "known" not in outcomes(theirs).values()
    acts = [json.loads(entry.detail) for entry in Entry.objects.order_by("index") if '"held already"' in entry.detail]
    assert acts == [{"act": "held already", "judged again": {"new → known": 2, "repeat → known": 1}}]


def test_a_list_taken_back_shows_them_again(begun: Node, tmp_path: Path) -> None:
    items = drive(begun, begun.anke, tmp_path / "drive")
    before = outcomes(items)
    named = listed(tmp_path, "0.png", "2.png")
    read_list(begun.home, begun.anke, named)
    withdraw(begun.home, begun.anke, named)
    assert outcomes(items) == before
    assert shown(begun.anke) == (4, 0)


def test_what_somebody_judged_stays_as_they_judged_it(begun: Node, tmp_path: Path) -> None:
    items = drive(begun, begun.anke, tmp_path / "drive")
    stack = Stack.objects.get(item=items["1.png"])
    judge(begun.home, begun.anke, [stack.pk], "one", Saying("5", NOTHING))
    settled = Stack.objects.get(pk=stack.pk)
    read_list(begun.home, begun.anke, listed(tmp_path, "1.png", "3.png"))
    assert Stack.objects.get(pk=stack.pk).tab == settled.tab
    assert (outcomes(items)["1.png"], outcomes(items)["3.png"]) == ("new", "known")
    assert shown(begun.anke)[1] == 1


def test_a_list_that_judges_nothing_hides_nothing(begun: Node, tmp_path: Path) -> None:
    drive(begun, begun.anke, tmp_path / "drive")
    whole = tmp_path / "drive" / "0.png"
    read_list(begun.home, begun.anke, str(vics(tmp_path / "set.json", medium(1, None, MD5=digests(whole)["md5"]))))
    assert shown(begun.anke) == (4, 0)


def test_cut_off_between_two_batches_it_ends_the_same(
    begun: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive(begun, begun.anke, tmp_path / "drive")
    named = listed(tmp_path, "0.png", "1.png", "2.png")
    monkeypatch.setattr(known_since, "BATCH", 1)
    goes_on = iter([True, False])

    def judged(unit: Unit, items: Sequence[Item], indexes: Indexes) -> Counter[str]:
        if next(goes_on):
            return judge_again(unit, items, indexes)
        raise Unavailable("the power is gone")

    with monkeypatch.context() as broken:
        broken.setattr(known_since, "judge_again", judged)
        with pytest.raises(Unavailable):
            read_list(begun.home, begun.anke, named)
    assert shown(begun.anke) == (3, 2)
    read_list(begun.home, begun.anke, named)
    assert shown(begun.anke) == (1, 4)
    assert Counter(Item.objects.values_list("outcome", flat=True)) == {"known": 4, "new": 1}
