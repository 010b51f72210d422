"""The machine of an intake: archives in their place, what was written before left out, no lane outliving its run."""

import threading
from collections import Counter
from pathlib import Path

import psutil
import pytest

from havre.audit.models import Entry
from havre.cases.models import Item
from havre.errors import Unavailable
from havre.flows import taking
from havre.flows.archives import Unpacking
from havre.flows.brought import pieces_of
from havre.flows.dossier import open_dossier
from havre.flows.home import Home
from havre.flows.intake import take_in
from havre.flows.taking import Lanes, batches, flat, keeping
from havre.media.models import Medium
from tests.cast import Node
from tests.media.decode.seeds import zipped
from tests.sources import TEXT, lay, picture


def decoders() -> list[psutil.Process]:
    """The processes of this test's sandbox."""
    children = psutil.Process().children(recursive=True)
    return [child for child in children if "havre.media.decode" in " ".join(child.cmdline())]


def paths(node: Node, folder: Path, done: Counter[taking.Key] | None = None, width: int = 2) -> list[str]:
    """The files that a run would write, in order."""
    lanes = Lanes(node.home, width, keeping(node.home, node.anke.unit))
    unpacking = Unpacking(node.home.waiting, node.home.worker)
    try:
        found = flat(lanes, unpacking, pieces_of(str(folder)), done or Counter())
        return [each.found.path.removeprefix(f"{folder}/") for each in found]
    finally:
        unpacking.close()
        lanes.close()


def test_every_file_comes_in_order_with_members_in_the_place_of_their_archive(begun: Node, tmp_path: Path) -> None:
    inner = zipped({"x": picture(1), "y": TEXT})
    folder = lay(tmp_path / "seized", {"a": TEXT, "b": zipped({"m": TEXT, "n": inner, "o": TEXT}), "c": picture(2)})
    assert paths(begun, folder) == ["a", "b!/m", "b!/n!/x", "b!/n!/y", "b!/o", "c"]


def test_what_was_written_before_is_left_out_as_often_as_it_was_written(begun: Node, tmp_path: Path) -> None:
    folder = lay(tmp_path / "seized", {"a": TEXT, "b": TEXT, "c": zipped({"m": TEXT, "n": TEXT})})
    done: Counter[taking.Key] = Counter()
    for piece in pieces_of(str(folder)):
        if piece.found.path.endswith("/a"):
            done[piece.found.path, piece.found.modified_at] += 1
    assert paths(begun, folder, done) == ["b", "c!/m", "c!/n"]
    assert done.total() == 0


def test_no_thread_and_no_worker_is_left_after_a_run(begun: Node, tmp_path: Path) -> None:
    folder = lay(tmp_path / "seized", {f"{number}": picture(number) for number in range(6)})
    assert len(paths(begun, folder, width=3)) == 6
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("lane")] == []
    begun.home.close()
    here = psutil.Process().pid
    assert [each for each in decoders() if each.ppid() != here] == [], "the zygote stays for the next test"


def test_a_sandbox_that_cannot_start_stops_the_intake_and_quarantines_nothing(
    begun: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_dossier(begun.home, begun.anke, "A", "a warrant", "a test")
    folder = lay(tmp_path / "seized", {f"{number}": picture(number) for number in range(5)})

    def gone(*_: object) -> None:
        raise Unavailable("no decoder could be started: see `havre doctor`")

    monkeypatch.setattr("havre.media.decode.sandbox.Sandbox.spawn", gone)
    with pytest.raises(Unavailable, match="no decoder could be started"):
        take_in(begun.home, begun.anke, "A", str(folder), workers=2)
    assert (Item.objects.count(), Medium.objects.count()) == (0, 0)
    monkeypatch.undo()
    mended = Home(begun.home.settings)
    try:
        assert take_in(mended, begun.anke, "A", str(folder), workers=2).outcomes["new"] == 5
    finally:
        mended.close()


def test_a_zygote_that_died_stops_the_intake_and_quarantines_nothing(begun: Node, tmp_path: Path) -> None:
    open_dossier(begun.home, begun.anke, "A", "a warrant", "a test")
    folder = lay(tmp_path / "seized", {f"{number}": picture(number) for number in range(5)})
    with begun.home.worker() as worker:
        worker.decode(picture(0), "jpeg")
        for process in decoders():
            process.kill()
    try:
        totals = take_in(begun.home, begun.anke, "A", str(folder), workers=2)
    except Unavailable:
        assert Item.objects.count() == 0
    else:
        assert totals.outcomes["new"] == 5
    assert not Item.objects.filter(outcome="quarantined").exists()


def test_a_full_store_stops_the_intake_with_one_sentence_and_it_goes_on_later(
    begun: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_dossier(begun.home, begun.anke, "A", "a warrant", "a test")
    folder = lay(tmp_path / "seized", {f"{number}": picture(number) for number in range(5)})

    def full(*_: object, **__: object) -> None:
        raise Unavailable("the disk is full: make room, then run the same command again")

    monkeypatch.setattr("havre.media.store.Store.settle", full)
    with pytest.raises(Unavailable, match="make room"):
        take_in(begun.home, begun.anke, "A", str(folder), workers=2)
    assert (Item.objects.count(), Medium.objects.count()) == (0, 0)
    monkeypatch.undo()
    assert take_in(begun.home, begun.anke, "A", str(folder), workers=2).outcomes["new"] == 5
    acts = [entry.detail for entry in Entry.objects.filter(thing__startswith="intake").order_by("index")]
    assert [act for act in acts if '"begun"' in act] == acts[:1]  # one intake, not two


def test_a_machine_that_starts_no_process_blames_no_file(
    begun: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_dossier(begun.home, begun.anke, "A", "a warrant", "a test")
    folder = lay(tmp_path / "seized", {f"{number}": picture(number) for number in range(5)})
    monkeypatch.setattr("havre.media.decode.sandbox.BOOT", "raise SystemExit('no decoder here')")
    with pytest.raises(Unavailable, match="the sandbox does not start"):
        take_in(Home(begun.home.settings), begun.anke, "A", str(folder), workers=2)
    assert Item.objects.count() == 0


def test_a_machine_whose_memory_is_full_blames_no_file(
    begun: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_dossier(begun.home, begun.anke, "A", "a warrant", "a test")
    folder = lay(tmp_path / "seized", {f"{number}": picture(number) for number in range(5)})

    def full(*_: object) -> None:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr("havre.media.decode.sandbox.os.pwrite", full)
    with pytest.raises(Unavailable, match="Cannot allocate memory"):
        take_in(begun.home, begun.anke, "A", str(folder), workers=2)
    assert Item.objects.count() == 0


def test_a_batch_ends_with_what_is_slow_to_judge() -> None:
    assert list(batches(range(6), lambda each: each in (1, 4))) == [[0, 1], [2, 3, 4], [5]]
    assert list(batches(range(3))) == [[0, 1, 2]]
