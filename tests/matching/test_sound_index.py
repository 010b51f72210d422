"""Sounds in a library: found again by an excerpt from what is on disk alone, and not once they are removed."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havre.errors import Broken, Invalid
from havre.fingerprints.audio import Soundprint, pack
from havre.matching.library import Library
from havre.matching.sound import segments
from havre.matching.sound_chance import expected_false
from havre.matching.sound_index import SOUNDS, items_told, search, sound_in
from havre.matching.sound_keys import MOST_OFFSETS_EACH
from havre.matching.volume import Volume, joined, whole
from tests.matching.heard import heard, known, made, of_items, part
from tests.sounds import KINDS

pytestmark = pytest.mark.xdist_group("sounds")  # which are made once, where all of these run

FOUND = ("music", "speech", "room")


@cache
def several() -> dict[int, Soundprint]:
    """A sound of each kind."""
    return {10 * number: known(kind, 3) for number, kind in enumerate(sorted(KINDS), 1)}


def packed(sounds: dict[int, Soundprint]) -> list[tuple[int, bytes]]:
    """Entries of a library."""
    return [(record, pack(sound)) for record, sound in sounds.items()]


def short(items: Sequence[int], told: int) -> bytes:
    """A sound of a few items of which so many tell anything."""
    sound = of_items(items)
    sound.informative[told:] = False
    return pack(sound)


SOUND = st.builds(short, st.lists(st.sampled_from([0, 1 << 31, 5 << 20, 2**32 - 1, 77]), max_size=6), st.integers(0, 6))


@settings(max_examples=150)
@given(
    given=st.dictionaries(st.integers(1, 40), st.tuples(SOUND, st.integers(0, 3), st.booleans()), max_size=12),
    chunk=st.sampled_from([1, 3, 1 << 22]),
)
def test_merging_makes_what_building_of_the_live_sounds_makes(
    given: dict[int, tuple[bytes, int, bool]], chunk: int
) -> None:
    parts = []
    for number in range(4):
        mine = sorted((record, data, live) for record, (data, part, live) in given.items() if part == number)
        tables = SOUNDS.build([(record, data) for record, data, _ in mine])
        parts.append((tables, np.array([live for _, _, live in mine], np.bool_)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("havre.matching.sound_index.CHUNK", chunk)
        merged = SOUNDS.merge(parts)
    expected = SOUNDS.build(sorted((record, data) for record, (data, _, live) in given.items() if live))
    assert list(merged) == list(expected)
    for key, table in expected.items():
        assert merged[key].dtype == table.dtype, key
        assert np.array_equal(merged[key], table), key


@pytest.mark.parametrize("kind", FOUND)
def test_an_excerpt_is_found_again_in_a_library_opened_from_disk(tmp_path: Path, kind: str) -> None:
    library = Library.create(tmp_path, SOUNDS)
    for entry in packed(several()):
        library.add([entry])
    assert len(library.volumes()) <= 4
    record = next(record for record, sound in several().items() if sound is known(kind, 3))
    query = heard(part(made(kind, 3), 10, 22))
    before = search(library.volumes(), query)
    library.flush()
    again = Library.open(tmp_path, SOUNDS)
    hits = search(again.volumes(), query)
    assert hits == before
    assert [hit.record for hit in hits] == [record]
    assert hits[0].expected_false < 1e-3
    assert abs(hits[0].segments[0].match_span[0] - 10) < 1.5
    again.remove([record])
    assert search(again.volumes(), query) == []
    again.compact()
    assert search(Library.open(tmp_path, SOUNDS).volumes(), query) == []


def test_sounds_that_are_not_known_are_not_heard() -> None:
    volume = whole(SOUNDS.build(packed(several())))
    assert [search([volume], known(kind, 9)) for kind in FOUND] == [[]] * len(FOUND)
    assert search([], known("music", 3)) == search([volume], of_items([])) == []


def test_the_surest_hit_comes_first_and_every_volume_is_looked_in() -> None:
    sound = made("music", 3)
    entries = {5: heard(part(sound, 8, 14)), 2: heard(part(sound, 12, 30)), 9: heard(sound)}
    volumes = [whole(SOUNDS.build(packed({record: each}))) for record, each in entries.items()]
    hits = search(volumes, heard(part(sound, 5, 25)))
    assert {hit.record for hit in hits} == {2, 5, 9}
    assert [hit.expected_false for hit in hits] == sorted(hit.expected_false for hit in hits)
    assert hits[0].record == 9
    assert search(volumes, heard(part(sound, 5, 25)), most=1)[0].record == 9


def test_a_sound_in_which_something_is_found_is_looked_at_closely() -> None:
    chance = np.random.default_rng(4)
    pieces = [chance.integers(0, 2**32, 30 + 5 * number, dtype=np.uint32) for number in range(2 * MOST_OFFSETS_EACH)]
    query, sound = of_items(np.concatenate(pieces)), of_items(np.concatenate(pieces[::-1]))
    volumes = [whole(SOUNDS.build(packed({7: sound})))]
    [hit] = search(volumes, query)
    assert len(hit.segments) == len(pieces)
    assert list(hit.segments) == segments(query, sound)
    size = len(query.items)
    assert hit.expected_false == min(
        expected_false(each.distinct, each.agreement, each.sameness, size, size) for each in hit.segments
    )


def test_removed_sounds_do_not_crowd_out_those_that_are_left() -> None:
    sound = known("music", 3)
    crowd = dict.fromkeys(range(1, 301), sound)
    volume = whole(SOUNDS.build(packed(crowd)))
    left = volume.without(np.arange(1, 300, dtype=np.uint32))
    assert [hit.record for hit in search([left], sound)] == [300]
    dead = volume.without(np.arange(1, 301, dtype=np.uint32))
    assert search([dead], sound) == []


def test_more_known_sounds_make_chance_more_likely_and_removed_ones_do_not_count() -> None:
    query = heard(part(made("music", 3), 10, 22))
    alone = whole(SOUNDS.build(packed({1: known("music", 3)})))
    others = whole(SOUNDS.build(packed(several()))).without(
        np.array([10 * (1 + sorted(KINDS).index("music"))], np.uint32)
    )
    gone = Volume(others.tables, np.ones(len(others), np.bool_))
    one, many, few = (search(volumes, query)[0] for volumes in ([alone], [alone, others], [alone, gone]))
    assert items_told([alone]) == int(known("music", 3).informative.sum())
    assert many.expected_false == pytest.approx(one.expected_false * items_told([alone, others]) / items_told([alone]))
    assert few == one


def test_the_sounds_themselves_are_kept() -> None:
    tables = SOUNDS.build(packed(several()))
    again = joined(SOUNDS, [whole(tables).without(np.array([20], np.uint32))])
    assert again is not None
    left = [sound for record, sound in several().items() if record != 20]
    assert [pack(sound_in(again, row)) for row in range(len(left))] == [pack(sound) for sound in left]


def test_bytes_that_are_no_sound_are_refused_and_damaged_ones_told(tmp_path: Path) -> None:
    library = Library.create(tmp_path, SOUNDS)
    with pytest.raises(Invalid, match="fingerprint of a sound"):
        library.add([(1, pack(known("music", 3))), (2, b"no sound")])
    assert len(library) == 0
    tables = dict(SOUNDS.build(packed({1: known("music", 3)})))
    tables["packed"] = tables["packed"].copy()
    tables["packed"][0] = 9
    with pytest.raises(Broken, match=r"library of sounds is damaged.*: run `havre index rebuild`"):
        search([whole(tables)], known("music", 3))
