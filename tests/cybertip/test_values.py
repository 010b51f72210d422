"""Kinds of values: what is one, how XML spells it, and that it is read again."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from havre.cybertip.values import CALENDAR, FLAG, TIME, TRUTH, Kind, UnreadError, choice, degrees, text, whole, why_not

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
AGE = whole(0, 150)


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        (TRUTH, " 1 ", True),
        (TRUTH, "false", False),
        (FLAG, "", True),
        (AGE, " 007", 7),
        (AGE, "+7", 7),
        (degrees(90), "-12.5E-1", -1.25),
        (degrees(90), ".5", 0.5),
        (TIME, "2026-03-02T12:00:00Z", NOON),
        (TIME, "2026-03-02T13:00:00.1234567+01:00", NOON.replace(microsecond=123456)),
        (TIME, "2026-03-02T12:00:00", datetime(2026, 3, 2, 12)),
        (CALENDAR, "2024-02-29", date(2024, 2, 29)),
        (CALENDAR, "2024-02-29+01:00", date(2024, 2, 29)),
        (choice("a", "b"), "\n a ", "a"),
        (text(3), " a ", " a "),
    ],
)
def test_what_xml_spells_is_read(kind: Kind, written: str, value: Any) -> None:
    assert kind.read(written) == value


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        *[(TRUTH, each) for each in ("", "yes", "TRUE")],
        *[(FLAG, each) for each in ("false", "0", "x")],
        *[(AGE, each) for each in ("", "1_0", "1.0", "٣", "9" * 20)],
        *[(degrees(90), each) for each in ("", "NaN", "INF", "1_0", ".", "1e9999")],
        *[(TIME, each) for each in ("", "2026-03-02", "2026-02-30T12:00:00Z", "2026-03-02T24:00:00Z", "noon")],
        *[(CALENDAR, each) for each in ("", "2026-02-30", "20260302", "2026-03-02T12:00:00Z")],
    ],
)
def test_what_is_no_value_says_so(kind: Kind, written: str) -> None:
    with pytest.raises(UnreadError):
        kind.read(written)


def test_a_time_is_spelled_with_its_zone() -> None:
    assert TIME.spell(NOON) == "2026-03-02T12:00:00Z"
    away = NOON.astimezone(timezone(timedelta(hours=-3, minutes=-30)))
    assert (TIME.spell(away), TIME.read(TIME.spell(away))) == ("2026-03-02T08:30:00-03:30", NOON)


def test_types_are_not_taken_for_one_another() -> None:
    assert why_not(AGE, True) == "is no whole number"
    assert why_not(AGE, "7") == "is no whole number"
    assert why_not(TRUTH, 1) == "is no true or false"
    assert why_not(degrees(90), 7) == "is no number"
    assert why_not(CALENDAR, NOON) == "is a time and no day"
    assert why_not(TIME, date(2026, 3, 2)) == "is no time"
    assert why_not(degrees(90), float("nan")) == "is not between -90 and 90"


@pytest.mark.parametrize("sign", ["\x00", "\x08", "\x0b", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_what_xml_cant_carry_is_no_text(sign: str) -> None:
    assert why_not(text(), f"a{sign}") == f"holds the character U+{ord(sign):04X}, which XML can't carry"


def test_long_lists_of_words_are_told_short() -> None:
    assert why_not(choice("a", "b"), "c") == "is none of: a, b"
    assert why_not(choice(*map(str, range(20))), "x") == "is none of: 0, 1, 2, 3, 4, 5, … (20 in all)"
    assert why_not(text(5, least=1), "") == "is empty"
