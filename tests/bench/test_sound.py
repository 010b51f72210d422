"""The measurement of sounds asks for the right thing: variants are what they say, and truth is where they say it is."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from bench.sound_files import FORMS, decoded, encoded
from bench.sound_variants import HARD, RATE, VARIANTS

from bench import sound as measured
from bench import sound_chance, sound_scale
from havre.fingerprints.audio import pack, unpack
from havre.matching.sound import segments
from havre.matching.sound_keys import tables
from tests.checkout import ROOT
from tests.sounds import KINDS, music

SOUND = music(seed=50, seconds=14, rate=RATE)
OTHER = music(seed=51, seconds=14, rate=RATE)


@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_form_is_written_and_read_with_nothing_lost_at_its_ends(name: str) -> None:
    data = encoded(SOUND, RATE, FORMS[name])
    assert len(decoded(data)) / 11_025 == pytest.approx(14, abs=0.1)
    if FORMS[name].bits:
        assert 8 * len(data) / 14 < 1.6 * FORMS[name].bits


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_what_was_made_of_a_sound_is_found_in_it_where_it_says(name: str) -> None:
    variant = VARIANTS[name](SOUND, OTHER, np.random.default_rng(1))
    query = measured._listened(decoded(variant.data))
    found = segments(query, measured.print_of(SOUND))
    assert measured._are_there(found, variant.part)
    assert not segments(query, measured.print_of(music(seed=52, seconds=14, rate=RATE)))


def test_the_hard_ones_are_files_too() -> None:
    for change in HARD.values():
        variant = change(SOUND, OTHER, np.random.default_rng(2))
        assert len(decoded(variant.data)) > 9 * 11_025


def test_a_line_counts_what_was_found_missed_and_wrong() -> None:
    kinds = [("music", SOUND), ("music", OTHER), ("music", music(seed=53, seconds=14, rate=RATE))]
    known = [measured.Original(kind, "", each, measured.print_of(each)) for kind, each in kinds]
    volume = tables([(number, pack(each.sound)) for number, each in enumerate(known)])
    line = measured._line("quieter", VARIANTS["20 dB quieter"], known, volume, 0.95)
    assert (line["size"], line["recall"], line["by_index"], line["false"], line["holds"]) == (3, 1.0, 1.0, 0, True)
    assert line["pairs"] == 3
    mute = measured._line("mute", lambda s, o, c: VARIANTS["20 dB quieter"](s * 0, o, c), known, volume, 0.95)
    assert (mute["recall"], mute["by_index"], mute["holds"]) == (0, 0, False)


def test_candidates_are_measured_against_comparing_with_the_right_one() -> None:
    (line,) = sound_scale.scale([40])
    assert (line["size"], line["holds"], line["recall"]) == (40, True, line["exhaustive"])
    drawn = sound_scale.drawn(np.random.default_rng(3), 180)
    assert pack(unpack(pack(drawn))) == pack(drawn)


def test_chance_is_counted_over_unrelated_windows_alone() -> None:
    lines = {line["length"]: line for line in sound_chance.measure(sounds=2, pairs=2, made={"rain": KINDS["rain"]})}
    assert list(lines) == list(sound_chance.LENGTHS)
    assert float(str(lines[48]["most"])) < 0.5
    assert int(str(lines[48]["windows"])) > 1000


def test_a_person_may_run_it_by_itself() -> None:
    call = [sys.executable, "-m", "bench.sound_scale", "50"]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True, env=dict(os.environ))
    assert json.loads(done.stdout)["size"] == 50
