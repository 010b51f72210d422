"""The global indicator's tables: what is counted, and what no table gives away."""

from hypothesis import given
from hypothesis import strategies as st

from havre.victims.indicator import Indicator, indicators
from havre.victims.queries import Counted
from havre.victims.suppress import LEAST, possible

COUNTRIES = ["", "BE", "FR", "NL", "IT"]


def victim(identified: bool, number: int, age: str = "7-10", sex: str = "female", country: str = "BE") -> Counted:
    return Counted("victims", identified, age, sex, country, 2025, number)


def named(found: list[Indicator]) -> dict[str, dict[str, list[int | None]]]:
    return {f"{each.what} {each.by}": {value: list(counts) for value, counts in each.lines()} for each in found}


def test_counts_stand_where_they_belong() -> None:
    sexes = {"female": (8, 7), "male": (9, 20), "other": (5, 6), "unknown": (11, 12)}
    lines = [victim(known, pair[not known], sex=sex) for sex, pair in sexes.items() for known in (True, False)]
    found = named(indicators([*lines, Counted("series", True, "", "", "", 2025, 30)], 2026))
    assert found["victims sex"] == {
        "female": [8, 7, 15],
        "male": [9, 20, 29],
        "other": [5, 6, 11],
        "unknown": [11, 12, 23],
        "": [33, 45, 78],
    }
    assert found["victims country"]["BE"] == [33, 45, 78]
    assert found["series year"][""] == [None, None, 30]


def test_rows_without_anybody_take_one_more_row_with_them_and_no_more() -> None:
    lines = [victim(known, number, sex=sex) for sex, number in (("female", 8), ("male", 20)) for known in (True, False)]
    found = named(indicators(lines, 2026))["victims sex"]
    assert found["male"] == [20, 20, 40]
    assert found["female"] == found["other"] == found["unknown"] == [None, None, None]
    assert found[""] == [28, 28, 56]


def test_a_country_with_fewer_than_five_is_not_even_named() -> None:
    lines = [victim(True, 30), victim(False, 40), victim(True, 3, country="MT"), victim(False, 6, country="FR")]
    found = named(indicators(lines, 2026))["victims country"]
    assert "MT" not in found
    assert found["other"][2] == 9  # with France, for three alone would be Malta's
    assert "FR" not in found


def test_one_unit_with_four_children_shows_nothing() -> None:
    for table in indicators([victim(True, 4)], 2026):
        assert len(table.hidden) == len(table.table.counts())


lines = st.lists(
    st.builds(
        Counted,
        st.sampled_from(["victims", "series"]),
        st.booleans(),
        st.sampled_from(["0-2", "3-6", "7-10", "11-13", "14-17", "unknown"]),
        st.sampled_from(["female", "male", "unknown"]),
        st.sampled_from(COUNTRIES),
        st.integers(2000, 2026),
        st.integers(1, 12),
    ),
    max_size=30,
)


@given(lines)
def test_every_table_holds_to_the_rule(counted: list[Counted]) -> None:
    found = indicators(counted, 2026)
    for each in found:
        counts = each.table.counts()
        assert all(value >= LEAST for place, value in counts.items() if place not in each.hidden)
        if len(each.hidden) < len(counts):
            for place in each.hidden:
                low, high = possible(each.table, each.hidden, place)
                assert high - low + 1 >= LEAST


@given(lines)
def test_tables_of_victims_show_the_same_totals(counted: list[Counted]) -> None:
    totals = {tuple(list(each.lines())[-1][1]) for each in indicators(counted, 2026) if each.what == "victims"}
    assert len(totals) == 1


@given(lines)
def test_a_country_is_named_only_with_its_total(counted: list[Counted]) -> None:
    countries = next(each for each in indicators(counted, 2026) if each.by == "country")
    told = list(countries.lines())
    if told[-1][1][2] is not None:
        assert all(counts[2] is not None and counts[2] >= LEAST for _, counts in told)
