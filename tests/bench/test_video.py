"""The measurement of films counts what differs, and says in one sentence how to get its peer."""

from pathlib import Path

import pytest

from bench import video
from havre.errors import Unavailable


def test_bits_are_counted_where_the_peer_sees_something() -> None:
    ours = [("ff" * 32, 100), ("00" * 32, 100), ("0f" * 32, 90)]
    peer = [("ff" * 32, 100), ("01" + "00" * 31, 20), ("0e" + "0f" * 31, 50)]
    assert video.differences(ours, peer) == [0, 1]


def test_without_the_peer_one_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(video, "PEER", tmp_path)
    with pytest.raises(Unavailable, match=r"run bench/vpdq\.sh"):
        next(video.measure([64 * 36]))


def test_both_ways_of_ours_see_the_same_frames(tmp_path: Path) -> None:
    film = video.drawn(tmp_path, 64 * 36)
    assert video.ours(film)["seen"] == video.whole(film)["seen"]
    assert len(video.ours(film)["seen"]) == 300


def test_with_the_peer_a_film_is_one_line(tmp_path: Path) -> None:
    try:
        line = next(video.measure([160 * 90], corpus=tmp_path))
    except Unavailable as missing:
        pytest.skip(str(missing))
    assert (line["size"], line["identical"]) == (300, True)
