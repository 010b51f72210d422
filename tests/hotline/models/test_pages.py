"""What a page says of itself."""

from datetime import timedelta

import pytest

from havre.hotline.models import Page
from tests.cast import NOON


@pytest.mark.parametrize(
    ("gone_after", "counted", "hours"),
    [
        (None, None, None),
        (timedelta(minutes=50), None, 0.8),
        (timedelta(hours=30), None, 30.0),
        (
            timedelta(hours=30),
            41,
            41,
        ),  # counted before: of its first report the day alone is kept
        (timedelta(hours=30), 0, 0),
    ],
)
def test_the_hours_until_a_page_was_gone_are_counted_from_its_first_report(
    gone_after: timedelta | None, counted: int | None, hours: float | None
) -> None:
    gone_at = NOON + gone_after if gone_after is not None else None
    assert Page(first_at=NOON, gone_at=gone_at, gone_hours=counted).hours == hours
