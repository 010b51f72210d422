"""Records of a WARC, honest and hostile."""

import gzip
import io

from hypothesis import given
from hypothesis import strategies as st

from havre.media.decode.gunzip import gunzipped
from havre.media.decode.warc import LONGEST_HEAD, LONGEST_LINE, Reading, Record, fields_of
from tests.captures import record, zipped

HONEST = record("warcinfo", "", b"software: x\r\n", content="application/warc-fields")
ONE = record("resource", "http://a.example/1", b"one", content="image/jpeg")
TWO = record("resource", "http://a.example/2", b"two\r\n\r\n", content="image/jpeg")


def all_of(data: bytes) -> tuple[list[tuple[str, bytes]], list[tuple[int, str]], Reading]:
    """The addresses with their blocks, what was bad, and how the reading ended."""
    file = io.BytesIO(data)
    unpacked, raw = gunzipped(file)
    packed = data[:2] == b"\x1f\x8b"
    reading = Reading(unpacked, file.tell, lambda: raw.trouble) if packed else Reading(file, file.tell)
    good, bad = [], []
    for each in reading.records():
        if isinstance(each, Record):
            good.append((each.target, b"".join(iter(lambda: each.block.read(1 << 16), b""))))  # noqa: B023 - read at once
        else:
            bad.append((each.position, each.reason))
    return good, bad, reading


def test_records_come_with_their_addresses_and_blocks_gzipped_or_not() -> None:
    want = [("", b"software: x\r\n"), ("http://a.example/1", b"one"), ("http://a.example/2", b"two\r\n\r\n")]
    for data in (HONEST + ONE + TWO, zipped(HONEST, ONE, TWO), gzip.compress(HONEST + ONE + TWO)):
        good, bad, reading = all_of(data)
        assert (good, bad, reading.ended_early) == (want, [], "")


def test_what_is_not_read_of_a_block_is_passed_over() -> None:
    reading = Reading(io.BytesIO(ONE + TWO), lambda: 0)
    assert [each.target for each in reading.records() if isinstance(each, Record)][-1] == "http://a.example/2"


def test_a_record_that_says_too_little_is_followed_by_a_bad_one_and_the_next() -> None:
    lying = record("resource", "http://a.example/l", b"longer than it says", content="image/jpeg", length=3)
    good, bad, _ = all_of(lying + TWO)
    assert [name for name, _ in good] == ["http://a.example/l", "http://a.example/2"]
    assert bad == [(2, "no record begins here")]


def test_a_record_that_says_too_much_is_named_at_the_end() -> None:
    lying = record("resource", "http://a.example/l", b"short", content="image/jpeg", length=10_000)
    good, bad, reading = all_of(ONE + lying)
    assert [name for name, _ in good] == ["http://a.example/1", "http://a.example/l"]
    assert bad == [(2, "the last record is shorter than it says")]
    assert reading.ended_early


def test_lengths_that_are_none_and_heads_without_end_are_bad_alone() -> None:
    for length in ("-5", "1e9", "", "9" * 40, "٣"):
        broken = f"WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: {length}\r\n\r\n".encode()
        good, bad, _ = all_of(broken + TWO)
        assert [name for name, _ in good] == ["http://a.example/2"], length
        assert len(bad) == 1
    for head in (b"X: " + b"y" * LONGEST_LINE * 2 + b"\r\n", b"X: y\r\n" * (LONGEST_HEAD // 6 + 1), b"no field\r\n"):
        good, bad, _ = all_of(b"WARC/1.0\r\n" + head + b"\r\n" + TWO)
        assert [name for name, _ in good] == ["http://a.example/2"]
        assert len(bad) == 1


def test_what_is_cut_off_or_broken_inside_gives_what_came_before() -> None:
    for data in (zipped(ONE, TWO)[:-9], zipped(ONE) + b"\x1f\x8b\x08" + b"\xff" * 40):
        good, bad, reading = all_of(data)
        assert good[0] == ("http://a.example/1", b"one")
        assert reading.ended_early
        assert len(bad) == 1


def test_a_record_that_swells_is_given_up_and_the_rest_goes_on() -> None:
    bomb = record("resource", "http://a.example/b", bytes(120_000_000), content="image/jpeg")
    good, bad, _ = all_of(zipped(ONE, bomb))
    assert good[0][1] == b"one"
    assert len(good[1][1]) < len(bomb)
    assert all("expansion" in reason for _, reason in bad)
    assert bad


def test_folded_and_lenient_fields() -> None:
    assert fields_of(io.BytesIO(b"A: 1\r\n 2\r\n\r\n").readline) == {"a": "1 2"}
    assert fields_of(io.BytesIO(b"A: 1\r\nrubbish\r\n\r\n").readline) is None
    assert fields_of(io.BytesIO(b"A: 1\r\nrubbish\r\n").readline, lenient=True) == {"a": "1"}


@given(
    st.lists(st.sampled_from([ONE, TWO, HONEST, b"WARC/1.0\r\n", b"\r\n", b"WARC", b"Content-Length: 9\r\n"])),
    st.binary(),
)
def test_no_bytes_break_the_reading(parts: list[bytes], noise: bytes) -> None:
    for data in (b"".join(parts) + noise, noise + b"".join(parts), gzip.compress(b"".join(parts))[: len(noise) + 20]):
        good, bad, reading = all_of(data)
        assert reading.position <= len(good) + len(bad) + 1
        assert sum(len(block) for _, block in good) <= max(len(data) * 300, reading.unpacked)


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_whatever_is_written_is_read(blocks: list[bytes]) -> None:
    made = [record("resource", f"http://a.example/{n}", block, content="x/y") for n, block in enumerate(blocks)]
    good, bad, _ = all_of(zipped(*made) if len(made) % 2 else b"".join(made))
    assert (good, bad) == ([(f"http://a.example/{n}", block) for n, block in enumerate(blocks)], [])
