"""What was sealed comes back byte for byte, or not at all."""

import random
from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Broken
from havre.sealing import envelope
from havre.sealing.envelope import (
    CHUNK_BYTES,
    HEADER,
    KEY_BYTES,
    TAG_BYTES,
    Context,
    Read,
    address,
    chunked,
    reading,
    seal,
    seal_chunks,
    slices,
    unseal,
    unseal_chunks,
    unwrap_key,
    wrap_key,
)

CHANCE = random.Random(7)
KEY = CHANCE.randbytes(KEY_BYTES)
UNIT_KEY = CHANCE.randbytes(KEY_BYTES)
CONTEXT = Context("1", bytes(32), "original")
OTHERS = [
    Context("2", bytes(32), "original"),
    Context("1", bytes(31) + b"1", "original"),
    Context("1", bytes(32), "preview"),
]
AROUND_CHUNKS = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 5]
STEP = CHUNK_BYTES + TAG_BYTES


def stuttering(content: bytes) -> Read:
    """A source that gives less than it is asked for, as pipes do."""
    inner, sizes = reading(content), random.Random(1)
    return lambda size: inner(sizes.randint(1, size))


@pytest.mark.parametrize("length", AROUND_CHUNKS)
def test_any_length_comes_back(length: int) -> None:
    content = CHANCE.randbytes(length)
    assert unseal(seal(content, KEY, CONTEXT, CHANCE.randbytes), KEY, CONTEXT) == content


@pytest.mark.parametrize("length", AROUND_CHUNKS)
def test_a_source_read_in_pieces_is_sealed_as_one_read_at_once(length: int) -> None:
    content = CHANCE.randbytes(length)
    at_once = seal(content, KEY, CONTEXT, lambda size: bytes(size))
    in_pieces = seal_chunks(chunked(stuttering(content)), KEY, CONTEXT, lambda size: bytes(size))
    assert b"".join(in_pieces) == at_once
    assert b"".join(unseal_chunks(stuttering(at_once), KEY, CONTEXT)) == content


@given(content=st.binary(max_size=200))
def test_pieces_join_to_the_whole(content: bytes) -> None:
    assert b"".join(slices(content)) == b"".join(chunked(reading(content), 7)) == content


@given(place=st.integers(0, HEADER.size + 40 + TAG_BYTES - 1), bit=st.integers(0, 7))
def test_no_bit_can_be_flipped(place: int, bit: int) -> None:
    sealed = bytearray(seal(bytes(40), KEY, CONTEXT, CHANCE.randbytes))
    sealed[place] ^= 1 << bit
    with pytest.raises(Broken):
        unseal(bytes(sealed), KEY, CONTEXT)


@given(length=st.integers(0, HEADER.size + 40 + TAG_BYTES - 1))
def test_no_end_can_be_cut_off(length: int) -> None:
    sealed = seal(bytes(40), KEY, CONTEXT, CHANCE.randbytes)
    with pytest.raises(Broken):
        unseal(sealed[:length], KEY, CONTEXT)


def chunks_of(sealed: bytes) -> tuple[bytes, list[bytes]]:
    body = sealed[HEADER.size :]
    return sealed[: HEADER.size], [body[start : start + STEP] for start in range(0, len(body), STEP)]


def rearranged() -> Iterator[tuple[str, bytes]]:
    header, (a, b, c) = chunks_of(seal(bytes(2 * CHUNK_BYTES + 9), KEY, CONTEXT, CHANCE.randbytes))
    yield "moved", header + b + a + c
    yield "left out", header + a + c
    yield "repeated", header + a + a + b + c
    yield "cut off", header + a + b
    yield "cut off to the header", header
    yield "added", header + a + b + c + a
    yield "added a byte", header + a + b + c + b"\x00"


@pytest.mark.parametrize(
    ("what", "sealed"), list(rearranged()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_no_chunk_can_be_moved_left_out_repeated_cut_off_or_added(what: str, sealed: bytes) -> None:
    with pytest.raises(Broken):
        unseal(sealed, KEY, CONTEXT)


def test_an_altered_chunk_is_never_given_out_and_those_before_it_are_genuine() -> None:
    content = CHANCE.randbytes(3 * CHUNK_BYTES)
    sealed = bytearray(seal(content, KEY, CONTEXT, CHANCE.randbytes))
    sealed[HEADER.size + STEP + 5] ^= 1
    pieces = unseal_chunks(reading(bytes(sealed)), KEY, CONTEXT)
    assert next(pieces) == content[:CHUNK_BYTES]
    with pytest.raises(Broken, match="chunk 1"):
        next(pieces)


@pytest.mark.parametrize("context", OTHERS)
def test_sealed_bytes_put_in_anothers_place_do_not_open(context: Context) -> None:
    sealed = seal(b"content", KEY, CONTEXT, CHANCE.randbytes)
    wrapped = wrap_key(KEY, UNIT_KEY, CONTEXT, CHANCE.randbytes)
    with pytest.raises(Broken):
        unseal(sealed, KEY, context)
    with pytest.raises(Broken):
        unwrap_key(wrapped, UNIT_KEY, context)


def test_a_wrapped_key_opens_with_the_key_of_its_unit_alone() -> None:
    wrapped = wrap_key(KEY, UNIT_KEY, CONTEXT, CHANCE.randbytes)
    assert len(wrapped) == envelope.WRAPPED_BYTES
    assert KEY not in wrapped
    assert unwrap_key(wrapped, UNIT_KEY, CONTEXT) == KEY
    with pytest.raises(Broken):
        unwrap_key(wrapped, KEY, CONTEXT)


@given(place=st.integers(0, envelope.WRAPPED_BYTES - 1), bit=st.integers(0, 7))
def test_no_bit_of_a_wrapped_key_can_be_flipped(place: int, bit: int) -> None:
    wrapped = bytearray(wrap_key(KEY, UNIT_KEY, CONTEXT, CHANCE.randbytes))
    wrapped[place] ^= 1 << bit
    with pytest.raises(Broken):
        unwrap_key(bytes(wrapped), UNIT_KEY, CONTEXT)


@given(wrapped=st.binary(max_size=80))
def test_other_bytes_are_no_wrapped_key(wrapped: bytes) -> None:
    with pytest.raises(Broken):
        unwrap_key(wrapped, UNIT_KEY, CONTEXT)


def test_two_contexts_that_join_to_the_same_text_are_told_apart() -> None:
    assert Context("12", b"3", "p").encoded() != Context("1", b"23", "p").encoded()


def test_an_address_tells_nothing_without_the_units_key() -> None:
    assert address(UNIT_KEY, CONTEXT) == address(UNIT_KEY, CONTEXT)
    assert len({address(key, context) for key in (KEY, UNIT_KEY) for context in (CONTEXT, *OTHERS)}) == 8


def test_the_same_content_sealed_twice_shows_no_likeness() -> None:
    keys = (bytes([number]) * KEY_BYTES for number in count())
    first, second = (seal(bytes(100), next(keys), CONTEXT, CHANCE.randbytes)[HEADER.size :] for _ in range(2))
    assert sum(a == b for a, b in zip(first, second, strict=True)) < 20
