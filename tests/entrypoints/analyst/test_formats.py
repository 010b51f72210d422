"""Dates as each language writes them."""

from datetime import UTC, datetime

import pytest
from django.utils import formats, translation


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "5 Mar 2026, 14:07"), ("fr", "05/03/2026 14:07"), ("nl", "5-3-2026 14:07")]
)
def test_the_day_stands_before_the_month(language: str, shown: str) -> None:
    with translation.override(language):
        at = datetime(2026, 3, 5, 14, 7, tzinfo=UTC)
        assert formats.date_format(at, "SHORT_DATETIME_FORMAT").replace("\N{NO-BREAK SPACE}", " ") == shown
