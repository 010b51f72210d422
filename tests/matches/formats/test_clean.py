import pytest

from havre.matches.formats import clean
from havre.matches.formats.tally import Tally


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("2020-01-02T03:04:05Z", "2020-01-02T03:04:05Z"),
        ("2020-01-02T03:04:05+02:00", "2020-01-02T01:04:05Z"),
        ("2020-01-02T03:04:05", "2020-01-02T03:04:05"),
        ("2020-01-02T03:04:05.1234567Z", "2020-01-02T03:04:05.123456Z"),
        ("2020-01-02", "2020-01-02T00:00:00"),
        ("2020/01/02 03:04:05", "2020-01-02T03:04:05"),
        ("2020:01:02 03:04:05", "2020-01-02T03:04:05"),
        ("/Date(1500000000000)/", "2017-07-14T02:40:00Z"),
        ("\\/Date(1500000000000+0200)\\/", "2017-07-14T02:40:00Z"),
        (1500000000, "2017-07-14T02:40:00Z"),
        ("1500000000000", "2017-07-14T02:40:00Z"),
        ("0001-01-01T00:00:00", None),
        ("", None),
        (float("nan"), None),
        ("/Date(999999999999999)/", None),
        ("2020-99-99T00:00:00Z", "2020-99-99T00:00:00Z"),
        ("yesterday", "yesterday"),
        ([], None),
    ],
)
def test_a_time_in_any_form_becomes_one_form(value: object, found: str | None) -> None:
    assert clean.moment(value, Tally()) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [(True, True), ("TRUE", True), ("n", False), (0, False), ("", None), ("maybe", None), ({}, None), (2, None)],
)
def test_a_flag_in_any_form_becomes_one_form(value: object, found: bool | None) -> None:
    assert clean.flag(value, Tally()) is found


@pytest.mark.parametrize(
    ("value", "found"),
    [(5, 5), ("5", 5), (5.0, 5), (5.5, None), ("٣", None), (True, None), (1 << 63, None), ("-7", -7), ("5-", None)],
)
def test_a_number_in_any_form_becomes_one_form(value: object, found: int | None) -> None:
    assert clean.whole(value, Tally()) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [("a", "a"), ({"SeriesName": "a"}, "a"), ([{"Name": "a"}, "b"], "a; b"), (7, "7"), ({"x": 1}, None), ([], None)],
)
def test_a_series_in_any_form_becomes_its_name(value: object, found: str | None) -> None:
    assert clean.series(value, Tally()) == found


def test_what_is_kept_is_bounded() -> None:
    tally = Tally()
    deep: list[object] = []
    for _ in range(20):
        deep = [deep]
    assert clean.kept(deep, tally) == [[[[[[[[None]]]]]]]]
    assert clean.kept({"a": 1 << 70, "b": list(range(20_000))}, tally) == {"a": str(1 << 70), "b": list(range(10_000))}
    assert tally.defects == {"nested too deeply": 1, "list cut at 10000 items": 1}
