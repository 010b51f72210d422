"""What is wrong with a publication, by its row and a clock."""

from datetime import datetime, timedelta

import pytest

from havre.feeds.trouble import LEFT, OVER, RENEW_BEFORE, SIGNED_LATE, Trouble, troubles
from tests.cast import NOON

LATER = NOON + timedelta(days=365)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("signed", "written", "signed_at", "ends", "wrong"),
    [
        (0, 0, None, LATER, []),
        (3, 3, NOON, LATER, []),
        (3, 2, NOON - LEFT + SECOND, LATER, []),
        (3, 2, NOON - LEFT, LATER, [Trouble.CUT]),
        (3, 3, NOON - SIGNED_LATE + SECOND, LATER, []),
        (3, 3, NOON - SIGNED_LATE, LATER, [Trouble.LATE]),
        (3, 2, NOON - OVER, LATER, [Trouble.OVER, Trouble.CUT]),
        (3, 3, NOON, NOON + RENEW_BEFORE + SECOND, []),
        (3, 3, NOON, NOON + RENEW_BEFORE, [Trouble.ROOT]),
        (3, 3, NOON, NOON - SECOND, [Trouble.ROOT]),
        (0, 0, None, None, []),
    ],
)
def test_each_is_wrong_from_its_moment_on(
    signed: int, written: int, signed_at: datetime | None, ends: datetime | None, wrong: list[Trouble]
) -> None:
    found = list(troubles(signed, written, signed_at, ends, NOON))
    assert [each for each, _at in found] == wrong
    assert all(at <= NOON for each, at in found if each != Trouble.ROOT)
