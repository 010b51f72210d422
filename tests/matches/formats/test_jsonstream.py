import io
import json
import random

import pytest

from havre.matches.formats.jsonstream import Cursor, Damaged
from havre.matches.formats.source import CHUNK, Source
from havre.matches.formats.tally import Tally


def cursor(data: bytes) -> Cursor:
    return Cursor(Source(io.BytesIO(data), Tally()))


@pytest.mark.parametrize("shift", range(-12, 3))
def test_a_value_cut_by_the_window_is_read_whole(shift: int) -> None:
    held = [{"é": 'a\\"b\\u00e9'}, 123456, -1.5e3, "𝄞", None]
    for value in held:
        text = json.dumps(value, ensure_ascii=False).encode()
        found = cursor(b" " * (CHUNK + shift) + text + b" ,")
        assert found.peek() != ""
        assert found.value() == value
        assert found.byte() == CHUNK + shift + len(text)


def test_bytes_are_counted_over_broken_utf_8() -> None:
    found = cursor('"é\ud834𝄞"'.encode("utf-8", "surrogatepass") + b"  x")
    found.peek()
    found.value()
    assert found.peek() == "x"
    assert found.byte() == 13


def test_a_hostile_document_costs_no_more_than_a_multiple_of_its_size() -> None:
    data = b'{"a":[1,' * 60_000
    found = cursor(data)
    found.peek()
    with pytest.raises(Damaged) as damaged:
        found.value()
    assert not found.recover(damaged.value, lambda _: False)


def test_a_key_stated_twice_is_noticed_for_that_value_alone() -> None:
    found = cursor(b'{"a":1,"a":2} {"a":1}')
    found.peek()
    assert (found.value(), found.repeated) == ({"a": 2}, True)
    found.peek()
    assert (found.value(), found.repeated) == ({"a": 1}, False)


def test_any_json_is_read_as_the_standard_library_reads_it() -> None:
    chance = random.Random(5)

    def value(depth: int) -> object:
        if depth == 4 or chance.random() < 0.3:
            return chance.choice([None, True, "x\ny\\", 1, -2.5, ""])
        if chance.random() < 0.5:
            return [value(depth + 1) for _ in range(chance.randrange(4))]
        return {str(key): value(depth + 1) for key in range(chance.randrange(4))}

    for _ in range(300):
        held = value(0)
        found = cursor(json.dumps(held).encode())
        found.peek()
        assert found.value() == held
