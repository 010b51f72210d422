"""Rows of captures, out of lists and WARC, honest and hostile."""

import gzip
import io
import tracemalloc
from base64 import b32encode
from hashlib import md5, sha1, sha256
from typing import Any

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.matches.formats import captured
from havre.matches.formats.captured import LONGEST, NOT_BEFORE, ROWS, digest_of, rows, warc_rows
from tests.captures import answer, record, request, zipped
from tests.media.decode.test_payload import JPEG

D = sha256(b"1").hexdigest()
HEAD = "url,page,source,sha256\n"


def told(reader: Any, data: bytes, **options: Any) -> tuple[list[Any], list[Any], int, bool]:
    """Rows, what was bad, how many were passed over, and whether it broke off."""
    *answers, last = list(reader(io.BytesIO(data), **options))
    good = [row for each in answers for row in each["rows"]]
    bad = [row for each in answers for row in each["bad"]]
    upto = [each["upto"] for each in answers if each["upto"]]
    assert upto == sorted(upto)
    assert all(len(each["rows"]) + len(each["bad"]) + each["passed"] <= ROWS for each in answers)
    return good, bad, sum(each["passed"] for each in answers), last["ended_early"]


def test_good_rows_come_and_bad_ones_with_line_and_reason() -> None:
    lines = [
        f"http://a.example/1.jpg,http://a.example/t,https://www.instagram.com/p/1,{D}",
        "http://a.example/2.jpg,,,nothing",
        f",,,{D}",
        f"http://a.example/{'x' * LONGEST},,,{D}",
        f"http://a.example/\x1b[2J,,,{D}",
        f'"http://a.example/,,,{D}',
        "",
        f"http://a.example/3.jpg,,,{D.upper()}",
    ]
    good, bad, passed, early = told(rows, (HEAD + "\n".join(lines)).encode())
    page, source = "http://a.example/t", "https://www.instagram.com/p/1"
    assert good == [
        [2, "http://a.example/1.jpg", page, source, "", D, None, None],
        [9, "http://a.example/3.jpg", "", "", "", D, None, None],
    ]
    assert [(line, reason) for line, reason, _ in bad] == [
        (3, "no digest"),
        (4, "no address"),
        (5, "an address of more than 2,000 characters"),
        (6, "characters that can't be printed"),
        (7, "quotes that never close"),
    ]
    assert (passed, early) == (0, False)


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("md5;mime;link", f"{md5(b'1').hexdigest()};image/jpeg;http://a.example/1"),
        ("Digest\tLocation", f"sha1:{'A' * 32}\thttp://a.example/1"),
        ("# a list", f"http://a.example/1,{D}"),
        (f"{D},http://a.example/0", f"{D},http://a.example/1"),
    ],
)
def test_columns_stand_in_any_order_and_need_no_header(head: str, row: str) -> None:
    good, bad, _, _ = told(rows, f"{head}\n{row}\n".encode())
    assert good[-1][1] == "http://a.example/1"
    assert any(good[-1][5:])
    assert bad == []


def test_a_file_that_is_no_list_is_one_bad_row() -> None:
    assert told(rows, b"\x89PNG whatever\n" * 3)[1][0][:2] == [1, "no header with an address and a digest"]
    assert told(rows, b"") == ([], [], 0, False)


def test_digests_are_told_by_length_or_prefix() -> None:
    for kind, value in (("sha256", D), ("sha1", sha1(b"").hexdigest()), ("md5", md5(b"").hexdigest())):
        at = ("sha256", "sha1", "md5").index(kind)
        for name, text in (("digest", value), (kind, f" {value.upper()} "), ("digest", f"{kind}:{value}")):
            assert digest_of(name, text)[at] == value
    for wrong in ("", "g" * 64, D[:-1], "=" + D, "٣" * 64, "sha1:" + D):
        assert not any(digest_of("digest", wrong)), wrong


def test_lines_of_ten_megabytes_and_bombs_cost_no_memory() -> None:
    tail = f"\nhttp://a.example/1.jpg,,,{D}\n".encode()
    long = HEAD.encode() + b"x" * 10_000_000 + tail
    bomb = gzip.compress(HEAD.encode() + bytes(70_000_000), 6)
    tracemalloc.start()
    good, bad, _, _ = told(rows, long)
    assert (len(good), [reason for _, reason, _ in bad]) == (1, ["line too long"])
    assert told(rows, bomb)[3]
    assert tracemalloc.get_traced_memory()[1] < 40_000_000
    tracemalloc.stop()


def test_a_list_that_breaks_off_gives_what_came_before() -> None:
    packed = gzip.compress(
        HEAD.encode()
        + b"".join(f"http://a.example/{n},,,{sha256(bytes([n])).hexdigest()}\n".encode() for n in range(200))
    )
    good, _, _, early = told(rows, packed[: len(packed) // 2])
    assert early
    assert 0 < len(good) < 200
    assert told(rows, packed)[0][:1] == good[:1]


def test_reading_goes_on_behind_a_line() -> None:
    data = (HEAD + "".join(f"http://a.example/{n},,,{D}\n" for n in range(2 * ROWS))).encode()
    every = told(rows, data)[0]
    assert [row[0] for row in every] == list(range(2, 2 * ROWS + 2))
    assert told(rows, data, after=ROWS + 1)[0] == every[ROWS:]


# ---- WARC ----

A, PAGE = "http://a.example/1.jpg", "http://a.example/t"


def test_media_of_a_warc_are_digested_and_the_page_is_found_before_or_after() -> None:
    row = ["jpeg", sha256(JPEG).hexdigest(), sha1(JPEG).hexdigest(), md5(JPEG).hexdigest()]
    media, asked = record("response", A, answer(JPEG)), record("request", A, request(PAGE))
    for data in (zipped(asked, media), zipped(media, asked), asked + media):
        good, bad, passed, early = told(warc_rows, data)
        assert [each[1:] for each in good] == [[A, PAGE, "", *row]]
        assert (bad, passed, early) == ([], 1, False)


def test_each_record_is_counted_once_however_it_is_wrong() -> None:
    media = record("response", A, answer(JPEG))
    lying = record("resource", A, JPEG, content="image/jpeg", length=len(JPEG) + 50_000)
    spoilt = record("response", A, answer(gzip.compress(JPEG)[:-9] + b"123456789", "Content-Encoding: gzip"))
    named = record("response", "http://a.example/\x07", answer(JPEG))
    page = record("response", A, answer(b"<html>"))
    good, bad, passed, early = told(warc_rows, media + spoilt + named + page + b"rubbish\r\n" + media + lying)
    assert [row[0] for row in good] == [1, 6]
    assert [place for place, _, _ in bad] == [2, 3, 5, 7]
    assert (passed, early) == (1, True)


@given(
    st.lists(st.sampled_from(["good", "page", "rubbish", "request", "short", "spoilt"]), max_size=12),
    st.integers(0, 400),
)
def test_totals_add_up_and_going_on_gives_the_same(kinds: list[str], cut: int) -> None:
    made = {
        "good": record("resource", A, JPEG[:600], content="image/jpeg"),
        "page": record("response", A, answer(b"<html>")),
        "rubbish": b"rubbish\r\n",
        "request": record("request", A, request(PAGE)),
        "short": record("resource", A, JPEG[:600], content="image/jpeg", length=200),
        "spoilt": record("response", A, answer(b"\x1f\x8b" + b"x" * 50, "Content-Encoding: gzip")),
    }
    data = b"".join(made[kind] for kind in kinds)
    data = data[: max(len(data) - cut, 0)]
    good, bad, passed, _ = told(warc_rows, data)
    places = sorted([row[0] for row in good] + [row[0] for row in bad])
    assert len(places) == len(set(places))
    assert all(0 < place <= len(places) + passed + 1 for place in places)


@given(st.binary(max_size=400))
def test_no_bytes_break_either_reader(noise: bytes) -> None:
    for reader in (rows, warc_rows):
        for data in (noise, gzip.compress(noise)[:-3], HEAD.encode() + noise, b"WARC/1.0\r\n" + noise):
            told(reader, data)


def digest_of_payload(data: bytes) -> str:
    return "sha1:" + b32encode(sha1(data).digest()).decode()


AGAIN = "http://mirror.example/again.jpg"


def again(digest: str, kind: str = "image/jpeg") -> bytes:
    return record("revisit", AGAIN, answer(b"", f"Content-Type: {kind}"), digest=digest)


@pytest.mark.parametrize("packing", ["", "br"])
def test_what_comes_again_has_the_digests_of_what_came_before(packing: str) -> None:
    body = brotli.compress(JPEG) if packing else JPEG
    first = record(
        "response",
        "http://a.example/1",
        answer(body, *([f"Content-Encoding: {packing}"] if packing else [])),
        digest=digest_of_payload(body),
    )
    page = record("request", AGAIN, request("http://mirror.example/page"))
    good, bad, passed, _early = told(warc_rows, first + page + again(digest_of_payload(body)))
    assert (bad, passed) == ([], 1)
    digests = [sha256(JPEG).hexdigest(), sha1(JPEG).hexdigest(), md5(JPEG).hexdigest()]
    assert good == [
        [1, "http://a.example/1", "", "", "jpeg", *digests],
        [3, AGAIN, "http://mirror.example/page", "", "jpeg", *digests],
    ]


def test_what_comes_again_of_nothing_or_under_a_wrong_digest_is_named() -> None:
    claimed = digest_of_payload(b"other bytes")
    lying = record("response", "http://a.example/1", answer(JPEG), digest=claimed)
    cut = record("response", "http://a.example/2", answer(JPEG), digest=digest_of_payload(JPEG), length=20_000_000)
    for before in (lying, b"", record("response", "http://a.example/1", answer(b"<p>"), digest=claimed)):
        good, bad, passed, _early = told(warc_rows, before + again(claimed) + again(claimed, "text/html") + again("x"))
        assert len(good) == (before == lying)
        assert [reason for _place, reason, _address in bad] == [NOT_BEFORE] * 2
        assert passed == 1 + (before not in (lying, b""))
    good, bad, passed, early = told(warc_rows, cut + again(digest_of_payload(JPEG)))
    assert (good, passed, early) == ([], 0, True)


def test_no_more_is_remembered_than_so_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captured, "REMEMBERED", 1)
    one, two = JPEG, JPEG + b"2"
    both = [
        record("response", "http://a.example/", answer(each), digest=digest_of_payload(each)) for each in (one, two)
    ]
    good, bad, _passed, _early = told(warc_rows, b"".join(both) + again(digest_of_payload(one)))
    assert (len(good), len(bad)) == (2, 1)
    assert len(told(warc_rows, b"".join(both) + again(digest_of_payload(two)))[0]) == 3
