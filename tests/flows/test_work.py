"""What an intake left for later ends as if it had been done at once, whoever is killed meanwhile."""

import fcntl
import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from havre.cases.models import Item
from havre.errors import Refused
from havre.flows import work as work_flow
from havre.flows.dossier import open_dossier
from havre.flows.holding import held
from havre.flows.intake import take_in
from havre.flows.know import know
from havre.flows.reindex import problems_of, verify_indexes
from havre.flows.work import work
from havre.matches.models import Imprint
from havre.matches.queries import matched
from havre.media.keep import complete
from havre.media.look import Looked
from havre.media.models import Fact, Medium, SealedFile, WorkUnit
from havre.media.work import LEASE
from havre.settings import Settings
from havre.units.models import Person
from tests import films
from tests.cast import Node
from tests.pictures import photograph
from tests.sources import lay


@pytest.fixture
def case(begun: Node) -> Node:
    open_dossier(begun.home, begun.anke, "A", "a warrant", "a test")
    return begun


def seized(folder: Path) -> str:
    files = {
        "a": films.film(1, 8, sound=1),
        "b": films.part(1, 2, 6),
        "c": films.whole("astronaut"),
        "d": films.cropped(photograph("astronaut"), 0.5),
        "e": b"RIFF\x24\0\0\0WAVEfmt ",
    }
    return str(lay(folder, files))


def told(node: Node) -> list[tuple[Any, ...]]:
    """What each item is, and why."""
    return [
        (item.path, item.outcome, item.apart, item.stack, item.reason, matched(node.anke.person, item))
        for item in Item.objects.order_by("id")
    ]


def _found(viewer: Person, item: Item) -> list[dict[str, Any]]:
    """Its matches, but for how many false ones were to be expected: that depends on how much was compared."""
    return [{name: value for name, value in each.items() if name != "expected_false"} for each in matched(viewer, item)]


def test_it_ends_as_if_it_had_been_done_at_once(case: Node, tmp_path: Path) -> None:
    open_dossier(case.home, case.chiara, "I", "a warrant", "a test")
    source = seized(tmp_path / "seized")
    at_once = take_in(case.home, case.chiara, "I", source, workers=1)
    totals = take_in(case.home, case.anke, "A", source, workers=1, later=True)
    assert (at_once.waiting, totals.waiting) == (0, 5)
    waiting = Item.objects.get(intake=totals.intake, path__endswith="/a")
    assert (waiting.outcome, waiting.reason) == ("new", "a film that waits for `havre work`")
    assert Imprint.objects.filter(unit=case.anke.unit).count() == 0

    done = work(case.home, case.anke, workers=2)

    assert (done["done"], done["failed"], done["waiting"]) == (5, 0, 0)
    chiaras, ankes = (Item.objects.filter(intake=each.intake).order_by("id") for each in (at_once, totals))
    for one, other in zip(chiaras, ankes, strict=True):
        if one.path.endswith("/e"):
            assert (one.outcome, other.outcome) == ("refused", "quarantined")
            continue
        assert (one.outcome, one.apart, one.stack, one.reason) == (
            other.outcome,
            other.apart,
            other.stack,
            other.reason,
        )
        assert _found(case.chiara.person, one) == _found(case.anke.person, other)
    assert {item.outcome for item in ankes} == {"new", "repeat", "quarantined"}
    for name in ("film", "sound", "scene"):
        counts = [Imprint.objects.filter(unit=each.unit, method=name).count() for each in (case.anke, case.chiara)]
        assert counts[0] == counts[1] > 0
    assert problems_of(verify_indexes(case.home, case.anke)) == []


def test_a_film_gets_facts_size_and_preview(case: Node, tmp_path: Path) -> None:
    take_in(case.home, case.anke, "A", str(lay(tmp_path / "in", {"a": films.film(1, 2)})), workers=1, later=True)
    medium = Medium.objects.get()
    assert (medium.width, SealedFile.objects.count()) == (None, 1)
    work(case.home, case.anke)
    medium.refresh_from_db()
    assert (medium.width, medium.height, medium.frames) == (160, 120, 50)
    assert {file.purpose for file in SealedFile.objects.all()} == {"original", "preview"}
    assert Fact.objects.filter(medium=medium).exists()


def test_the_order_of_work_does_not_matter(case: Node, tmp_path: Path) -> None:
    files = {"a": films.film(1), "b": films.part(1, 2, 6)}
    take_in(case.home, case.anke, "A", str(lay(tmp_path / "in", files)), workers=1, later=True)
    first, second = WorkUnit.objects.order_by("id")
    WorkUnit.objects.filter(pk=first.pk).update(id=second.pk + 1)
    assert work(case.home, case.anke, limit=1)["waiting"] == 1
    assert [outcome for _, outcome, *_ in told(case)] == ["new", "new"]
    work(case.home, case.anke)
    assert [outcome for _, outcome, *_ in told(case)] == ["new", "repeat"]


def test_nobody_takes_what_another_holds(case: Node, tmp_path: Path) -> None:
    take_in(case.home, case.anke, "A", str(lay(tmp_path / "in", {"a": films.film(1, 2)})), workers=1, later=True)
    holder = "0123456789abcdef"
    WorkUnit.objects.update(holder=holder, leased_until=case.anke.now() + LEASE, tries=1)
    with held(case.home, f"work-{holder}", fcntl.LOCK_EX, ""):
        assert work(case.home, case.anke)["done"] == 0
    assert work(case.home, case.anke)["done"] == 1


def test_a_file_that_cannot_be_read_is_tried_three_times(case: Node, tmp_path: Path) -> None:
    take_in(case.home, case.anke, "A", str(lay(tmp_path / "in", {"a": films.film(1, 2)})), workers=1, later=True)
    (case.home.settings.store / SealedFile.objects.get().blob).unlink()
    for tries in (1, 2):
        assert work(case.home, case.anke)["failed"] == 1
        assert WorkUnit.objects.get().tries == tries
        assert "missing" in WorkUnit.objects.get().error
    assert work(case.home, case.anke) | {"judged_again": 0} == {
        "done": 1,
        "failed": 0,
        "judged_again": 0,
        "changed": 1,
        "waiting": 0,
    }
    ((_, outcome, _, _, reason, _),) = told(case)
    assert outcome == "quarantined"
    assert reason.startswith("3 times it could not be read:")


def test_what_nobody_foresaw_counts_as_a_try_and_blocks_the_others_no_longer(
    case: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"a": films.film(1, 2), "b": films.film(2, 2)}
    take_in(case.home, case.anke, "A", str(lay(tmp_path / "in", files)), workers=1, later=True)
    first = WorkUnit.objects.order_by("id")[0].medium

    def fail(medium: Medium, looked: Looked) -> None:
        if medium == first and looked.decoded is not None:
            raise RuntimeError("nobody foresaw this")
        complete(medium, looked)

    monkeypatch.setattr(work_flow, "complete", fail)
    for tries in (1, 2, 3):
        with pytest.raises(RuntimeError):
            work(case.home, case.anke)
        assert WorkUnit.objects.get(medium=first).tries == tries
        assert "nobody foresaw this" in WorkUnit.objects.get(medium=first).error
    assert work(case.home, case.anke)["waiting"] == 0
    assert [outcome for _, outcome, *_ in told(case)] == ["quarantined", "new"]


def test_an_entry_of_a_list_is_judged_again_with_the_bytes_it_names(case: Node, tmp_path: Path) -> None:
    judged, clip = films.film(1), films.part(1, 2, 6)
    know(case.home, case.anke, str(lay(tmp_path / "judged", {"a": judged})), label="pertinent", workers=1)
    take_in(case.home, case.anke, "A", str(lay(tmp_path / "in", {"b": clip})), workers=1, later=True)
    listed = tmp_path / "list.csv"
    listed.write_text(f"MD5\n{hashlib.md5(clip).hexdigest()}\n")
    take_in(case.home, case.anke, "A", str(listed), workers=1)
    assert [outcome for _, outcome, *_ in told(case)] == ["new", "repeat"]
    work(case.home, case.anke)
    assert [outcome for _, outcome, *_ in told(case)] == ["near", "near"]


def test_who_may_not_judge_may_not_work(case: Node) -> None:
    case.bram.person.roles.all().delete()
    with pytest.raises(Refused):
        work(case.home, case.bram)


WORKING = """
import sys
from pathlib import Path
from havre.settings import Settings
from havre.start import start
settings = Settings(home=Path(sys.argv[1]), database=sys.argv[2])
start(settings)
from havre.flows.home import Home
from havre.flows.work import work
from havre.units.queries import person_named
from tests.cast import acting
print("begun", flush=True)
work(Home(settings), acting(person_named("anke")))
"""


def test_killed_again_and_again_it_ends_the_same(case: Node, database: Settings, tmp_path: Path) -> None:
    source = seized(tmp_path / "seized")
    take_in(case.home, case.anke, "A", source, workers=1, later=True)
    for delay in (0.3, 0.9):
        command = [sys.executable, "-c", WORKING, str(database.home), database.database]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(delay)
            os.kill(process.pid, signal.SIGKILL)
    work(case.home, case.anke)
    assert WorkUnit.objects.count() == 0
    assert [(path[-1], outcome) for path, outcome, *_ in told(case)] == [
        ("a", "new"),
        ("b", "repeat"),
        ("c", "new"),
        ("d", "repeat"),
        ("e", "quarantined"),
    ]
    assert problems_of(verify_indexes(case.home, case.anke)) == []
