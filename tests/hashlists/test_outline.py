"""The outline of a line is that of its entry, whoever wrote it; what is no entry has none."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.hashlists import outline
from havre.hashlists.entry import Entry
from havre.hashlists.lines import LONGEST_LINE, entry_of, fields, line_of
from havre.hashlists.outline import Outline, outline_of, outlined
from tests.hashlists.made import ENTRIES, made
from tests.hashlists.test_lines import JSON


def written(said: object) -> bytes:
    """As `line_of` writes it."""
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def told(line: bytes, read: Callable[[bytes], Outline]) -> Outline | str:
    """What is read of a line, or why it is refused."""
    try:
        return read(line)
    except Invalid as error:
        return str(error)


def the_same(line: bytes) -> Outline | str:
    """What the fast way and the truth both say."""
    fast, slow = told(line, outline_of), told(line, lambda each: outlined(entry_of(each)))
    assert fast == slow
    return fast


@given(ENTRIES)
def test_an_entry_has_its_outline_with_and_without_the_end_of_its_line(entry: Entry) -> None:
    assert the_same(line_of(entry)) == outlined(entry)
    assert the_same(line_of(entry)[:-1]) == outlined(entry)


def test_a_line_as_it_is_written_is_read_in_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    line = line_of(made(7, retracted=True, labels=("face",), categories={"BE": "é"}))
    outline_of(line)

    def never(_line: bytes) -> Entry:
        raise AssertionError("the slow way")

    monkeypatch.setattr(outline, "entry_of", never)
    assert outline_of(line) == outlined(made(7, retracted=True))


VALUES: dict[str, list[Any]] = {
    **{key: [0, 2**53, 2**53 - 1, 10**16, -1, 1.0, "1"] for key in ("number", "version")},
    **{key: [0, 2**53, 9999999999999999] for key in ("added", "changed", "confirmed")},
    "kind": ["film", "sound", "", None],
    "labels": [["b", "a"], ["a", "a"], ["A"], [1], [["a"]], ["a]"], ["a" * 101], []],
    "categories": [{"BE": "1"}, {"be": "1"}, {"BE": "}"}, {"BE": 1}, {"BE": "\x01"}, []],
    "retracted": [True, "true", None],
}
ODD = [(name, value) for name, values in VALUES.items() for value in values]
SIGNALS: list[Any] = [
    *([], [["pdq", "1.0", "0" * 64]] * 2, [["pdq", "1.0", "0" * 63]], [["pdq", "1.0", "G" * 64]]),
    *([["tlsh", "1", "0" * 64]], [["md5", "", "0" * 32]], [["md5", "1", "0" * 32, ""]], [["md5", "1"]], ["md5"]),
    *([["md5", '1","2', "0" * 32]], [["md5", "1", f"{at:032x}"] for at in range(1_001)]),
    *([["md5", '"],["', "0" * 32]], [["md5", "v 1", "0" * 32], ["md5", "1.2", "0" * 32]]),
]


@pytest.mark.parametrize(("name", "value"), [*ODD, *(("signals", value) for value in SIGNALS)])
def test_what_may_be_wrong_is_what_the_truth_says_of_it(name: str, value: object) -> None:
    the_same(written(fields(made(1)) | {name: value}))


@pytest.mark.parametrize(
    "line",
    [
        *(b"", b"{}", b"\xff", b" " * (LONGEST_LINE + 1), line_of(made(1)) + b"\n", b" " + line_of(made(1))),
        line_of(made(1)).replace(b'"number":1', b'"number":01'),
        line_of(made(1)).replace(b'"categories":{}', b'"categories":{"BE":"1","BE":"2"}'),
        line_of(made(1)).replace(b'"categories":{}', b'"categories":{,}'),
        written(fields(made(1)) | {"later": "a word"}),
        json.dumps(fields(made(1))).encode(),
    ],
)
def test_other_lines_are_read_by_the_truth(line: bytes) -> None:
    the_same(line)


@given(st.sampled_from(sorted(fields(made(1)))), JSON)
def test_any_value_in_any_place_is_what_the_truth_says_of_it(name: str, value: object) -> None:
    the_same(written(fields(made(1)) | {name: value}))
