"""What comes as imprints or a camera is read whole, or refused with one sentence; nothing else is raised."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from havre.errors import Invalid
from havre.exchange.imprint_shape import (
    MOST_BAD,
    MOST_CHARACTERS,
    MOST_IMPRINTS,
    MOST_NAMED,
    Unfit,
    as_kept,
    camera,
    camera_in,
    fit_imprints,
    imprints_in,
    told,
)
from havre.exchange.rules import must_be_shaped
from havre.fingerprints import audio, scene, video
from tests.imprinted import film, sound, view
from tests.pictures import photograph

FILM, SOUND, VIEW = film(1, 2, 3), sound(1, 3), view(photograph("coffee"), 1.5)
GOOD = [told(each.method, each.version, each.at, each.data) for each in (FILM, SOUND, VIEW)]


def test_what_is_told_is_read_as_it_was() -> None:
    read = imprints_in({"imprints": GOOD})
    assert [(each.method, each.version, each.at, each.data) for each in read] == [
        (each.method, each.version, each.at, each.data) for each in (FILM, SOUND, VIEW)
    ]
    assert all(each.known for each in read)
    assert [told(each.method, each.version, each.at, each.data) for each in read] == GOOD
    must_be_shaped("media", {"imprints": GOOD, "camera": {"model": "d810", "serial": "1234567"}})


def test_what_later_versions_make_is_kept_and_not_compared() -> None:
    later = [told("gait", "1", None, b"anything"), told(video.METHOD, "99", 2.0, b"anything")]
    assert [each.known for each in imprints_in({"imprints": later})] == [False, False]


def test_the_same_told_twice_is_one() -> None:
    assert len(imprints_in({"imprints": GOOD + GOOD})) == 3


def wrong(**other: object) -> dict[str, Any]:
    """A good one but for this."""
    return {"imprints": [GOOD[0] | other]}


@pytest.mark.parametrize(
    "body",
    [
        {"imprints": "x"},
        {"imprints": None},
        {"imprints": [7]},
        {"imprints": [GOOD[0]] * (MOST_IMPRINTS + 1)},
        wrong(method=7),
        wrong(method=""),
        wrong(method="a" * 11),
        wrong(method="a\nb"),
        wrong(version=1),
        wrong(version="\ud800"),
        wrong(at=-1),
        wrong(at=float("nan")),
        wrong(at=float("inf")),
        wrong(at=True),
        wrong(at=2**31),
        wrong(at="soon"),
        wrong(data=b""),
        wrong(data="?"),
        wrong(data="YQ"),
        wrong(data="ü"),
        wrong(data=base64.b64encode(FILM.data[:-1]).decode()),
        wrong(method=audio.METHOD),
        wrong(method=scene.METHOD),
        {"imprints": [told("later", "1", None, bytes(MOST_CHARACTERS * 3 // 4 + 1))]},
        {"camera": "x"},
        {"camera": {"serial": 7}},
        {"camera": {"model": "d810"}},
        {"camera": {"model": 1, "serial": "1234567"}},
        {"camera": {"model": "d" * 251, "serial": "1234567"}},
    ],
)
def test_what_is_not_shaped_so_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        must_be_shaped("media", body)
    must_be_shaped("comment", body)  # only media have any


ANYTHING = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=20),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NEARLY = some.fixed_dictionaries(
    {},
    optional={
        "method": some.sampled_from([video.METHOD, audio.METHOD, scene.METHOD]) | ANYTHING,
        "version": some.just("1") | ANYTHING,
        "at": some.floats() | ANYTHING,
        "data": some.binary(max_size=60).map(lambda data: base64.b64encode(data).decode()) | ANYTHING,
    },
)


@settings(max_examples=300, deadline=None)
@given(some.lists(NEARLY | ANYTHING, max_size=4) | ANYTHING, ANYTHING)
def test_whatever_comes_is_read_or_refused(imprints: object, camera_told: object) -> None:
    fit, unfit = fit_imprints({"md5": "x", "imprints": imprints})
    kept = imprints_in(fit)  # whatever came, what is left can be kept
    assert (fit["md5"], unfit.count >= (not kept and bool(imprints))) == ("x", True)
    try:
        read = imprints_in({"imprints": imprints})
        assert (read, unfit.count) == (kept, 0)
        named = camera_in({"camera": camera_told})
    except Invalid:
        return
    assert all(len(each.digest) == 32 for each in read)
    assert named is None or len(named) == 32


@settings(max_examples=200, deadline=None)
@given(some.sampled_from([FILM, SOUND, VIEW]), some.integers(0, 10**6), some.integers(1, 255))
def test_altered_imprints_are_read_or_refused(made: Any, at: int, bits: int) -> None:
    data = bytearray(made.data)
    data[at % len(data)] ^= bits
    try:
        (read,) = imprints_in({"imprints": [told(made.method, made.version, made.at, bytes(data))]})
    except Invalid:
        return
    assert read.data == data


def test_what_is_beyond_its_room_is_refused_and_no_more() -> None:
    half = told("later", "1", None, bytes(MOST_CHARACTERS * 3 // 8))
    fit, wrong = fit_imprints({"imprints": [half, half | {"at": 1.0}, half | {"at": 2.0}, told("x", "1", 3.0, b"")]})
    assert [each["at"] for each in fit["imprints"]] == [None, 1.0, 3.0]
    assert [each.split(":")[0] for each in wrong.named] == ["imprint 2"]
    many = [told("x", "1", float(at), b"") for at in range(MOST_IMPRINTS + 2)]
    fit, wrong = fit_imprints({"imprints": many})
    assert (fit["imprints"], wrong.count) == (many[:MOST_IMPRINTS], 2)
    whole = {"imprints": GOOD}
    assert fit_imprints(whole) == (whole, Unfit())


class Counted(list[object]):
    """A list that knows how many of its entries were read."""

    read = 0

    def __iter__(self) -> Iterator[object]:
        for each in super().__iter__():
            self.read += 1
            yield each


@pytest.mark.parametrize("entry", [7, {}, wrong(data="?")["imprints"][0], told("x", "1", None, b"")])
def test_of_a_long_list_only_the_first_are_read(entry: object) -> None:
    many = Counted([*GOOD, *[entry] * 200_000])
    fit, unfit = fit_imprints({"imprints": many})
    assert many.read <= MOST_IMPRINTS + MOST_BAD + 1
    assert fit["imprints"][:3] == GOOD
    assert len(fit["imprints"]) + unfit.count == 200_003
    assert 0 < len(unfit.named) <= MOST_NAMED


def test_what_there_is_no_room_for_is_not_decoded() -> None:
    """Its data are not base64: that they are too many is said first."""
    _, unfit = fit_imprints({"imprints": [GOOD[0] | {"data": "?" * (MOST_CHARACTERS + 4)}]})
    assert unfit == Unfit(1, ["imprint 0: a medium has no room for more imprints"])


def test_bodies_keep_a_digest_in_the_place_of_imprints() -> None:
    kept = as_kept({"md5": "x", "imprints": GOOD})
    assert (kept["md5"], len(kept["imprints"])) == ("x", 64)
    assert kept == as_kept({"imprints": [dict(each) for each in GOOD], "md5": "x"})
    assert kept != as_kept({"md5": "x", "imprints": GOOD[:2]})
    assert as_kept({"md5": "x", "imprints": []}) == as_kept({"md5": "x"}) == {"md5": "x"}


def test_a_camera_is_its_model_and_serial_number() -> None:
    assert camera("nikon d810", "00471193") == camera_in({"camera": {"model": "nikon d810", "serial": "00471193"}})
    assert camera("nikon d810", "00471193") != camera("nikon d850", "00471193")
    assert camera("nikon d810", "00000000") is None
    assert camera("nikon d810", "123") is None
    assert camera_in({}) is None
