"""The library: always what was put into it and not removed, whatever happened to it before."""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from havre.errors import Broken, Invalid
from havre.matching.library import Library, verify
from tests.matching.letters import LETTERS, Letters, contents, entries, held, library_of, with_letter
from tests.matching.steps import copied_at_every_step

PROOF = os.environ.get("HAVRE_PROOF") == "1"
ALTERATIONS = 1_000 if PROOF else 60
KILLS = 40 if PROOF else 6


@pytest.mark.parametrize("parts", [1, 3, 40])
def test_everything_is_found_stored_or_not_and_again_after_opening(tmp_path: Path, parts: int) -> None:
    known = entries(1, 400)
    library = library_of(tmp_path, known[:-50], parts)
    library.add(known[-50:])
    assert contents(library) == dict(known)
    assert with_letter(library.volumes(), ord("9")) == [record for record, data in known if b"9" in data]
    again = Library.open(tmp_path, LETTERS)
    assert contents(again) == dict(known[:-50])
    assert again.watermark == 349
    again.add(known[300:])
    assert contents(again) == dict(known)
    assert all(record in again for record in (1, 349, 399))
    assert all(record not in again for record in (-1, 0, 400, 2**32))


def test_a_record_is_taken_once_and_the_first_time(tmp_path: Path) -> None:
    library = library_of(tmp_path, [(5, b"first"), (5, b"second")])
    library.add([(5, b"third"), (2, b"two")])
    library.add([(2, b"again")])
    library.flush()
    assert contents(library) == {2: b"two", 5: b"first"}


@pytest.mark.parametrize("record", [0, -1, 2**32])
def test_what_is_no_record_is_refused(tmp_path: Path, record: int) -> None:
    library = Library.create(tmp_path, LETTERS)
    with pytest.raises(Invalid, match="between 1 and 4294967295"):
        library.add([(3, b"three"), (record, b"")])
    with pytest.raises(Invalid, match="between 1 and 4294967295"):
        library.remove([3, record])
    assert contents(library) == {}


def test_removed_records_are_gone_at_once_for_good_and_after_compaction(tmp_path: Path) -> None:
    known = entries(1, 101)
    library = library_of(tmp_path, known[:90])
    library.add(known[90:])
    library.remove([5, 95])
    left = {record: data for record, data in known if record not in {5, 95}}
    assert contents(library) == left
    assert (len(library.lying), len(library.records), 5 in library.lying) == (100, 98, True)
    again = Library.open(tmp_path, LETTERS)
    again.add(known)
    assert contents(again) == left
    again.compact()
    assert (again.status().entries, again.status().tail) == (98, 9)
    again.flush()
    again.add(known)
    library.refresh()
    assert contents(library) == contents(again) == left
    assert library.status() == again.status()


def test_compaction_leaves_no_byte_of_what_was_removed_and_forgets_old_tombstones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("havre.matching.library.STILL_BURIED", 10)
    library = library_of(tmp_path, [*entries(1, 60), (60, b"erased for good"), *entries(61, 100)], parts=3)
    library.remove([60, 98])
    assert any(b"erased for good" in path.read_bytes() for path in tmp_path.iterdir())
    library.compact()
    assert not any(b"erased for good" in path.read_bytes() for path in tmp_path.iterdir())
    assert (library.status().tombstones, library.status().entries, library.status().segments) == (1, 97, 1)
    library.remove(range(1, 100))
    library.compact()
    assert (len(library), library.status().segments, library.volumes()) == (0, 0, [])


def test_what_was_given_out_stays_as_it_was(tmp_path: Path) -> None:
    known = entries(1, 50)
    library = library_of(tmp_path, known)
    before = library.volumes()
    library.remove([3])
    library.compact()
    library.add([(60, b"")])
    library.close()
    assert held(*before) == dict(known)


def test_small_additions_and_flushes_leave_few_volumes_and_files(tmp_path: Path) -> None:
    moved = Counting()
    library = Library.create(tmp_path, moved)
    for entry in entries(1, 1_001):
        library.add([entry])
        assert len(library.volumes()) <= 10
    assert moved.merged <= 1_000 * 10
    for number, entry in enumerate(entries(1_001, 1_200)):
        library.add([entry])
        library.flush()
        assert library.status().segments <= 2 + number.bit_length()
    assert len(list(tmp_path.glob("*.volume"))) == library.status().segments
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in tmp_path.iterdir())
    assert contents(library) == dict(entries(1, 1_200))


class Counting(Letters):
    """Counts the rows that are merged."""

    merged = 0

    def merge(self, parts, /):  # type: ignore[no-untyped-def]
        self.merged += sum(int(live.sum()) for _, live in parts)
        return super().merge(parts)


def test_nothing_is_merged_beyond_what_fits_into_memory(tmp_path: Path) -> None:
    library = Library.create(tmp_path, LETTERS)
    known = entries(1, 601)
    for start in range(0, 600, 20):
        library.add(known[start : start + 20])
        library.flush(largest=5_000)
    sizes = [path.stat().st_size for path in tmp_path.glob("*.volume")]
    assert max(sizes) <= 5_000
    assert len(sizes) <= 2 * sum(sizes) / 5_000 + 3
    library.remove(range(100, 200))
    library.compact(largest=5_000)
    assert max(path.stat().st_size for path in tmp_path.glob("*.volume")) <= 5_000
    left = {record: data for record, data in known if not 100 <= record < 200}
    assert contents(library) == left
    library.compact()
    assert (library.status().segments, contents(library)) == (1, left)


def test_a_rebuild_makes_an_equal_library_over_a_damaged_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = entries(1, 500)
    library_of(tmp_path, known, parts=5).remove([7])
    (tmp_path / "manifest").write_bytes(b"nonsense")
    with pytest.raises(Broken, match=r"manifest is damaged.*havre index rebuild"):
        Library.open(tmp_path, LETTERS)
    monkeypatch.setattr("havre.matching.volumes.BATCH_BYTES", 100)
    rebuilt = Library.rebuild(tmp_path, LETTERS, iter([*known[:300], *known[200:]]))
    assert contents(rebuilt) == dict(known)
    assert (rebuilt.watermark, rebuilt.verify(), rebuilt.status().tombstones) == (499, [], 0)
    assert rebuilt.status().segments <= 6
    assert {path.name for path in tmp_path.glob("*.volume")} == {n.file for n in rebuilt._view.manifest.segments}


def test_a_library_of_another_kind_or_version_is_refused(tmp_path: Path) -> None:
    Library.create(tmp_path, LETTERS)
    for other in (Letters("words"), Letters(version=2)):
        with pytest.raises(
            Broken, match=r"holds 'letters 1', and this program reads '(words 1|letters 2)': run `havre"
        ):
            Library.open(tmp_path, other)


def test_another_process_sees_what_was_flushed_once_it_refreshes(tmp_path: Path) -> None:
    known = entries(1, 300)
    one, other = library_of(tmp_path, known[:100]), Library.open(tmp_path, LETTERS)
    one.add(known[100:160])
    other.add([*reversed(known[120:])])
    other.flush()
    assert 250 not in one
    one.refresh()
    assert contents(one) == dict(known)
    assert (one.watermark, one.status().tail) == (299, 20)
    one.flush()
    other.refresh()
    assert contents(other) == contents(Library.open(tmp_path, LETTERS)) == dict(known)


def test_threads_that_add_and_ask_see_whole_libraries(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    library = Library.create(tmp_path, LETTERS)

    def put(part: int) -> None:
        for record in range(part, 400, 4):
            library.add([(record, b"%d" % record)])
            assert record in library
            if record % 10 == part:
                library.flush()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, (1, 2, 3, 4)))
    assert sorted(contents(library)) == sorted({r for part in (1, 2, 3, 4) for r in range(part, 400, 4)})


# ---- damage ----


def test_every_single_altered_byte_of_the_library_is_found_and_its_file_named(tmp_path: Path) -> None:
    library = library_of(tmp_path, entries(1, 300))
    library.add(entries(300, 340))
    library.flush()
    library.remove(range(20, 60))
    files = sorted(path for path in tmp_path.iterdir() if path.stat().st_size)
    assert {path.suffix for path in files} == {"", ".volume", ".tombstones"}
    assert verify(tmp_path, LETTERS) == []
    chance = random.Random(7)
    for number in range(ALTERATIONS):
        path = files[number % len(files)]
        data = path.read_bytes()
        at = chance.randrange(len(data))
        path.write_bytes(data[:at] + bytes([data[at] ^ chance.randrange(1, 256)]) + data[at + 1 :])
        told = verify(tmp_path, LETTERS)
        with pytest.raises(Broken, match=path.name):
            Library.open(tmp_path, LETTERS)
        path.write_bytes(data)
        assert told, (path.name, at)
        assert all(str(path) in line for line in told)
    assert verify(tmp_path, LETTERS) == []


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    library = library_of(tmp_path, entries(1, 30))
    library.remove([3])
    for path in [*tmp_path.glob("*.volume"), *tmp_path.glob("*.tombstones"), tmp_path / "manifest"]:
        data = path.read_bytes()
        path.unlink()
        assert any(str(path) in line and "is missing" in line for line in verify(tmp_path, LETTERS))
        with pytest.raises(Broken, match="is missing: run `havre index rebuild`"):
            Library.open(tmp_path, LETTERS)
        path.write_bytes(data)


def test_damage_is_never_merged_into_something_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("havre.matching.volume.SMALL_BYTES", 0)
    library_of(tmp_path, entries(1, 300))
    path = next(tmp_path.glob("*.volume"))
    data = path.read_bytes()
    at = data.index(b"%d" % 299**2)
    path.write_bytes(data[:at] + b"7" + data[at + 1 :])
    library = Library.open(tmp_path, LETTERS)
    library.remove([1])
    library.add(entries(300, 600))
    for change in (library.flush, library.compact):
        with pytest.raises(Broken, match=r"is damaged: table text, .*, was altered: run `havre index rebuild`"):
            change()
    assert 599 in library
    assert [line.split(": ")[1].split(",")[0] for line in library.verify()] == ["table text"]


def test_between_any_two_steps_the_files_are_the_library_before_or_after(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    first, more = entries(1, 30), entries(30, 80)
    library = library_of(folder, first)
    left = {record: data for record, data in first + more if record != 7}
    library.add(more)
    stories: list[tuple[Callable[[], object], dict[int, bytes], dict[int, bytes]]] = [
        (library.flush, dict(first), dict(first + more)),
        (lambda: library.remove([7]), dict(first + more), left),
        (library.compact, left, left),
        (lambda: Library.rebuild(folder, LETTERS, more), left, dict(more)),
    ]
    for number, (change, before, after) in enumerate(stories):
        (tmp_path / str(number)).mkdir()
        with copied_at_every_step(folder, tmp_path / str(number)) as copies:
            change()
        states = [contents(Library.open(copy, LETTERS)) for copy in copies]
        changed = states.index(after)
        assert len(states) > 4
        assert states[:changed] == [before] * changed
        assert states[changed:] == [after] * (len(states) - changed)
        for copy in copies[::3]:
            again = Library.open(copy, LETTERS)
            again.add([(1_000, b"after all")])
            again.flush()
            assert again.verify() == []
            assert 1_000 in Library.open(copy, LETTERS)
            assert not list(copy.glob("*.unfinished"))


WORK_FOR_EVER = """
import sys
from pathlib import Path
from havre.matching.library import Library
from tests.matching.letters import Letters, entries
library = Library.open(Path(sys.argv[1]), Letters())
print("ready", flush=True)
for turn in range(10000):
    after = library.watermark + 1
    library.add(entries(after, after + 40))
    library.flush()
    if turn % 5 == 4:
        library.compact()
    if turn % 7 == 6:
        library.remove([turn])
"""


def test_killed_at_any_moment_the_library_holds_what_the_watermark_says(tmp_path: Path) -> None:
    Library.create(tmp_path, LETTERS)
    chance = random.Random(time.monotonic_ns())
    for _ in range(KILLS):
        victim = subprocess.Popen([sys.executable, "-c", WORK_FOR_EVER, str(tmp_path)], stdout=subprocess.PIPE)
        assert victim.stdout is not None
        assert victim.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0.0, 0.15))
        victim.kill()
        victim.communicate()
        assert verify(tmp_path, LETTERS) == []
        library = Library.open(tmp_path, LETTERS)
        gone = library._view.tombstones
        expected = {record: data for record, data in entries(1, library.watermark + 1) if record not in gone}
        assert contents(library) == expected
    assert library.watermark > 0


def test_two_processes_that_flush_at_once_lose_and_double_nothing(tmp_path: Path) -> None:
    Library.create(tmp_path, LETTERS)
    flush = (
        "import sys; from pathlib import Path; from havre.matching.library import Library\n"
        "from tests.matching.letters import Letters, entries\n"
        "library = Library.open(Path(sys.argv[1]), Letters()); known = entries(1, 601)[int(sys.argv[2]) :: 2]\n"
        "for at in range(0, 300, 10): library.add(known[at : at + 10]); library.flush()"
    )
    both = [subprocess.Popen([sys.executable, "-c", flush, str(tmp_path), str(half)]) for half in (0, 1)]
    assert [each.wait(timeout=120) for each in both] == [0, 0]
    assert contents(Library.open(tmp_path, LETTERS)) == dict(entries(1, 601))


class AnyStory(RuleBasedStateMachine):
    """Whatever is done to a library, it is a dictionary from record to bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.library = Library.create(Path(self.folder.name), LETTERS)
        self.live: dict[int, bytes] = {}
        self.stored: dict[int, bytes] = {}
        self.gone: set[int] = set()

    def teardown(self) -> None:
        self.folder.cleanup()

    @rule(given=st.lists(st.tuples(st.integers(1, 200), st.binary(max_size=5)), max_size=30))
    def add(self, given: list[tuple[int, bytes]]) -> None:
        self.library.add(given)
        for record, data in given:
            if record not in self.gone:
                self.live.setdefault(record, data)

    @rule(largest=st.sampled_from([1, 3_000, 2**30]))
    def flush(self, largest: int) -> None:
        self.library.flush(largest)
        self.stored = dict(self.live)

    @rule(records=st.sets(st.integers(1, 200), max_size=20))
    def remove(self, records: set[int]) -> None:
        self.library.remove(records)
        self.gone |= records
        self.live = {record: data for record, data in self.live.items() if record not in records}
        self.stored = {record: data for record, data in self.stored.items() if record not in records}

    @rule(largest=st.sampled_from([1, 3_000, 2**30]))
    def compact(self, largest: int) -> None:
        self.library.compact(largest)

    @rule()
    def reopen(self) -> None:
        self.library.close()
        self.library = Library.open(Path(self.folder.name), LETTERS)
        self.live = dict(self.stored)

    @rule()
    def rebuild(self) -> None:
        self.library = Library.rebuild(Path(self.folder.name), LETTERS, self.live.items())
        self.stored, self.gone = dict(self.live), set()

    @invariant()
    def it_is_that_dictionary(self) -> None:
        assert contents(self.library) == self.live
        assert with_letter(self.library.volumes(), 7) == sorted(r for r, data in self.live.items() if 7 in data)
        assert np.isin([1, 50, 200], list(self.live)).tolist() == [each in self.library for each in (1, 50, 200)]
        assert self.library.verify() == []


AnyStory.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestAnyStory = AnyStory.TestCase
