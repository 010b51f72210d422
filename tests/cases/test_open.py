"""A case is opened on a legal basis, is reviewed in time, and takes nothing more once it is closed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.cases.models import Case
from havre.cases.open import RETENTION_YEARS, close_case, must_be_open, open_case, years_later
from havre.errors import Invalid
from tests.cast import NOON, introduce


@pytest.mark.usefixtures("database")
def test_a_case_keeps_why_it_was_opened_by_whom_and_until_when() -> None:
    cast = introduce()
    case = open_case(" BE-2026-1 ", " warrant 7 ", " victim identification ", cast.bram, NOON)
    kept = Case.objects.get(pk=case.pk)
    assert (kept.unit, kept.opened_by, kept.opened_at) == (cast.belgium, cast.bram, NOON)
    assert (kept.reference, kept.basis, kept.purpose) == ("BE-2026-1", "warrant 7", "victim identification")
    assert kept.retain_until == date(2026 + RETENTION_YEARS, 3, 2)
    assert (kept.closed_at, kept.erased_at) == (None, None)


@pytest.mark.usefixtures("database")
def test_a_reference_can_be_printed_and_fits() -> None:
    anke = introduce().anke
    for reference in ("", "  ", "a\nb", "a\x1b[2J", "a\u202eb", "x" * 201):
        with pytest.raises(Invalid, match="printable reference"):
            open_case(reference, "warrant", "", anke, NOON)
    assert not Case.objects.exists()


@pytest.mark.usefixtures("database")
def test_no_case_without_a_legal_basis() -> None:
    with pytest.raises(Invalid, match="--basis"):
        open_case("A", "  ", "", introduce().anke, NOON)


@pytest.mark.usefixtures("database")
def test_a_reference_is_used_once_in_a_unit() -> None:
    cast = introduce()
    open_case("A", "warrant", "", cast.anke, NOON)
    with pytest.raises(Invalid, match="choose another reference"):
        open_case("A ", "another warrant", "", cast.bram, NOON)
    assert Case.objects.get().basis == "warrant"


@pytest.mark.usefixtures("database")
def test_another_unit_may_use_the_same_reference_and_learns_nothing_by_it() -> None:
    cast = introduce()
    open_case("A", "warrant", "", cast.anke, NOON)
    assert open_case("A", "decreto", "", cast.chiara, NOON).unit == cast.italy


@pytest.mark.usefixtures("database")
def test_a_closed_case_takes_nothing_more_and_says_since_when() -> None:
    case = open_case("A", "warrant", "", introduce().anke, NOON)
    must_be_open(case)
    close_case(case, NOON + timedelta(days=1))
    with pytest.raises(Invalid, match="'A' was closed on 2026-03-03"):
        must_be_open(Case.objects.get())
    with pytest.raises(Invalid, match="was closed"):
        close_case(case, NOON + timedelta(days=2))
    assert Case.objects.get().closed_at == NOON + timedelta(days=1)


@pytest.mark.usefixtures("database")
def test_an_erased_case_is_not_open_whether_it_was_closed_or_not() -> None:
    case = open_case("A", "warrant", "", introduce().anke, NOON)
    case.erased_at = case.closed_at = datetime(2026, 4, 5, tzinfo=UTC)
    with pytest.raises(Invalid, match="was erased on 2026-04-05"):
        must_be_open(case)


@given(st.dates(max_value=date(9900, 1, 1)), st.integers(1, 99))
def test_the_same_day_some_years_on_is_the_same_day_or_the_first_of_march(day: date, years: int) -> None:
    later = years_later(day, years)
    assert later.year == day.year + years
    leap = (day.month, day.day) == (2, 29)
    assert (later.month, later.day) == (day.month, day.day) or (leap and (later.month, later.day) == (3, 1))


def test_a_leap_day_four_years_on_is_a_leap_day_and_five_years_on_is_the_first_of_march() -> None:
    assert years_later(date(2028, 2, 29), 4) == date(2032, 2, 29)
    assert years_later(date(2028, 2, 29), 5) == date(2033, 3, 1)
