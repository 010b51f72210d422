"""The parent's end: every byte counts, and nonsense is not believed."""

from typing import Any

import pytest

from havre.media.decode.outcomes import Broke, Budget, Exceeded
from havre.media.decode.unpacking import Unpacking

Script = list[tuple[dict[str, Any], bytes]]

ONE: Script = [({"member": "a", "size": 3}, b""), ({"piece": True}, b"abc"), ({"end": True, "trouble": None}, b"")]
LAST: Script = [({"finished": True, "trouble": "unreadable: x"}, b"")]


def unpacking(script: Script, budget: Budget) -> Unpacking:
    messages = iter(script)
    return Unpacking(lambda: next(messages), budget)


def test_members_come_with_their_bytes_and_the_budget_shrinks() -> None:
    budget = Budget(bytes_left=10, files_left=2)
    archive = unpacking([*ONE, *ONE, *LAST], budget)
    assert [(member.name, b"".join(member.chunks)) for member in archive] == [("a", b"abc")] * 2
    assert (budget.bytes_left, budget.files_left, archive.count, archive.trouble) == (4, 0, 2, "unreadable: x")


def test_what_nobody_reads_is_counted_too() -> None:
    budget = Budget(bytes_left=10)
    assert len(list(unpacking([*ONE, ({"skipped": 2}, b""), *LAST], budget))) == 1
    assert budget.bytes_left == 5


@pytest.mark.parametrize(("limit", "budget"), [("bytes", Budget(bytes_left=2)), ("files", Budget(files_left=0))])
def test_the_budget_ends_it(limit: str, budget: Budget) -> None:
    with pytest.raises(Exceeded) as refused:
        list(unpacking([*ONE, *LAST], budget))
    assert refused.value.limit == limit


@pytest.mark.parametrize("script", [[({"what": 1}, b"")], [ONE[0], ({"what": 1}, b"")]])
def test_nonsense_is_told(script: Script) -> None:
    with pytest.raises(Broke):
        list(unpacking(script, Budget()))
