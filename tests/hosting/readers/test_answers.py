"""Answers about names are read as JSON lines and as `dig` prints them."""

from datetime import UTC, datetime

import pytest

from havre.errors import Invalid
from havre.hosting.models import Kind
from havre.hosting.readers.answers import is_answer, name_of, time_of
from havre.hosting.rows import Answered, Bad, Passed
from tests.hosting.loaded import facts, rows

TEN = datetime(2026, 1, 2, 10, tzinfo=UTC)
LINES = {
    '{"name":"A.Example.","type":"a","value":"192.0.2.7","at":"2026-01-02T10:00:00Z"}': Answered(
        "a.example", "A", "192.0.2.7", TEN
    ),
    '{"name":"a.example","type":"AAAA","value":"2001:DB8::0007","at":"2026-01-02T11:00:00+01:00"}': Answered(
        "a.example", "AAAA", "2001:db8::7", TEN
    ),
    '{"name":"a.example","type":"AAAA","value":"::ffff:192.0.2.7","at":"2026-01-02T10:00:00"}': Answered(
        "a.example", "AAAA", "192.0.2.7", TEN
    ),
    '{"name":"bücher.example","type":"CNAME","value":"B.example.","at":1767348000}': Answered(
        "xn--bcher-kva.example", "CNAME", "b.example", TEN
    ),
    '{"name":"A.example","type":"nxdomain","value":""}': Answered("a.example", "NONE", ""),
    '{"name":"a.example","type":"AAAA","value":" "}': Answered("a.example", "AAAA", ""),
    '{"name":"a.example","type":"ORIGIN","value":"198.51.100.7"}': Answered("a.example", "ORIGIN", "198.51.100.7"),
    "a.example. 300 IN A 192.0.2.7": Answered("a.example", "A", "192.0.2.7"),
    "a.example.\t300\tIN\tAAAA\t2001:db8::7": Answered("a.example", "AAAA", "2001:db8::7"),
    "a.example. IN 300 NS ns.example.": Answered("a.example", "NS", "ns.example"),
    "a.example A 192.0.2.7 ; words": Answered("a.example", "A", "192.0.2.7"),
}


@pytest.mark.parametrize("line", LINES)
def test_an_answer_is_kept(line: str) -> None:
    assert facts(Kind.ANSWERS, line) == [LINES[line]]
    assert is_answer(line)


@pytest.mark.parametrize(
    "line", ["a.example. 300 IN MX 10 m.example.", 'a.example. TXT "x"', "a.example. SOA x y 1 2 3"]
)
def test_other_types_are_passed(line: str) -> None:
    assert rows(Kind.ANSWERS, line) == [Passed()]
    assert is_answer(line)


BAD = (
    *('{"name":"a.example"}', '{"name":7,"type":"A","value":"x"}', "{", "[1]", "a.example", '{"type":"A"}'),
    *(
        "a.example. IN A 192.0.2.700",
        "a.example. IN A 2001:db8::1",
        "a.example. AAAA 192.0.2.7",
        "a.example. A ; none",
        "*.example. A 192.0.2.7",
    ),
    *(
        "192.0.2.7 IN A 192.0.2.7",
        "a..example A 192.0.2.7",
        "a.example CNAME 192.0.2.7",
        "a.example. AAAA fe80::1%eth0",
    ),
    '{"name":"a.example","type":"A","value":"192.0.2.7","at":"yesterday"}',
    '{"name":"a.example","type":"A","value":"192.0.2.7","at":1e300}',
    '{"name":"a.example","type":"A","value":"192.0.2.7","at":true}',
    '{"name":"a.example","type":"A","value":"192.0.2.7","at":NaN}',
    '{"name":"a.example","type":"A","value":"192.0.2.7","at":"0001-01-01T00:00:00+14:00"}',
    '{"name":"a.example","type":"' + "A" * 50 + '","value":"192.0.2.7"}',
    "[" * 15_000,
    '{"name":"a.example","type":"A","value":' + "1" * 10_000 + "}",
)


@pytest.mark.parametrize("line", BAD)
def test_a_wrong_answer_comes_back(line: str) -> None:
    assert [type(row) for row in rows(Kind.ANSWERS, line)] == [Bad]


def test_comments_of_dig_are_passed_over() -> None:
    assert rows(Kind.ANSWERS, "; <<>> DiG <<>> a.example\n;; ANSWER SECTION:\n\n") == []


def test_what_is_no_answer_is_none() -> None:
    assert not any(is_answer(line) for line in ("", "192.0.2.0/24,1", "64500 Example Hosting", "<html>", '{"a": 1}'))


def test_nothing_is_no_time() -> None:
    assert time_of(None) is time_of("") is None


def test_a_name_is_no_number() -> None:
    assert name_of("A.example.") == "a.example"
    with pytest.raises(ValueError, match="not a number"):
        name_of("[::1]")
    with pytest.raises(Invalid):
        name_of("a b.example")
