"""How members are sent."""

import io
from typing import Any

import pytest

from havre.media.decode.members import BOMB_BYTES, BOMB_RATIO, PIECE, Members, is_bomb


@pytest.mark.parametrize(
    ("packed", "unpacked", "bomb"),
    [
        (1, BOMB_BYTES, False),
        (1, BOMB_BYTES + 1, True),
        (100_000, BOMB_RATIO * 100_000, False),
        (100_000, BOMB_RATIO * 100_000 + 1, True),
        (0, 0, False),
    ],
)
def test_only_much_out_of_little_is_a_bomb(packed: int, unpacked: int, bomb: bool) -> None:
    assert is_bomb(packed, unpacked) == bomb


def sent(skip_rest: bool) -> list[tuple[dict[str, Any], int]]:
    messages: list[tuple[dict[str, Any], int]] = []
    members = Members(lambda head, body: messages.append((head, len(body))))
    members.open("a", None, None)
    members.pour(io.BytesIO(bytes(BOMB_BYTES * 2)).read, lambda: 10, skip_rest=skip_rest)
    members.close()
    return messages


def test_a_bomb_is_stopped_and_what_follows_is_skipped_but_counted() -> None:
    messages = sent(skip_rest=True)
    poured = sum(size for head, size in messages if "piece" in head)
    skipped = sum(head.get("skipped", 0) for head, _ in messages)
    assert BOMB_BYTES < poured <= BOMB_BYTES + PIECE
    assert poured + skipped == BOMB_BYTES * 2
    assert [head["trouble"] for head, _ in messages if "end" in head] == [
        f"expansion: {poured:,} bytes or more out of 10"
    ]


def test_nothing_is_skipped_where_nothing_follows() -> None:
    assert [head for head, _ in sent(skip_rest=False) if "skipped" in head] == []


def test_a_member_is_closed_once() -> None:
    heads: list[dict[str, Any]] = []
    members = Members(lambda head, _: heads.append(head))
    members.open("a\n", 1, None)
    members.close("unreadable: x")
    members.close()
    assert heads == [{"member": "a\\n", "size": 1, "modified": None}, {"end": True, "trouble": "unreadable: x"}]
