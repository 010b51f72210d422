"""What was packed comes out as it was, however it is cut; bombs, breaks and what is cut short are named."""

import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from havre.media.decode.members import BOMB_RATIO
from havre.media.decode.packings import FLOOR, MOST_MEMBERS, SpoiltError, unpacked

PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": lambda data: gzip.compress(data[:5]) + gzip.compress(b"") + gzip.compress(data[5:]),
    "deflate": zlib.compress,
    "br": lambda data: brotli.compress(data, quality=3),
    "zstd": lambda data: zstd.compress(data[:5]) + zstd.compress(b"") + zstd.compress(data[5:]),
}


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def out_of(data: bytes, said: str, size: int = 1 << 18) -> bytes:
    return b"".join(unpacked(iter(cut(data, size)), said))


@given(st.sampled_from(sorted(PACK)), st.binary(max_size=3_000), st.integers(1, 200), st.integers(1, 80))
def test_whatever_is_packed_comes_out_however_it_is_cut(name: str, data: bytes, times: int, size: int) -> None:
    assert out_of(PACK[name](data * times), name, size) == data * times


@given(st.sampled_from(sorted(PACK)), st.sampled_from(sorted(PACK)), st.binary(max_size=300))
def test_two_layers_come_off_in_their_order(first: str, second: str, data: bytes) -> None:
    packed = PACK[second](PACK[first](data))
    assert out_of(packed, f"{first.upper()} ,identity, {second}") == data
    assert out_of(packed, f"{first}, {second}, gzip") == packed


@given(st.sampled_from(sorted(PACK)), st.binary(max_size=400), st.integers(1, 60))
def test_no_bytes_do_more_than_be_named(name: str, noise: bytes, size: int) -> None:
    for data in (noise, PACK[name](b"a picture" * 9)[:size] + noise):
        try:
            came = out_of(data, name, size)
        except SpoiltError:
            continue
        assert len(came) <= BOMB_RATIO * FLOOR


@pytest.mark.parametrize("name", PACK)
def test_what_is_cut_short_is_not_whole(name: str) -> None:
    packed = PACK[name](bytes(range(256)) * 40)
    for short in (packed[:-1], packed[: len(packed) // 2], b""):
        with pytest.raises(SpoiltError, match="not whole"):
            out_of(short, name)


@pytest.mark.parametrize("name", PACK)
def test_a_bomb_is_given_up_soon(name: str) -> None:
    came: list[int] = []

    def read() -> None:
        came.extend(len(piece) for piece in unpacked(iter([PACK[name](bytes(20_000_000))]), name))

    with pytest.raises(SpoiltError, match="expansion"):
        read()
    assert sum(came) <= BOMB_RATIO * FLOOR * 2


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_that_comes_a_byte_at_a_time_is_given_up_as_well(name: str) -> None:
    with pytest.raises(SpoiltError, match="expansion"):
        out_of(PACK[name](bytes(20_000_000)), name, 1)


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_a_body_of_parts_without_end_is_given_up(name: str) -> None:
    pack = gzip.compress if name == "gzip" else zstd.compress
    empty, last = pack(b""), pack(b"x")
    assert out_of(empty * (MOST_MEMBERS - 1) + last, name) == b"x"
    with pytest.raises(SpoiltError, match="packed parts"):
        out_of(empty * MOST_MEMBERS + last, name)


def test_a_window_larger_than_http_has_is_refused() -> None:
    long = zstd.CompressionParameter
    options = {int(long.window_log): 27, int(long.enable_long_distance_matching): 1}
    maker = zstd.ZstdCompressor(options=options)
    packed = maker.compress(b"x") + maker.flush()
    with pytest.raises(SpoiltError, match="can't be unpacked"):
        out_of(packed, "zstd")


def test_what_nobody_here_knows_stays_as_it_is() -> None:
    assert out_of(b"abc", "compress") == b"abc"
    assert out_of(gzip.compress(b"abc") + b"behind it", "gzip") == b"abc"
