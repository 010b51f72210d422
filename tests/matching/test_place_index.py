"""Scenes in a library: the kernel's scan is the slow one's, merging is building, and edits are among the candidates."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from havre.errors import Broken
from havre.fingerprints.scene import Scene, pack, scene
from havre.matching import _scene, place_index
from havre.matching.cells import nearest_cells
from havre.matching.library import Library
from havre.matching.place_index import POSTED, SCENES, candidates, chosen
from havre.matching.places import question
from havre.matching.volume import Tables, Volume, whole
from tests.matching import slow_scan
from tests.matching.scenery import encoded, moved, random_scene
from tests.pictures import PHOTOGRAPHS, photograph

BACKENDS = _scene.backends()
SCENES_OF = {number: scene(photograph(name)) for number, name in enumerate(PHOTOGRAPHS, 1)}
ENTRIES = [(number, pack(each)) for number, each in SCENES_OF.items()]


def scanned(volume: Volume, one: Scene, crowded: int, nearest: int, most: int, backend: str) -> list[tuple[int, int]]:
    tables, features = volume.tables, one.features
    cells = nearest_cells(features, 4)
    found, compared = _scene.scan(
        tables["cells"], tables["starts"], tables["postings"].view(np.uint8), volume.dead, features.tobytes(), cells, 4,
        crowded, nearest, most, backend,
    )  # fmt: skip
    assert compared >= len(found)
    return found


@settings(max_examples=25)
@given(st.integers(0, 2**32), st.integers(1, 12), st.integers(1, 40), st.integers(1, 8), st.sampled_from([3, 30, 5000]))
def test_the_scan_is_the_slow_one(seed: int, pictures: int, nearest: int, most: int, crowded: int) -> None:
    random = np.random.default_rng(seed)
    known = [random_scene(random, int(random.integers(0, 30))) for _ in range(pictures)]
    asked = random_scene(random, 20)
    # What agrees, and what lies in the same cells.
    known += [moved(asked, random, 0.3, 0.9, noise=2), moved(asked, random, -2.0, 0.8, noise=3)]
    volume = whole(SCENES.build([(n, pack(each)) for n, each in enumerate(known, 1)]))
    volume = Volume(volume.tables, random.random(len(volume)) < 0.2)
    expected = slow_scan.scan(
        volume.tables, volume.dead, asked.features, nearest_cells(asked.features, 4), crowded, nearest, most
    )
    for backend in BACKENDS:
        assert scanned(volume, asked, crowded, nearest, most, backend) == expected


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=1, max_size=12), st.integers(0, 2**32))
def test_merging_is_building_what_is_left(spread: list[tuple[int, bool]], seed: int) -> None:
    random = np.random.default_rng(seed)
    entries = [(number, pack(random_scene(random, 1 + number % 5))) for number in range(1, len(spread) + 1)]
    parts = []
    for part in range(3):
        here = [(entry, live) for entry, (where, live) in zip(entries, spread, strict=True) if where == part]
        if here:
            parts.append((SCENES.build([entry for entry, _ in here]), np.array([live for _, live in here])))
    left = [entry for entry, (_, live) in zip(entries, spread, strict=True) if live]
    merged, built = SCENES.merge(parts), SCENES.build(left)
    assert merged.keys() == built.keys()
    for name, table in built.items():
        assert np.array_equal(merged[name], table), name


def test_edits_are_among_the_candidates(tmp_path: Path) -> None:
    library = Library.create(tmp_path / "places", SCENES)
    library.add(ENTRIES[:5])
    library.flush()
    library.add(ENTRIES[5:])
    for number, name in enumerate(PHOTOGRAPHS, 1):
        picture = Image.fromarray(photograph(name))
        width, height = picture.size
        for edit in (
            picture.crop((width // 4, height // 4, width, height)),
            picture.resize((width // 2, height // 2)).rotate(15, expand=True),
            picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        ):
            found = candidates(library.volumes(), question(scene(encoded(edit, 60))), most=3)
            assert found[0].record == number
            assert [each.votes for each in found] == sorted((each.votes for each in found), reverse=True)


def test_the_form_that_was_found_is_told() -> None:
    volume = whole(SCENES.build(ENTRIES))
    one = SCENES_OF[2]
    mirror = scene(np.ascontiguousarray(photograph("camera")[:, ::-1]))
    assert candidates([volume], question(one))[0][:2] == (2, 0)
    assert candidates([volume], question(mirror))[0][:2] == (2, 1)
    assert (
        candidates([volume], question(mirror), forms=1)[0].votes < candidates([volume], question(mirror))[0].votes / 3
    )


def test_what_is_dead_is_no_candidate() -> None:
    volume = whole(SCENES.build(ENTRIES)).without(np.array([2], np.uint32))
    assert 2 not in {each.record for each in candidates([volume], question(SCENES_OF[2]))}


@pytest.mark.parametrize("copies", [49, 51, 200])
def test_a_picture_that_is_there_often_is_found_as_well(copies: int) -> None:
    one = SCENES_OF[3]
    entries = [*ENTRIES, *((100 + number, pack(one)) for number in range(copies))]
    crop = scene(np.ascontiguousarray(photograph("chelsea")[:200, :300]))
    found = candidates([whole(SCENES.build(entries))], question(crop), most=5)
    assert {each.record for each in found} <= {3, *range(100, 100 + copies)}
    assert len(found) == 5


def test_what_is_dead_takes_no_votes_from_what_lives() -> None:
    one = SCENES_OF[3]
    volume = whole(SCENES.build([*ENTRIES, *((100 + number, pack(one)) for number in range(60))]))
    alone = candidates([whole(SCENES.build(ENTRIES))], question(one))
    assert candidates([volume.without(np.arange(100, 160, dtype=np.uint32))], question(one)) == alone


def test_what_is_posted_is_large_or_strong() -> None:
    features = SCENES_OF[1].features
    some = chosen(features, POSTED)
    assert len(some) == POSTED
    places = [np.flatnonzero(features == each)[0] for each in some]
    assert places == sorted(places)
    assert set(range(POSTED // 2)) <= set(places)  # strong
    largest = np.sort(features["size"])[-POSTED // 5 :]
    assert np.isin(largest, some["size"]).all()  # large
    few = features[:10]
    assert np.array_equal(chosen(few, POSTED), few)


def test_nothing_is_found_among_nothing_or_by_nothing() -> None:
    blank = scene(np.zeros((80, 80), np.uint8))
    assert candidates([], question(SCENES_OF[1])) == []
    assert candidates([whole(SCENES.build([]))], question(SCENES_OF[1])) == []
    assert candidates([whole(SCENES.build([*ENTRIES, (50, pack(blank))]))], question(blank)) == []


def spoilt(tables: Tables, name: str, value: object) -> Volume:
    changed = {**tables, name: np.array(tables[name])}
    if name == "postings":
        changed[name]["picture"] = value
    else:
        changed[name][:] = value
    return whole(changed)


@pytest.mark.parametrize(("name", "value"), [("starts", 2**31), ("postings", 10**6)])
def test_tables_that_contradict_themselves_are_told_of(name: str, value: object) -> None:
    volume = spoilt(SCENES.build(ENTRIES), name, value)
    with pytest.raises(Broken, match="index rebuild"):
        candidates([volume], question(SCENES_OF[1]))


def test_tables_of_other_sizes_are_told_of() -> None:
    tables = SCENES.build(ENTRIES)
    with pytest.raises(Broken):
        candidates([whole({**tables, "starts": tables["starts"][:-1]})], question(SCENES_OF[1]))


def test_a_cell_that_everything_has_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    volume = whole(SCENES.build(ENTRIES))
    asked = question(SCENES_OF[3])
    assert candidates([volume], asked)[0].record == 3
    monkeypatch.setattr(place_index, "CROWDED_ABOVE", 0)
    monkeypatch.setattr(place_index, "CROWDED_TIMES", 0)
    assert candidates([volume], asked) == []
