"""A head that says what cannot be is refused; one that is right leads anybody to its version."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.errors import Invalid
from havre.subscription.head import Head, head_of


def said(**more: Any) -> dict[str, Any]:
    """A head at version 7: two parts as of 5, deltas 3 to 5 and 5 to 7."""
    head = {
        "list": "baseline",
        "version": 7,
        "at": 1_790_000_000,
        "entries": 8,
        "retracted": 1,
        "parts": [
            {"path": "baseline/whole-5-0001.jsonl.zst", "entries": 5},
            {"path": "baseline/whole-5-0002.jsonl.zst", "entries": 3},
        ],
        "deltas": [
            {"path": "baseline/delta-3-5.jsonl.zst", "from": 3, "to": 5, "entries": 2},
            {"path": "baseline/delta-5-7.jsonl.zst", "from": 5, "to": 7, "entries": 1},
        ],
    }
    return head | more


def read(**more: Any) -> Head:
    return head_of(json.dumps(said(**more)).encode(), "baseline")


@pytest.mark.parametrize(
    ("held", "paths", "whole"),
    [
        (7, [], False),
        (5, ["delta-5-7"], False),
        (3, ["delta-3-5", "delta-5-7"], False),
        (4, ["whole-5-0001", "whole-5-0002", "delta-5-7"], True),
        (0, ["whole-5-0001", "whole-5-0002", "delta-5-7"], True),
        (2, ["whole-5-0001", "whole-5-0002", "delta-5-7"], True),
    ],
)
def test_whoever_holds_a_version_is_led_on_by_deltas_and_everybody_else_by_the_parts(
    held: int, paths: list[str], whole: bool
) -> None:
    pieces, all_of_it = read().reading(held)
    assert [piece.path for piece in pieces] == [f"baseline/{path}.jsonl.zst" for path in paths]
    assert all_of_it is whole


def test_a_delta_that_is_too_large_to_read_is_passed_over_for_the_parts() -> None:
    pieces, all_of_it = read().reading(3, lambda path: "delta-3-5" not in path)
    assert [piece.path[9:-10] for piece in pieces] == ["whole-5-0001", "whole-5-0002", "delta-5-7"]
    assert all_of_it is True
    assert read().reading(5, lambda path: "delta-3-5" not in path) == read().reading(5)


def test_an_empty_list_has_no_parts() -> None:
    assert read(parts=[], deltas=[], entries=0, retracted=0).reading(0) == ((), True)


WRONG: list[dict[str, Any]] = [
    {"list": "another"},
    {"version": 8},
    {"version": "7"},
    {"version": True},
    {"entries": -1},
    {"retracted": None},
    {"parts": None},
    {"parts": [1]},
    {"parts": []},
    {"parts": [{"path": "baseline/whole-5-0002.jsonl.zst", "entries": 5}]},
    {"parts": [{"path": "baseline/whole-6-0001.jsonl.zst", "entries": 5}]},
    {"parts": [{"path": "other/whole-5-0001.jsonl.zst", "entries": 5}]},
    {"parts": [{"path": "../whole-5-0001.jsonl.zst", "entries": 5}]},
    {"parts": [{"path": "baseline/whole-5-0001.jsonl.zst", "entries": 100_001}]},
    {
        "parts": [
            {"path": "baseline/whole-5-0001.jsonl.zst", "entries": 5},
            {"path": "baseline/whole-7-0002.jsonl.zst", "entries": 5},
        ]
    },
    {"deltas": []},
    {"deltas": [{"path": "baseline/delta-7-5.jsonl.zst", "from": 7, "to": 5, "entries": 2}]},
    {"deltas": [{"path": "baseline/delta-5-6.jsonl.zst", "from": 5, "to": 6, "entries": 2}]},
    {"deltas": [{"path": "elsewhere", "from": 5, "to": 7, "entries": 2}]},
    {"deltas": [*said()["deltas"][:1], {"path": "baseline/delta-6-7.jsonl.zst", "from": 6, "to": 7, "entries": 2}]},
]


@pytest.mark.parametrize("more", WRONG, ids=str)
def test_a_head_that_contradicts_itself_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="the head of baseline is wrong"):
        read(**more)


@pytest.mark.parametrize("name", ["", "../up", "Big", "a" * 65, "a--b"])
def test_a_list_has_a_name_that_a_list_can_have(name: str) -> None:
    with pytest.raises(Invalid):
        head_of(json.dumps(said(list=name)).encode(), name)


@given(st.binary(max_size=300) | st.from_type(type(None)).map(lambda _: b"[" * 100_000))
def test_anything_else_is_refused_in_one_sentence(text: bytes) -> None:
    with pytest.raises(Invalid):
        head_of(text, "baseline")
