"""What a burst of reports shows is right only if all of them are there."""

from collections.abc import Callable

import pytest
from bench.reports import Sent, address_of, measure, page_of, told

from havre.addresses.address import address_of as canonical

GOOD = {"letters": 30, "reports": 30, "receipts": 30, "pages": len({page_of(n) for n in range(30)}), "mentions": 30}


@pytest.mark.parametrize(
    ("changed", "followed", "seconds", "wrong", "holds"),
    [
        ({}, 30, 1.0, [], True),
        ({"reports": 29}, 30, 1.0, [], False),
        ({"receipts": 29}, 30, 1.0, [], False),
        ({"pages": 30}, 30, 1.0, [], False),
        ({}, 29, 1.0, [], False),
        ({}, 30, 2.0, [], False),
        ({}, 30, 1.0, ["7: no receipt"], False),
    ],
)
def test_it_holds_only_if_nothing_is_lost_and_it_is_fast_enough(
    changed: dict[str, int], followed: int, seconds: float, wrong: list[str], holds: bool
) -> None:
    sent = Sent(["code"] * 30, [0.01] * 30, wrong)
    assert told(30, sent, seconds, followed, GOOD | changed, 1.0)["holds"] is holds


def test_the_same_page_is_written_in_several_ways() -> None:
    written: dict[tuple[str, int], set[str]] = {}
    for number in range(300):
        written.setdefault(page_of(number), set()).add(address_of(number))
    assert max(map(len, written.values())) == 3
    assert all(len({str(canonical(each)) for each in ways}) == 1 for ways in written.values())


@pytest.mark.proof
def test_a_small_burst_loses_nothing(count: Callable[[int, int], int]) -> None:
    size = count(15, 60)
    (line,) = measure([size])
    assert (line["found"]["reports"], line["found"]["receipts"], line["wrong"]) == (size, size, [])
