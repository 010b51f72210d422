"""The measurement of an intake compares the same pictures, all of them, with the same answers."""

import hashlib
from pathlib import Path

import pytest

from bench import intake


def test_pictures_to_measure_with_are_distinct_and_come_from_a_seed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        intake.make_pictures(tmp_path / name, 3, 1)
    digests = [
        [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted((tmp_path / name).iterdir())]
        for name in ("one", "two")
    ]
    assert digests[0] == digests[1]
    assert len(set(digests[0])) == 3


def test_ours_and_the_peer_see_the_same_in_every_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "ROUNDS", 1)
    against_peer, against_one = intake.measure((1,), (1, 2), {1: 3})
    assert [line["what"] for line in (against_peer, against_one)] == ["intake 1 MP", "intake 1 MP, 2 workers against 1"]
    for line in (against_peer, against_one):
        assert (line["size"], line["identical"]) == (3, True)
        assert float(str(line["ratio"])) > 0
