"""Looks of a film: few, spread over it, nothing flat or harmless among them, packed and read back as they were."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.fingerprints.looks import HEADER, LONGEST, MOST, Bytes, Harmless, Looks, Truths, looks_of, pack, unpack
from havre.fingerprints.pdq_turned import turned
from havre.fingerprints.video import TRIMMED, Condenser, Film
from havre.fingerprints.vpdq import Frame
from tests.hashlists.filmed import drawn, look, looks, nothing_is


def near(*those: bytes) -> Harmless:
    def harmless(hashes: Bytes) -> Truths:
        return np.array([each.tobytes() in those for each in hashes], np.bool_)

    return harmless


def same(one: Looks, other: Looks) -> bool:
    return pack(one) == pack(other)


def letterboxed() -> Film:
    made = Condenser()
    for place in range(4):
        if made.take(Frame(place, 90, look(1, place), place * 1.0)):
            made.key(turned(look(1, place)), turned(look(2, place)), turned(look(3, place)) if place % 2 else None)
    return made.finish(4.0)


def test_a_short_film_is_taken_whole_in_all_its_forms() -> None:
    film = letterboxed()
    found = looks(film)
    assert [len(found.whole), len(found.trimmed), len(found.middle), len(found)] == [4, 4, 2, 10]
    assert (found.milliseconds, found.shown, found.film().kept) == (4_000, 4_000, 1.0)
    assert found.hashes.tobytes() == film.searched().hashes == found.film().searched().hashes
    assert list(found.film().forms[TRIMMED].runs) == [0, 1, 2, 3]
    assert list(found.middle["look"]) == [1, 3]
    assert same(unpack(pack(found)), found)
    asking = found.asking().forms[0].ways
    assert asking[2].tobytes() == turned(look(1, 2))


def test_of_a_long_film_looks_are_taken_that_are_spread_over_it() -> None:
    found = looks(drawn(1, 0, 300))
    assert MOST - 2 <= len(found) <= MOST
    assert len(pack(found)) <= LONGEST
    gaps = np.diff(found.whole["start"].astype(np.int64))
    assert (gaps.min() >= 500, gaps.max() <= 1_000, int(found.whole["end"][-1])) == (True, True, 150_000)
    assert found.film().kept == pytest.approx(len(found.whole) / 300)


def test_what_is_flat_is_never_taken() -> None:
    assert looks_of(drawn(1, quality=49), nothing_is) is None
    made = Condenser()
    for place, quality in enumerate((90, 0, 49, 50)):
        made.take(Frame(place, quality, look(1, place), float(place)))
    found = looks(made.finish(4.0))
    assert [each.tobytes() for each in found.whole["pdq"]] == [look(1, 0), look(1, 3)]
    assert found.shown == 2_000


def test_a_harmless_look_is_left_out_with_all_its_forms_and_a_film_of_them_has_none() -> None:
    film = letterboxed()
    found = looks_of(film, near(look(2, 1)))
    assert found is not None
    assert [each.tobytes() for each in found.whole["pdq"]] == [look(1, 0), look(1, 2), look(1, 3)]
    assert list(found.trimmed["look"]) == [0, 1, 2]
    assert (list(found.middle["look"]), found.film().kept) == ([2], 0.75)
    most = [look(1, place) for place in range(3)]
    assert looks_of(film, near(*most)) is None
    assert looks_of(film, near(*most, look(1, 3))) is None


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _data: b"",
    "short": lambda data: data[: HEADER.size],
    "cut": lambda data: data[:-1],
    "longer": lambda data: data + b"\0",
    "another layout": lambda data: data[:4] + b"\2" + data[5:],
    "an end before its start": lambda data: data[: HEADER.size] + b"\xff\xff\0\0" + data[HEADER.size + 4 :],
    "a look that is not there": lambda data: data[:-34] + b"\xff\0" + data[-32:],
    "no looks": lambda _data: HEADER.pack(b"HVFL", 1, 0, 0, 0, 0, 0),
    "more shown than it lasts": lambda data: data[:9] + b"\xff\xff\xff\0" + data[13:],
}


@pytest.mark.parametrize("how", BROKEN)
def test_anything_else_is_refused(how: str) -> None:
    with pytest.raises(Invalid):
        unpack(BROKEN[how](pack(looks(letterboxed()))))


@settings(max_examples=25)
@given(st.binary(max_size=200))
def test_whatever_bytes_there_are_they_are_looks_or_refused(data: bytes) -> None:
    try:
        found = unpack(b"HVFL\1" + data)
    except Invalid:
        return
    assert pack(found) == b"HVFL\1" + data
