"""Whoever reads a series learns who says that its child is known, and whether they say the same."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from havre.exchange.identified import Says, country_said, differ, identified, said_by

CODES = st.sets(st.sampled_from(["BE", "FR", "IT", "NL"]))


def beside(unit: str, country: object, kind: str = "identification", node: str = "") -> dict[str, object]:
    """One thing beside a series, as it is told."""
    return {"kind": kind, "unit": unit, "country": unit[:2].upper(), "node": node, "body": {"country": country}}


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("BE", "FR", True), ("BE", "BE", False), ("BE FR", "FR", False), ("BE FR", "FR IT", True), ("BE", "", False)],
)
def test_two_say_two_things_where_each_names_a_country_that_the_other_does_not(
    one: str, other: str, apart: bool
) -> None:
    assert (differ(one.split(), other.split()), differ(other.split(), one.split())) == (apart, apart)


@given(st.lists(CODES, min_size=2, max_size=4))
def test_all_agree_exactly_where_no_two_differ(sets: list[set[str]]) -> None:
    said = [Says(f"unit {at}", "BE", tuple(sorted(each))) for at, each in enumerate(sets)]
    told = identified(said)
    assert told is not None
    assert told["agree"] is not any(not one <= other and not other <= one for one, other in combinations(sets, 2))


def test_each_unit_is_named_once_with_all_that_it_says() -> None:
    told = [beside("be police", "BE"), beside("be police", "FR"), beside("it police", " it"), beside("fr", "")]
    told += [beside("nl police", "NL", "comment"), {"kind": "identification", "unit": "x", "country": "X"}]
    assert said_by(told, Says("gb police", "GB", ())) == [
        Says("be police", "BE", ("BE", "FR")),
        Says("it police", "IT", ("IT",)),
    ]
    own = Says("gb police", "GB", ("GB",))
    assert identified(said_by(told[:1], own)) == {
        "said": [
            {"unit": "be police", "country": "BE", "node": "", "by": ["BE"]},
            {"unit": "gb police", "country": "GB", "node": "", "by": ["GB"]},
        ],
        "agree": False,
    }
    assert identified(said_by([])) is None


def test_units_of_two_nodes_that_are_called_the_same_are_two() -> None:
    said = said_by([beside("be police", "FR", node="ee")], Says("be police", "BE", ("BE",)))
    assert said == [Says("be police", "BE", ("BE",)), Says("be police", "BE", ("FR",), "ee")]
    assert (identified(said) or {})["agree"] is False


def test_what_another_node_wrote_is_read_as_everybody_writes_it() -> None:
    assert [country_said({"country": each}) for each in (" be", "BE", None)] == ["BE", "BE", "NONE"]
    assert country_said({}) == ""
