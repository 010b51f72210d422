"""What a page may send: lines of hashes of the right shape, as many as one form holds, and little beside them."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given as tried
from hypothesis import strategies as some

from havre.errors import Invalid
from havre.hashlists.entry import Kind, Signal
from havre.selfservice.given import (
    MOST_BYTES,
    MOST_FILES,
    MOST_PRINTS,
    Allowed,
    Given,
    Print,
    allowed_in,
    body_of,
    given_in,
    hashed_in,
)
from tests.selfservice.made import HASHES, given, hashed, lines, value

PICTURE = lines(hashed(1))


def test_lines_are_files_with_their_hashes() -> None:
    assert hashed_in(HASHES) == (hashed(1), hashed(2, prints=3))
    assert hashed_in(HASHES.replace("\n", "\r\n")) == hashed_in(HASHES)
    assert hashed_in("") == ()


@pytest.mark.parametrize(
    "text",
    [
        "x",
        PICTURE.replace("picture", "sound"),
        PICTURE.upper(),
        PICTURE.partition("\n")[0],  # no PDQ
        PICTURE.partition("\n")[2],  # no file
        PICTURE + "\n" + PICTURE.partition("\n")[2],  # a picture with two
        PICTURE.replace("pdq 80", "pdq 49"),
        PICTURE.replace("pdq 80", "pdq 101"),
        PICTURE.replace("pdq 80", "pdq ８0"),
        PICTURE.replace(value(1000), "0" * 64),
        PICTURE.replace(value(1000), "f" * 64),
        PICTURE.replace(value(1000), f"{(1 << 137) - 1:064x}"),
        PICTURE + "\0",
        "data:image/png;base64,AAAA",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        hashed_in(text)


def test_a_form_holds_so_many_and_no_more() -> None:
    most = [hashed(seed) for seed in range(MOST_FILES)]
    assert Given(hashed_in(lines(*most)), tell=True).files == tuple(most)
    with pytest.raises(Invalid, match="at most 50"):
        hashed_in(lines(*most, hashed(MOST_FILES)))
    long = hashed(1, prints=MOST_PRINTS)
    assert Given((long,), tell=True).files == (long,)
    with pytest.raises(Invalid, match="at most 50"):
        Given((long, hashed(2)), tell=True)
    with pytest.raises(Invalid):
        Given((), tell=True)


def test_what_is_sealed_comes_back() -> None:
    said = replace(given(1, 2, platforms=True), who="parent", country="BE", language="nl")
    assert given_in(body_of(said)) == said
    assert said.of_use
    assert not replace(said, platforms=False).of_use


@pytest.mark.parametrize("change", [{"who": "me, Anna"}, {"country": "Belgium"}, {"country": "be"}, {"language": "de"}])
def test_nobody_says_more_of_themselves_than_is_asked(change: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="changed on its way"):
        replace(given(), **change)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 10_000,
        b" " * (MOST_BYTES + 1),
        json.dumps(json.loads(body_of(given())) | {"tell": "yes"}).encode(),
        json.dumps(json.loads(body_of(given())) | {"files": [["picture", "x", "y", []]]}).encode(),
        json.dumps(json.loads(body_of(given())) | {"files": [[1]]}).encode(),
    ],
)
def test_what_no_page_sealed_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        given_in(body)


@tried(some.binary(max_size=300))
def test_whatever_is_sealed_is_read_or_refused(body: bytes) -> None:
    try:
        given_in(body)
    except Invalid:
        return


def test_signals_are_those_of_lists_each_once() -> None:
    film = replace(hashed(2, prints=3), prints=(Print(80, value(1)), Print(90, value(1)), Print(80, value(2))))
    assert film.kind == Kind.FILM
    assert film.signals == (
        Signal("pdq", value(1), "1.0"),
        Signal("pdq", value(2), "1.0"),
        Signal("md5", film.md5),
        Signal("sha256", film.sha256),
    )


@pytest.mark.parametrize("allowed", [Allowed(True, False), Allowed(False, True), Allowed(True, True)])
def test_who_may_use_them_is_read_as_it_was_said(allowed: Allowed) -> None:
    assert allowed_in(allowed.body) == allowed


@pytest.mark.parametrize("body", [b"", b"platforms 0 tell 0", b"platforms 1 tell 2", b"platforms 1 tell 1\n"])
def test_who_may_use_them_is_somebody(body: bytes) -> None:
    with pytest.raises(Invalid):
        allowed_in(body)
