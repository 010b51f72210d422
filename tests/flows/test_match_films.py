"""Films that somebody uploads: decoded where nothing else is, found by their parts, and refused where they are none."""

import io
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest

from havre.errors import Invalid, Unavailable
from havre.fingerprints import pdq
from havre.fingerprints.video import Film
from havre.fingerprints.vpdq import Frame
from havre.flows.match_films import MOST_WAITING, Filming, film_of_frames, film_of_looks
from havre.flows.match_uploads import Lists, Looked
from havre.hashlists.entry import Entry, Kind, Signal
from havre.subscription.feed import Subscription
from havre.subscription.fetcher import Fetcher
from tests.films import film, part, still
from tests.hashlists.filmed import drawn, filmed, looks, signal
from tests.hashlists.made import made
from tests.simulators.feed import TOKEN, serving

pytestmark = pytest.mark.xdist_group("match films")  # its lists are made once, where all of these run

SECONDS = 4.0


def browsed(content: bytes) -> list[tuple[int, str]]:
    """What protect.js takes of a film: a frame a second, flat ones and those hardly other than the last left out."""
    taken: list[tuple[int, str]] = []
    with av.open(io.BytesIO(content), "r") as container:
        second = 0
        for frame in container.decode(video=0):
            if frame.time is None or frame.time < second:
                continue
            second += 1
            made_of = pdq.fingerprint(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8))
            apart = (int(taken[-1][1], 16) ^ int(made_of.pdq.value.hex(), 16)).bit_count() if taken else 256
            if made_of.quality >= 50 and apart > 10:
                taken.append((made_of.quality, made_of.pdq.value.hex()))
    return taken


@cache
def decoded(content: bytes) -> Film:
    """The runs of a film's one picture track, made in the sandbox."""
    filming = Filming()
    try:
        (made_of,), _ = filming.films(content, "mp4")
    finally:
        filming.close()
    return made_of


@pytest.fixture(scope="module")
def known() -> Film:
    return decoded(film(1, SECONDS))


@pytest.fixture(scope="module")
def lists(known: Film, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lists]:
    protected = (*(Signal("pdq", value, "1.0") for _, value in browsed(film(2, SECONDS))), made(8).signals[1])
    entries = [filmed(5), filmed(7, known), Entry(8, 1, protected, Kind.FILM, reviewed=False)]
    with serving() as publisher:
        publisher.publish({"baseline": entries})
        folder = tmp_path_factory.mktemp("feed")
        with Lists(Subscription(folder, Fetcher(publisher.base, TOKEN), publisher.pinned)) as opened:
            opened.refresh()
            yield opened


def test_a_cut_re_encoded_film_is_found_in_the_lists(lists: Lists) -> None:
    looked = lists.match(part(1, 1.0, 3.5, SECONDS))
    (match,) = looked.matches
    assert (match.entry.number, match.method, looked.compared) == (7, "film", ("md5", "sha1", "sha256", "film"))
    assert match.parts[0].known == pytest.approx((1.0, 3.5), abs=0.3)
    assert match.expected_false < 1e-9


def test_a_film_that_its_owner_protected_in_a_browser_is_found(lists: Lists) -> None:
    looked = lists.match(part(2, 0.0, 3.5, SECONDS))
    assert [(match.entry.number, match.method, match.entry.reviewed) for match in looked.matches] == [(8, "pdq", False)]


def test_a_still_of_a_listed_film_is_found_and_another_film_is_not(lists: Lists) -> None:
    assert [match.entry.number for match in lists.match(still(1, 2.0, SECONDS)).matches] == [7]
    assert lists.match(film(3, 1.0)) == Looked((), ("md5", "sha1", "sha256", "film"))


def test_of_an_upload_nothing_is_made_but_its_runs(lists: Lists) -> None:
    _, told = lists._filming.films(film(3, 1.0, sound=1), "mp4")
    assert [each.method for each in told.imprints] == ["film"]


def test_what_is_no_film_has_no_answer(lists: Lists) -> None:
    garbage = film(1, SECONDS)[:48] + bytes(range(256)) * 40
    (refused,) = lists.match_many([garbage])
    assert isinstance(refused, Invalid)
    assert "can't be compared" in str(refused)


def test_films_wait_for_few_others(lists: Lists) -> None:
    turns = [lists._filming.turn() for _ in range(MOST_WAITING)]
    for turn in turns:
        turn.__enter__()
    with pytest.raises(Unavailable, match="too many films"):
        lists.match(film(3, 1.0))
    assert lists.match(still(1, 2.0, SECONDS)).matches
    for turn in turns:
        turn.__exit__(None, None, None)


def test_one_client_leaves_turns_to_the_others(lists: Lists) -> None:
    with lists._filming.turn("a"), lists._filming.turn("a"):
        with pytest.raises(Unavailable, match="too many films"):
            lists.match(film(3, 1.0), "a")
        took: list[float] = []
        assert lists.match(film(3, 1.0), "b", took.append).matches == ()
        assert len(took) == 1
        assert took[0] > 0
    with pytest.raises(Invalid):
        lists.match(film(1, SECONDS)[:48] + bytes(range(256)) * 40, "a", took.append)
    assert len(took) == 2  # what can't be opened took its time too


def test_looks_and_frames_ask_as_the_film_does(lists: Lists, known: Film) -> None:
    asked = [[signal(known)], [signal(drawn(5))], [signal(drawn(6))]]
    assert [[match.entry.number for match in found] for found in lists.match_signals(asked)] == [[7], [5], []]
    with pytest.raises(Invalid, match="looks of a film"):
        lists.match_signals([[Signal("film", "00" * 40)]])
    assert len(film_of_looks(signal(known)).runs) == len(looks(known).whole)


def test_frames_as_vpdq_tells_them_become_runs() -> None:
    frames = [Frame(number, 90, bytes([number // 2]) * 32, number * 1.0) for number in range(6)]
    text = json.dumps([f"{each.pdq.hex()},{each.quality},{each.seconds:.3f}" for each in frames])
    made_of = film_of_frames(text)
    assert [int(frames) for frames in made_of.runs["frames"]] == [2, 2, 2]
    assert made_of.seconds == 5.0
    with pytest.raises(Invalid, match="vpdq is a list"):
        film_of_frames("[1]")


def test_a_folder_of_no_films_is_asked_about_films_too(tmp_path: Path) -> None:
    with serving() as publisher:
        publisher.publish({"baseline": [made(1)]})
        with Lists(Subscription(tmp_path, Fetcher(publisher.base, TOKEN), publisher.pinned)) as opened:
            opened.refresh()
            assert opened.match_signals([[signal(drawn(5))]]) == [[]]
            assert opened.known.looks() == 0
