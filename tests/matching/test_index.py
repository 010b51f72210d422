"""The persistent index: always the answer of comparing everything, whatever happened to it before."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from numpy.typing import NDArray

from havre.errors import Broken, Invalid
from havre.matching import reference, views
from havre.matching.hashes import Records
from havre.matching.index import Index, verify
from havre.matching.reference import Entry, Hit
from tests.matching.seeded import apart, at_distance, balanced, hashes, numbered, sharing

PROOF = os.environ.get("HAVRE_PROOF") == "1"
ALTERATIONS = 1_000 if PROOF else 60
KILLS = 40 if PROOF else 6


def index_of(directory: Path, entries: list[Entry], parts: int = 1) -> Index:
    """An index of these entries, flushed in so many parts."""
    index = Index.create(directory)
    size = max(len(entries) // parts, 1)
    for start in range(0, len(entries), size):
        index.add(*apart(entries[start : start + size]))
        index.flush()
    return index


def near(entries: list[Entry], count: int, seed: int = 0) -> list[bytes]:
    """Queries at distances 0 to 33 from known hashes."""
    chance = random.Random(seed)
    return [at_distance(chance.choice(entries)[1], number % 34, number) for number in range(count)]


@pytest.mark.parametrize("parts", [1, 3, 40])
@pytest.mark.parametrize("make", [hashes, balanced])
def test_the_index_answers_as_comparing_everything_does(tmp_path: Path, parts: int, make) -> None:  # type: ignore[no-untyped-def]
    known = make(4_000, seed=1)
    entries = numbered(known + known[:30] + [at_distance(known[5], 3, seed=2)])
    index = index_of(tmp_path, entries[:-100], parts)
    index.add(*apart(entries[-100:]))
    queries = near(entries, 40)
    expected = [reference.search(entries, query) for query in queries]
    assert [index.search(query) for query in queries] == expected
    assert index.search_batch(b"".join(queries)) == expected
    assert index.search_batch(b"") == []
    for query in queries[:6]:
        assert index.search(query, 60) == reference.search(entries, query, 60)
        assert index.nearest(query, 3) == reference.nearest(entries, query, 3)


def test_hostile_neighbours_change_no_answer(tmp_path: Path) -> None:
    victim = hashes(1, seed=1)[0]
    hostile = sharing(victim, slice(0, 2), 3_000, seed=2) + sharing(victim, slice(3, 32), 3_000, seed=3) + [victim] * 50
    entries = numbered(hashes(6_000, seed=4) + hostile)
    index = index_of(tmp_path, entries)
    for distance in range(0, 34, 3):
        query = at_distance(victim, distance, seed=distance)
        assert index.search(query) == reference.search(entries, query)


@pytest.mark.parametrize("orientation", range(8))
def test_a_turned_picture_is_found_once_with_its_orientation(tmp_path: Path, orientation: int) -> None:
    entries = numbered(hashes(500, seed=1))
    index = index_of(tmp_path, entries[:400])
    index.add(*apart(entries[400:]))
    asked = hashes(8, seed=2)
    asked[orientation] = at_distance(entries[30][1], 20, seed=3)
    asked[(orientation + 1) % 8] = at_distance(entries[30][1], 22, seed=4)
    assert index.search_oriented(b"".join(asked)) == [Hit(20, 31, orientation)]
    asked[7 - orientation] = entries[450][1]
    assert index.search_oriented(b"".join(asked)) == reference.search_oriented(entries, b"".join(asked))


def test_the_nearest_of_an_index_with_removed_and_identical_records(tmp_path: Path) -> None:
    entries = numbered(hashes(200, seed=1) + hashes(5, seed=1))
    index = index_of(tmp_path, entries[:150])
    index.add(*apart(entries[150:]))
    query = entries[0][1]
    first = [hit.record for hit in index.nearest(query, 20)]
    index.remove(first[:10])
    left = [entry for entry in entries if entry[0] not in first[:10]]
    assert index.nearest(query, 20) == reference.nearest(left, query, 20)
    assert index.nearest(query, 1_000) == reference.nearest(left, query, 1_000)
    assert index.nearest(query, 0) == []


def test_pairs_and_contents_are_those_of_the_live_records(tmp_path: Path) -> None:
    known = hashes(300, seed=1)
    entries = numbered(known + [at_distance(each, number % 40, number) for number, each in enumerate(known[:80])])
    index = index_of(tmp_path, entries[:350], parts=2)
    index.add(*apart(entries[350:]))
    index.remove([301, 2, 9])
    left = [entry for entry in entries if entry[0] not in {301, 2, 9}]
    assert list(index.pairs()) == list(reference.pairs(left))
    assert list(index.contents()) == left


def test_removed_records_are_gone_at_once_for_good_and_after_compaction(tmp_path: Path) -> None:
    entries = numbered(hashes(100, seed=1))
    index = index_of(tmp_path, entries[:90])
    index.add(*apart(entries[90:]))
    index.remove([5, 95])
    assert (len(index.lying), len(index.records), 5 in index.lying, 95 in index.lying) == (99, 98, True, False)
    assert index.search(entries[4][1]) == index.search(entries[94][1]) == []
    again = Index.open(tmp_path)
    again.add(*apart(entries[90:]))
    assert again.search(entries[4][1]) == again.search(entries[94][1]) == []
    again.compact()
    assert (again.status().entries, again.status().tail) == (98, 9)
    again.flush()
    again.add(*apart(entries))
    index.refresh()
    assert index.search(entries[4][1]) == index.search(entries[94][1]) == []
    assert index.status().entries == again.status().entries == 98
    assert list(again.contents()) == [entry for entry in entries if entry[0] not in {5, 95}]


def test_compaction_forgets_the_tombstones_that_no_tail_can_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("havre.matching.index.STILL_BURIED", 10)
    index = index_of(tmp_path, numbered(hashes(100, seed=1)))
    index.remove([5, 95])
    index.compact()
    assert (index.status().tombstones, index.status().entries) == (1, 98)


def test_small_flushes_leave_few_segments_and_bytes(tmp_path: Path) -> None:
    entries = numbered(hashes(6_000, seed=1))
    index = index_of(tmp_path, entries, parts=60)
    assert index.status().segments <= 4
    assert len(list(tmp_path.glob("*.segment"))) == index.status().segments
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in tmp_path.iterdir())


def test_an_entry_costs_at_most_80_bytes(tmp_path: Path) -> None:
    index = index_of(tmp_path, numbered(hashes(100_000, seed=1)))
    assert index.status().bytes_per_entry <= 80


def test_a_rebuild_makes_an_equal_index_over_a_damaged_one(tmp_path: Path) -> None:
    entries = numbered(hashes(500, seed=1))
    index_of(tmp_path, entries, parts=5)
    (tmp_path / "manifest").write_bytes(b"nonsense")
    with pytest.raises(Broken, match=r"manifest is damaged.*havre index rebuild"):
        Index.open(tmp_path)
    rebuilt = Index.rebuild(tmp_path, [apart(entries[:200]), apart(entries[200:])])
    assert list(rebuilt.contents()) == entries
    assert (rebuilt.watermark, rebuilt.status().segments, rebuilt.verify()) == (500, 1, [])


def test_another_process_sees_what_was_flushed_once_it_refreshes(tmp_path: Path) -> None:
    entries = numbered(hashes(300, seed=1))
    here = index_of(tmp_path, entries[:100])
    here.add(*apart(entries[100:110]))
    ask = (
        "import sys; from pathlib import Path; from havre.matching.index import Index\n"
        "index = Index.open(Path(sys.argv[1])); index.add(range(101, 301), bytes.fromhex(sys.argv[2])); index.flush()"
    )
    given = b"".join(known for _, known in entries[100:]).hex()
    subprocess.run([sys.executable, "-c", ask, str(tmp_path), given], check=True)
    assert here.search(entries[250][1]) == []
    here.refresh()
    assert here.search(entries[250][1]) == [Hit(0, 251)]
    assert (here.watermark, here.status().tail) == (300, 0)
    assert here.search(entries[105][1]) == [Hit(0, 106)]


def test_a_refresh_keeps_what_the_other_did_not_know_of(tmp_path: Path) -> None:
    entries = numbered(hashes(20, seed=1))
    one, other = index_of(tmp_path, entries[:10]), Index.open(tmp_path)
    one.add(*apart(entries[10:15]))
    other.add(*apart(entries[12:20]))
    other.flush()
    one.refresh()
    assert (one.status().tail, one.watermark) == (2, 20)
    one.flush()
    other.refresh()
    assert list(one.contents()) == list(other.contents()) == entries


FLUSH_FOR_EVER = """
import sys, random
from pathlib import Path
from havre.matching.index import Index
from tests.matching.seeded import apart, hashes, numbered
entries = numbered(hashes(4000, seed=int(sys.argv[2])))
index = Index.open(Path(sys.argv[1]))
print("ready", flush=True)
for turn in range(10000):
    after = [entry for entry in entries if entry[0] > index.watermark]
    index.add(*apart(after[:40]))
    index.flush()
    if turn % 5 == 4:
        index.compact()
    if turn % 7 == 6:
        index.remove([turn])
"""


def test_killed_at_any_moment_the_index_holds_what_the_watermark_says(tmp_path: Path) -> None:
    entries = numbered(hashes(4_000, seed=1))
    Index.create(tmp_path)
    chance = random.Random(time.monotonic_ns())
    for _ in range(KILLS):
        victim = subprocess.Popen([sys.executable, "-c", FLUSH_FOR_EVER, str(tmp_path), "1"], stdout=subprocess.PIPE)
        assert victim.stdout is not None
        assert victim.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0.0, 0.15))
        victim.kill()
        victim.communicate()
        assert verify(tmp_path) == []
        index = Index.open(tmp_path)
        held, gone = dict(index.contents()), set(index._view.tombstones)
        expected = {record: known for record, known in entries if record <= index.watermark}
        assert {record: expected[record] for record in held} == held
        assert all(record in gone or record < 2_000 for record in expected.keys() - held.keys())
        assert len(expected.keys() - held.keys()) <= 600  # the removed ones, of which some are compacted away
    assert index.watermark > 0


def test_two_processes_that_flush_at_once_lose_and_double_nothing(tmp_path: Path) -> None:
    Index.create(tmp_path)
    flush = (
        "import sys; from pathlib import Path; from havre.matching.index import Index\n"
        "from tests.matching.seeded import apart, hashes, numbered\n"
        "index = Index.open(Path(sys.argv[1])); entries = numbered(hashes(1200, seed=1))[int(sys.argv[2]) :: 2]\n"
        "for at in range(0, 600, 20): index.add(*apart(entries[at : at + 20])); index.flush()"
    )
    both = [subprocess.Popen([sys.executable, "-c", flush, str(tmp_path), str(half)]) for half in (0, 1)]
    assert [each.wait(timeout=120) for each in both] == [0, 0]
    index = Index.open(tmp_path)
    assert list(index.contents()) == numbered(hashes(1200, seed=1))
    assert index.status().entries == 1200


def test_every_single_altered_byte_of_the_index_is_found_and_its_file_named(tmp_path: Path) -> None:
    entries = numbered(hashes(1_500, seed=1) + hashes(30, seed=1))
    index = index_of(tmp_path, entries[:1_300])
    index.add(*apart(entries[1_300:1_310]))
    index.flush()
    index.add(*apart(entries[1_310:]))
    index.remove(range(20, 60))
    assert verify(tmp_path) == []
    files = sorted(path for path in tmp_path.iterdir() if path.stat().st_size)
    assert {path.suffix for path in files} == {"", ".segment", ".tombstones"}
    chance = random.Random(7)
    for number in range(ALTERATIONS):
        path = files[number % len(files)]
        whole = path.read_bytes()
        altered = bytearray(whole)
        at = chance.randrange(len(whole))
        altered[at] ^= chance.randrange(1, 256)
        path.write_bytes(altered)
        named = verify(tmp_path)
        path.write_bytes(whole)
        assert named, (path.name, at)
        assert all(str(path) in line for line in named)
    assert verify(tmp_path) == []


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    index = index_of(tmp_path, numbered(hashes(50, seed=1)))
    index.remove([3])
    for path in sorted(tmp_path.glob("*.segment")) + sorted(tmp_path.glob("*.tombstones")):
        whole = path.read_bytes()
        path.unlink()
        assert any(str(path) in line for line in verify(tmp_path))
        with pytest.raises(Broken, match="is missing: run `havre index rebuild`"):
            Index.open(tmp_path)
        path.write_bytes(whole)


def test_a_query_that_is_no_hash_is_refused(tmp_path: Path) -> None:
    index = Index.create(tmp_path)
    for ask in (
        lambda: index.search(bytes(31)),
        lambda: index.search(bytes(32), 257),
        lambda: index.search(bytes(32), -1),
        lambda: index.search_oriented(bytes(32)),
        lambda: index.search_batch(bytes(33)),
        lambda: index.nearest(bytes(32), -1),
        lambda: index.remove([0]),
        lambda: index.add([1], b""),
    ):
        with pytest.raises(Invalid):
            ask()


class AnyStory(RuleBasedStateMachine):
    """Whatever is done to an index, it answers as comparing everything does."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.index = Index.create(Path(self.folder.name))
        self.live: dict[int, bytes] = {}
        self.next = 1

    def teardown(self) -> None:
        self.folder.cleanup()

    @rule(count=st.integers(1, 60), seed=st.integers(0, 5))
    def add(self, count: int, seed: int) -> None:
        entries = numbered(hashes(count, seed), self.next)
        self.next += count
        self.index.add(*apart(entries))
        self.live |= dict(entries)

    @rule()
    def flush(self) -> None:
        self.index.flush()

    @rule(record=st.integers(1, 200))
    def remove(self, record: int) -> None:
        if record < self.next:
            self.index.remove([record])
            self.live.pop(record, None)

    @rule()
    def compact(self) -> None:
        self.index.compact()

    @rule()
    def restart(self) -> None:
        self.index = Index.open(Path(self.folder.name))
        self.index.add(*apart((r, known) for r, known in self.live.items() if r > self.index.watermark))

    @invariant()
    def answers_are_right(self) -> None:
        assert list(self.index.contents()) == sorted(self.live.items())
        query = at_distance(hashes(1, seed=self.next % 6)[0], self.next % 32, seed=1)
        assert self.index.search(query) == reference.search(self.live.items(), query)


AnyStory.TestCase.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)
TestAnyStory = AnyStory.TestCase


def test_few_at_a_time_are_the_same_hits(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    looks = rng.integers(0, 256, (40, 32), dtype=np.uint8)
    near = looks[rng.integers(0, 40, 3_000)].copy()
    near[np.arange(3_000), rng.integers(0, 32, 3_000)] ^= rng.integers(0, 4, 3_000, dtype=np.uint8)
    index = Index.create(tmp_path)
    for start in (0, 1_000, 2_000):
        index.add(range(start + 1, start + 1_001), near[start : start + 1_000].tobytes())
        if start < 2_000:
            index.flush()
    index.remove(range(5, 3_000, 10))
    every = list(index.search_few(looks.tobytes(), 31, lambda _queries, _distances, records: records > 0))
    assert every == index.search_batch(looks.tobytes(), 31)
    even = list(index.search_few(looks.tobytes(), 31, lambda _queries, _distances, records: records % 2 == 0))
    assert even == [[hit for hit in hits if hit.record % 2 == 0] for hits in every]
    assert list(index.search_few(b"", 31, lambda _queries, _distances, records: records > 0)) == []


def test_however_many_are_near_few_are_in_memory_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_AT_ONCE", 1_000)
    index = Index.create(tmp_path)
    index.add(range(1, 501), bytes(32) * 500)
    index.flush()
    met: list[int] = []

    def none(_queries: Records, _distances: Records, records: Records) -> NDArray[np.bool_]:
        met.append(len(records))
        return np.zeros(len(records), np.bool_)

    assert list(index.search_few(bytes(32) * 64, 31, none)) == [[]] * 64
    assert max(met) <= 4 * 500
